"""Points of the self report as in the paper, without the faults of its release."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.experiments.self_report.question_scoring import (
    score_cloze,
    score_multiple_choice,
    score_reply,
    score_single_choice,
)
from human_simulacra.stimuli import question_stimulus, shuffle_options
from human_simulacra.types import Question

SIX = ["u", "v", "w", "x", "y", "z"]


def question(**changes: object) -> Question:
    base = Question("q", "c", "multiple_choice", "Which?", tuple(SIX), (0, 2, 4), (), "story", True)
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def test_cloze_is_scored_by_its_own_type_name_and_by_whole_words() -> None:
    # Fault 1 of the release: 'cloze' was compared with 'Cloze', then crashed; "male" matched inside "female".
    assert score_reply("cloze", "I am female", [], ["male"]).points == 0
    assert score_reply("cloze", "I am male", [], ["male"]).points == 2


def test_multiple_choice_subtracts_two_points_per_wrong_option_down_to_zero() -> None:
    assert score_multiple_choice("A, C, E", SIX, (0, 2, 4)).points == 6
    assert score_multiple_choice("A, C, F", SIX, (0, 2, 4)).points == 2
    assert score_multiple_choice("A, B, D", SIX, (0, 2, 4)).points == 0
    assert score_multiple_choice("A", SIX, (0, 2, 4)).points == 2


def test_single_choice_counts_several_letters_as_wrong_and_prose_as_unparseable() -> None:
    assert not score_single_choice("A and B", list("abcd"), (0,)).correct
    unparseable = score_single_choice("Who knows?", list("wxyz"), (0,))
    assert (unparseable.parsed, unparseable.points) == (False, 0)


def test_an_empty_cloze_reply_is_unparseable() -> None:
    assert not score_cloze("  ", ["Ada"]).parsed


@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5), min_size=1))
def test_points_stay_between_zero_and_full_and_full_means_right(picked: set[int], right: set[int]) -> None:
    found = score_multiple_choice(", ".join("ABCDEF"[i] for i in picked), SIX, tuple(right))
    assert 0 <= found.points <= found.full == 2 * len(right)
    assert (found.points == found.full) == found.correct == (picked == right)


@given(st.integers(0, 10_000))
def test_options_keep_their_key_under_every_seed(seed: int) -> None:
    shown = shuffle_options(question(), seed)
    assert {shown.options[int(i)] for i in shown.answer} == {"u", "w", "y"}


def test_the_order_of_options_is_seeded() -> None:
    # Fault 5 of the release: options were shuffled unseeded.
    assert shuffle_options(question(), 3) == shuffle_options(question(), 3)
    assert len({shuffle_options(question(), seed).options for seed in range(20)}) > 10


def test_a_question_that_looks_like_a_placeholder_is_shown_unchanged() -> None:
    put = question_stimulus(question(question="What is {{options}} or {answer}?"))
    assert '"What is {{options}} or {answer}?"' in put.text
