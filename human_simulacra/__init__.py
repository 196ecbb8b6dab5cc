"""Human simulacra: language models that live as one particular person, and how to evaluate them.

Importing this package is cheap: neither torch nor opencompass is loaded before something needs it.
"""

from typing import TYPE_CHECKING

from human_simulacra.errors import UserError
from human_simulacra.library import Library, data_path

if TYPE_CHECKING:
    from human_simulacra.simulacrum import Simulacrum

__all__ = ["Library", "Simulacrum", "UserError", "data_path"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Loads `Simulacrum`, which needs numpy and more, when it is first asked for."""
    if name != "Simulacrum":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from human_simulacra.simulacrum import Simulacrum

    return Simulacrum
