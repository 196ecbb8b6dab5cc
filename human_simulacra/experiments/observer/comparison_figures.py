"""Figures of comparisons: expected ranks, preferences over the reference, false facts, the effect of position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.experiments.observer.comparison_records import (
    COMPARED,
    CRITERIA,
    FALSE_FACTS,
    RunVerdict,
    is_counted,
    verdict_ratings,
)
from human_simulacra.judge_models.verdict_parsing import MOST_FALSE_FACTS
from human_simulacra.statistics import Estimate, cluster_interval
from human_simulacra.statistics.rank_model import fit_ranks
from human_simulacra.statistics.rater_agreement import AgreementCoefficient, krippendorff_alpha


@dataclass(frozen=True)
class ComparedModel:
    """The figures of one model.

    Args:
        model: The model.
        comparisons: Number of verdicts on its answers.
        ranks: Expected rank among all models by criterion, 1 the best.
        reference: The model that knows nothing of the character; empty if there is none.
        preferences: Probability in percent to be preferred over the reference, by criterion; empty without one.
        false_facts: False facts per answer, 0 to 9.
    """

    model: str
    comparisons: int
    ranks: Mapping[str, Estimate]
    reference: str
    preferences: Mapping[str, Estimate]
    false_facts: Estimate


def compare_answers(verdicts: Sequence[RunVerdict], references: Mapping[str, str]) -> list[ComparedModel]:
    """Returns the figures of each model, in the order of their names; verdicts without both orders do not count.

    Both orders of every judge's verdict enter the rank model, with characters as clusters.

    Args:
        verdicts: The verdicts of judges whose opinions count alike.
        references: The reference of each model that has one.
    """
    counted = [verdict for verdict in verdicts if is_counted(verdict)]
    if not counted:
        return []
    opinions = [(verdict, opinion) for verdict in counted for opinion in verdict["opinions"]]
    clusters = [verdict["character"] for verdict, _ in opinions]
    fits = {
        criterion: fit_ranks([dict(zip(v["models"], said[criterion], strict=True)) for v, said in opinions], clusters)
        for criterion in CRITERIA
    }
    result = []
    models = sorted({model for verdict in counted for model in verdict["models"]})
    for model in models:
        own = [(v["character"], said[FALSE_FACTS][v["models"].index(model)]) for v, said in opinions if model in v["models"]]
        reference = references.get(model, "") if references.get(model) in models else ""
        result.append(ComparedModel(
            model,
            sum(model in verdict["models"] for verdict in counted),
            {criterion: fit.expected_rank(model) for criterion, fit in fits.items()},
            reference,
            {criterion: fit.preference(model, reference) for criterion, fit in fits.items() if reference},
            mean_false_facts([count for _, count in own], [character for character, _ in own]),
        ))  # fmt: skip
    return result


def mean_false_facts(counts: Sequence[float], characters: Sequence[str]) -> Estimate:
    """Returns the mean number of false facts per answer with its interval over characters, within 0 and 9.

    Args:
        counts: False facts of each answer, as each judge counted them in each order, shape (counts,).
        characters: The character of each, shape (counts,).
    """
    bounds = (0.0, float(MOST_FALSE_FACTS))
    return cluster_interval([count / 100 for count in counts], [1.0] * len(counts), characters, bounds)


def position_effect(verdicts: Iterable[RunVerdict], judge: str) -> Estimate | None:
    """Returns how often a judge prefers, of two answers, the one shown first, in percent; 50 is no effect, ties count half.

    Over all criteria. Since both orders are asked, the quality of the answers cancels. None without a counted verdict.
    """
    shares, characters = [], []
    for verdict in verdicts:
        if verdict["judge"] == judge and is_counted(verdict):
            first, second = verdict["opinions"]
            for criterion in CRITERIA:
                shown = [*_leads(first[criterion]), *_leads(second[criterion][::-1])]
                shares.append(sum(shown) / len(shown))
                characters.append(verdict["character"])
    return cluster_interval(shares, [1.0] * len(shares), characters) if shares else None


def comparison_agreement(verdicts: Sequence[RunVerdict]) -> dict[str, list[AgreementCoefficient]]:
    """Returns Krippendorff's alpha by criterion over the answers, each with its rank or number (the mean of both orders)."""
    return {name: [krippendorff_alpha(verdict_ratings(verdicts, name), comparison_level(name))] for name in COMPARED}


def comparison_level(criterion: str) -> str:
    """Returns the level of measurement of a criterion: ordinal for ranks, interval for counts."""
    return "interval" if criterion == FALSE_FACTS else "ordinal"


def _leads(ranks: Sequence[float]) -> list[float]:
    """Returns for each pair of ranks, in the order shown, 1 if the first is better, 0.5 for a tie, otherwise 0."""
    pairs = [(a, b) for place, a in enumerate(ranks) for b in ranks[place + 1 :]]
    return [1.0 if a < b else 0.5 if a == b else 0.0 for a, b in pairs]
