"""Rows whose column `prompt` any OpenCompass model can answer, with the persona in the system message and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from opencompass.openicl.icl_prompt_template import PromptTemplate

from human_simulacra.cli import main as cli
from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import packaged_model
from human_simulacra.plugin.prompt_dataset import PromptDataset
from human_simulacra.plugin.run_command import main
from tests.run_config import ROOT, latest, openai_llm, predictions, write_config
from tests.servers import serving

ROLES = {
    "round": [{"role": "HUMAN", "api_role": "HUMAN"}, {"role": "BOT", "api_role": "BOT", "generate": True}],
    "reserved_roles": [{"role": "SYSTEM", "api_role": "SYSTEM"}],
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-prompts-3b9d7c1e55")


def thinks_aloud(body: dict[str, Any], number: int) -> str:
    """Knows Ada Berg's name and hobbies from the persona; what it thinks first names another option."""
    system, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
    if "What is your name?" in asked:
        return "Ada Berg" if "You are Ada Berg" in system else ""
    wanted = ("chess", "rowing", "singing") if "You are Ada Berg" in system else ()
    letters = [line[0] for line in asked.splitlines() if line[1:3] == ". " and line[3:] in wanted]
    return f"<think>ANSWER: A, B, C, D, E, F</think>ANSWER: {', '.join(letters)}" if letters else "Who knows?"


def config(folder: Path, data: Path, address: str, summarizer: str = "", personas: str = "(True, False)") -> Path:
    """Writes a config with a plain OpenAISDK model on the shipped datasets, of one character."""
    model = openai_llm(address, abbr="plain", query_per_second=100, tokenizer_path=str(packaged_model()), meta_template=ROLES)
    text = "\n".join(
        [
            "from mmengine.config import read_base",
            "from opencompass.models import OpenAISDK",
            "from human_simulacra.plugin.summarizer import RunSummarizer",
            "with read_base():",
            "    from .configs.datasets.self_report_prompts import self_report_prompts_datasets",
            "    from .configs.summarizers.prompts import summarizer",
            "    from .configs.summarizers.run import eval, infer",
            f"models = [{model}]",
            f"datasets = [dict(d, data={str(data)!r}, characters=['ada-berg']) for d in self_report_prompts_datasets",
            f"            if d['persona'] in {personas}]",
            summarizer,
        ]
    )
    if not (folder / "configs").exists():
        (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "config.py").write_text(text)
    return folder / "config.py"


def metrics(folder: Path, dataset: str) -> dict[str, Any]:
    return json.loads((folder / "results" / "plain" / f"{dataset}.json").read_text())


def test_a_stock_model_is_scored_with_the_persona_and_without(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(thinks_aloud) as server:
        assert main([str(config(tmp_path, data, server.address)), "-w", str(tmp_path / "out")]) == 0, capsys.readouterr().err
        folder = latest(tmp_path / "out")
        assert len(server.requests) == 8
        plain = {tuple(m["content"] for m in body["messages"]) for body in server.requests}
        whole = metrics(folder, "multiple_choice-persona")
        assert (whole["score"], whole["accuracy"], whole["unparseable"]) == (100, 100, 0)
        assert metrics(folder, "cloze-persona")["score"] == 50
        none = metrics(folder, "multiple_choice-no-persona")
        assert (none["score"], none["unparseable"]) == (0, 1)
        assert metrics(folder, "cloze-no-persona")["unparseable"] == 1
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert ["multiple_choice-persona", "score", "gen", "100.00"] in [[*line[:1], *line[2:]] for line in lines]

    # The methods `prompt` and `none` of a simulacrum say the same to the model.
    with serving(lambda *_: "A") as server:
        simulacra = write_config(
            tmp_path, data, openai_llm(server.address), dataset={"characters": ["ada-berg"]}, name="simulacra.py"
        )
        assert main([str(simulacra), "-w", str(tmp_path / "simulacra")]) == 0
        assert {tuple(m["content"] for m in body["messages"]) for body in server.requests} == plain


def test_the_verdict_names_what_a_stock_model_lacks(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(lambda *_: (400, {}, '{"error": {"message": "no such model"}}')) as server:
        assert main([str(config(tmp_path, data, server.address)), "-w", str(tmp_path / "out")]) == 1
    assert "plain/cloze-persona: 2 of 2 rows are missing (RuntimeError: Calling OpenAI API failed" in capsys.readouterr().err


def test_one_variant_gets_our_tables_and_is_replayed_and_two_are_refused(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = "summarizer = dict(type=RunSummarizer)"
    with serving(thinks_aloud) as server:
        assert main([str(config(tmp_path, data, server.address, ours)), "-w", str(tmp_path / "out")]) == 2
        assert "both ask question" in capsys.readouterr().err and server.requests == []
        one = config(tmp_path, data, server.address, ours, "(True,)")
        assert main([str(one), "-w", str(tmp_path / "out"), "--wide"]) == 0
    folder = latest(tmp_path / "out")
    assert "Self report, by method and type" in capsys.readouterr().out and (folder / "summary" / "report.html").is_file()
    assert "<think>" in predictions(folder)["plain/multiple_choice-persona"][0]["prediction"]
    assert cli(["replay", str(folder)]) == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("'models.0.llm'", "", "its rows are for simulacra"),
        ("PromptDataset", "experiment='self_report', persona=True", "its rows hold the whole prompt"),
    ],
)
def test_a_model_and_a_dataset_that_do_not_fit_are_refused(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    path = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"), ("prompt",))
    text = path.read_text()
    if new:
        text = text.replace("type=SelfReportDataset", f"type=PromptDataset, {new}").replace(
            "SimulacrumInferencer))", "GenInferencer))"
        )
        text = "from human_simulacra.plugin.prompt_dataset import PromptDataset\n" + text
    else:
        text += "\nmodels = [dict(models[0]['llm'], abbr='plain')]\n"
    path.write_text(text)
    assert main([str(path), "-w", str(tmp_path / "out")]) == 2
    assert words in capsys.readouterr().err


def test_a_question_that_names_a_column_is_not_filled_in(data: Path) -> None:
    file = data / "characters" / "ada-berg" / "cloze.jsonl"
    file.write_text(file.read_text().replace("What is your name?", "What does {answer} or {idx} or {character} mean?"))
    dataset = PromptDataset(
        experiment="self_report", question_type="cloze", data=str(data), characters=["ada-berg"],
        reader_cfg={"input_columns": ["system", "prompt"], "output_column": "answer"},
    )  # fmt: skip
    template = PromptTemplate({"round": [{"role": "HUMAN", "prompt": "{prompt}"}]})
    prompt = template.generate_item(dataset.test[0], output_field="answer", output_field_replace_token="")
    assert "What does {answer} or {idx} or {character} mean?" in str(prompt)


def test_an_experiment_in_conversations_is_refused() -> None:
    with pytest.raises(UserError, match="experiment 'conformity' asks in conversations, which a single prompt cannot hold"):
        PromptDataset.load(experiment="conformity", sample="quick")
