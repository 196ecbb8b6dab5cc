"""Human simulacra: language models that simulate a particular person, and their evaluation (arXiv 2402.18180).

Importing this package is cheap: torch and opencompass are loaded only when something needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from human_simulacra.errors import UserError
from human_simulacra.library import Library, data_path

if TYPE_CHECKING:
    from human_simulacra.dataset_loading import load_dataset
    from human_simulacra.evaluation import IncompleteRunError, evaluate
    from human_simulacra.evaluation_run import EvaluationRun, load_run
    from human_simulacra.simulacrum import Simulacrum

__all__ = [
    "EvaluationRun", "IncompleteRunError", "Library", "Simulacrum", "UserError", "data_path", "evaluate", "load_dataset",
    "load_run",
]  # fmt: skip
__version__ = "0.2.0"

# What needs numpy and other packages is imported on first use. No module has the name of what it defines, since an imported
# module would take the name's place.
_MODULES = {
    "EvaluationRun": "evaluation_run", "IncompleteRunError": "evaluation", "Simulacrum": "simulacrum", "evaluate": "evaluation",
    "load_dataset": "dataset_loading", "load_run": "evaluation_run",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Imports what needs other packages on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"human_simulacra.{_MODULES[name]}"), name)
