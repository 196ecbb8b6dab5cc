"""Options, errors and follow-up commands that the tools share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.command_line import add_shared_options, format_command, open_writer, run_tool
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.errors import UserError
from tests.run_config import openai_llm


def options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_shared_options(parser)
    return parser.parse_args(given)


def test_a_dry_run_reads_context_and_price_from_the_config_without_building_the_model(tmp_path: Path) -> None:
    config = tmp_path / "mine.py"
    config.write_text(
        "mine = dict(type='human_simulacra.plugin.llama_cpp.LlamaCpp', max_seq_len=1234, price=dict(input=1, output=2))\n"
    )
    writer = open_writer(options("--backbone", str(config), "--dry-run"))
    assert isinstance(writer, DryRun) and writer.context_tokens == 1234 and writer.price == {"input": 1, "output": 2}
    assert open_writer(options("--dry-run")).context_tokens == 8192


def test_the_number_of_calls_at_once_is_that_of_the_option_or_of_the_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path))
    for name, more in (("many", {"max_workers": 32}), ("plain", {})):
        source = f"from opencompass.models import OpenAISDK\nmine = {openai_llm('http://127.0.0.1:9/v1', **more)}\n"
        (tmp_path / f"{name}.py").write_text(source)
    many, plain = str(tmp_path / "many.py"), str(tmp_path / "plain.py")
    given = [("--model", many), ("--model", plain), ("--model", many, "--concurrency", "3")]
    assert [open_writer(options(*model)).concurrency for model in given] == [32, 8, 3]


@pytest.mark.parametrize("price", ["0.15", "dict(input='a', output='b')", "dict(input=1)"])
def test_an_invalid_price_is_refused(tmp_path: Path, price: str) -> None:
    config = tmp_path / "mine.py"
    config.write_text(f"mine = dict(type='human_simulacra.plugin.llama_cpp.LlamaCpp', price={price})\n")
    with pytest.raises(UserError, match=r"mine: key 'price"):
        open_writer(options("--backbone", str(config), "--dry-run"))


def test_the_next_command_keeps_folder_backbone_and_seed() -> None:
    assert (
        format_command(options("--out", "my own"), "build_memories", "ada") == "python tools/build_memories.py ada --out 'my own'"
    )
    told = format_command(options("--backbone", "b.py:x", "--seed", "3"), "build_memories", "ada", "--resume")
    assert told == "python tools/build_memories.py ada --resume --out my_characters --model b.py:x --seed 3"


def test_user_errors_are_printed_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def raising(error: BaseException) -> Callable[[argparse.Namespace], int]:
        def work(arguments: argparse.Namespace) -> int:
            raise error

        return work

    parser = argparse.ArgumentParser()
    assert run_tool(lambda arguments: 0, parser, []) == 0
    assert run_tool(raising(UserError("age is 7")), parser, []) == 2
    assert run_tool(raising(BackboneError("down")), parser, []) == 2
    assert run_tool(raising(KeyboardInterrupt()), parser, []) == 130
    said = capsys.readouterr().err
    assert "error: age is 7\nerror: down\n" in said and said.endswith("stopped; repeat the command\n")


def test_a_run_that_is_stopped_speaks_of_resuming_only_if_something_was_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "making" / "ada-berg" / "biography.partial.jsonl"
    saved.parent.mkdir(parents=True)
    (saved.parent / "earlier.json").write_text("{}")
    os.utime(saved.parent / "earlier.json", (0, 0))
    parser = argparse.ArgumentParser()
    add_shared_options(parser)

    def stopped(arguments: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    def saves(arguments: argparse.Namespace) -> int:
        saved.write_text("{}")
        raise KeyboardInterrupt

    given = ["--out", str(tmp_path)]
    assert run_tool(stopped, parser, given) == 130 and capsys.readouterr().err == "\nstopped; repeat the command\n"
    assert run_tool(saves, parser, given) == 130
    assert capsys.readouterr().err == "\nstopped; continue with the same command and --resume\n"
