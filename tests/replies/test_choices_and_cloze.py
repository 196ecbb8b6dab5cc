"""Reading free-form answers: what counts as stated, and what must never be guessed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import find_dates, states_answer

FOUR = ["a boat", "the red house", "a dog named Rex", "nothing at all"]
SIX = [*FOUR, "my brother", "I sold it"]


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("Maren Oddleif", ["Maren Oddleif"]),
        ("My name is Maren.", ["Maren Oddleif", "Maren"]),
        ("I'm a WOMAN", ["female", "woman"]),
        ("I am forty-seven years old", ["47"]),
        ("It cost twelve kroner", ["12"]),
        ("1977-11-08", ["1977-11-08"]),
        ("on 8 November 1977", ["1977-11-08"]),
        ("November 8th, 1977", ["1977-11-08"]),
        ("08.11.1977", ["1977-11-08"]),
        ("the Vågtind", ["Vagtind"]),
        ("It was Aslaug's", ["Aslaug"]),
    ],
)
def test_stated_answers_match(reply: str, accepted: list[str]) -> None:
    assert states_answer(reply, accepted)


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("female", ["male"]),
        ("Marengo", ["Maren"]),
        ("I am 147", ["47"]),
        ("46 or 47", ["47"]),
        ("1977-08-11", ["1977-11-08"]),
        ("1977-11-08 or 1978-11-08", ["1977-11-08"]),
        ("", ["Maren"]),
        ("boatyard", ["boat"]),
    ],
)
def test_other_answers_do_not_match(reply: str, accepted: list[str]) -> None:
    assert not states_answer(reply, accepted)


@given(st.dates(min_value=datetime.date(1900, 1, 1)))
def test_every_date_is_read_in_every_usual_form(day: datetime.date) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y"):
        assert find_dates(day.strftime(form)) == [day]


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("B", (1,)),
        ("(b)", (1,)),
        ("b.", (1,)),
        ("**C**", (2,)),
        ("D. nothing at all", (3,)),
        ("The answer is D.", (3,)),
        ("Answer: A", (0,)),
        ("I would say B, because of the house", (1,)),
        ("Option C", (2,)),
        ("the red house", (1,)),
        ("A", (0,)),
    ],
)
def test_one_letter_is_read_in_any_setting(reply: str, chosen: tuple[int, ...]) -> None:
    assert read_choices(reply, FOUR) == chosen


@pytest.mark.parametrize("reply", ["A, C and E", "ACE", "(A), (C), (E)", "a c e", "A.\nC.\nE.", "The answers are A, C, E."])
def test_several_letters_are_read_in_any_setting(reply: str) -> None:
    assert read_choices(reply, SIX) == (0, 2, 4)


@pytest.mark.parametrize("reply", ["", "I do not know.", "A long story", "a bed", "I think so", "Z", "maybe"])
def test_a_reply_without_an_option_is_unparseable(reply: str) -> None:
    assert read_choices(reply, FOUR) is None


@given(st.sets(st.integers(0, 5), min_size=1), st.sampled_from([", ", " and ", "", "\n", "; "]))
def test_any_list_of_letters_reads_back(chosen: set[int], joint: str) -> None:
    assert read_choices(joint.join("ABCDEF"[i] for i in sorted(chosen)), SIX) == tuple(sorted(chosen))


@given(st.text())
def test_every_reply_can_be_parsed(reply: str) -> None:
    chosen = read_choices(reply, SIX)
    assert chosen is None or set(chosen) <= set(range(6))
    states_answer(reply, ["Maren", "12", "1977-11-08"])
