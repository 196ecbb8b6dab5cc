"""Replies that the token limit or a content filter ended: counted by name, never scored as right, and replayed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main as human_simulacra
from human_simulacra.experiments.registry import find_experiment, summarise_run
from human_simulacra.files import write_jsonl
from human_simulacra.items import Unanswerable
from human_simulacra.library import data_path
from human_simulacra.plugin.run_command import main
from human_simulacra.results import run_folder
from human_simulacra.types import FUNCTIONS
from tests.run_config import latest, openai_llm, predictions, write_config
from tests.servers import completion, serving

MORE = """
from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.personality import PersonalityDataset
from human_simulacra.plugin.unanswerable import UnanswerableDataset
datasets += [dict(
    type=kind, abbr=name, data={data!r}, characters=['ada-berg'], sample='quick', reader_cfg=datasets[0]['reader_cfg'],
    infer_cfg=datasets[0]['infer_cfg'], eval_cfg=datasets[0]['eval_cfg'],
) for kind, name in ((UnanswerableDataset, 'unanswerable'), (PersonalityDataset, 'personality'), (ConformityDataset, 'conformity'))]
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    monkeypatch.setattr("human_simulacra.backbones.retry.RetryPolicy.wait", lambda *_: 0.0)


@pytest.fixture
def everything(data: Path) -> Path:
    """The small data folder with the items of four experiments."""
    for name in ("personality_items.jsonl", "acquiescence.jsonl", "conformity_trials.jsonl"):
        shutil.copy(data_path() / name, data)
    path = data / "characters" / "ada-berg" / "profile.jsonl"
    write_jsonl(path, [json.loads(path.read_text()) | {"functions": list(FUNCTIONS)}])
    asked = [Unanswerable(f"ada-berg-u{i}", "ada-berg", "beyond_knowledge", f"Who was it {i}?", "Nobody says.") for i in range(2)]
    write_jsonl(data / "characters" / "ada-berg" / "unanswerable.jsonl", [asdict(question) for question in asked])
    return data


def column(summary: Mapping[str, Any], name: str, table: int = 0) -> list[Any]:
    """Returns a column of a summary's table; empty if the table does not have it."""
    head = summary["tables"][table]["head"]
    return [row[head.index(name)] for row in summary["tables"][table]["rows"]] if name in head else []


def run(folder: Path, data: Path, script: Any, method: str = "prompt", more: str = "", **model: Any) -> tuple[Path, int]:
    """Runs the self report of one character, and what `more` adds; returns the run's folder and the number of requests."""
    with serving(script) as server:
        config = write_config(
            folder, data, openai_llm(server.address), (method,), model=model, dataset={"characters": ["ada-berg"]}
        )
        config.write_text(config.read_text() + more.replace("{data!r}", repr(str(data))))
        assert main([str(config), "-w", str(folder / "out")]) == 0
    return latest(folder / "out"), len(server.requests)


def test_cut_and_filtered_replies_of_every_experiment_are_counted_by_name_and_replayed(
    tmp_path: Path, everything: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every reply would be right, or a false memory, if it were whole; every second one was withheld."""
    order: dict[str, int] = {}

    def script(body: dict[str, Any], number: int) -> Any:
        asked = body["messages"][-1]["content"]
        text = "yes" if "yes" in asked else "Ada Berg" if "name" in asked else "ANSWER: A" if "letter" in asked else "It was Rex."
        withheld = order.setdefault(asked, len(order)) % 2
        return 200, {}, completion("" if withheld else text, "content_filter" if withheld else "length")

    folder, requests = run(tmp_path, everything, script, more=MORE)
    rows = predictions(folder)
    calls = [row["trace"]["calls"][-1]["completion"] for found in rows.values() for row in found]
    # A cut reply is asked for once more, a withheld one is not.
    assert {(call["finish"], call["requests"]) for call in calls} == {("length", 2), ("content_filter", 1)}
    assert requests == sum(call["requests"] for call in calls)
    assert all(row["error"] is None for found in rows.values() for row in found)
    for name, total in (("self_report", 4), ("unanswerable", 1), ("personality", 20), ("conformity", 8)):
        summary = json.loads((folder / "summary" / f"{name}.json").read_text())
        counts = summary["data"]["reply_status"][0]
        assert counts["truncated"] + counts["filtered"] == total
        assert f"m-prompt {counts['truncated']} truncated, {counts['filtered']} filtered." in summary["notes"][0]
        for status in ("truncated", "filtered") if name != "unanswerable" else ():  # no reply to it can be read: it has no line
            assert column(summary, status)[0] == counts[status]
        assert set(column(summary, "missing")) <= {0}
    figures = json.loads((folder / "summary" / "self_report.json").read_text())
    assert column(figures, "unparseable")[0] == 4
    assert {h["estimate"]["value"] for h in figures["headlines"]} == {0.0}
    saved = list(run_folder.read_scored_rows(folder, run_folder.list_results(folder)))
    assert {row["status"] for row in saved} == {"truncated", "filtered"}
    assert {row["said"] for row in saved if row["experiment"] == "personality"} == {"neither"}
    assert {row["chosen"] for row in saved if row["experiment"] == "conformity"} == {None}
    assert {row["stance"] for row in saved if row["experiment"] == "unanswerable"} == {"empty"}
    assert human_simulacra(["replay", str(folder)]) == 0
    assert "truncated" in (folder / "summary" / "report.html").read_text()

    # The status comes from the trace: a trace that says otherwise is found.
    path = folder / "predictions" / "m-prompt" / "cloze.json"
    answers = json.loads(path.read_text())
    for answer in answers.values():
        answer["trace"]["calls"][-1]["completion"]["finish"] = "stop"
    path.write_text(json.dumps(answers))
    assert human_simulacra(["replay", str(folder)]) == 1
    assert "status" in capsys.readouterr().out


def test_whole_replies_add_no_column(tmp_path: Path, data: Path) -> None:
    folder, _ = run(tmp_path, data, lambda *_: "A")
    summary = json.loads((folder / "summary" / "self_report.json").read_text())
    assert column(summary, "truncated") == column(summary, "filtered") == [] and "reply_status" not in summary["data"]
    saved = list(run_folder.read_scored_rows(folder, run_folder.list_results(folder)))
    assert {row["status"] for row in saved} == {"answered"}


def test_a_cut_structured_answer_is_truncated_and_not_a_broken_form(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        if not (wanted := body.get("response_format")):
            return "Ada Berg"
        several = "items" in wanted["json_schema"]["schema"]["properties"]["answer"]
        return 200, {}, completion('{"answer": ["A"] }\n\n' if several else '{"answer": "A', "length")

    folder, _ = run(tmp_path, data, script, answering="structured")
    saved = {row["id"]: row for row in run_folder.read_scored_rows(folder, run_folder.list_results(folder))}
    assert saved["ada-berg-single_choice-01"]["status"] == "truncated" and not saved["ada-berg-single_choice-01"]["parsed"]
    whole = saved["ada-berg-multiple_choice-01"]  # only the blanks after it were cut
    assert whole["status"] == "answered" and whole["chosen"] == [0] and saved["ada-berg-cloze-01"]["correct"]
    assert "did not keep the form" not in capsys.readouterr().out


def test_only_the_answer_decides_and_a_filtered_thought_is_a_noted_problem(tmp_path: Path, data: Path) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        asked = body["messages"][-1]["content"]
        if "Which of your memories" in asked:
            return 200, {}, completion("1, 2, 3", "length")
        return (200, {}, completion("", "content_filter")) if "Before you say anything" in asked else "A"

    folder, _ = run(tmp_path, data, script, "macm")
    saved = list(run_folder.read_scored_rows(folder, run_folder.list_results(folder)))
    assert {row["status"] for row in saved} == {"answered"}
    problems = {problem for row in saved for problem in row["trace"]["problems"]}
    assert "joint agent: the server's content filter cut its reply" in problems


def test_an_agent_that_reaches_its_limit_before_its_first_word_fails_the_row_at_once(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        thinking = "Before you say anything" in body["messages"][-1]["content"]
        return (200, {}, completion("", "length")) if thinking else "A"

    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("macm",), dataset={"characters": ["ada-berg"]})
        assert main([str(config), "-w", str(tmp_path / "out")]) == 1
        assert len(server.requests) <= 4 * 3 * 2  # four rows of three agents: no more than once more with more room
    error = capsys.readouterr().err
    assert "agent used 10 tokens without a word of its answer: set a larger reasoning_tokens" in error


def test_a_trace_of_an_earlier_version_counts_as_answered() -> None:
    row = {"experiment": "self_report", "id": "q", "character": "c", "type": "cloze", "options": [], "answer": ["Ada"]}
    trace = {"calls": [{"agent": "top", "completion": {"text": "Ada"}}], "problems": [], "memories": []}
    for found in (trace, None):
        scores = find_experiment("self_report").score_row(row, "Ada", found)
        assert scores["status"] == "answered" and scores["correct"]
    assert find_experiment("self_report").score_row(row, None, None)["status"] == "missing"


def test_counts_in_tables_are_those_of_the_line(tmp_path: Path) -> None:
    base = {"experiment": "unanswerable", "model": "m", "prediction": "", "missing": False, "trace": None}
    put = [
        {**base, "id": f"{who}{i}", "character": who, "type": kind, "status": status, "stance": stance, "false_memory": False}
        for who in ("ada", "bo")
        for i, (kind, status, stance) in enumerate([
            ("false_premise", "truncated", "empty"), ("false_premise", "answered", "abstains"), ("beyond_knowledge", "answered", "abstains"),
        ])
    ]  # fmt: skip
    _, summary = summarise_run(put)
    whole, single = (next(t for t in summary.tables if t.title.endswith(end)) for end in ("kind of question", "by character"))
    assert {row[1]: row[whole.head.index("truncated")] for row in whole.rows} == {
        "all": 2,
        "false_premise": 2,
        "beyond_knowledge": 0,
    }
    assert {row[0]: row[single.head.index("truncated")] for row in single.rows if row[2] == "all"} == {"ada": 1, "bo": 1}
