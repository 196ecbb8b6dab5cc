"""Checks of the decisions: their form, what their situations may name, and what readers chose.

The choices of all readers are committed in `quality/decision_readers.jsonl`: `blind` from situation and options alone,
`informed` after reading the life up to the moment, as letters of the stored order. The shares in the rows must follow from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from statistics import mean

from human_simulacra.errors import UserError
from human_simulacra.items import Decision
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.validation.later_names import NamesOfLife
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate

FILE = Path("quality") / "decision_readers.jsonl"
DECISIONS, OPTIONS, PARAGRAPHS_BEFORE, KINDS = 12, 4, 12, 5
BLIND_READERS, INFORMED_READERS = 5, 3
CHANCE, MOST_BLIND = 25, 0.35
MOST_RIGHT = 0.4


@dataclass(frozen=True)
class DecisionReaders:
    """The choices of all readers of one decision; `blind` and `informed` have one letter for each reader."""

    item: str
    blind: tuple[str, ...]
    informed: tuple[str, ...]
    _: KW_ONLY


def read_decision_readers(folder: Path) -> dict[str, DecisionReaders]:
    """Returns the readers' choices of a data folder by decision; none if there is no such file.

    Raises:
        UserError: If a line is invalid.
    """
    path = folder / FILE
    return {row.item: row for row in read_rows(DecisionReaders, path)} if path.is_file() else {}


def measure_decision(decision: Decision, readers: DecisionReaders) -> dict[str, float | int | None]:
    """Returns the columns `blind`, `blind_readers`, `informed` and `informed_readers` of a decision."""
    right = {
        name: [float(letter == "ABCD"[decision.answer]) for letter in letters]
        for name, letters in (("blind", readers.blind), ("informed", readers.informed))
    }
    return {
        **{name: round(mean(values), 4) if values else None for name, values in right.items()},
        **{f"{name}_readers": len(values) for name, values in right.items()},
    }


def check_decisions(people: Sequence[CharacterRows], folder: Path) -> list[Gate]:
    """Checks the form of the decisions, and that readers without the life are near chance and informed ones better."""
    try:
        readers = read_decision_readers(folder)
    except UserError as error:
        return [Gate("decision readers", "unreadable", "every line", [str(error)])]
    items = [(person, located) for person in people for located in person.decisions]
    form = [problem for person in people for problem in _form_problems(person)]
    known = [(person, located, readers[located.row.id]) for person, located in items if located.row.id in readers]
    problems = [located.locate("no reader has answered it") for _, located in items if located.row.id not in readers]
    for _, located, answers in known:
        for name, value in measure_decision(located.row, answers).items():
            if getattr(located.row, name) != value:
                problems.append(located.locate(f"{name} is {getattr(located.row, name)}, its readers' answers give {value}"))
        if len(answers.blind) < BLIND_READERS or len(answers.informed) < INFORMED_READERS:
            problems.append(located.locate(f"{BLIND_READERS} blind and {INFORMED_READERS} informed readers are required"))
    choices = sum(len(answers.blind) + len(answers.informed) for _, _, answers in known)
    return [
        Gate("decisions", f"{len(items)} moments", f"{DECISIONS} a life, nothing later named", form),
        Gate("decision readers", f"{choices} choices", "5 blind, 3 informed; the stored shares follow", problems),
        _blind_items(known),
        *_lives(people),
    ]


def _form_problems(person: CharacterRows) -> Iterator[str]:
    file, rows = person.folder / "decisions.jsonl", person.decisions
    if len(rows) != DECISIONS:
        yield f"{file}: {len(rows)} decisions, {DECISIONS} are required"
    if len(kinds := Counter(located.row.kind for located in rows)) < KINDS:
        yield f"{file}: decisions of {len(kinds)} kinds, {KINDS} are required"
    story = {p.row.id: p.row for p in person.story}
    names = NamesOfLife(list(story.values()), (person.character.name,))
    for located in rows:
        yield from (located.locate(problem) for problem in _row_problems(located.row, story, names))


def _row_problems(row: Decision, story: Mapping, names: NamesOfLife) -> Iterator[str]:
    if row.moment not in story:
        yield f"moment '{row.moment}' is no paragraph of this life"
        return
    if story[row.moment].index <= PARAGRAPHS_BEFORE:
        yield f"fewer than {PARAGRAPHS_BEFORE} paragraphs lie before the moment"
    if len({option.casefold() for option in row.options}) != OPTIONS or not 0 <= row.answer < OPTIONS:
        yield f"{OPTIONS} different options and the position of one of them are required"
    moment = story[row.moment].index
    if problem := names.find_later(" ".join((row.situation, *row.options)), lambda p: p.index < moment):
        yield f"{problem}, not before the moment"


def _blind_items(known: Sequence[tuple[CharacterRows, LocatedRow[Decision], DecisionReaders]]) -> Gate:
    over = [
        located.locate(f"{right} of {len(answers.blind)} readers without the life chose rightly")
        for _, located, answers in known
        if (right := sum(letter == "ABCD"[located.row.answer] for letter in answers.blind)) > MOST_RIGHT * len(answers.blind)
    ]
    return Gate("decisions, blind: every one", f"{len(known) - len(over)} of {len(known)} pass", "<= 2 of 5 readers right", over)


def _lives(people: Sequence[CharacterRows]) -> Iterator[Gate]:
    shares = {
        person.id: (mean(d.row.blind or 0 for d in person.decisions), mean(d.row.informed or 0 for d in person.decisions))
        for person in people if person.decisions
    }  # fmt: skip
    blind, informed = ([pair[place] for pair in shares.values()] for place in (0, 1))
    over = [f"{who}: readers without the life choose {100 * b:.0f} % rightly" for who, (b, _) in shares.items() if b > MOST_BLIND]
    below = [f"{who}: informed readers choose {100 * i:.0f} % rightly, blind ones {100 * b:.0f} %"
             for who, (b, i) in shares.items() if i <= b]  # fmt: skip
    figure = f"mean {100 * mean(blind):.0f} %, at most {100 * max(blind):.0f} %" if shares else "no decisions"
    yield Gate("decisions, blind: every life", f"{figure} (chance {CHANCE} %)", f"<= {100 * MOST_BLIND:.0f} %", over)
    figure = f"mean {100 * mean(informed):.0f} %, at least {100 * min(informed):.0f} %" if shares else "no decisions"
    yield Gate("decisions, informed", figure, "every life above its blind readers", below)
