"""What can be wrong with a run is found before any model is called, and said in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from mmengine.config import Config

from human_simulacra.errors import UserError, unknown
from human_simulacra.experiments.base import CONVERSATION
from human_simulacra.library import Library
from human_simulacra.methods import check_method
from human_simulacra.persona import shuffled_character
from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.llm_config import check_llm, resolve_answering, type_name
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.secret_redaction import check_config

T = TypeVar("T")
_RESERVED = ("type", "abbr", "reader_cfg", "infer_cfg", "eval_cfg", "n", "k")


def is_ours(config: Mapping[str, Any], kind: type) -> bool:
    """Tells whether a config's `type` is the class `kind`."""
    return type_name(config) == f"{kind.__module__}.{kind.__name__}"


def our_dataset(config: Mapping[str, Any]) -> type[ExperimentDataset] | None:
    """Returns the class of a dataset config if its rows are put to characters, else None."""
    return _our_class(config, ExperimentDataset)


def _our_class(config: Mapping[str, Any], base: type[T]) -> type[T] | None:
    """Returns the class that a config's `type` is or names, if it is a kind of `base`."""
    kind = config.get("type")
    if isinstance(kind, str):
        module, _, name = kind.rpartition(".")
        kind = getattr(import_module(module), name, None) if module.startswith("human_simulacra.") else None
    return kind if isinstance(kind, type) and issubclass(kind, base) else None


def load_config(path: str) -> Config:
    """Reads a config file.

    Raises:
        UserError: If it is missing or cannot be run.
    """
    if not Path(path).is_file():
        raise UserError(f"config {path} does not exist: give the path of a Python file such as configs/eval_human_simulacra.py")
    try:
        return Config.fromfile(path, format_python_code=False)
    except UserError:
        raise
    except Exception as error:  # a config is the user's own program
        raise UserError(f"config {path} cannot be read: {type(error).__name__}: {error}") from error


def check_run(config: Config, file: str, work_dir: Path) -> None:
    """Checks a whole run: folder, secrets, models, methods, datasets and the characters' files.

    Raises:
        UserError: At the first thing that is wrong.
    """
    for folder in (work_dir.absolute(), Path.cwd()):
        if " " in str(folder):
            raise UserError(f"the folder '{folder}' has a space in its name, which OpenCompass cannot work in: use another")
    for key in ("models", "datasets"):
        if not config.get(key):
            raise UserError(f"config {file} has no '{key}': import them from configs/{key}")
    check_config(config.to_dict(), file)
    check_abbrs(config, file)
    libraries = [Library(model.get("data")) for model in _simulacra(config)]
    characters = _check_datasets(config)
    check_runs(config)
    for model, library in zip(_simulacra(config), libraries, strict=True):
        check_simulacrum(model)
        for character in characters:
            library.character(character)
            if model.get("method") == "shuffled":
                shuffled_character(library, character, model.get("seed", 0))
            if model.get("method", "macm") in ("rag", "macm"):
                library.story(character)
                library.memories(character)


def check_abbrs(config: Config, file: str) -> None:
    """Raises a UserError where two models or datasets share an abbr: OpenCompass would take one's answers for the other's."""
    for key in ("models", "datasets"):
        seen = set()
        for entry in config[key]:
            abbr = entry.get("abbr")
            if not abbr or "/" in abbr or " " in abbr:
                raise UserError(f"{file}: every entry of '{key}' needs an abbr without blank or slash, not {abbr!r}")
            if abbr in seen:
                raise UserError(f"{file}: two entries of '{key}' have the abbr '{abbr}': give each its own")
            seen.add(abbr)


def check_runs(config: Config) -> None:
    """Raises a UserError where rows are repeated at temperature 0, at which every run gives the same answers."""
    for dataset in config["datasets"]:
        runs = dataset.get("runs", 1)
        for model in _simulacra(config) if our_dataset(dataset) and runs != 1 else ():
            if not model.get("temperature"):
                raise UserError(
                    f"dataset '{dataset['abbr']}' asks for runs={runs}, but model '{model['abbr']}' has temperature 0, at which "
                    "all runs give the same answers: set its temperature above 0, or runs=1"
                )


def check_simulacrum(model: Mapping[str, Any]) -> None:
    """Checks one `Simulacrum` config without building its backbone."""
    if not model.get("llm"):
        raise UserError(f"model '{model.get('abbr')}' has no llm: give it an OpenCompass model config")
    check_method(model.get("method", "macm"), model.get("method_kwargs") or {})
    for key in ("llm", "agent_llm"):
        if model.get(key):
            check_llm(model[key], f"model '{model.get('abbr')}', {key}")
    resolve_answering(model["llm"], model.get("answering"), f"model '{model.get('abbr')}'")


def _simulacra(config: Config) -> Iterator[Mapping[str, Any]]:
    return (model for model in config["models"] if is_ours(model, Simulacrum))


def _check_datasets(config: Config) -> set[str]:
    """Loads every dataset of ours and returns the ids of the characters in them."""
    characters: set[str] = set()
    for dataset in config["datasets"]:
        if kind := our_dataset(dataset):
            rows = kind.load(**_arguments(dataset, kind))
            here = {str(character) for character in rows["character"]}
            evaluator = (dataset.get("eval_cfg") or {}).get("evaluator") or {}
            if judging := _our_class(evaluator, ExperimentEvaluator):
                settings = {key: value for key, value in evaluator.items() if key != "type"}
                judging.check(settings, here, f"dataset '{dataset.get('abbr')}', evaluator")
            if CONVERSATION in rows.column_names:
                _check_carrier(dataset)
            characters |= here
    return characters


def _arguments(dataset: Mapping[str, Any], kind: type[ExperimentDataset]) -> dict[str, Any]:
    """Returns what a dataset config gives its class, raising a UserError where that takes no such argument."""
    known = kind.arguments(dataset.get("experiment", ""))
    arguments = {key: value for key, value in dataset.items() if key not in _RESERVED}
    for name in arguments:
        if name not in known:
            raise unknown(f"argument of dataset '{dataset.get('abbr')}' ({kind.__name__})", name, known)
    return arguments


def _check_carrier(dataset: Mapping[str, Any]) -> None:
    """Raises a UserError where an inferencer would put every turn of a conversation as if nothing had been said before."""
    inferencer = dataset["infer_cfg"]["inferencer"]
    if not is_ours(inferencer, SimulacrumInferencer):
        raise UserError(
            f"dataset '{dataset['abbr']}' holds conversations, which {type_name(inferencer)} does not carry on: "
            "give its infer_cfg inferencer=dict(type=SimulacrumInferencer)"
        )
