"""The dataset to propose to OpenCompass (contrib/opencompass): its files as they are, in the package they are meant for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opencompass.cli.main
import opencompass.datasets
import pytest
from mmengine.config import Config
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.utils.prompt import get_prompt_hash

from human_simulacra.experiments.self_report.question_scoring import score_reply
from human_simulacra.library import Library
from human_simulacra.memory.embedding import packaged_model
from human_simulacra.plugin.prompt_dataset import PromptDataset
from tests.run_config import ROOT, latest, openai_llm
from tests.servers import serving

UPSTREAM = ROOT / "contrib" / "opencompass" / "opencompass"
CONFIGS = UPSTREAM / "configs" / "datasets" / "human_simulacra"
DATA = Library().path


@pytest.fixture(autouse=True)
def in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets OpenCompass find the dataset's module where a pull request puts it."""
    monkeypatch.setattr(opencompass.datasets, "__path__", [*opencompass.datasets.__path__, str(UPSTREAM / "datasets")])
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "datasets"))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-contribution-6a0c2f9e31")
    yield


def module() -> Any:
    from opencompass.datasets import human_simulacra  # pyright: ignore[reportAttributeAccessIssue]

    return human_simulacra


def test_the_files_need_opencompass_alone() -> None:
    files = [*UPSTREAM.rglob("*.py")]
    assert len(files) == 3
    assert not [
        path for path in files if "from human_simulacra" in path.read_text() or "import human_simulacra\n" in path.read_text()
    ]


def test_the_config_is_named_after_the_hash_of_its_prompts() -> None:
    found = Config.fromfile(str(CONFIGS / "human_simulacra_gen.py"))
    (hashed,) = CONFIGS.glob("human_simulacra_gen_*.py")
    assert hashed.stem == f"human_simulacra_gen_{get_prompt_hash(found.human_simulacra_datasets)[:6]}"


@pytest.mark.parametrize("kind", ["cloze", "single_choice", "multiple_choice"])
def test_prompts_and_answers_are_those_of_this_package(kind: str) -> None:
    datasets = Config.fromfile(str(CONFIGS / "human_simulacra_gen.py"), format_python_code=False).human_simulacra_datasets
    rows = list(module().HumanSimulacraDataset.load(str(DATA), kind))
    for suffix, persona in (("", True), ("_no_persona", False)):
        (config,) = [d for d in datasets if d["abbr"] == f"human_simulacra_{kind}{suffix}"]
        template = PromptTemplate(config["infer_cfg"]["prompt_template"]["template"].to_dict())
        expected = {row["id"]: row for row in PromptDataset.load(experiment="self_report", question_type=kind, persona=persona)}
        assert len(expected) == len(rows) > 200
        for row in rows:
            wanted = expected[row["id"]]
            made = template.generate_item(row, output_field="answer", output_field_replace_token="")
            assert [part["prompt"] for part in made if isinstance(part, dict) and "prompt" in part] == [
                wanted["system"],
                wanted["prompt"],
            ]
            answer = wanted["answer"] if kind == "cloze" else [chr(ord("A") + place) for place in wanted["answer"]]
            assert row["answer"] == answer


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        ("single_choice", "ANSWER: B"), ("single_choice", "<think>A?</think>I think so.\n**ANSWER: B**"), ("single_choice", "B"),
        ("single_choice", "(b)"), ("single_choice", "ANSWER: A, B"), ("single_choice", "Who knows?"), ("single_choice", "ANSWER: C"),
        ("multiple_choice", "ANSWER: B, D"), ("multiple_choice", "Let me see.\nAnswer: B and C"), ("multiple_choice", "A, B, C"),
        ("multiple_choice", ""), ("multiple_choice", "Bad, and I add"), ("multiple_choice", "ANSWER: BED"), ("cloze", "The Bakery in Torp."), ("cloze", "in Oslo"), ("cloze", ""),
    ],
)  # fmt: skip
def test_plain_replies_get_the_points_of_this_package(kind: str, reply: str) -> None:
    letters = {"single_choice": ["B"], "multiple_choice": ["B", "D"]}.get(kind)
    found = module().HumanSimulacraEvaluator(kind).score([reply], [letters or ["bakery in Torp"]])
    options = ["a boat", "a violin", "a cup", "a leg"] if letters else []
    key = [ord(letter) - ord("A") for letter in letters] if letters else ["bakery in Torp"]
    ours = score_reply(kind, reply.rpartition("</think>")[2], options, key)  # pyright: ignore[reportArgumentType]
    assert found["score"] == pytest.approx(100 * ours.points / ours.full)
    assert (found["accuracy"], found["unparseable"]) == (100 * ours.correct, not ours.parsed)


def test_opencompass_runs_it_on_a_stock_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "upstream").symlink_to(CONFIGS)
    path = tmp_path / "config.py"

    def answer(body: dict[str, Any], number: int) -> str:
        text = body["messages"][-1]["content"]
        return "ANSWER: A" if "LETTER" in text else "Albrecht Seidel"

    with serving(answer) as server:
        model = openai_llm(server.address, abbr="plain", query_per_second=100, tokenizer_path=str(packaged_model()))
        path.write_text(
            "from mmengine.config import read_base\nfrom opencompass.models import OpenAISDK\n"
            "with read_base():\n    from .upstream.human_simulacra_gen import human_simulacra_datasets\n"
            f"datasets = [dict(d, path={str(DATA)!r}, reader_cfg=dict(d['reader_cfg'], test_range='[:4]')) for d in human_simulacra_datasets[:3]]\n"
            f"models = [{model}]\n"
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["opencompass", str(path), "--debug", "-w", "out"])
        opencompass.cli.main.main()
        assert len(server.requests) == 12
        assert all("You are Albrecht Seidel." in body["messages"][0]["content"] for body in server.requests)
    results = latest(tmp_path / "out") / "results" / "plain"
    cloze = json.loads((results / "human_simulacra_cloze.json").read_text())
    assert (cloze["score"], cloze["accuracy"]) == (25, 25) and cloze["details"][0]["correct"]
    assert json.loads((results / "human_simulacra_multiple_choice.json").read_text())["unparseable"] == 0
    assert "human_simulacra_single_choice" in capsys.readouterr().out
