"""Scripted respondents of the personality test, through the experiment's rows, scores and summary."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from human_simulacra.experiments.personality.experiment import Personality
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.validation.near_statements import NEAR

Respondent = Callable[[dict[str, Any]], bool]
THRESHOLDS = (0.26, 0.30, 0.34, 0.36, 0.38, 0.42, 0.5, 0.6)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture(scope="module")
def resemblance(library: Library) -> Callable[[dict[str, Any]], float]:
    """Returns the highest cosine of a row's statement to any statement in its character's persona."""
    texts = [item.text for item in library.personality_items]
    vectors = dict(zip(texts, SentenceEmbedder().encode(texts), strict=True))
    personas = {c: np.array([vectors[trait.text] for trait in library.character(c).traits]) for c in library.ids}
    return lambda row: float((personas[row["character"]] @ vectors[row["statement"]]).max())


def summary(library: Library, says_yes: Respondent, **options: Any) -> dict[str, Any]:
    """Returns the first table's row, and the tau of every character (0 without an order) as `taus`."""
    test, scored = Personality(), []
    for row in test.rows(library, **options):
        if row["type"] == "statement":
            reply = "Yes" if says_yes(row) else "No"
            scored.append({**row, "model": "m", "missing": False, "prediction": reply, **test.score(row, reply)})
    found = test.summarise(scored)
    taus = np.nan_to_num([entry["tau"] for entry in found.data["tau"]])
    return {**dict(zip(found.tables[0].head, found.tables[0].rows[0], strict=True)), "taus": taus}


def test_who_says_yes_only_to_what_is_in_the_persona_or_near_to_it_shows_no_order(
    library: Library, resemblance: Callable[[dict[str, Any]], float]
) -> None:
    for threshold in THRESHOLDS:
        taus = summary(library, lambda row, t=threshold: resemblance(row) > t, ratio=1)["taus"]
        assert abs(taus.mean()) < 0.15, threshold
        assert threshold < NEAR or np.abs(taus).mean() < 0.15, threshold  # nothing that near is asked


@pytest.mark.parametrize(("direction", "tau"), [(1, 1.0), (-1, -1.0)])
def test_an_exact_personality_is_found_and_its_reverse_too(library: Library, direction: int, tau: float) -> None:
    found = summary(library, lambda row: row["assigned"][::direction].index(row["function"]) + 1 == row["rank"])
    assert found["taus"] == pytest.approx(tau) and found["ceiling"] == "1.00"


def test_random_answers_and_a_fixed_sheet_of_answers_show_no_order_on_average(library: Library) -> None:
    draw = random.Random(0)
    for share in (0.5, 0.8):
        every = [summary(library, lambda _, p=share: draw.random() < p, seed=seed)["taus"] for seed in range(8)]
        assert abs(np.mean(every)) < 0.1
        # The same answers for all characters, who differ only in which statements they are not asked.
        sheets = [
            summary(library, lambda row, s=seed, p=share: random.Random(f"{s}{row['statement']}").random() < p)["taus"]
            for seed in range(8)
        ]
        assert abs(np.mean(sheets)) < 0.1


def test_always_yes_shows_no_order_though_characters_are_asked_different_numbers(library: Library) -> None:
    assert len({sum(row["character"] == c for row in Personality.rows(library)) for c in library.ids}) > 1
    found = summary(library, lambda _: True)
    assert (found["without order"], found["tau-b (chance 0) [95 %]"]) == (12, "")


def test_the_quick_sample_prints_its_ceiling(library: Library) -> None:
    found = summary(library, lambda row: (row["assigned"].index(row["function"]) < 4) == (row["rank"] == 1), sample="quick")
    assert (found["characters"], found["ceiling"]) == (1, "0.87")
