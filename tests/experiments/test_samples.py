"""Named samples: deterministic, and what they say they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.samples import limit_rows, sample_characters
from human_simulacra.experiments.self_report.rows import sample_questions
from human_simulacra.library import Library
from human_simulacra.types import Question

QUESTIONS = [Question(f"q{i}", "c", "cloze", "?", (), ("a",), (), "story", i % 2 == 0) for i in range(12)]


def test_quick_takes_the_first_three_of_the_form_life_and_of_the_core_where_nobody_has_tried_the_questions() -> None:
    assert [q.id for q in sample_questions("core", QUESTIONS)] == ["q0", "q2", "q4", "q6", "q8", "q10"]
    assert [q.id for q in sample_questions("quick", QUESTIONS)] == ["q0", "q2", "q4"]
    tried = [replace(q, life=int(q.id[1:]) % 3 == 1) for q in QUESTIONS]
    assert [q.id for q in sample_questions("life", tried)] == ["q1", "q4", "q7", "q10"]
    assert [q.id for q in sample_questions("quick", tried)] == ["q1", "q4", "q7"]
    assert sample_questions("all", QUESTIONS) == QUESTIONS


@given(st.lists(st.text("abc", min_size=1), unique=True).map(sorted))
def test_quick_takes_at_most_three_different_people_and_the_others_everybody(ids: list[str]) -> None:
    quick = sample_characters("quick", ids)
    assert len(quick) == len(set(quick)) == min(3, len(ids)) and set(quick) <= set(ids)
    assert sample_characters("core", ids) == sample_characters("all", ids) == ids


def test_an_unknown_sample_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean 'quick'"):
        sample_characters("quik", [])


def test_a_limit_keeps_together_what_an_experiment_compares() -> None:
    library = Library(None)

    def kept(name: str, limit: int, **arguments: Any) -> list[dict[str, Any]]:
        experiment = find_experiment(name)
        return list(limit_rows(experiment.rows(library, **arguments), limit, experiment.together))

    for sample, limit in (("quick", 4), ("quick", 13), ("all", 4), ("all", 100)):
        trials = Counter((row["character"], row["trial"]) for row in kept("conformity", limit, sample=sample))
        assert set(trials.values()) == {2}  # under pressure and alone
    ages = Counter(row["item"] for row in kept("growth", 4))
    assert len(ages) == 2 and set(ages.values()) == {3}
    chains = Counter((row["id"], row["character"]) for row in kept("interrogation", 4, runs=2))
    assert set(chains.values()) == {2}  # in both conversations
