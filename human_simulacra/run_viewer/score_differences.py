"""The scores of two runs side by side: the headline of each experiment, and the same questions in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from human_simulacra.charts.forest_plot import describe_estimate
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.reporting.answer_browser import RIGHT, UNJUDGED, answer_outcome
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import ALL
from human_simulacra.run_viewer.answer_pairs import AnswerPair, ModelPair, prompt_tokens


@dataclass(frozen=True)
class ScoreDifference:
    """One experiment of one pair of models.

    `first`, `second` and `difference` are the saved headlines with their intervals, empty without one. The others are over the
    `matched` questions that both runs answered: how many are right in A and in B (None if there is no right answer), and the
    mean prompt tokens of an answer.
    """

    experiment: str
    models: ModelPair
    measure: str
    first: str
    second: str
    difference: str
    matched: int
    right: tuple[int, int] | None
    tokens: tuple[float, float]


def score_differences(
    first: Run, second: Run, models: Sequence[ModelPair], pairs: Sequence[AnswerPair]
) -> Iterator[ScoreDifference]:
    """Yields a line for each experiment and each of these pairs of models that both runs have."""
    groups: dict[tuple[str, ModelPair], list[AnswerPair]] = {}
    for one in pairs:
        if one.first is not None and one.second is not None:
            groups.setdefault((one.row["experiment"], one.models), []).append(one)
    order = list(dict.fromkeys(row["experiment"] for row in first.rows))
    for experiment, pair in sorted(groups, key=lambda key: (order.index(key[0]), models.index(key[1]))):
        own = groups[experiment, pair]
        known = EXPERIMENTS.get(experiment)
        before, after = _headline(first, experiment, pair[0]), _headline(second, experiment, pair[1])
        yield ScoreDifference(
            experiment=known.title if known else experiment,
            models=pair,
            measure=next((_name(headline) for headline in (before, after) if headline), ""),
            first=_format(before),
            second=_format(after),
            difference=_difference(before, after),
            matched=len(own),
            right=_count_right(own),
            tokens=(_mean_tokens(own, "first"), _mean_tokens(own, "second")),
        )


def _format(headline: Mapping[str, Any] | None) -> str:
    return describe_estimate(headline["estimate"], headline["unit"]) if headline else ""


def _headline(run: Run, experiment: str, model: str | None) -> dict[str, Any] | None:
    """Returns the headline of an experiment over all rows and characters of a model: its headline measure, or else its first."""
    summary = next((summary for summary in run.summaries if summary["experiment"] == experiment), {"headlines": []})
    overall = [h for h in summary["headlines"] if h["model"] == model and h["character"] == h["of"] == ALL]
    known = EXPERIMENTS.get(experiment)
    return next((h for h in overall if known and h["measure"] == known.headline), overall[0] if overall else None)


def _name(headline: Mapping[str, Any]) -> str:
    return f"{headline['measure']} ({headline['unit']})" if headline["unit"] else headline["measure"]


def _difference(first: Mapping[str, Any] | None, second: Mapping[str, Any] | None) -> str:
    if not first or not second or (first["measure"], first["unit"]) != (second["measure"], second["unit"]):
        return ""
    before, after = first["estimate"]["value"], second["estimate"]["value"]
    return "" if before is None or after is None else f"{after - before:+.{1 if first['unit'] == '%' else 2}f}"


def _count_right(pairs: Sequence[AnswerPair]) -> tuple[int, int] | None:
    outcomes = [[answer_outcome(row) for row in (pair.first, pair.second) if row] for pair in pairs]
    if all(UNJUDGED in both for both in outcomes):
        return None
    return sum(before == RIGHT for before, _ in outcomes), sum(after == RIGHT for _, after in outcomes)


def _mean_tokens(pairs: Sequence[AnswerPair], side: str) -> float:
    return mean(prompt_tokens(getattr(pair, side)) for pair in pairs)
