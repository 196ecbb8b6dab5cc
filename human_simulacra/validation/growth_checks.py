"""Checks of the questions on attitudes: three times a life, evidence of the time, and answers that change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from human_simulacra.items import AttitudeQuestion
from human_simulacra.types import Paragraph
from human_simulacra.validation.later_names import NamesOfLife
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate

QUESTIONS, TIMES, OPTIONS, ALL_DIFFER = 20, 3, 4, 6
MOST_OF_ONE_POSITION = 0.5


def check_growth(people: Sequence[CharacterRows]) -> Gate:
    """Checks the questions of every life."""
    problems = [problem for person in people for problem in _life_problems(person)]
    count = sum(len(person.growth) for person in people)
    return Gate("growth", f"{count} questions", f"{QUESTIONS} a life at {TIMES} times, evidence of the time", problems)


def _life_problems(person: CharacterRows) -> Iterator[str]:
    file, rows = person.folder / "growth.jsonl", [located.row for located in person.growth]
    if len(rows) != QUESTIONS:
        yield f"{file}: {len(rows)} questions, {QUESTIONS} are required"
    if not rows:
        return
    times = {tuple(at.as_of for at in row.at) for row in rows}
    if len(times) != 1 or len(next(iter(times))) != TIMES or list(next(iter(times))) != sorted(next(iter(times))):
        yield f"{file}: all questions must be put at the same {TIMES} times, in order"
        return
    if (all_differ := sum(len({at.answer for at in row.at}) == TIMES for row in rows)) < ALL_DIFFER:
        yield f"{file}: {all_differ} questions with a different answer each time, {ALL_DIFFER} are required"
    for place in range(TIMES):
        position, most = Counter(row.at[place].answer for row in rows).most_common(1)[0]
        if most > MOST_OF_ONE_POSITION * len(rows):
            yield f"{file}: option {position} is right in {most} of {len(rows)} questions at one time"
    story = {p.row.id: p.row for p in person.story}
    names = NamesOfLife(list(story.values()), (person.character.name,))
    for located in person.growth:
        yield from (located.locate(problem) for problem in _row_problems(located.row, story, names))


def _row_problems(row: AttitudeQuestion, story: Mapping[str, Paragraph], names: NamesOfLife) -> Iterator[str]:
    if len({at.answer for at in row.at}) < 2:
        yield "the answer is the same at all times"
    if len({o.casefold() for o in row.options}) != OPTIONS or any(not 0 <= at.answer < OPTIONS for at in row.at):
        yield f"{OPTIONS} different options and positions among them are required"
    for at in row.at:
        for evidence in at.evidence:
            if evidence not in story:
                yield f"paragraph '{evidence}' does not exist"
            elif (story[evidence].end_year or 0) > int(at.as_of):
                yield f"paragraph '{evidence}' tells of a time after {at.as_of}"
        if not at.evidence:
            yield f"the attitude of {at.as_of} has no evidence"
    if problem := names.find_later(" ".join((row.question, *row.options)), lambda p: (p.end_year or 0) <= int(row.at[0].as_of)):
        yield problem
