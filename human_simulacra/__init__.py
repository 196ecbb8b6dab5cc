"""Human simulacra: language models that simulate a particular person, and their evaluation (arXiv 2402.18180).

Importing this package is cheap: torch and opencompass are loaded only when something needs them.
"""

from typing import TYPE_CHECKING

from human_simulacra.errors import UserError
from human_simulacra.library import Library, data_path

if TYPE_CHECKING:
    from human_simulacra.simulacrum import Simulacrum

__all__ = ["Library", "Simulacrum", "UserError", "data_path"]
__version__ = "0.2.0"


def __getattr__(name: str) -> object:
    """Imports `Simulacrum`, which needs numpy and other packages, on first use."""
    if name != "Simulacrum":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from human_simulacra.simulacrum import Simulacrum

    return Simulacrum
