"""Contradictions of a text with the profile, and text splitting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import find_contradictions
from human_simulacra.construction.text_splitting import split_paragraphs, split_sentences
from human_simulacra.errors import UserError
from tests.conftest import make_character
from tests.construction.story.scripted_story import BIOGRAPHY

ADA = replace(make_character("Ada Berg", 1980)[0], biography="\n\n".join(BIOGRAPHY))


LIFE = Lifetime.from_character(ADA)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("In 2031 the bakery burned down.", "it tells of 2031, but the present is 2025"),
        ("In 1950 Ada rowed to Sund.", "it tells of Ada in 1950, before the birth in 1980"),
        ("Ada was born in 1975 at home.", "it says born in 1975, but the profile says 1980-03-04"),
        ("Ada was born on 5 March 1980.", "it says born on 1980-03-05, but the profile says 1980-03-04"),
        ("In 2025, Ada Berg was born in Sund.", "it says born in 2025, but the profile says 1980-03-04"),
        ("Ada Berg, born on March 4, 1979, grew up in Sund.", "it says born in 1979, but the profile says 1980-03-04"),
        ("They met on Monday, 4 March 1980.", "Monday, 4 March 1980 was a Tuesday"),
        ("It was signed on 31 April 2001.", "there is no 31 April 2001"),
        ("Ada was fifty-five when the ferry stopped.", "it says 'Ada was fifty-five', but Ada is 45 at present"),
        ("In 1990 Ada turned 20.", "it says 'Ada turned 20' in 1990, but the birth was in 1980"),
        ("At the age of fourteen, Ada left in 2003.", "it says 'At the age of fourteen, Ada' in 2003, but the birth was in 1980"),
        ("Then Ada Larsen sang.", "it calls Ada Berg 'Ada Larsen'"),
        ("She said: my name is Berit.", "it says 'my name is Berit', but the name is Ada Berg"),
    ],
)
def test_contradictions_with_the_profile_are_found(text: str, fault: str) -> None:
    assert fault in find_contradictions(text, LIFE)


@pytest.mark.parametrize(
    "text",
    [
        *BIOGRAPHY,
        "By 2030 Ada means to own a house above the harbour.",
        "Ada slept in the room that her grandfather had built in 1931.",
        "The dyke was raised in 1911, a hundred years too late.",
        "In 1994 Ada was fourteen, and in 1993 she had been thirteen.",
        "They met on Tuesday, 4 March 1980, and again in May 1999.",
        "Her aunt, aged seventy-eight, rowed with Ada. Ada Berg laughed. Ada's Sunday was spoilt.",
        "Ada was thirty when her son was born in 2010. In 2012 Ada's daughter was born, and I was there when it was born in 2012.",
        "Ada was born on March 4, 1980. In 1980 Ada was born in Sund. The year before Ada was born, in 1979, the mill closed.",
        "Ada was two hours late. Ada was one of four.",
    ],
)
def test_text_that_fits_the_profile_passes(text: str) -> None:
    assert find_contradictions(text, LIFE) == []


def test_splitting_into_paragraphs_and_sentences_loses_no_text() -> None:
    assert split_paragraphs("\n\n One \n two.\n\n \n\nThree.\n") == ["One two.", "Three."]
    long = " ".join(f'"Number {i} went by," she said.' for i in range(100))
    parts = split_paragraphs(long)
    assert len(parts) == 4 and all(100 <= len(part.split()) <= 160 for part in parts)
    assert " ".join(parts) == long and parts[0].endswith("said.")
    assert split_sentences('He said "Go." Then he went.') == ('He said "Go."', "Then he went.")
    assert split_paragraphs("word " * 400) == [("word " * 400).strip()]


@pytest.mark.parametrize("wrong", [{"date_of_birth": "4 March 1980"}, {"reference_date": "1970-01-01"}])
def test_a_profile_with_invalid_dates_is_refused(wrong: dict) -> None:
    with pytest.raises(UserError, match="the profile of 'ada-berg'"):
        Lifetime.from_character(replace(ADA, **wrong))
