"""Checks of the shared items by readers: how people part in the scenarios, and whether statements show their function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.shared_items import Scenario, Statement
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate

T = TypeVar("T")
ACTS, SORTINGS = Path("quality") / "scenario_acts.jsonl", Path("quality") / "statement_sortings.jsonl"
DIFFERENT_ACTS, MOST_ALIKE = 3, 0.5
SORTED_RIGHT = 0.85
WEAK_FROM = 5  # ranks from this one on are weak


@dataclass(frozen=True)
class ScenarioAct:
    """What a reader of a character's life thinks it does in a scenario; acts with equal `group` are the same act."""

    scenario: str
    character: str
    act: str
    group: str


@dataclass(frozen=True)
class StatementSorting:
    """How readers who know the theory sorted a statement: function and pole, `Ne strong` or `Ne weak`."""

    function: str
    rank: int
    use: str
    index: int
    sorted_as: tuple[str, ...]


def check_item_readings(people: Sequence[CharacterRows], folder: Path) -> list[Gate]:
    """Checks the readings of scenarios and statements of a data folder."""
    return [_scenarios(people, folder), _statements(folder)]


def _rows(kind: type[T], path: Path) -> list[T]:
    if not path.is_file():
        raise UserError(f"{path} is missing: restore it from the dataset package, or have readers read these items anew")
    return read_rows(kind, path)


def _scenarios(people: Sequence[CharacterRows], folder: Path) -> Gate:
    try:
        acts, scenarios = _rows(ScenarioAct, folder / ACTS), _rows(Scenario, folder / "scenarios.jsonl")
    except UserError as error:
        return Gate("people part in scenarios", "unreadable", "every line", [str(error)])
    problems, numbers = [], []
    for scenario in scenarios:
        own = [act for act in acts if act.scenario == scenario.id]
        groups = Counter(act.group for act in own)
        numbers.append(len(groups))
        if missing := {person.id for person in people} - {act.character for act in own}:
            problems.append(f"{folder / ACTS}: nobody has read what {min(missing)} does in {scenario.id}")
        elif len(groups) < DIFFERENT_ACTS or groups.most_common(1)[0][1] > MOST_ALIKE * len(own):
            problems.append(f"{folder / ACTS}: {scenario.id} has {len(groups)} acts, one of {max(groups.values())} people")
    figure = f"{min(numbers, default=0)} to {max(numbers, default=0)} acts of {len(people)} people"
    return Gate("people part in scenarios", figure, f">= {DIFFERENT_ACTS} acts, none of more than half", problems)


def _statements(folder: Path) -> Gate:
    path = folder / SORTINGS
    try:
        sortings, statements = _rows(StatementSorting, path), _rows(Statement, folder / "personality_items.jsonl")
    except UserError as error:
        return Gate("statements sorted", "unreadable", "every line", [str(error)])
    known = {(s.function, s.rank, s.use, s.index): s for s in sortings}
    missing = [s for s in statements if (s.function, s.rank, s.use, s.index) not in known]
    right = [found == f"{s.function} {'weak' if s.rank >= WEAK_FROM else 'strong'}" for s in sortings for found in s.sorted_as]
    share = sum(right) / max(len(right), 1)
    problems = [f"{path}: nobody has sorted '{s.text}'" for s in missing]
    if share < SORTED_RIGHT:
        problems.append(f"{path}: readers named function and pole of {100 * share:.0f} %")
    figure = f"function and pole right in {100 * share:.0f} % of {len(right)}"
    return Gate("statements sorted", figure, f">= {100 * SORTED_RIGHT:.0f} %, every statement", problems)
