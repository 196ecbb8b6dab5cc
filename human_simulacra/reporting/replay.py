"""Recomputes every score and figure of a saved run and compares them; needs no model, key, network or dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import find_experiment, summarise_run
from human_simulacra.likelihood_choice import OptionScore, choose_options
from human_simulacra.reporting.replay_comparison import Difference, ReplayResult, compare_summary, compare_values
from human_simulacra.results import run_folder
from human_simulacra.results.loaded_run import MANIFEST, read_manifest
from human_simulacra.results.tables import to_json
from human_simulacra.results.usage import model_cost, usage_as_dict, usage_by_model

# Exceptions of scoring a saved row that was edited and is no longer valid.
_INVALID_ROW = (KeyError, TypeError, ValueError, IndexError, AttributeError)


def replay(folder: Path) -> list[ReplayResult]:
    """Recomputes a run and compares it with its saved files.

    Returns:
        One result per experiment and one for the usage. If scores differ, figures and usage are not compared.

    Raises:
        UserError: If the folder is not a run's, or a file is invalid.
    """
    manifest = read_manifest(folder)
    by_experiment: dict[str, list[tuple[str, str]]] = {}
    missing: list[Difference] = []
    for model, dataset in manifest["pairs"]:
        path = run_folder.results_path(folder, model, dataset)
        entries = run_folder.flatten_details(run_folder.read_json(path) or {})
        if not path.is_file() or not entries:
            missing.append(Difference(str(path), "scored rows", "no such file" if not path.is_file() else "none"))
            continue
        by_experiment.setdefault(entries[0]["experiment"], []).append((model, dataset))
    if missing:
        return [ReplayResult("results", 0, 0, missing[0])]
    results = [_replay_scores(folder, name, pairs) for name, pairs in by_experiment.items()]
    if any(result.difference for result in results):
        return results
    rows = list(run_folder.read_scored_rows(folder, [tuple(pair) for pair in manifest["pairs"]]))
    try:
        summaries = {summary.experiment: summary for summary in summarise_run(rows)}
        usage = usage_by_model(rows)
    except _INVALID_ROW as error:
        raise UserError(f"{folder}: its rows cannot be summarised ({error!r}): a saved file was edited") from error
    for index, scored in enumerate(results):
        figures = compare_summary(folder / "summary", summaries[scored.name])
        results[index] = ReplayResult(scored.name, scored.rows, scored.figures + figures.figures, figures.difference)
    saved = {key: manifest.get(key) for key in ("usage", "money")}
    prices = manifest.get("prices") or {}
    money = {model: model_cost(agents, prices.get(model) or {}) for model, agents in usage.items()}
    now = {"usage": usage_as_dict(usage), "money": money}
    compared = compare_values(saved, now, str(folder / "summary" / MANIFEST))
    return [*results, ReplayResult("usage", len(rows), compared.figures, compared.difference)]


def _replay_scores(folder: Path, name: str, pairs: list[tuple[str, str]]) -> ReplayResult:
    """Rescores the rows of an experiment from the saved answers and compares scores and metrics."""
    count, figures = 0, 0

    def result(difference: Difference | None = None) -> ReplayResult:
        return ReplayResult(name, count, figures, difference)

    for model, dataset in pairs:
        path = run_folder.results_path(folder, model, dataset)
        results = run_folder.read_json(path)
        rows = run_folder.flatten_details(results)
        answers_path = run_folder.predictions_path(folder, model, dataset)
        answers = run_folder.read_predictions(folder, model, dataset)
        if len(answers) != len(rows):
            found = len(answers) if answers_path.is_file() else "no such file"
            return result(Difference(f"{answers_path}: its number of rows", len(rows), found))
        for row, answer in zip(rows, answers, strict=True):
            where = f"{path}: row {row['id']}"
            said = answer.get("prediction")
            if answer.get("id", row["id"]) != row["id"] or said != row["prediction"]:
                saved, found = [row["id"], row["prediction"]], [answer.get("id", row["id"]), said]
                return result(Difference(f"{answers_path}: the answer to {row['id']}", saved, found))
            columns = {key: value for key, value in row.items() if key not in ("prediction", "missing")}
            if (picked := _chosen_by_likelihood(answer, row)) and said not in picked:
                return result(Difference(f"{answers_path}: the choice of {row['id']}", said, picked[0]))
            try:
                scores = find_experiment(name).score_row(columns, said, answer.get("trace"))
            except _INVALID_ROW as error:
                return result(Difference(where, "a scored row", f"a row that cannot be scored: {error!r}"))
            compared = compare_values({key: row.get(key) for key in scores}, json.loads(to_json(scores)), where)
            figures += compared.figures
            if compared.difference:
                return result(compared.difference)
            count += 1
        metrics = json.loads(to_json(find_experiment(name).metrics(rows)))
        # For repeated rows, OpenCompass 0.5.4 saves averages under other names; then only the rows are compared.
        if not any(key.endswith("runs average)") for key in results):
            saved = {key: value for key, value in results.items() if key != "details"}
            compared = compare_values(saved, metrics, str(path))
            figures += compared.figures
            if compared.difference:
                return result(compared.difference)
    return result()


def _chosen_by_likelihood(answer: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Returns the reply with the highest saved likelihood, as letters and as texts; None if generated."""
    trace = answer.get("trace") or {}
    if trace.get("answering") != "likelihood" or not trace.get("choices"):
        return None
    choices = [OptionScore(**choice) for choice in trace["choices"]]
    picked = choose_options(choices, several=row["type"] == "multiple_choice")
    return ", ".join(chr(ord("A") + i) for i in picked), ", ".join(choices[i].option for i in picked)
