"""The outline of a life: chapters with years, places and events, a cast, and the sections that a chapter is written in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from human_simulacra.construction.judging import Person, Standard
from human_simulacra.construction.ledger import describe_personality, describe_profile
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.structured_writing import Draft, Writer
from human_simulacra.prompts import render

CHAPTERS = range(8, 15)
OUTLINE_WORDS = 1200
DRAFTED = 0.8  # share of a chapter's words that its sections have; the draw of paragraphs adds the rest
SECTION_WORDS, PARAGRAPH_WORDS = 600, 100
CLOSE = 0.95  # a chapter with this share of its words is long enough


@dataclass(frozen=True)
class ChapterForm:
    """One chapter, as a model plans it."""

    title: Annotated[str, StringConstraints(strip_whitespace=True)]
    first_year: int
    last_year: int
    places: tuple[str, ...]
    people: Annotated[tuple[str, ...], Field(description="names from the cast")]
    events: Annotated[tuple[str, ...], Field(description="three to six, each with its year and in at most twenty words")]


class CastForm(BaseModel):
    """One person around the main one."""

    name: str
    relation: str = Field(description="to the main person, with the years in which they know each other")


class OutlineForm(BaseModel):
    """A whole outline."""

    cast: list[CastForm]
    chapters: list[ChapterForm]


@dataclass(frozen=True)
class Chapter(ChapterForm):
    """A chapter of the outline; `words` is its target."""

    words: int


@dataclass(frozen=True)
class Outline:
    """The outline of a story; `cast` has a line for each person."""

    cast: tuple[str, ...]
    chapters: tuple[Chapter, ...]

    def describe(self) -> str:
        """Returns the chapters for a prompt, one line each."""
        return "\n".join(
            f"{number}. {c.title}, {c.first_year} to {c.last_year}: {'; '.join(c.events)}"
            for number, c in enumerate(self.chapters, 1)
        )


async def write_outline(writer: Writer, life: Lifetime, person: Person) -> Draft[OutlineForm]:
    """Asks for an outline of a story that is told in the grammatical person `person`.

    Raises:
        BackboneError: If the backbone gives no answer.
    """
    character = life.character
    prompt = render(
        "make_story_outline", name=character.name, facts=describe_profile(character), biography=character.biography,
        first=life.born.year, last=life.today.year, fewest=CHAPTERS[0], most=CHAPTERS[-1],
    )  # fmt: skip
    standard = Standard(character.name, "the outline of a life, as lines", "third", describe_profile(character))
    return await writer.write(
        OutlineForm, prompt, OUTLINE_WORDS, example=_example(life), system=system_message(life, person),
        check=lambda form: list(find_outline_faults(form, life)), standard=standard, show=_show,
    )  # fmt: skip


def system_message(life: Lifetime, person: Person) -> str:
    """Returns the system message of everybody who writes on a story: whose it is, how it is told, and how the person is."""
    personality = describe_personality(life.character) or "not known"
    return render("make_story_system", name=life.character.name, person=f"the {person} person", personality=personality)


def find_outline_faults(form: OutlineForm, life: Lifetime) -> Iterator[str]:
    """Yields the faults of an outline: too few or too many chapters, years outside the life, gaps, and missing events."""
    chapters = form.chapters
    if len(chapters) not in CHAPTERS:
        yield f"it had {len(chapters)} chapters, {CHAPTERS[0]} to {CHAPTERS[-1]} were asked for"
        return
    if chapters[0].first_year != life.born.year or chapters[-1].last_year != life.today.year:
        yield f"its chapters do not reach from {life.born.year} to {life.today.year}"
    for chapter in chapters:
        if chapter.last_year < chapter.first_year:
            yield f"chapter '{chapter.title}' ends before it begins"
        if not chapter.title or not chapter.events:
            yield f"chapter '{chapter.title}' has no title or no events"
    for before, after in pairwise(chapters):
        if not before.last_year <= after.first_year <= before.last_year + 1:
            yield f"chapter '{after.title}' does not begin where the one before ends, in {before.last_year}"


def plan_sections(chapter: Chapter, section_words: int) -> list[tuple[int, int]]:
    """Returns the years of the sections in which a chapter is written, so that no section has more than `section_words`."""
    span = chapter.last_year - chapter.first_year + 1
    count = max(1, min(span, math.ceil(DRAFTED * chapter.words / section_words)))
    edges = [chapter.first_year + round(i * span / count) for i in range(count + 1)]
    return [(first, after - 1) for first, after in pairwise(edges)]


def to_outline(form: OutlineForm, words: int) -> Outline:
    """Returns the outline of a story of `words` words, which its chapters share evenly."""
    target = round(words / len(form.chapters))
    chapters = tuple(Chapter(**asdict(chapter), words=target) for chapter in form.chapters)
    return Outline(tuple(f"{member.name}: {member.relation}" for member in form.cast), chapters)


def _show(form: OutlineForm) -> str:
    outline = to_outline(form, 0)
    return f"{outline.describe()}\nCast: {'; '.join(outline.cast)}."


def _example(life: Lifetime) -> OutlineForm:
    """Returns an outline of typical length, for the estimate of a dry run."""
    edges = [life.born.year + round(i * (life.today.year - life.born.year + 1) / 10) for i in range(11)]
    plan: dict[str, Any] = {"title": "word", "places": ("word",), "people": ("word",), "events": ("word " * 12,) * 4}
    chapters = [ChapterForm(first_year=first, last_year=max(first, after - 1), **plan) for first, after in pairwise(edges)]
    return OutlineForm(cast=[CastForm(name="word", relation="word word word")] * 8, chapters=chapters)
