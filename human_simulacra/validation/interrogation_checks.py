"""Checks of the interrogation's chains, and of the labelled pairs that check readers of contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from human_simulacra.errors import UserError
from human_simulacra.items import InterrogationQuestion
from human_simulacra.library import Library
from human_simulacra.replies.cloze import states_answer
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate

THEMES, TURNS, RETURNS = 4, 10, 4
PAIRS = 300


def check_interrogation(people: Sequence[CharacterRows]) -> Gate:
    """Checks that every life has its chains, and that a turn that returns asks for the same fact in other words."""
    problems = []
    for person in people:
        chains = [(theme, list(rows)) for theme, rows in groupby(person.interrogation, key=lambda located: located.row.theme)]
        if len(chains) != THEMES or len({theme for theme, _ in chains}) != THEMES:
            problems.append(f"{person.folder / 'interrogation.jsonl'}: {THEMES} themes, each in one piece, are required")
        for theme, chain in chains:
            turns = [located.row.turn for located in chain]
            returns = [located.row.returns_to for located in chain if located.row.returns_to is not None]
            if turns != list(range(1, TURNS + 1)) or len(returns) < RETURNS or returns == sorted(returns):
                where = chain[0].locate(f"theme '{theme}'")
                problems.append(
                    f"{where}: {TURNS} turns in order, {RETURNS} of which return to others out of order, are required"
                )
            problems += [problem for located in chain for problem in _turn_problems(located, chain)]
    count = sum(len(person.interrogation) for person in people)
    return Gate("interrogation", f"{count} questions", f"{THEMES} themes of {TURNS} turns a life", problems)


def check_contradiction_pairs(library: Library) -> Gate:
    """Checks that there are enough labelled pairs, half of them contradictory, of all characters."""
    try:
        pairs = library.contradiction_pairs
    except UserError as error:
        return Gate("labelled pairs", "unreadable", f">= {PAIRS}", [str(error)])
    problems = [] if len(pairs) >= PAIRS else [f"{len(pairs)} labelled pairs, {PAIRS} are required"]
    problems += [f"no labelled pair is of '{who}'" for who in sorted({*library.ids} - {pair.character for pair in pairs})]
    share = sum(pair.contradicts for pair in pairs) / max(len(pairs), 1)
    if not 0.45 <= share <= 0.55:
        problems.append(f"{100 * share:.0f} % of the labelled pairs contradict, about half are required")
    return Gate("labelled pairs", f"{len(pairs)} pairs", f">= {PAIRS}, half contradictory, of all characters", problems)


def _turn_problems(
    located: LocatedRow[InterrogationQuestion], chain: Sequence[LocatedRow[InterrogationQuestion]]
) -> Iterator[str]:
    row = located.row
    if not row.accepted or not states_answer(row.fact, row.accepted, row.question):
        yield located.locate("the fact does not state an accepted answer")
    if states_answer(row.question, row.accepted):
        yield located.locate("the question gives the answer away")
    if row.returns_to is None:
        return
    earlier = next((other.row for other in chain if other.row.turn == row.returns_to and row.returns_to < row.turn), None)
    if earlier is None or earlier.returns_to is not None:
        yield located.locate("returns_to must be the number of an earlier turn that returns to none")
    elif (earlier.accepted, earlier.evidence) != (row.accepted, row.evidence):
        yield located.locate(f"accepted answers and evidence must be those of turn {row.returns_to}")
