"""Chapters and dates of a finished story, and statements that are new in the profile."""

from __future__ import annotations

from dataclasses import replace

from human_simulacra.construction.ledger import list_statements
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story.chapters import build_rows
from human_simulacra.construction.story.outline import Chapter, Outline
from human_simulacra.construction.story.story_state import DraftParagraph
from human_simulacra.validation.consistency_checks import check_ages, check_ids
from human_simulacra.validation.date_checks import check_dates
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from tests.conftest import make_character
from tests.construction.story.scripted_story import BIOGRAPHY

ADA = replace(make_character("Ada Berg", 1980)[0], biography="\n\n".join(BIOGRAPHY))
LIFE = Lifetime.from_character(ADA)


def pieces(*dated: tuple[str, int | None]) -> list[DraftParagraph]:
    return [DraftParagraph(text, place, year=year) for place, (text, year) in enumerate(dated)]


def problems(found: list) -> list[str]:
    person = CharacterRows("ada-berg", profile=[LocatedRow(None, 1, ADA)], folder=None)  # type: ignore[arg-type]
    person.story = [LocatedRow(None, r.index, r) for r in found]  # type: ignore[arg-type]
    return [problem for check in (check_ages, check_ids, check_dates) for problem in check([person]).problems]


def test_rows_get_chapters_by_phase_of_life_and_their_dates() -> None:
    told = pieces(
        ("A boat was late.", None),
        ("Ada was born on 4 March 1980.", 1980),
        ("In 1987 she began school. It had been built in 1901.", 1987),
        ("Nothing is dated here.", None),
        ("In 1997 she learnt the trade.", 1997),
        ("She remembered what happened in 1986, when Ada was six.", 1986),
        ("In 1999 she stayed.", 1999),
        ("Since 2010 she has run it.", 2010),
    )
    found = build_rows(LIFE, told, None)
    assert [(r.chapter, r.chapter_index, r.first_year, r.last_year, r.year) for r in found] == [
        ("Early years", 1, 1980, 1980, None),
        ("Early years", 1, 1980, 1980, 1980),
        ("Childhood", 2, 1987, 1987, 1987),
        ("Childhood", 2, 1987, 1987, None),
        ("Youth", 3, 1997, 1997, 1997),
        ("Youth", 3, 1997, 1997, None),
        ("Setting out", 4, 1999, 1999, 1999),
        ("Thirties", 5, 2010, 2010, 2010),
    ]
    assert [r.text for r in found] == [p.text for p in told] and found[-1].id == "ada-berg-s008" and found[2].age == 7


def test_rows_of_an_outline_have_its_chapters_and_years() -> None:
    chapters = [Chapter("Salt", 1980, 1990, (), (), ("a birth",), 600), Chapter("Rye", 1991, 2025, (), (), ("a bakery",), 600)]
    told = [
        DraftParagraph("Ada was born.", 0, chapter=1, year=1980, month=3),
        DraftParagraph("", 1, chapter=1, year=1990, first_year=1985),
        DraftParagraph("She baked in the last month.", 2, chapter=2, year=2025, month=12),
    ]
    found = build_rows(LIFE, told, Outline((), tuple(chapters)))
    assert [(r.id, r.chapter, r.chapter_index, r.year, r.month, r.age) for r in found] == [
        ("ada-berg-s001", "Salt", 1, 1980, 3, 0),
        ("ada-berg-s002", "Rye", 2, 2025, None, 45),
    ]
    assert problems(found) == []


def test_a_story_without_dates_is_one_chapter_of_unknown_years() -> None:
    found = build_rows(LIFE, pieces(("A boat.", None), ("A net.", None)), None)
    assert {(r.chapter, r.chapter_index, r.first_year, r.last_year) for r in found} == {("Life", 1, 0, 0)}


def test_statements_that_are_new_in_a_profile_are_told_from_the_others() -> None:
    now = replace(ADA, hobbies=(*ADA.hobbies, "wood carving"), occupation="harbour master")
    new = [statement for statement in list_statements(now) if statement not in list_statements(ADA)]
    assert new == ["Ada Berg works as: harbour master.", "A hobby of Ada Berg's: wood carving."]
