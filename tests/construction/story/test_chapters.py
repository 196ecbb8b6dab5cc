"""Chapters and years of a finished story, and statements that are new in the profile."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.construction.story.chapters import build_rows
from human_simulacra.construction.story.profile_statements import find_new_statements, list_statements, mentions
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.validation.consistency_checks import check_ages, check_ids
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from tests.conftest import make_character
from tests.construction.story.scripted_story import BIOGRAPHY

ADA = replace(make_character("Ada Berg", 1980)[0], biography="\n\n".join(BIOGRAPHY))


LIFE = Lifetime.from_character(ADA)


def test_rows_get_chapters_by_phase_of_life_and_years_from_the_text() -> None:
    texts = [
        "A boat was late.",
        "Ada was born on 4 March 1980.",
        "In 1987 she began school. It had been built in 1901.",
        "Nothing is dated here.",
        "In 1997 she learnt the trade.",
        "She remembered what happened in 1986, when Ada was six.",
        "In 1999 she stayed. By 2027 she hoped to own a house.",
        "Since 2010 she has run it.",
    ]
    found = build_rows(LIFE, texts)
    assert [(r.chapter, r.chapter_index, r.first_year, r.last_year) for r in found] == [
        *[("Early years", 1, 1980, 1980)] * 2,
        *[("Childhood", 2, 1987, 1987)] * 2,
        *[("Youth", 3, 1986, 1997)] * 2,
        ("Setting out", 4, 1999, 2027),
        ("Thirties", 5, 2010, 2010),
    ]
    assert [r.text for r in found] == texts and found[-1].id == "ada-berg-s008"
    person = CharacterRows("ada-berg", profile=[LocatedRow(None, 1, ADA)], folder=None)  # type: ignore[arg-type]
    person.story = [LocatedRow(None, r.index, r) for r in found]  # type: ignore[arg-type]
    assert check_ages([person]).problems == [] and check_ids([person]).problems == []


def test_a_story_without_dates_is_one_chapter_of_unknown_years() -> None:
    assert {(r.chapter, r.chapter_index, r.first_year, r.last_year) for r in build_rows(LIFE, ["A boat.", "A net."])} == {
        ("Life", 1, 0, 0)
    }


def test_new_statements_of_a_profile_are_found_and_recognised_in_a_text() -> None:
    now = replace(ADA, hobbies=(*ADA.hobbies, "wood carving"), occupation="harbour master")
    new = find_new_statements(now, list_statements(ADA))
    assert new == ["Ada Berg works as: harbour master.", "A hobby of Ada Berg's: wood carving."]
    assert mentions("In the evenings she carved spoons of birch wood.", new[1]) and not mentions("She sang in the choir.", new[1])
