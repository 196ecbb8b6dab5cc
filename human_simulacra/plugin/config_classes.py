"""Which classes a config names, and the experiments of its datasets."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, TypeVar

from mmengine.config import Config

from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.llm_config import type_name

T = TypeVar("T")


def has_type(config: Mapping[str, Any], kind: type) -> bool:
    """Returns whether a config's `type` is exactly the class `kind`, given as a class or by its dotted name."""
    return type_name(config) == f"{kind.__module__}.{kind.__name__}"


def find_subclass(config: Mapping[str, Any], base: type[T]) -> type[T] | None:
    """Returns the class of a config, given as a class or by its dotted name, if it is a subclass of `base`, otherwise None."""
    kind = config.get("type")
    if isinstance(kind, str):
        module, _, name = kind.rpartition(".")
        try:
            kind = getattr(import_module(module), name, None) if module.startswith("human_simulacra.") else None
        except ImportError:
            kind = None
    return kind if isinstance(kind, type) and issubclass(kind, base) else None


def experiment_dataset_class(config: Mapping[str, Any]) -> type[ExperimentDataset] | None:
    """Returns the class of a dataset config if it is an `ExperimentDataset`, otherwise None."""
    return find_subclass(config, ExperimentDataset)


def experiment_names(config: Config) -> list[str]:
    """Returns the names of the experiments of a config, in order of appearance."""
    found = [(dataset, experiment_dataset_class(dataset)) for dataset in config["datasets"]]
    return list(dict.fromkeys(dataset.get("experiment") or kind.experiment for dataset, kind in found if kind))
