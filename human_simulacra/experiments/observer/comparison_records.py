"""What judges said in comparisons: one verdict of a judge on the answers of several models, in both orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from human_simulacra.experiments.observer.judgement_records import Judgement, select_judgements
from human_simulacra.judge_models.verdict_parsing import parse_counts, parse_ranking
from human_simulacra.results.summary import Row

COMPARISON = "comparison"
# Criteria by which answers are ranked, and the label of their line in a judge's reply.
CRITERIA = {"decision": "DECISION", "voice": "VOICE", "naturalness": "NATURAL"}
FALSE_FACTS = "false facts"
COMPARED = (*CRITERIA, FALSE_FACTS)

# The rank of each model by criterion, 1 the best, and the number of false facts, each in the order of `models`.
Opinion = Mapping[str, Sequence[float]]
# A verdict as a dictionary, with its row's id, dataset, character and type.
RunVerdict = dict[str, Any]


@dataclass(frozen=True)
class ComparisonVerdict:
    """One judge's comparison of the answers to one situation.

    Args:
        judge: The judge.
        own: Whether the judge is one of the compared models.
        shared: Names the judgement, which the rows of all compared models hold.
        models: The models in the order first shown.
        opinions: What the judge said with the answers in this order, and in the reverse order; None if unparseable.
        failed: Whether a call failed.
    """

    judge: str
    own: bool
    shared: str
    models: list[str]
    opinions: list[Opinion | None]
    failed: bool


def read_verdicts(judgements: Sequence[Judgement]) -> list[ComparisonVerdict]:
    """Parses the comparisons among a row's judgements."""
    found = []
    for first in select_judgements(judgements, kind=COMPARISON, reversed=False):
        (second,) = select_judgements(judgements, kind=COMPARISON, reversed=True, judge=first["judge"])
        opinions = [_opinion(first), _opinion(second)]
        failed = first["text"] is None or second["text"] is None
        found.append(ComparisonVerdict(first["judge"], first["own"], first["shared"], list(first["models"]), opinions, failed))
    return found


def _opinion(entry: Judgement) -> Opinion | None:
    """Returns what a reply says in the order first shown; None if any of its lines cannot be read."""
    text, count = entry["text"] or "", len(entry["models"])
    lines = {criterion: parse_ranking(text, label, count) for criterion, label in CRITERIA.items()}
    read: dict[str, Any] = {**lines, FALSE_FACTS: parse_counts(text, "FALSE FACTS", count)}
    if any(values is None for values in read.values()):
        return None
    return {name: values[::-1] if entry["reversed"] else values for name, values in read.items()}


def run_verdicts(rows: Iterable[Row]) -> list[RunVerdict]:
    """Returns the verdicts of a run, each once although the rows of all its models hold it, in order of appearance."""
    found: dict[tuple[str, str], RunVerdict] = {}
    for row in rows:
        for verdict in row.get("comparisons", []):
            key = verdict["judge"], verdict["shared"]
            # A call that failed for one model may have succeeded for the next.
            if key not in found or found[key]["failed"]:
                found[key] = {**verdict, "id": row["id"], "dataset": row["dataset"], "character": row["character"],
                              "type": row.get("type", "scenario")}  # fmt: skip
    return list(found.values())


def is_counted(verdict: RunVerdict) -> bool:
    """Returns whether a verdict has both orders; one alone would count the judge's preference for a position."""
    return None not in verdict["opinions"]


def comparison_item(model: str, dataset: str, criterion: str, row_id: str) -> str:
    """Returns the name of what is said of one answer by one criterion, the same for every judge and person."""
    return f"{model}|{dataset}|{criterion}|{row_id}"


def verdict_ratings(verdicts: Iterable[RunVerdict], criterion: str) -> dict[str, dict[str, float]]:
    """Returns by judge and item the rank or number that each answer got, the mean of both orders."""
    found: dict[str, dict[str, float]] = {}
    for verdict in filter(is_counted, verdicts):
        for model, *both in zip(verdict["models"], *(opinion[criterion] for opinion in verdict["opinions"]), strict=True):
            item = comparison_item(model, verdict["dataset"], criterion, verdict["id"])
            found.setdefault(verdict["judge"], {})[item] = sum(both) / len(both)
    return found


def with_mean_ranks(ratings: Mapping[str, float]) -> dict[str, float]:
    """Returns one person's grades with the ranks that the person typed (1, 1, 2 or 1, 1, 3) as mean ranks (1.5, 1.5, 3)."""
    from scipy.stats import rankdata

    result = dict(ratings)
    groups: dict[tuple[str, ...], list[str]] = {}
    for item in ratings:
        _, *group = item.split("|")
        if group[1] in CRITERIA:
            groups.setdefault(tuple(group), []).append(item)
    for items in groups.values():
        result |= zip(items, rankdata([ratings[item] for item in items]).tolist(), strict=True)
    return result
