"""`human-simulacra eval`, and other options for a config in a file: one command evaluates a model of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from human_simulacra.cli import main
from human_simulacra.experiments.samples import limit_rows
from human_simulacra.plugin.run_command import main as run_config
from tests.run_config import latest, openai_llm, predictions, write_config
from tests.run_viewer.edited_run import MACM, NONE, small_run
from tests.servers import serving

pytestmark = pytest.mark.usefixtures("local_key")


def test_one_command_evaluates_a_model_and_leaves_a_config_that_does_the_same(
    tmp_path: Path, evaluate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda *_: "A") as server:
        status = evaluate("--base-url", server.address, "--method", "prompt,macm", "-T", "llm.max_out_len=99", "--limit", "2")
        printed = capsys.readouterr()
        assert status == 0 and "tiny-macm" in printed.out and "tiny: answers in" in printed.err
        folder = latest(tmp_path / "out")
        rows = predictions(folder)
        assert {name: len(found) for name, found in rows.items()} == {
            f"tiny-{method}/{kind}": 2 for method in ("prompt", "macm") for kind in ("cloze", "single_choice", "multiple_choice")
        }
        assert {body["max_tokens"] for body in server.requests if "ANSWER" in body["messages"][-1]["content"]} == {99}
        before = len(server.requests)
        (config,) = (tmp_path / "out").glob("config_*.py")
        assert run_config([str(config), "-w", str(tmp_path / "again")]) == 0
        assert predictions(latest(tmp_path / "again")).keys() == rows.keys() and len(server.requests) == before  # all cached
        assert evaluate(
            "--base-url", server.address, "--method", "prompt,macm", "-T", "llm.max_out_len=99", "--limit", "2", "--resume"
        ) == 0  # fmt: skip
        assert len([path for path in (tmp_path / "out").iterdir() if path.is_dir()]) == 1


def test_what_a_run_will_cost_is_said_before_anything_is_paid(
    tmp_path: Path, evaluate: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    price = ("-T", "llm.price={'input': 1000, 'output': 0}", "--method", "prompt,macm")
    with serving(lambda *_: "A") as server:
        assert evaluate("--base-url", server.address, *price, "--max-cost", "0.01") == 2
        printed = capsys.readouterr().err
        assert printed.count("loading OpenCompass") == 1
        assert "expected at most: 36 calls" in printed and "more than --max-cost 0.01" in printed and server.requests == []
        assert evaluate("--base-url", server.address, "--method", "none", "--max-cost", "1") == 2
        assert "--max-cost needs the price of every model" in capsys.readouterr().err and server.requests == []
        assert evaluate("--base-url", server.address, *price, "--max-cost", "1000") == 0
        assert len(server.requests) == 36  # nine questions: one call with the persona alone, three with all agents


def test_the_environment_names_the_server_and_a_file_names_the_model(
    tmp_path: Path, evaluate: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda *_: "A") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        assert evaluate("--method", "none", "--character", "ada-berg", "--experiment", "self_report") == 0
        file = tmp_path / "mine.py"
        file.write_text(f"from opencompass.models import OpenAISDK\nmine = {openai_llm(server.address, abbr='own')}\n")
        assert evaluate("--method", "none", "--write-config", str(tmp_path / "kept.py"), model=f"{file}:mine") == 0
        assert "own-none" in (tmp_path / "kept.py").read_text() and {body["model"] for body in server.requests} == {
            "tiny",
            "scripted",
        }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "gpt-4"], "unknown --model 'gpt-4'"),
        (["--model", "opnai/gpt-4"], "did you mean 'openai/NAME'"),
        (["--model", "openai/"], "unknown --model 'openai/'"),
        (["--model", "gone.py"], "--model gone.py does not exist"),
        (["--model", "embedded", "--method", "macmm"], "unknown method 'macmm': did you mean 'macm'"),
        (["--model", "embedded", "--experiment", "self_reprot"], "did you mean 'self_report'"),
        (["--model", "embedded", "--experiment", "observer"], "add --judge MODEL"),
        (["--model", "embedded", "--character", "marne"], "unknown character 'marne'"),
        (
            ["--model", "embedded", "--character", "m"],
            "several characters begin with 'm': choose one of magnus-tulloch, maren-odd",
        ),
        (["--model", "embedded", "--character", ","], "--character names nothing: give a name, or leave it out"),
        (["--model", "embedded", "--method", ""], "--method names nothing"),
        (["--model", "embedded", "--limit", "ten"], "--limit: must be a whole number of at least 1, not 'ten'"),
        (["--model", "embedded", "--concurrency", "0"], "--concurrency: must be a whole number of at least 1, not '0'"),
        (["--model", "embedded", "--max-cost", "-1"], "--max-cost: must be a number of at least 0, not '-1'"),
        (["--model", "embedded", "--judge", "embedded", "--judge", "embedded"], "--judge embedded is given twice"),
        (["--model", "embedded", "--resume"], "to resume: start one without resuming"),
        (["--model", "embedded", "--limt", "3"], "unrecognized arguments: --limt 3"),
        (["--model", "embedded", "-T", "method=rag"], "-T method is no setting of one simulacrum: give it with --method"),
        (["--model", "embedded", "-T", "llm.max_out_le=9"], "did you mean 'max_out_len'"),
        (["--model", "gguf/gone.gguf"], "model file gone.gguf is missing"),
        (["--model", "hf/nobody/gone"], "'nobody/gone' is neither a folder with a model nor one that Hugging Face gives"),
        (["--model", "embedded", "--limit", "0"], "--limit: must be a whole number of at least 1, not '0'"),
        (["--model", "embedded", "--sample", "qick"], "did you mean 'quick'"),
        (["--model", "embedded", "-T", "temperature"], "-T temperature must be KEY=VALUE"),
        (["--model", "embedded", "-T", "temprature=1"], "did you mean 'temperature'"),
        (["--model", "embedded", "-T", "temperature=hot"], "temperature must be a number of at least 0, not 'hot'"),
        (["--model", "hf/tiny", "--base-url", "http://x"], "--base-url is for openai/NAME"),
        (["--model", "embedded", "--data", "/nowhere"], "/nowhere"),
    ],
)
def test_what_cannot_be_evaluated_is_one_sentence_before_any_call(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "--work-dir", str(tmp_path / "out"), *arguments]) == 2
    printed = capsys.readouterr().err
    assert printed.count("error: ") == 1 and words in printed and "Traceback" not in printed
    assert not [path for path in tmp_path.glob("out/*") if path.is_dir()]


def test_a_config_in_a_file_takes_another_model_methods_and_rows(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(tmp_path, data, "dict(type=LlamaCpp, abbr='m-tiny', max_out_len=48)", ("prompt", "rag"),
                          model={"method_kwargs": {}})  # fmt: skip
    with serving(lambda *_: "A") as server:
        options = ["--llm", "openai/other", "--base-url", server.address, "--method", "rag", "--character", "bo-crane"]
        assert run_config([str(config), "-w", str(tmp_path / "out"), *options]) == 0
    rows = predictions(latest(tmp_path / "out"))
    assert {name.split("/")[0] for name in rows} == {"other-rag"}
    assert {row["id"].rsplit("-", 2)[0] for found in rows.values() for row in found} == {"bo-crane"}
    capsys.readouterr()
    assert run_config([str(config), "-w", str(tmp_path / "out"), "--method", "macm"]) == 2
    assert "unknown method of this config 'macm'" in capsys.readouterr().err


def test_a_limit_takes_rows_of_all_characters_in_turn_and_keeps_conversations() -> None:
    rows = [{"character": who, "conversation": talk} for who in "ab" for talk in ("", "", f"{who}1", f"{who}1")]
    assert limit_rows(rows, None) == rows
    assert [rows.index(row) for row in limit_rows(rows, 2)] == [0, 4]
    assert [(row["character"], row["conversation"]) for row in limit_rows(rows, 5)] == [
        ("a", ""), ("a", ""), ("a", "a1"), ("a", "a1"), ("b", ""), ("b", ""),
    ]  # fmt: skip


def test_names_are_listed(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--data", str(data)]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("ada-berg", "self_report", "shuffled", "openai/NAME"))
    assert main(["list", "runs", "--work-dir", str(tmp_path)]) == 0
    assert "no runs in" in capsys.readouterr().out
    small_run(tmp_path / "x")
    assert main(["list", "runs", "--work-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / "x"), f"{NONE},", MACM]


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0 and capsys.readouterr().out.startswith("human-simulacra ")


def test_a_beginning_that_no_other_has_names_a_character(data: Path) -> None:
    from human_simulacra.chat.chat_settings import check_character_and_method
    from human_simulacra.errors import UserError
    from human_simulacra.library import Library

    library = Library(data)
    assert check_character_and_method(library, "ada", "macm").id == "ada-berg"
    assert check_character_and_method(library, "Bo C", "macm").id == "bo-crane"
    with pytest.raises(UserError, match="unknown character"):
        check_character_and_method(library, "", "macm")


def test_a_run_takes_beginnings_of_names_and_gives_judges_of_one_name_two(
    tmp_path: Path, evaluate: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kept.py"
    with serving(lambda *_: "A") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        assert evaluate("--method", "none", "--character", "ada,Bo C", "--write-config", str(config)) == 0
        assert "'ada-berg', 'bo-crane'" in " ".join(config.read_text().split())
        judges = ("--judge", "openai/first/tiny", "--judge", "openai/second/tiny")
        evaluate("--method", "none", "--experiment", "observer", *judges, "--write-config", str(config))
    assert "abbr='tiny-1'" in config.read_text() and "abbr='tiny-2'" in config.read_text()


def test_above_the_limit_a_terminal_is_asked(
    evaluate: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    price = ("-T", "llm.price={'input': 1000, 'output': 0}", "--method", "none", "--max-cost", "0.01")
    with serving(lambda *_: "A") as server:
        for answer in ("n", None):  # None ends the input

            def say(question: str, answer: str | None = answer) -> str:
                if answer is None:
                    raise EOFError
                return answer

            monkeypatch.setattr("builtins.input", say)
            assert evaluate("--base-url", server.address, *price) == 2 and server.requests == []
            assert "nothing was asked and nothing paid" in capsys.readouterr().err
        monkeypatch.setattr("builtins.input", lambda question: "y")
        assert evaluate("--base-url", server.address, *price) == 0 and server.requests


@pytest.mark.parametrize(
    ("line", "options", "words"),
    [
        ('models[0]["methd"] = "none"', ("--limit", "4"), "config.py: unknown key of models[0] 'methd': did you mean 'method'?"),
        ("models = []", ("--llm", "openai/x"), "config.py has no 'models'"),
        ('models[1]["as_of"] = "1900"', ("--limit", "4"), "config.py with --limit 4, model 'm-prompt': "),
        ('models[1]["as_of"] = "1900"', (), "config.py, model 'm-prompt': "),
        ('datasets[0]["characters"] = ["zz"]', (), "config.py, dataset 'cloze': unknown character 'zz'"),
        ("", ("--character", "zz"), "config.py with --character zz, dataset 'cloze': unknown character 'zz'"),
        ('datasets[0]["dat"] = "x"', (), "config.py: unknown key of datasets[0] 'dat': did you mean 'data'?"),
    ],
)
def test_an_error_names_the_users_config_and_what_of_it_and_leaves_nothing(
    tmp_path: Path, data: Path, line: str, options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9"), ("none", "prompt"))
    path.write_text(f"{path.read_text()}\n{line}\n")
    assert run_config([str(path), "-w", str(tmp_path / "out"), *options]) == 2
    printed = capsys.readouterr().err
    assert f"{path.parent}/{words}" in printed and printed.count("error: ") == 1
    assert not (tmp_path / "out").exists()
