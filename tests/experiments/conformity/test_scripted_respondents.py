"""Scripted respondents of known conformity, through the experiment's rows, scores and summary."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.library import Library

SEEDS = range(20)
Respondent = Callable[[dict[str, Any], random.Random], int]


def conformer(rate: float) -> Respondent:
    """Returns a respondent who is right alone and names the majority's option on a share of the trials under pressure."""
    return lambda row, draw: row["majority_answer"] if row["said"] and draw.random() < rate else row["answer"][0]


def guesser(row: dict[str, Any], draw: random.Random) -> int:
    return draw.randrange(3)


def always_a(row: dict[str, Any], draw: random.Random) -> int:
    return 0


@cache
def library() -> Library:
    return Library()


def rates(respond: Respondent, seed: int, characters: int = 12) -> dict[str, Any]:
    """Returns the rates under pressure over characters of a respondent; the seed is that of the rows, too."""
    draw, experiment, scored = random.Random(seed), Conformity(), []
    for row in experiment.rows(library(), seed=seed, characters=library().ids[:characters]):
        reply = "ABC"[respond(row, draw)]
        common = {"model": "m", "dataset": "conformity", "missing": False, "prediction": reply}
        scored.append({**row, **common, **experiment.score(row, reply)})
    return next(entry for entry in experiment.summarise(scored).data["rates"] if entry["character"] == "all")


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_a_conformer_of_known_rate_is_found_within_its_interval(rate: float) -> None:
    inside = 0
    for seed in SEEDS:
        found = rates(conformer(rate), seed)
        low, high = found["intervals"]["conformity"]
        inside += low <= 100 * rate <= high
        assert found["beyond_control"] == found["conformity"]
    assert inside >= 0.85 * len(SEEDS)


@pytest.mark.parametrize("respond", [guesser, always_a])
def test_who_errs_alike_alone_shows_no_conformity_and_is_not_tested_against_people(respond: Respondent) -> None:
    every = [rates(respond, seed) for seed in SEEDS]
    assert abs(sum(found["conformity"] for found in every)) / len(SEEDS) < 3
    covered = sum(found["intervals"]["conformity"][0] <= 0 <= found["intervals"]["conformity"][1] for found in every)
    assert covered >= 0.85 * len(SEEDS)
    p_values = [found["against_people"]["p"] for found in every]
    assert sum(p is not None and p < 0.05 for p in p_values) <= 0.05 * len(SEEDS)


def test_twelve_characters_who_never_or_always_yield_differ_from_people_and_three_do_not() -> None:
    for rate in (0.0, 1.0):
        assert rates(conformer(rate), 0)["against_people"]["p"] < 0.01
        assert rates(conformer(rate), 0, characters=3)["against_people"]["p"] > 0.05
    alike = [rates(conformer(0.32), seed)["against_people"]["p"] for seed in SEEDS]
    assert sum(p < 0.05 for p in alike) <= 0.05 * len(SEEDS)
