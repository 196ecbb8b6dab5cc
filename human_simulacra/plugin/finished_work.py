"""What a session finished, and on what it depends, so that resuming a run does none of it again while nothing changed.

Answers and scores depend on the settings of their model and dataset, on the data, on this package's code and on the packages that
compute with it. Each file is known by its hash, so that an edited or damaged one counts as unfinished.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from human_simulacra.errors import UserError
from human_simulacra.files import digest, sha256_file, write_atomically
from human_simulacra.plugin.config_classes import experiment_dataset_class, find_subclass, has_type
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.judged_evaluator import JudgedEvaluator
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.plain_values import plain
from human_simulacra.plugin.run_description import PACKAGES, installed_version
from human_simulacra.reporting.manifest import MANIFEST, REPORT, read_manifest
from human_simulacra.reporting.manifest_check import find_changes
from human_simulacra.results import run_folder
from human_simulacra.results.run_folder import FINISHED
from human_simulacra.results.tables import to_json

Pair = tuple[str, str]
Identity = Mapping[str, Mapping[str, Any]]


class _PairRecord(BaseModel):
    pair: Pair
    setting: str
    files: dict[str, str]


class _PrintedRecord(BaseModel):
    how: dict[str, Any]
    texts: list[str]
    setting: str
    manifest: str


class _Record(BaseModel):
    """The content of the file."""

    pairs: list[_PairRecord]
    printed: _PrintedRecord | None = None


@dataclass(frozen=True)
class Finished:
    """What need not be done again.

    Args:
        answered: The (model, dataset) pairs whose predictions are those that this session would write.
        scored: Those whose results are, too.
        printed: What the session printed that made the tables, if nothing at all is left to do; else empty.
    """

    answered: frozenset[Pair] = frozenset()
    scored: frozenset[Pair] = frozenset()
    printed: tuple[str, ...] = ()


def record_finished(
    config: Any, folder: Path, identity: Identity, whole: Iterable[Pair], printed: Mapping[str, Any] | None
) -> None:
    """Writes what a session finished into the run's folder.

    Args:
        config: The run's config.
        folder: The run's folder.
        identity: What answers depend on, from `run_identity.identify_config`.
        whole: The pairs that lack no answer and no score.
        printed: What was printed and how, if the session made all tables and nothing is missing; else None.
    """
    hashes = _recorded_hashes(folder)
    entries = []
    for model, dataset in _pairs(config):
        pair = (model["abbr"], dataset["abbr"])
        results = run_folder.results_path(folder, *pair)
        if pair in whole and results.is_file():
            paths = [*run_folder.predictions_paths(folder, *pair), results]
            names = [path.relative_to(folder).as_posix() for path in paths]
            found = {name: hashes.get(name) or sha256_file(folder / name) for name in names}
            entries.append(_PairRecord(pair=pair, setting=_setting(config, identity, model, dataset), files=found))
    record = _Record(pairs=entries)
    if printed is not None and len(entries) == len(config["models"]) * len(config["datasets"]):
        manifest = sha256_file(folder / MANIFEST)
        record.printed = _PrintedRecord(**printed, setting=_whole_setting(config), manifest=manifest)
    write_atomically(folder / FINISHED, to_json(record.model_dump()))


def find_finished(config: Any, folder: Path, identity: Identity, how: Mapping[str, Any] | None) -> Finished:
    """Returns what earlier sessions of a run finished and this one would do alike.

    Args:
        config: The run's config.
        folder: The run's folder.
        identity: What answers depend on.
        how: How this session prints its result; None if its result is not the tables, so that something is left to do.
    """
    try:
        saved = _Record.model_validate(run_folder.read_json(folder / FINISHED))
    except (UserError, ValidationError):  # there is none, or it is damaged
        return Finished()
    entries, printed = {entry.pair: entry for entry in saved.pairs}, saved.printed
    unchanged = bool(printed and printed.setting == _whole_setting(config) and _has_all_tables(folder, printed.manifest))
    hashes = _recorded_hashes(folder) if unchanged else {}
    answered, scored = set(), set()
    for model, dataset in _pairs(config):
        pair = (model["abbr"], dataset["abbr"])
        entry = entries.get(pair)
        if entry is None or entry.setting != _setting(config, identity, model, dataset):
            continue
        results = run_folder.results_path(folder, *pair).relative_to(folder).as_posix()
        own = {path.relative_to(folder).as_posix() for path in run_folder.predictions_paths(folder, *pair)}
        same = {name for name in {*own, results} if _hash(folder, name, hashes) == entry.files.get(name)}
        if own <= same and {*own, results} == entry.files.keys():
            answered.add(pair)
            scored |= {pair} if results in same else set()
    for dataset in config["datasets"]:
        of_all = {(model["abbr"], dataset["abbr"]) for model in config["models"]}
        if _reads_other_models(dataset) and not of_all <= scored:
            scored -= of_all
    whole = len(scored) == len(config["models"]) * len(config["datasets"])
    texts = tuple(printed.texts) if printed and unchanged and whole and how is not None and printed.how == dict(how) else ()
    return Finished(frozenset(answered), frozenset(scored), texts)


def _pairs(config: Any) -> list[tuple[Any, Any]]:
    """Returns the models and datasets of which we know all that counts: simulacra, and experiments with our own evaluator."""
    return [
        (model, dataset)
        for model in config["models"]
        for dataset in config["datasets"]
        if has_type(model, Simulacrum)
        and experiment_dataset_class(dataset)
        and find_subclass((dataset.get("eval_cfg") or {}).get("evaluator") or {}, ExperimentEvaluator)
    ]


def _reads_other_models(dataset: Any) -> bool:
    return bool(find_subclass((dataset.get("eval_cfg") or {}).get("evaluator") or {}, JudgedEvaluator))


def _has_all_tables(folder: Path, manifest: str) -> bool:
    """Returns whether all files of the run are those of the session that printed its result."""
    path = folder / MANIFEST
    if not path.is_file() or sha256_file(path) != manifest or REPORT not in read_manifest(folder)["files"]:
        return False
    return not find_changes(folder)[1]


def _recorded_hashes(folder: Path) -> Mapping[str, str]:
    """Returns the hashes of the manifest, which is of this session or unchanged; empty if there is none."""
    try:
        return read_manifest(folder)["files"]
    except UserError:
        return {}


def _hash(folder: Path, name: str, known: Mapping[str, str]) -> str:
    path = folder / name
    return known.get(name) or (sha256_file(path) if path.is_file() else "")


def _setting(config: Any, identity: Identity, model: Any, dataset: Any) -> str:
    own = [identity[f"model '{model['abbr']}'"], identity[f"dataset '{dataset['abbr']}'"]]
    return digest([own, *map(plain, (model, dataset, config.get("infer"))), code_version()])


def _whole_setting(config: Any) -> str:
    return digest([plain(config[key]) for key in ("models", "datasets", "summarizer", "infer", "eval") if key in config])


@cache
def code_version() -> str:
    """Returns a hash of this package's files and of the versions of Python and of the packages that compute with it."""
    folder = Path(str(files("human_simulacra")))
    sources = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".pyo"))
    hashes = {path.relative_to(folder).as_posix(): sha256_file(path) for path in sources}
    return digest([hashes, platform.python_version(), {name: installed_version(name) for name in PACKAGES}])
