"""Recomputes every mark and every figure of a saved run and compares: no model, no key, no network, no dataset."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.evaluation import run_folder
from human_simulacra.evaluation.registry import experiment, summarise
from human_simulacra.evaluation.tables import as_json, finite
from human_simulacra.evaluation.usage import Usage, as_dict, cost, usage_by_model
from human_simulacra.reporting.runs import MANIFEST, check_folder

TOLERANCE = 1e-9
_WORDING = ("title", "notes")  # sentences, no figures: a later version may put them in other words
# What marking raises where a saved row was edited out of shape.
_OUT_OF_SHAPE = (KeyError, TypeError, ValueError, IndexError, AttributeError)


@dataclass(frozen=True)
class Difference:
    """The first place where a saved run and its replay differ."""

    place: str
    saved: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.place} differs: saved {_short(self.saved)}, recomputed {_short(self.found)}"


@dataclass(frozen=True)
class Replayed:
    """One experiment, or the run's usage: how many rows and figures agree, or the first difference."""

    name: str
    rows: int
    figures: int
    difference: Difference | None = None


def replay(folder: Path) -> list[Replayed]:
    """Recomputes a run, one result an experiment and one for what it took.

    Raises:
        UserError: If the folder is no run's or a file of it is no JSON.
    """
    manifest = check_folder(folder)
    by_experiment: dict[str, list[tuple[str, str]]] = {}
    gone: list[Difference] = []
    for model, dataset in manifest["pairs"]:
        path = run_folder.results_path(folder, model, dataset)
        entries = run_folder.details(run_folder.load(path) or {})
        if not path.is_file() or not entries:
            gone.append(Difference(str(path), "marked rows", "no such file" if not path.is_file() else "none"))
            continue
        by_experiment.setdefault(entries[0]["experiment"], []).append((model, dataset))
    if gone:
        return [Replayed("results", 0, 0, gone[0])]
    results = [_marks(folder, name, pairs) for name, pairs in by_experiment.items()]
    if any(result.difference for result in results):
        return results
    rows = list(run_folder.rows(folder, [tuple(pair) for pair in manifest["pairs"]]))
    try:
        summaries = {summary.experiment: json.loads(as_json(summary)) for summary in summarise(rows)}
        usage = usage_by_model(rows)
    except _OUT_OF_SHAPE as error:
        raise UserError(f"{folder}: its rows cannot be summarised ({error!r}): a saved file was edited") from error
    for place, marked in enumerate(results):
        figures = _figures(folder / "summary" / f"{marked.name}.json", summaries[marked.name])
        results[place] = Replayed(marked.name, marked.rows, marked.figures + figures.figures, figures.difference)
    saved = {key: manifest.get(key) for key in ("usage", "money")}
    now = {"usage": as_dict(usage), "money": _money(manifest, usage)}
    compared = _compare(saved, now, str(folder / "summary" / MANIFEST))
    return [*results, Replayed("usage", len(rows), compared.figures, compared.difference)]


def _money(manifest: Mapping[str, Any], usage: Mapping[str, Mapping[str, Usage]]) -> dict[str, float | None]:
    prices = manifest.get("prices") or {}
    return {model: cost(agents, prices.get(model) or {}) for model, agents in usage.items()}


def _marks(folder: Path, name: str, pairs: list[tuple[str, str]]) -> Replayed:
    """Marks every row again, from the answer that was saved when it was given."""
    count, figures = 0, 0
    for model, dataset in pairs:
        path = run_folder.results_path(folder, model, dataset)
        results = run_folder.load(path)
        rows = run_folder.details(results)
        answers_path = run_folder.predictions_path(folder, model, dataset)
        answers = run_folder.predictions(folder, model, dataset)
        if len(answers) != len(rows):
            found = len(answers) if answers_path.is_file() else "no such file"
            return Replayed(name, count, figures, Difference(f"{answers_path}: its number of rows", len(rows), found))
        for row, answer in zip(rows, answers, strict=True):
            where = f"{path}: row {row['id']}"
            said = answer.get("prediction")
            if answer.get("id", row["id"]) != row["id"] or said != row["prediction"]:
                saved = [row["id"], row["prediction"]]
                place = f"{answers_path}: the answer to {row['id']}"
                return Replayed(name, count, figures, Difference(place, saved, [answer.get("id", row["id"]), said]))
            columns = {key: value for key, value in row.items() if key not in ("prediction", "missing")}
            try:
                marks = {"missing": said is None, **experiment(name).mark(columns, said)}
            except _OUT_OF_SHAPE as error:
                return Replayed(
                    name, count, figures, Difference(where, "a marked row", f"a row that cannot be marked: {error!r}")
                )
            compared = _compare({key: row.get(key) for key in marks}, json.loads(as_json(marks)), where)
            figures += compared.figures
            if compared.difference:
                return Replayed(name, count, figures, compared.difference)
            count += 1
        metrics = json.loads(as_json(experiment(name).metrics(rows)))
        # With repetitions OpenCompass keeps averages under other names; their rows are compared all the same.
        if not any(key.endswith("runs average)") for key in results):
            compared = _compare({key: results.get(key) for key in metrics}, metrics, str(path))
            figures += compared.figures
            if compared.difference:
                return Replayed(name, count, figures, compared.difference)
    return Replayed(name, count, figures)


def _figures(path: Path, now: Any) -> Replayed:
    if not path.is_file():
        return Replayed(path.stem, 0, 0, Difference(str(path), "no such file", "figures"))
    saved = run_folder.load(path)
    if not isinstance(saved, dict):
        return _compare(saved, now, str(path))
    figures = [{key: value for key, value in part.items() if key not in _WORDING} for part in (saved, now)]
    return _compare(figures[0], figures[1], str(path))


def _compare(saved: Any, now: Any, place: str) -> Replayed:
    """Compares two JSON values; `figures` counts the numbers that were compared."""
    numbers = 0
    for where, old, new in _leaves(finite(saved), now, place):
        if isinstance(new, int | float) and not isinstance(new, bool):
            numbers += 1
        if not _same(old, new):
            return Replayed("", 0, numbers, Difference(where, old, new))
    return Replayed("", 0, numbers)


def _leaves(saved: Any, now: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(saved, dict) and isinstance(now, dict):
        for key in [*now, *(key for key in saved if key not in now)]:
            yield from _leaves(saved.get(key), now.get(key), f"{place}: {key}" if ".json" in place[-5:] else f"{place}.{key}")
    elif isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        for index, (old, new) in enumerate(zip(saved, now, strict=True)):
            yield from _leaves(old, new, f"{place}[{index}]")
    else:
        yield place, saved, now


def _same(saved: Any, now: Any) -> bool:
    if (
        isinstance(saved, int | float)
        and isinstance(now, int | float)
        and not isinstance(saved, bool)
        and not isinstance(now, bool)
    ):
        return math.isclose(saved, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(saved) is type(now) and saved == now


def _short(value: Any) -> str:
    text = value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else text[:157] + "..."
