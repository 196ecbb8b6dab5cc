"""The figures, comparisons and answers of a finished run as pandas data frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.reporting.answer_browser import answer_outcome
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.primary_comparisons import NAME as PRIMARY
from human_simulacra.results.summary import ALL, Row
from human_simulacra.results.usage import model_cost, usage_by_agent

TABLE = (
    "model", "method", "experiment", "measure", "unit", "score", "low", "high", "above_readers", "above_readers_low",
    "above_readers_high", "p", "against", "rows", "missing", "calls", "prompt_tokens", "completion_tokens", "money", "caveat",
)  # fmt: skip
HEADLINES = ("model", "method", "experiment", "measure", "unit", "of", "character", "score", "low", "high", "rows", "caveat")
COMPARISONS = (
    "experiment", "measure", "unit", "model", "against", "characters", "difference", "low", "high", "p", "p_uncorrected", "dz",
    "rank_biserial", "detectable", "caveat",
)  # fmt: skip
ANSWERS = (
    "model", "method", "experiment", "type", "character", "id", "question", "options", "answer", "prediction", "chosen",
    "outcome", "correct", "error", "calls", "prompt_tokens", "completion_tokens", "trace",
)  # fmt: skip

# Columns of numbers, in which None becomes NaN.
_NUMBERS = {
    "score", "low", "high", "above_readers", "above_readers_low", "above_readers_high", "p", "money", "difference",
    "p_uncorrected", "dz", "rank_biserial", "detectable",
}  # fmt: skip


def score_frame(run: Run) -> pd.DataFrame:
    """Returns one row per model and experiment: its headline measure, the primary test, rows, usage and money (`TABLE`)."""
    above = {
        (summary["experiment"], found["model"]): found["above"]
        for summary in run.summaries
        for found in summary["data"].get("above_blind") or ()
        if found["type"] == ALL
    }
    tests = {(test["experiment"], test["model"]): test for test in _comparisons(run)}
    lines = []
    for line in _headlines(run):
        key = (line["experiment"], line["model"])
        if line["character"] == line["of"] == ALL and line["measure"] == _headline_measure(run, line["experiment"]):
            readers, test = above.get(key) or {}, tests.get(key) or {}
            usage = usage_by_agent(row["trace"] for row in _rows(run, *key))
            price = (run.description.get("prices") or {}).get(line["model"]) or {}
            lines.append({
                **line, "above_readers": readers.get("value"), "above_readers_low": readers.get("low"),
                "above_readers_high": readers.get("high"), "p": test.get("p"), "against": test.get("against"),
                "missing": sum(bool(row["missing"]) for row in _rows(run, *key)), "calls": usage["all"].calls,
                "prompt_tokens": usage["all"].prompt_tokens, "completion_tokens": usage["all"].completion_tokens,
                "money": model_cost(usage, price),
            })  # fmt: skip
    return _frame(lines, TABLE)


def headline_frame(run: Run) -> pd.DataFrame:
    """Returns every measure of every model, over all rows, by type of question and by character (`HEADLINES`)."""
    return _frame(list(_headlines(run)), HEADLINES)


def comparison_frame(run: Run) -> pd.DataFrame:
    """Returns the primary comparisons of the run; `p` has Holm's correction over all of them (`COMPARISONS`)."""
    return _frame(list(_comparisons(run)), COMPARISONS)


def answer_frame(run: Run) -> pd.DataFrame:
    """Returns one row per answer (`ANSWERS`).

    `options`, `answer` and `chosen` (what a reply chose, None where there is no choice) hold texts. `outcome` is that of
    `answer_browser.answer_outcome`, and `correct` whether it is right, None where the experiment has no right answers.
    """
    methods = _methods(run)
    lines = []
    for row, answer in zip(run.rows, run.answers, strict=True):
        usage, outcome = usage_by_agent([row["trace"]])["all"], answer_outcome(row)
        lines.append({
            **row, "method": methods.get(row["model"]), "answer": _option_texts(row, "answer"),
            "chosen": _option_texts(row, "chosen") if row.get("options") else None, "outcome": outcome,
            "correct": row.get("correct", None if outcome == "not right or wrong" else outcome == "right"),
            "error": answer.get("error"), "calls": usage.calls, "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
        })  # fmt: skip
    return _frame(lines, ANSWERS)


def _frame(lines: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame([[line.get(column) for column in columns] for line in lines], columns=pd.Index(columns))
    return frame.astype({column: float for column in columns if column in _NUMBERS})


def _methods(run: Run) -> dict[str, str | None]:
    return {model["abbr"]: model.get("method") for model in run.description["models"]}


def _rows(run: Run, experiment: str, model: str) -> list[Row]:
    return [row for row in run.rows if row["experiment"] == experiment and row["model"] == model]


def _headline_measure(run: Run, experiment: str) -> str:
    """Returns an experiment's headline measure; of an experiment of another version, the first that its summary has."""
    if experiment in EXPERIMENTS:
        return EXPERIMENTS[experiment].headline
    return next(line["measure"] for line in _headlines(run) if line["experiment"] == experiment)


def _headlines(run: Run) -> Iterator[dict[str, Any]]:
    methods = _methods(run)
    for summary in run.summaries:
        for found in summary["headlines"]:
            estimate = found["estimate"]
            yield {
                **found, "method": methods.get(found["model"]), "experiment": summary["experiment"],
                "score": estimate["value"], "low": estimate["low"], "high": estimate["high"], "rows": estimate["rows"],
                "caveat": found.get("caveat") or None,
            }  # fmt: skip


def _comparisons(run: Run) -> Iterator[dict[str, Any]]:
    primary = next((summary for summary in run.summaries if summary["experiment"] == PRIMARY), None)
    for found in primary["data"]["comparisons"] if primary else ():
        difference = found["difference"]
        yield {
            **found, "model": found["first"], "against": found["second"], "difference": difference["value"],
            "low": difference["low"], "high": difference["high"], "p": found["p_holm"], "p_uncorrected": found["p"],
            "caveat": found.get("caveat") or None,
        }  # fmt: skip


def _option_texts(row: Mapping[str, Any], column: str) -> Any:
    """Returns a column as texts, where it holds positions of options; else as the row has it."""
    value, options = row.get(column), row.get("options")
    places = value if isinstance(value, list) else [value]
    if options and all(isinstance(place, int) and 0 <= place < len(options) for place in places):
        return [options[place] for place in places]
    return value
