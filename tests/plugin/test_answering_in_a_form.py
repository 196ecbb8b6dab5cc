"""`answering='structured'` as a user runs it: forms in requests, answers in tables, refusals, replay and the call cache."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main as human_simulacra
from human_simulacra.files import write_jsonl
from human_simulacra.library import data_path
from human_simulacra.plugin.config_schema import check_simulacrum
from human_simulacra.plugin.llm_config import resolve_answering
from human_simulacra.plugin.run_command import main
from human_simulacra.types import FUNCTIONS
from tests.run_config import latest, openai_llm, predictions, write_config
from tests.servers import serving

PERSONALITY = """
from human_simulacra.plugin.personality import PersonalityDataset
datasets += [dict(
    type=PersonalityDataset, abbr='personality', sample='quick', data=%r, characters=['ada-berg'],
    reader_cfg=datasets[0]['reader_cfg'], infer_cfg=datasets[0]['infer_cfg'], eval_cfg=datasets[0]['eval_cfg'])]
"""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")


@pytest.fixture
def people(data: Path) -> Path:
    """The small data folder with the statements of the personality test."""
    for name in ("personality_items.jsonl", "acquiescence.jsonl"):
        shutil.copy(data_path() / name, data)
    path = data / "characters" / "ada-berg" / "profile.jsonl"
    write_jsonl(path, [json.loads(path.read_text()) | {"functions": list(FUNCTIONS)}])
    return data


def form_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the schema of the answer that a request asks for; None for free text."""
    wanted = body.get("response_format")
    if wanted is None:
        return None
    assert wanted["type"] == "json_schema" and wanted["json_schema"]["strict"] is True
    schema = wanted["json_schema"]["schema"]
    assert schema["required"] == ["answer"] and schema["additionalProperties"] is False
    return schema["properties"]["answer"]


def in_form(body: dict[str, Any], number: int) -> str:
    """Answers like a server that keeps forms: violins, three hobbies, yes; "Ada Berg" as free text."""
    form = form_of(body)
    if form is None:
        return "Ada Berg"
    lines = body["messages"][-1]["content"].splitlines()
    right = [line[0] for line in lines if line[1:2] == "." and line[3:] in ("a violin", "chess", "rowing", "singing")]
    if form["type"] == "array":
        return json.dumps({"answer": right})
    return json.dumps({"answer": right[0] if right else "yes"})


def test_choices_and_yes_no_are_answered_in_a_form_and_cloze_questions_are_not(
    tmp_path: Path, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(in_form) as server:
        config = write_config(
            tmp_path, people, openai_llm(server.address), ("macm",), model={"answering": "structured"},
            dataset={"characters": ["ada-berg"]},
        )  # fmt: skip
        config.write_text(config.read_text() + PERSONALITY % str(people))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    folder = latest(tmp_path / "out")
    rows = predictions(folder)
    for kind, letters in (("single_choice", 4), ("multiple_choice", 6)):
        forms = [
            form
            for body in server.requests
            if (form := form_of(body)) and len(form.get("enum", form.get("items", {}).get("enum"))) == letters
        ]
        assert len(forms) == 1 and ("items" in forms[0]) == (kind == "multiple_choice")
    (single,), (several,) = rows["m-macm/single_choice"], rows["m-macm/multiple_choice"]
    assert single["prediction"] in "ABCD" and several["prediction"].count(", ") == 2
    assert {row["prediction"] for row in rows["m-macm/personality"]} == {"yes"}
    words = [form["enum"] for body in server.requests if (form := form_of(body)) and "yes" in form.get("enum", ())]
    assert len(words) == len(rows["m-macm/personality"]) and all(sorted(enum) == ["no", "yes"] for enum in words)
    top = single["trace"]["calls"][-1]
    assert (
        json.loads(top["completion"]["text"]) == {"answer": single["prediction"]} and single["trace"]["answering"] == "structured"
    )
    # The other agents and the cloze questions are asked for free text.
    assert sum(form_of(body) is not None for body in server.requests) == 2 + len(words)
    assert rows["m-macm/cloze"][0]["prediction"] == "Ada Berg" and rows["m-macm/cloze"][0]["trace"]["answering"] == "generate"

    summary = json.loads((folder / "summary" / "self_report.json").read_text())
    assert (
        summary["data"]["answering"] == {"m-macm": "structured"} and summary["tables"][0]["rows"][0][0] == "m-macm (structured)"
    )
    accuracy = {
        h["of"]: h["estimate"]["value"] for h in summary["headlines"] if h["measure"] == "accuracy" and h["character"] == "all"
    }
    assert accuracy["single_choice"] == accuracy["multiple_choice"] == 100
    assert "m-macm (structured)" in printed and "did not keep the form" not in printed
    assert "m-macm (structured)" in (folder / "summary" / "report.html").read_text()
    assert human_simulacra(["replay", str(folder)]) == 0


def test_a_server_that_ignores_the_form_is_read_as_free_text_and_counted(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"single": "The violin did: I would say A.", "several": '{"answer": ["A", "Z"]}', "cloze": "Ada Berg"}

    def script(body: dict[str, Any], number: int) -> str:
        form = form_of(body)
        return said["cloze" if form is None else "several" if "items" in form else "single"]

    with serving(script) as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("prompt",), model={"answering": "structured"},
            dataset={"characters": ["ada-berg"]},
        )  # fmt: skip
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    folder = latest(tmp_path / "out")
    (row,) = predictions(folder)["m-prompt/single_choice"]
    assert row["prediction"] == said["single"] and row["trace"]["answering"] == "structured"
    assert row["trace"]["problems"] == ["the answer is not in the form that was asked for"]
    scored = json.loads((folder / "results" / "m-prompt" / "single_choice.json").read_text())["details"][0]
    assert scored["chosen"] == [[0]] and scored["parsed"] == [True]
    assert "m-prompt: the server did not keep the form in 2 of 2 answers" in capsys.readouterr().out
    assert human_simulacra(["replay", str(folder)]) == 0


def test_a_free_and_a_structured_answer_are_two_calls_and_three_ways_are_compared(tmp_path: Path, data: Path) -> None:
    with serving(lambda body, number: '{"answer": "B"}' if "enum" in (form_of(body) or {}) else "A") as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("prompt",), dataset={"characters": ["ada-berg"]},
            model={"cache_dir": str(tmp_path / "calls")},
        )  # fmt: skip
        config.write_text(config.read_text() + "models += [dict(models[0], abbr='m-form', answering='structured')]\n")
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        asked = len(server.requests)
        assert asked == 4 + 2  # the cloze questions of the second model come from the call cache
        assert main([str(config), "-w", str(tmp_path / "again")]) == 0
        assert len(server.requests) == asked
    folder = latest(tmp_path / "again")
    rows = predictions(folder)
    assert rows["m-prompt/single_choice"][0]["prediction"] == "A" and rows["m-form/single_choice"][0]["prediction"] == "B"
    summary = json.loads((folder / "summary" / "self_report.json").read_text())
    table = next(table for table in summary["tables"] if table["title"].startswith("Agreement of ways of answering"))
    assert [row[:5] for row in table["rows"]] == [
        ["m-prompt", "m-form (structured)", "single_choice", 1, "0.0"],
        ["m-prompt", "m-form (structured)", "multiple_choice", 1, "100.0"],
    ]


def test_a_model_that_cannot_be_held_to_a_form_is_refused_before_the_run(
    tmp_path: Path, data: Path, tiny_model_path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    llm = f"dict(type=HuggingFacewithChatTemplate, path={tiny_model_path!r}, max_out_len=6)"
    config = write_config(tmp_path, data, llm, ("prompt",), model={"answering": "structured"})
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "model 'm-prompt' has answering='structured', but HuggingFacewithChatTemplate cannot be held to a form" in error
    assert "Traceback" not in error and not (tmp_path / "out").exists()
    for kind in (
        "opencompass.models.OpenAI",
        "opencompass.models.VLLMwithChatTemplate",
        "human_simulacra.plugin.llama_cpp.LlamaCpp",
    ):
        assert resolve_answering({"type": kind}, "structured", "m") == "structured"
        check_simulacrum({"abbr": "m", "llm": {"type": kind}, "answering": "structured"}, "config.py", "models[0]")


@pytest.fixture
def tiny_model_path(tmp_path: Path) -> str:
    return str(tmp_path / "never-loaded")
