"""Replies to questions that offer "I do not know" as the option after the last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.replies.abstention import read_choices_or_abstention, says_not_known
from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.stance import read_stance

FOUR = ("a wooden leg", "a violin", "a blue cup", "an old clock")


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("E", (4,)), ("ANSWER: E", (4,)), ("E. I do not know", (4,)), ("I do not know.\nANSWER: E", (4,)), ('{"answer": "E"}', (4,)),
        ("I pick E, because I do not know.", (4,)), ("I do not know", (4,)), ('"I do not know."', (4,)), ("No idea.", (4,)),
        ('ANSWER: "I do not know"', (4,)), ("I don't remember what broke.", (4,)), ('{"answer": "I do not know"}', (4,)),
        ("A, E", (0, 4)), ("ANSWER: B, E", (1, 4)), ('{"answer": ["A", "E"]}', (0, 4)),
        ("B", (1,)), ("The violin. I do not know more.", (1,)), ("I think it was the violin, though I don't know when.", (1,)),
        ("I do not know the day, but it was the violin.", (1,)), ("All of them.", (0, 1, 2, 3)), ("all but C", (0, 1, 3)),
        ("None of them.", None), ("", None), ('{"answer": ""}', None), ("F", None),
    ],
)  # fmt: skip
def test_a_letter_or_words_of_not_knowing_choose_it_and_an_answer_does_not(reply: str, chosen: tuple[int, ...] | None) -> None:
    assert read_choices_or_abstention(reply, FOUR) == chosen


@given(st.sampled_from(["{}", "ANSWER: {}", "I pick {}.", "It is {}, I am sure.", "Option {}"]), st.integers(0, 3))
def test_the_offer_changes_no_reading_of_an_answer(frame: str, place: int) -> None:
    reply = frame.format("ABCD"[place])
    assert read_choices_or_abstention(reply, FOUR) == read_choices(reply, FOUR) == (place,)


@pytest.mark.parametrize("reply", [*FOUR, *(f"It was {option}, I think." for option in FOUR)])
def test_options_are_named_in_words_as_without_the_offer(reply: str) -> None:
    assert read_choices_or_abstention(reply, FOUR) == read_choices(reply, FOUR) is not None


def test_a_reply_in_quotation_marks_is_the_speakers_own() -> None:
    assert read_stance('"I do not know."') == read_stance("I do not know.") == "abstains"
    assert read_stance('He said "I do not know." It was Rex.') == "states"
    assert says_not_known('"I do not know"') and not says_not_known("I do not know, but I think it was Rex.")
