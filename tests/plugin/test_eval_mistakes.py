"""What `human-simulacra eval` refuses overwrites no file, and is told in the words of the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from human_simulacra.cli import main
from human_simulacra.plugin.config_reading import load_config
from human_simulacra.plugin.config_source import config_source
from human_simulacra.plugin.run_command import main as run_config
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving

pytestmark = pytest.mark.usefixtures("local_key")


@pytest.fixture
def evaluate(evaluate: Callable[..., int]) -> Callable[..., int]:
    return partial(evaluate, "--method", "none", "--limit", "1")


def test_a_config_replaces_no_file_that_the_command_did_not_write(
    tmp_path: Path, evaluate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    mine, page = tmp_path / "mine.py", tmp_path / "page.md"
    for file in (mine, page):
        file.write_text("mine")
        assert evaluate("--write-config", str(file)) == 2 and file.read_text() == "mine"
    said = capsys.readouterr().err
    assert "mine.py exists and was not written by `human-simulacra eval`: choose another file" in said
    assert "page.md must end in .py" in said
    assert evaluate("--write-config", str(tmp_path / "new.txt")) == 2 and not (tmp_path / "new.txt").exists()
    with serving(lambda *_: "A") as server:
        for limit in ("1", "2"):  # its own config is written again
            assert evaluate("--base-url", server.address, "--limit", limit, "--write-config", str(tmp_path / "own.py")) == 0
    assert "limit=2" in (tmp_path / "own.py").read_text()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("llm.price={'in': 1}", "unknown key of models[0].llm.price 'in': did you mean 'input'?"),
        ("llm.extra_body={'a-b': 1, 'x': {'class': 1}}", "llm.extra_body.x has the key 'class', which is a keyword of Python"),
        ("""llm.extra_body={"don't": 1}""", 'has the key "don\'t", which has a quote'),
    ],
)
def test_a_key_that_opencompass_cannot_write_is_refused_in_one_sentence(
    tmp_path: Path, evaluate: Callable[..., int], setting: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate("--base-url", "http://127.0.0.1:9/v1", "-T", setting) == 2
    printed = capsys.readouterr().err
    assert printed.count("error: ") == 1 and words in printed and "Traceback" not in printed
    assert not [path for path in tmp_path.glob("out/*") if path.is_dir()]


def test_keys_that_are_no_identifiers_reach_the_server(evaluate: Callable[..., int]) -> None:
    with serving(lambda *_: "A") as server:
        assert evaluate("--base-url", server.address, "-T", "llm.extra_body={'a-b': 1, 'class': [True, None]}") == 0
        assert {json.dumps([body["a-b"], body["class"]]) for body in server.requests} == {"[1, [true, null]]"}


def test_a_config_that_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    made = {
        "models": [{"a": "it's\n", "b-c": {"class": 1, "x": ["y" * 150, {}, [], None, True, 1e-9]}}, "z" * 200],
        "summarizer": {"primary": {"against": 'a "b"'}},
    }
    path = tmp_path / "c.py"
    path.write_text(config_source(made))
    assert load_config(str(path)).to_dict() == made


@pytest.mark.parametrize("option", ["--base-url", "OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_an_address_without_http_is_refused_by_the_name_of_what_gave_it(
    evaluate: Callable[..., int], option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--base-url", "http://127.0.0.1:9/v1,127.0.0.1:8000/v1"] if option == "--base-url" else []
    if not given:
        monkeypatch.setenv(option, "127.0.0.1:8000/v1")
    assert evaluate(*given) == 2
    assert f"error: {option} 127.0.0.1:8000/v1 must begin with http:// or https://" in capsys.readouterr().err


def test_resuming_with_another_config_names_no_option_that_the_command_lacks(
    evaluate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda *_: "A") as server:
        assert evaluate("--base-url", server.address) == 0
        capsys.readouterr()
        assert evaluate("--base-url", server.address, "--limit", "2", "--resume") == 2
    said = capsys.readouterr().err
    assert "(limit of dataset 'cloze' was 1 and is 2): resume it with what it began with, or start a new run" in said
    assert "-r" not in said.split()


def test_what_a_run_says_of_its_rows_is_what_was_asked(
    tmp_path: Path, data: Path, evaluate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda *_: "A") as server:
        assert evaluate("--base-url", server.address, "--character", "ada") == 0
        one = " ".join(capsys.readouterr().out.split())
        config = write_config(tmp_path, data, openai_llm(server.address), ("none",))
        assert run_config([str(config), "-w", str(tmp_path / "whole")]) == 0
        whole = " ".join(capsys.readouterr().out.split())
    assert "Sample 'quick': ada-berg; self report: the first three" in one and "of these about 1 row of each dataset." in one
    assert "Intervals are 95 %, over the rows of one character: they say nothing about others." in one
    assert "Sample 'all': every row of every character. Intervals are 95 %, over characters." in whole
    saved = (latest(tmp_path / "out") / "summary" / "self_report.md").read_text()
    assert "over the rows of one character" in saved and "of these about 1 row" in saved


def test_an_experiment_with_one_character_among_others_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--experiment", "self_report,personality", "--method", "none", "--limit", "3", "--work-dir", str(tmp_path / "out")]
    with serving(lambda *_: "A") as server:
        assert main(["eval", "--model", "openai/tiny", "--base-url", server.address, *options]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "over characters; those of personality, with one character, say nothing about others." in printed
