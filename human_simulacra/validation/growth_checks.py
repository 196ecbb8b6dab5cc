"""Checks of the questions on attitudes: three times a life, evidence of the time, answers that change, and a second reader.

`quality/growth_readers.jsonl` has for each question what a reader with the whole life open, who had not written it, chose for
each time, as letters of the stored order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from human_simulacra.errors import UserError
from human_simulacra.items import AttitudeQuestion
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.types import Paragraph
from human_simulacra.validation.later_names import NamesOfLife
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate

QUESTIONS, TIMES, OPTIONS, ALL_DIFFER = 20, 3, 4, 6
MOST_OF_ONE_POSITION = 0.5
FILE = Path("quality") / "growth_readers.jsonl"
LEAST_AGREED, LEAST_AGREED_LIFE = 2, 0.8  # times of a question, share of a life


@dataclass(frozen=True)
class GrowthReader:
    """What a reader with the life open chose for each time of one question."""

    item: str
    open_book: tuple[str, ...]


def check_growth_readers(people: Sequence[CharacterRows], folder: Path) -> Gate:
    """Checks that a reader with the life open agrees with the keys."""
    name, threshold = "growth: second reader", f">= {LEAST_AGREED} of {TIMES} times, a life >= {100 * LEAST_AGREED_LIFE:.0f} %"
    try:
        read = {row.item: row.open_book for row in read_rows(GrowthReader, folder / FILE)}
    except UserError as error:
        return Gate(name, "unreadable", threshold, [str(error)])
    problems, shares = [], []
    for person in people:
        agreed = []
        for located in person.growth:
            letters, keys = read.get(located.row.id, ()), [at.answer for at in located.row.at]
            same = [letter == "ABCD"[key] for letter, key in zip(letters, keys, strict=False)]
            agreed += same
            if len(same) < len(keys) or sum(same) < LEAST_AGREED:
                problems.append(located.locate(f"the second reader agrees with {sum(same)} of {len(keys)} answers"))
        shares.append(sum(agreed) / max(len(agreed), 1))
        if shares[-1] < LEAST_AGREED_LIFE:
            problems.append(f"{person.folder / 'growth.jsonl'}: the second reader agrees with {100 * shares[-1]:.0f} %")
    figure = f"mean {100 * mean(shares):.0f} %, at least {100 * min(shares):.0f} %" if shares else "no questions"
    return Gate(name, figure, threshold, problems)


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
