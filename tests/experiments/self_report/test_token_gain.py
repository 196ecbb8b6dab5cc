"""What the tokens of a method buy: points above readers without the life, by kind of question."""

from __future__ import annotations

from typing import Any

import pytest

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.self_report.above_blind import question_gains
from tests.made_rows import choices


def rows_of(model: str, right: float, tokens: int, kind: str = "motive", blind: float | None = 0.25) -> list[dict[str, Any]]:
    """Rows of a model that is right on the first questions of each character, with so many tokens for an answer."""
    usage = {
        "from_cache": False, "prompt_tokens": tokens - 2, "cached_tokens": 0, "completion_tokens": 2, "seconds": 0.1,
        "estimated": False,
    }  # fmt: skip
    rows = choices(model, lambda character, number: "B" if number < 4 * right else "A")
    for row in rows:
        row["trace"]["calls"] = [{"agent": "top", "completion": usage}]
        row |= {"kind": kind, "blind": blind}
    return rows


def test_points_above_readers_are_put_in_relation_to_the_tokens_spent() -> None:
    gains = {(g.model, g.kind): g for g in question_gains(rows_of("whole", 1.0, 3000) + rows_of("no-memory", 0.5, 1000))}
    whole, without = gains["whole", "motives"], gains["no-memory", "motives"]
    assert (whole.above.value, whole.tokens, whole.per_1000_tokens) == (75.0, 3000, 25.0)
    assert (without.above.value, without.per_1000_tokens) == (25.0, 25.0)
    assert whole.difference is None
    assert without.difference is not None and without.difference.value == -50.0
    assert gains["whole", "all"].above == whole.above


def test_kinds_are_told_apart_and_what_no_reader_tried_is_left_out() -> None:
    rows = rows_of("a", 1.0, 100, "detail") + rows_of("a", 0.5, 100, "reaction") + rows_of("a", 1.0, 100, "motive", blind=None)
    assert {(g.kind, g.answers): g.above.value for g in question_gains(rows)} == {
        ("all", 96): 50.0, ("facts", 48): 75.0, ("decisions", 48): 25.0
    }  # fmt: skip


@pytest.mark.parametrize("known", [True, False])
def test_the_report_shows_the_table_if_there_are_readers(known: bool) -> None:
    summary = find_experiment("self_report").summarise(rows_of("a", 1.0, 100, blind=0.25 if known else None))
    (table,) = [t for t in summary.tables if t.title.startswith("What the tokens buy")]
    assert bool(table.rows) is known
    assert any("Against the first" in note for note in summary.notes) is known
