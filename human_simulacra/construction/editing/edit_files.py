"""What a change does to a character's files without a model: profile, answer keys, ages, and a new passage of the story."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.editing.profile_edit import EditRequest, edit_profile
from human_simulacra.construction.ledger import format_facts, list_statements, state_person
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.profiles.attribute_pools import Pools, read_pools
from human_simulacra.construction.questions import profile_questions as core
from human_simulacra.construction.text_splitting import split_paragraphs, split_sentences
from human_simulacra.construction.workspace import character_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import KINDS, Library
from human_simulacra.life_dates import possible_ages
from human_simulacra.types import QUESTION_TYPES, Character, Paragraph, Question
from human_simulacra.validation.years_and_ages import years


@dataclass(frozen=True)
class Change:
    """A character before and after a change, the new paragraphs of its story, and its questions with a new answer key."""

    before: Character
    after: Character
    new_paragraphs: tuple[Paragraph, ...]
    updated_questions: tuple[Question, ...]

    def facts(self) -> tuple[list[str], list[str]]:
        """Returns the facts that no longer hold and those that hold now and did not before, as sentences."""
        old, new = ([state_person(c), *list_statements(c), *split_sentences(c.biography)] for c in (self.before, self.after))
        told = [sentence for p in self.new_paragraphs for sentence in split_sentences(p.text)]
        return [fact for fact in old if fact not in new], [*(fact for fact in new if fact not in old), *told]

    def describe(self, facts: Sequence[object] = ()) -> dict[str, str]:
        """Returns the change for the prompts; `true` is what holds by the profile, the experience and facts of the ledger."""
        gone, now = self.facts()
        true = [state_person(self.after), *list_statements(self.after), *(p.text for p in self.new_paragraphs), *facts]
        shown = {"gone": gone or ["nothing"], "now": now or ["nothing"], "true": true}
        return {"name": self.after.name, **{key: format_facts(found) for key, found in shown.items()}}


def edit_files(out: Path, character_id: str, request: EditRequest, seed: int) -> Change:
    """Writes what follows from a change without a model; raises a UserError if the change is invalid or changes nothing."""
    library, folder = Library(out), character_folder(out, character_id)
    before, pools = library.character(character_id), read_pools(library.path)
    after = edit_profile(before, request, pools)
    added: Sequence[Paragraph] = ()
    if request.experience:
        if not (folder / "story.jsonl").is_file():
            raise UserError(f"{character_id} has no story to put an experience into: make one with tools/generate_life_story.py")
        story, added = insert_experience(after, library.story(character_id), request)
        write_jsonl(folder / "story.jsonl", map(asdict, story))
    if after == before and not added:
        raise UserError(f"nothing changes: {before.name} is like that already")
    change_rows(folder, "profile", lambda _: after)
    updated = [
        question
        for kind in QUESTION_TYPES
        for question in change_rows(folder, kind, lambda q: _update_answer_key(q, before, after, pools, seed))
    ]
    for name in ("story", "memories") if after.date_of_birth != before.date_of_birth else ():
        change_rows(folder, name, lambda row: _aged(row, after))
    return Change(before, after, tuple(added), tuple(updated))


def change_rows(folder: Path, name: str, change: Callable[[Any], Any]) -> list[Any]:
    """Changes the rows of a file, if it exists, and returns those that are new."""
    path = folder / f"{name}.jsonl"
    old = read_rows(KINDS[name], path) if path.is_file() else []
    new = [change(row) for row in old]
    if new != old:
        write_jsonl(path, map(asdict, new))
    return [row for row, was in zip(new, old, strict=True) if row != was]


def _aged(row: Any, character: Character) -> Any:
    """Returns a dated paragraph or memory with an age that is possible then."""
    if row.year is None or row.age is None:
        return row
    possible = possible_ages(datetime.date.fromisoformat(character.date_of_birth), row.year, row.month)
    return replace(row, age=min(max(row.age, possible[0]), possible[-1]))


def _update_answer_key(q: Question, before: Character, after: Character, pools: Pools, seed: int) -> Question:
    """Returns a core question with a new key where the old one contradicts the profile; wording and positions are kept."""
    place = {str(number): number for number in range(1, len(core.TOPICS[q.type]) + 1)}.get(q.id.rpartition("-")[2].lstrip("0"))
    if q.source != "profile" or place is None:
        return q
    topic = core.TOPICS[q.type][place - 1]
    was, true = core.right_options(before, topic), core.right_options(after, topic)
    if set(was) == set(true) or (q.options and all((o in true) == (n in q.answer) for n, o in enumerate(q.options))):
        return q
    made = core.build_core_question(after, q.type, place, pools, seed)
    options, answer = made.options, made.answer
    if options and (len(q.options), len(q.answer)) == (len(options), len(answer)):
        right = [options[int(number)] for number in answer]
        options, answer = core.place_options(right, [o for o in options if o not in right], [int(number) for number in q.answer])
    return replace(q, options=options, answer=answer)


def insert_experience(
    character: Character, story: Sequence[Paragraph], request: EditRequest
) -> tuple[list[Paragraph], list[Paragraph]]:
    """Inserts an experience into a story; returns the new story, and its new paragraphs. The others keep their ids.

    Without a requested year, which must be in the life, it is the last one of the life in the text, else the reference year.
    """
    life = Lifetime.from_character(character)
    lived = range(life.born.year, life.today.year + 1)
    named = [life.today.year, *(year for year in years(request.experience) if year in lived)]
    year = named[-1] if request.year is None else request.year
    if year not in lived:
        raise UserError(f"--year {year} is not in {character.name}'s life: give a year from {lived[0]} to {lived[-1]}")
    place = find_insertion_point(story, year)
    near = story[max(0, place - 1)] if story else None
    free = (name for n in range(len(story) + 1, 10**6) if (name := f"{character.id}-s{n:03d}") not in {p.id for p in story})
    new = [
        Paragraph(
            id=next(free), character=character.id, chapter=near.chapter if near else "One", index=0,
            chapter_index=near.chapter_index if near else 1, first_year=year, last_year=year, text=" ".join(text.split()),
        )
        for text in split_paragraphs(request.experience)
    ]  # fmt: skip
    whole = [replace(p, index=index) for index, p in enumerate([*story[:place], *new, *story[place:]], 1)]
    return whole, whole[place : place + len(new)]


def find_insertion_point(story: Sequence[Paragraph], year: int) -> int:
    """Returns the index in a story at which events of a year belong.

    The date of a paragraph is the latest of its chapter's first year and the years that it and earlier paragraphs name. Years
    outside the chapter, of a look back or ahead, do not count.
    """
    latest = 0
    for place, p in enumerate(story):
        latest = max([latest, p.first_year, *(named for named in years(p.text) if p.first_year <= named <= p.last_year)])
        if latest > year:
            return place
    return len(story)
