"""Human simulacra: language models that live as one particular person, and how to evaluate them.

Importing this package is cheap: neither torch nor opencompass is loaded before something needs it.
"""

from human_simulacra.errors import UserError
from human_simulacra.library import Library, data_path

__all__ = ["Library", "UserError", "data_path"]
__version__ = "0.1.0"
