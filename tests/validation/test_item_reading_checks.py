"""Gates on readings of shared items: scenarios in which people part, and statements that show their function."""

from __future__ import annotations

import json
from pathlib import Path

from human_simulacra.validation.item_reading_checks import ACTS, SORTINGS, check_item_readings
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate

PEOPLE = [CharacterRows(f"p{n}", Path(f"p{n}")) for n in range(4)]


def check(folder: Path, groups: list[str], sortings: list[list[str]]) -> list[Gate]:
    def write(name: Path | str, rows: list[dict]) -> None:
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))

    (folder / "quality").mkdir(exist_ok=True)
    write("scenarios.jsonl", [{"id": "s1", "title": "T", "text": "What do you do?", "functions": ["Fe"]}])
    write(ACTS, [{"scenario": "s1", "character": f"p{n}", "act": "Acts.", "group": group} for n, group in enumerate(groups)])
    items = [{"function": "Ne", "rank": rank, "use": "test", "index": 1} for rank in (1, 8)]
    write("personality_items.jsonl", [{**item, "text": f"Rank {item['rank']}."} for item in items])
    write(SORTINGS, [{**item, "sorted_as": found} for item, found in zip(items, sortings, strict=False)])
    return check_item_readings(PEOPLE, folder)


def test_different_acts_and_right_sortings_pass(tmp_path: Path) -> None:
    scenarios, statements = check(tmp_path, ["a", "a", "b", "c"], [["Ne strong"], ["Ne weak"]])
    assert scenarios.passed and statements.passed
    assert statements.figure == "function and pole right in 100 % of 2"


def test_a_scenario_in_which_most_do_the_same_or_that_nobody_read_is_named(tmp_path: Path) -> None:
    acts = tmp_path / ACTS
    alike, _ = check(tmp_path, ["a", "a", "a", "b"], [["Ne strong"], ["Ne weak"]])
    assert alike.problems == [f"{acts}: s1 has 2 acts, one of 3 people"]
    unread, _ = check(tmp_path, ["a", "b", "c"], [["Ne strong"], ["Ne weak"]])
    assert unread.problems == [f"{acts}: nobody has read what p3 does in s1"]


def test_statements_sorted_wrongly_or_by_nobody_are_named(tmp_path: Path) -> None:
    _, wrong = check(tmp_path, ["a", "a", "b", "c"], [["Ne weak"], ["Ne weak"]])
    assert wrong.problems == [f"{tmp_path / SORTINGS}: readers named function and pole of 50 %"]
    _, unread = check(tmp_path, ["a", "a", "b", "c"], [["Ne strong"]])
    assert unread.problems == [f"{tmp_path / SORTINGS}: nobody has sorted 'Rank 8.'"]


def test_missing_readings_are_named(tmp_path: Path) -> None:
    assert [gate.passed for gate in check_item_readings(PEOPLE, tmp_path)] == [False, False]
