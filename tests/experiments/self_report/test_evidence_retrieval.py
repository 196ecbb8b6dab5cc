"""Evidence retrieval by question and model, and the gap between self report and observer report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.self_report.evidence_retrieval import count_retrieval_cells, evidence_recall, retrieval_table
from human_simulacra.results.self_observer_gap import self_observer_gaps, with_gap
from human_simulacra.results.summary import Headline, Summary
from human_simulacra.results.tables import to_json
from human_simulacra.statistics import Estimate


def test_recall_counts_the_evidence_in_the_first_passages() -> None:
    passages = [["s1", "s2"], ["s7"], ["s3", "s4"]]
    assert evidence_recall(["s1"], passages, 1) == 1
    assert evidence_recall(["s1", "s3"], passages, 1) == evidence_recall(["s1", "s3"], passages, 2) == 0.5
    assert evidence_recall(["s1", "s3"], passages, 3) == 1
    assert evidence_recall(["s9"], passages, 3) == evidence_recall(["s1"], [], 4) == 0


def row(
    model: str, number: int, evidence: list[str], retrieved: list[list[str]] | None, right: bool, **more: Any
) -> dict[str, Any]:
    memories = [{"id": "m", "score": 1.0, "text": "", "paragraphs": paragraphs} for paragraphs in retrieved or []]
    trace = {"method": "macm", "memories": memories, "calls": []} if retrieved is not None else None
    return {
        "experiment": "self_report", "model": model, "id": f"q{number}", "character": f"c{number % 3}", "type": "cloze",
        "evidence": evidence, "options": [], "answer": ["x"], "prediction": "x" if right else "y", "missing": False, "points": 2 * right,
        "full": 2, "correct": right, "parsed": True, "trace": trace, **more,
    }  # fmt: skip


ROWS = [
    row("rag", 0, ["s1"], [["s1", "s2"], ["s5"]], True),
    row("rag", 1, ["s1", "s9"], [["s1", "s2"], ["s9"]], False),
    row("rag", 2, ["s1", "s8"], [["s1", "s2"], ["s9"]], True),
    row("rag", 3, ["s7"], [["s1"]], False),
    row("rag", 4, ["s7"], [["s1"]], False),
    row("rag", 5, [], [["s1"]], True),  # from the profile: no evidence to retrieve
    row("rag", 6, ["s1"], None, False, missing=True),
    *(row("prompt", i, ["s1"], [], True) for i in range(5)),
]


def test_the_four_cells_of_answered_story_questions() -> None:
    (found,) = count_retrieval_cells(ROWS)  # the method that retrieves nothing has none
    counts = [found[c] for c in ("retrieved_right", "retrieved_wrong", "missed_right", "missed_wrong")]
    assert (found["model"], counts, found["questions"], found["k"]) == ("rag", [1, 1, 1, 2], 5, 2)
    assert found["recall"] == pytest.approx(100 * (1 + 1 + 0.5 + 0 + 0) / 5)
    assert found["recall_at"]["1"]["value"] == pytest.approx(100 * (1 + 0.5 + 0.5) / 5)
    share = found["shares"]["missed_wrong"]
    assert share["value"] == pytest.approx(40) and share["low"] <= 40 <= share["high"]
    (line,) = retrieval_table([found]).rows
    assert line[:4] == ("rag", "-", 5, 2) and line[-1].startswith("40.0 [")


def test_a_memory_agent_without_selection_has_recall_zero() -> None:
    rows = [row("macm", i, ["s1"], [], i == 0) for i in range(4)]
    for entry in rows:
        entry["trace"]["calls"] = [{"agent": "memory", "completion": {}}]
    (found,) = count_retrieval_cells(rows)
    assert (found["recall"], found["missed_right"], found["missed_wrong"], found["k"]) == (0, 1, 3, 1)


def test_the_self_report_has_a_retrieval_table_and_is_reproducible() -> None:
    summary = find_experiment("self_report").summarise(ROWS)
    assert summary.data["cells"][0]["missed_wrong"] == 2
    assert any(table.title.startswith("Retrieval and answer errors") and table.rows for table in summary.tables)
    text = to_json(summary)
    assert "NaN" not in text and "Infinity" not in text
    assert to_json(find_experiment("self_report").summarise(json.loads(json.dumps(ROWS)))) == text


def headline(model: str, measure: str, character: str, value: float, **more: Any) -> Headline:
    return Headline(model, measure, Estimate(value, value, value, 5), character=character, **more)


SELF = Summary("self_report", "Self report", (
    headline("m", "score", "all", 70), headline("m", "score", "ada", 80), headline("m", "score", "bo", 60),
    headline("m", "score", "ada", 10, of="cloze"), headline("m", "accuracy", "ada", 5), headline("n", "score", "ada", 50),
), ())  # fmt: skip
OBSERVER = Summary("observer", "Observer report", (
    headline("m", "description matching", "all", 45), headline("m", "description matching", "ada", 50),
    headline("m", "description matching", "bo", 40), headline("m", "response similarity", "ada", 90),
    headline("m", "response similarity", "bo", float("nan")), headline("m", "agreement", "ada", 0.5, unit="ICC"), headline("m", "description matching", "zoe", 99),
), ())  # fmt: skip


def test_the_gap_is_self_report_less_observer_report_per_character() -> None:
    found = {(g.model, g.measure, g.character): g for g in self_observer_gaps(SELF, OBSERVER)}
    matching = found["m", "description matching", "all"]
    assert (matching.self_report, matching.observer, matching.gap.value) == (70, 45, 25)
    assert -100 < matching.gap.low < 20 and 30 < matching.gap.high < 100 and matching.gap.rows == 2
    assert found["m", "description matching", "ada"].gap.value == 30
    assert found["m", "response similarity", "ada"].gap.value == -10
    assert {key[1] for key in found} == {"description matching", "response similarity"} and (
        "m",
        "description matching",
        "zoe",
    ) not in found


def test_the_gap_stands_in_the_self_report_where_both_reports_are_in_a_run() -> None:
    both = with_gap([OBSERVER, SELF])
    assert both[0] is OBSERVER
    assert [t.title for t in both[1].tables if not t.detail] == ["Gap between self report and observer report, over characters"]
    assert both[1].data["gap"][0]["gap"]["value"] == 25
    assert with_gap([SELF]) == [SELF]
    assert "NaN" not in to_json(both[1])
