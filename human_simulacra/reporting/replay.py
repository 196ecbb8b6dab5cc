"""Checks a saved run's files and recomputes its scores and figures; needs no model, key, network or dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import find_experiment, summarise_run
from human_simulacra.likelihood_choice import OptionScore, choose_options
from human_simulacra.reporting.manifest import MANIFEST
from human_simulacra.reporting.manifest_check import find_changes
from human_simulacra.reporting.replay_comparison import Comparison, compare_summary, compare_values, describe_difference
from human_simulacra.results import run_folder
from human_simulacra.results.compact_rows import Compactor
from human_simulacra.results.loaded_run import DESCRIPTION, read_description
from human_simulacra.results.primary_comparisons import NAME as PRIMARY
from human_simulacra.results.rules import describe_other_rules
from human_simulacra.results.summary import Row
from human_simulacra.results.tables import as_read
from human_simulacra.results.unfinished import with_unfinished
from human_simulacra.results.usage import model_cost, usage_as_dict, usage_by_model

# Exceptions of reading a saved file that was edited and no longer has the keys and types of a run's.
_INVALID = (KeyError, TypeError, ValueError, IndexError, AttributeError)


@dataclass(frozen=True)
class ReplayResult:
    """What the replay found in one part of a run (the manifest, an experiment, the usage): whether it agrees, and a sentence."""

    part: str
    agrees: bool
    finding: str


def replay(folder: Path, with_report: bool = True) -> list[ReplayResult]:
    """Checks the files of a run against its manifest, recomputes the run, and compares it with its saved figures.

    Args:
        folder: The run's folder.
        with_report: Whether to check the HTML report too.

    Returns:
        One result for the manifest or for each changed file, one for the primary comparisons, one per experiment, and one for
        the usage. If scores differ, figures and usage are not compared. If the run was scored by other rules, nothing is
        recomputed.

    Raises:
        UserError: If the folder is not a run's, or a file is invalid although its manifest says that nothing was changed.
    """
    description = read_description(folder)
    other_rules = describe_other_rules(description)
    checked = _check_files(folder, with_report) if not other_rules or (folder / MANIFEST).is_file() else []
    if other_rules:
        return [ReplayResult("rules", False, f"{folder / DESCRIPTION}: {other_rules}"), *checked]
    try:
        return [*checked, *_recompute(folder, description)]
    except (UserError, *_INVALID) as error:
        if not all(result.agrees for result in checked):
            return checked  # which name the changed files
        if isinstance(error, UserError):
            raise
        raise UserError(f"{folder}: its rows cannot be summarised ({error!r}): a saved file was edited") from error


def _check_files(folder: Path, with_report: bool) -> list[ReplayResult]:
    count, changes = find_changes(folder, with_report)
    unchanged = ReplayResult("manifest", True, f"{count} files are unchanged")
    return [ReplayResult("manifest", False, change) for change in changes] or [unchanged]


def _recompute(folder: Path, description: Mapping[str, Any]) -> list[ReplayResult]:
    pairs = [(model, dataset) for model, dataset in description["pairs"]]
    by_experiment: dict[str, list[tuple[str, str]]] = {}
    counts: Counter[str] = Counter()
    for model, dataset in pairs:
        path = run_folder.results_path(folder, model, dataset)
        entries = run_folder.flatten_details(run_folder.read_results(folder, model, dataset))
        if not entries:
            found = "none" if path.is_file() else "no such file"
            return [ReplayResult("results", False, describe_difference(str(path), "scored rows", found))]
        by_experiment.setdefault(entries[0]["experiment"], []).append((model, dataset))
        counts[entries[0]["experiment"]] += len(entries)
    rows_of: dict[tuple[str, str], list[Row]] = {}
    scored = {name: _rescore(folder, name, own, rows_of) for name, own in by_experiment.items()}
    if any(comparison.difference for comparison in scored.values()):
        return [_result(name, counts[name], [comparison]) for name, comparison in scored.items()]
    rows = [row for pair in pairs for row in rows_of.pop(pair)]
    found = with_unfinished(summarise_run(rows, description.get("primary")), description)
    figures = {summary.experiment: compare_summary(folder / "summary", summary) for summary in found}
    usage = usage_by_model(rows)
    saved = {key: description.get(key) for key in ("usage", "money")}
    prices = description.get("prices") or {}
    money = {model: model_cost(agents, prices.get(model) or {}) for model, agents in usage.items()}
    used = compare_values(saved, {"usage": usage_as_dict(usage), "money": money}, str(folder / DESCRIPTION))
    results = [_result(PRIMARY, len(rows), [figures[PRIMARY]])]
    results += [_result(name, counts[name], [comparison, figures[name]]) for name, comparison in scored.items()]
    return [*results, _result("usage", len(rows), [used])]


def _result(part: str, rows: int, comparisons: Sequence[Comparison]) -> ReplayResult:
    difference = next((c.difference for c in comparisons if c.difference), "")
    agreement = f"{rows} rows and {sum(c.figures for c in comparisons)} figures agree"
    return ReplayResult(part, not difference, difference or agreement)


def _rescore(folder: Path, name: str, pairs: Sequence[tuple[str, str]], rows_of: dict[tuple[str, str], list[Row]]) -> Comparison:
    """Scores the saved answers of an experiment again, compares scores and metrics, and adds the compact rows to `rows_of`."""
    figures, make = 0, Compactor()
    for model, dataset in pairs:
        path = run_folder.results_path(folder, model, dataset)
        results = run_folder.read_results(folder, model, dataset)
        rows = run_folder.flatten_details(results)
        files = run_folder.predictions_paths(folder, model, dataset)
        answers_path = run_folder.predictions_path(folder, model, dataset)
        if len(files) > 1:
            answers_path = answers_path.with_name(f"{dataset}_*.json")
        compact: list[Row] = []
        answered, difference = 0, ""
        for row, answer in zip_longest(rows, run_folder.iterate_predictions(folder, model, dataset)):
            answered += answer is not None
            if difference or row is None or answer is None:
                continue
            where = f"{path}: row {row['id']}"
            try:
                compared = _rescore_row(name, row, answer, where, str(answers_path))
            except _INVALID as error:
                compared = Comparison(0, describe_difference(where, "a scored row", f"a row that cannot be scored: {error!r}"))
            figures, difference = figures + compared.figures, compared.difference
            compact.append(make.row({**row, "model": model, "dataset": dataset}, answer.get("trace")))
        if answered != len(rows):
            found = answered if files else "no such file"
            return Comparison(figures, describe_difference(f"{answers_path}: its number of rows", len(rows), found))
        if difference:
            return Comparison(figures, difference)
        rows_of[model, dataset] = compact
        # For repeated rows, OpenCompass 0.5.4 saves averages under other names; then only the rows are compared.
        if not any(key.endswith("runs average)") for key in results):
            metrics = as_read(find_experiment(name).metrics(rows))
            compared = compare_values({key: value for key, value in results.items() if key != "details"}, metrics, str(path))
            figures += compared.figures
            if compared.difference:
                return Comparison(figures, compared.difference)
    return Comparison(figures)


def _rescore_row(name: str, row: Mapping[str, Any], answer: Mapping[str, Any], where: str, answers_path: str) -> Comparison:
    said = answer.get("prediction")
    if answer.get("id", row["id"]) != row["id"] or said != row["prediction"]:
        saved, found = [row["id"], row["prediction"]], [answer.get("id", row["id"]), said]
        return Comparison(0, describe_difference(f"{answers_path}: the answer to {row['id']}", saved, found))
    if (picked := _chosen_by_likelihood(answer, row)) and said not in picked:
        return Comparison(0, describe_difference(f"{answers_path}: the choice of {row['id']}", said, picked[0]))
    columns = {key: value for key, value in row.items() if key not in ("prediction", "missing")}
    scores = find_experiment(name).score_row(columns, said, answer.get("trace"))
    return compare_values({key: row.get(key) for key in scores}, as_read(scores), where)


def _chosen_by_likelihood(answer: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Returns the reply with the highest saved likelihood, as letters and as texts; None if generated."""
    trace = answer.get("trace") or {}
    if trace.get("answering") != "likelihood" or not trace.get("choices"):
        return None
    choices = [OptionScore(**choice) for choice in trace["choices"]]
    picked = choose_options(choices, several=row["type"] == "multiple_choice")
    return ", ".join(chr(ord("A") + i) for i in picked), ", ".join(choices[i].option for i in picked)
