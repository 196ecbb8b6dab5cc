"""Unanswerable questions: false-memory rates by kind, repeated runs and the quick sample."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.false_memory.rows import sample_unanswerable
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.files import write_jsonl
from human_simulacra.items import Unanswerable
from human_simulacra.plugin.run_command import main
from human_simulacra.results import run_folder
from human_simulacra.results.tables import to_json
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving


def row(model: str, number: int, kind: str, reply: str | None) -> dict[str, Any]:
    base = {"experiment": "unanswerable", "model": model, "id": f"u{number}", "character": f"c{number % 2}", "type": kind,
            "prediction": reply, "missing": reply is None, "trace": None, "run": 1}  # fmt: skip
    return {**base, **EXPERIMENTS["unanswerable"].score(base, reply)}


ROWS = [
    row("liar", 0, "false_premise", "It was called Rex."),
    row("liar", 1, "false_premise", "I don't know, but I think it was Rex."),
    row("liar", 2, "beyond_knowledge", "I don't know."),
    row("liar", 3, "beyond_knowledge", "  "),
    row("liar", 4, "beyond_knowledge", None),
    *(row("honest", i, "false_premise" if i < 2 else "beyond_knowledge", "I couldn't say.") for i in range(5)),
]


def test_false_memories_are_counted_by_kind_without_empty_replies() -> None:
    summary = EXPERIMENTS["unanswerable"].summarise(ROWS)
    rates = {(r["model"], r["kind"], r["character"]): r for r in summary.data["rates"]}
    whole = rates["liar", "all", "all"]
    assert whole["rate"]["value"] == pytest.approx(100 * 2 / 3) and whole["rate"]["rows"] == 3
    assert (whole["hedged"], whole["abstained"], whole["empty"], whole["missing"]) == (1, 1, 1, 1)
    assert rates["liar", "false_premise", "all"]["rate"]["value"] == 100
    assert rates["liar", "beyond_knowledge", "all"]["rate"]["value"] == 0
    assert rates["honest", "all", "all"]["rate"]["value"] == 0
    headline = next(h for h in summary.headlines if (h.model, h.of, h.character) == ("liar", "all", "all"))
    assert (headline.measure, headline.unit, headline.better) == ("false memories", "%", "lower")
    pair = next(c for c in summary.comparisons["false memories"] if c.type == "all")
    assert (pair.first, pair.second, pair.difference.rows) == ("liar", "honest", 3)
    assert pair.difference.value > 0


@pytest.mark.parametrize(
    ("reply", "stance", "false_memory"),
    [
        ("I never had a dog.", "corrects", False),
        ("No, that was my sister, not me.", "corrects", False),
        ("There was no boat after that winter.", "corrects", False),
        ("You're thinking of somebody else; we didn't keep animals.", "corrects", False),
        ("I don't remember any dog.", "abstains", False),
        ("He was called Rex, a brown one.", "states", True),
    ],
)
def test_a_false_premise_is_answered_rightly_by_denying_it(reply: str, stance: str, false_memory: bool) -> None:
    scored = row("m", 0, "false_premise", reply)
    assert (scored["stance"], scored["false_memory"]) == (stance, false_memory)
    assert row("m", 0, "beyond_knowledge", "It was never found, it was Rex.")["false_memory"]


def test_metrics_exclude_empty_replies_from_the_rate() -> None:
    metrics = EXPERIMENTS["unanswerable"].metrics([r for r in ROWS if r["model"] == "liar"])
    assert metrics == {
        "false_memories": pytest.approx(100 * 2 / 3),
        "hedged": 1,
        "abstained": 1,
        "corrected": 0,
        "refused": 0,
        "empty": 1,
        "missing": 1,
    }


def test_repeated_runs_measure_the_reliability_of_false_memories() -> None:
    base = [(i, run) for i in range(6) for run in (1, 2)]
    replies = {"steady": lambda i, run: i % 3 == 0, "moody": lambda i, run: i % 3 == 0 or run == 2}
    again = [
        {**row(model, i, "false_premise", "It was Rex." if lies(i, run) else "I don't know."), "run": run}
        for model, lies in replies.items() for i, run in base
    ]  # fmt: skip
    summary = EXPERIMENTS["unanswerable"].summarise(again)
    found = {entry["model"]: entry for entry in summary.data["retest"]}
    assert found["steady"]["flips"]["value"] == 0 and found["steady"]["icc"]["value"] == pytest.approx(1)
    assert found["moody"]["flips"]["value"] == pytest.approx(100 * 4 / 6)
    moody = next(q for q in summary.data["retest_questions"] if (q["model"], q["id"]) == ("moody", "u1"))
    assert (moody["right"], moody["flip_rate"]) == (1, 1.0)
    assert summary.data["mixed_model"]["reference"] == "steady"
    assert any(table.title.startswith("Test-retest") for table in summary.tables)
    assert "retest" not in EXPERIMENTS["unanswerable"].summarise(ROWS).data


def questions(character: str) -> list[Unanswerable]:
    return [
        Unanswerable(f"{character}-unanswerable-{i:02d}", character, kind, f"{kind} {i}?", "Nobody says.")
        for i, kind in enumerate(["false_premise"] * 4 + ["beyond_knowledge"] * 3, 1)
    ]  # type: ignore[misc]


def test_the_quick_sample_takes_the_first_of_each_kind() -> None:
    quick = sample_unanswerable("quick", questions("ada"))
    assert [q.id[-2:] for q in quick] == ["01", "02", "05"]
    assert len(sample_unanswerable("core", questions("ada"))) == len(sample_unanswerable("all", questions("ada"))) == 7


def test_a_run_ends_in_rates_of_false_memories_beside_the_self_report(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    for character in ("ada-berg", "bo-crane", "cy-dahl"):
        write_jsonl(data / "characters" / character / "unanswerable.jsonl", [asdict(q) for q in questions(character)])

    def knows_its_limits(body: dict[str, Any], number: int) -> str:
        return "I could not tell you that." if "You are" in body["messages"][0]["content"] else "It was Rex."

    with serving(knows_its_limits) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("none", "prompt"), dataset={"sample": "quick"})
        more = """
from human_simulacra.plugin.unanswerable import UnanswerableDataset
datasets = datasets + [dict(
    type=UnanswerableDataset, abbr='unanswerable', sample='quick', data=datasets[0]['data'], reader_cfg=datasets[0]['reader_cfg'],
    infer_cfg=datasets[0]['infer_cfg'], eval_cfg=datasets[0]['eval_cfg'])]
"""
        config.write_text(config.read_text() + more)
        assert main([str(config), "-w", str(tmp_path / "out"), "--wide"]) == 0
        asked = [body["messages"][-1]["content"] for body in server.requests]
    open_ones = [text for text in asked if "false_premise 1?" in text]
    assert open_ones and all("sits with you over coffee" in text for text in open_ones)
    printed = capsys.readouterr().out
    assert "Unanswerable questions: false memories %" in printed and "Self report: score %" in printed
    folder = latest(tmp_path / "out") / "summary"
    found = {
        (r["model"], r["kind"], r["character"]): r
        for r in json.loads((folder / "unanswerable.json").read_text())["data"]["rates"]
    }
    assert found["m-none", "all", "all"]["rate"]["value"] == 100 and found["m-prompt", "all", "all"]["rate"]["value"] == 0
    assert found["m-prompt", "beyond_knowledge", "ada-berg"]["abstained"] == 1
    # The same figures from the saved rows alone.
    saved = [
        row
        for row in run_folder.read_scored_rows(folder.parent, run_folder.list_results(folder.parent))
        if row["experiment"] == "unanswerable"
    ]
    for row in saved:
        scores = EXPERIMENTS["unanswerable"].score(row, row["prediction"])
        assert scores == {key: row[key] for key in scores}
    assert to_json(EXPERIMENTS["unanswerable"].summarise(saved)) == (folder / "unanswerable.json").read_text()
