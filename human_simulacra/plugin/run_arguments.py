"""Checks the arguments of `python run.py` before OpenCompass is imported."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from human_simulacra.command_checks import (
    EMBEDDED,
    LIMIT_MEANING,
    check_backbone,
    check_output_folder,
    check_python_file,
    is_model_name,
)
from human_simulacra.errors import UserError, unknown
from human_simulacra.listing import METHODS
from human_simulacra.plugin.model_names import named_model
from human_simulacra.results.run_location import find_runs

MODES = ("all", "infer", "eval", "viz")
_COUNTS = ("--max-num-workers", "--max-workers-per-gpu", "--retry", "--dataset-num-runs", "--max-seq-len", "--max-out-len",
           "--batch-size", "--min-out-len", "--hf-num-gpus")  # fmt: skip
# Options that change a config before it is run.
OVERRIDES = {
    "llm": "another model, in the forms of `human-simulacra list models`",
    "base_url": "address of an OpenAI-compatible server for --llm, or several with commas",
    "method": "methods to compare, with commas",
    "character": "ids of characters, with commas",
    "limit": LIMIT_MEANING,
    "sample": "quick, life, core or all",
}


def option_name(name: str) -> str:
    """Returns the option of a parsed argument."""
    return f"--{name.replace('_', '-')}"


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """Adds the options that change a config, in the words of `human-simulacra eval`; see `config_overrides`."""
    for name, meaning in OVERRIDES.items():
        parser.add_argument(option_name(name), type=int if name == "limit" else str, help=meaning)


def add_display_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that decide what is printed; they change nothing in a run's folder."""
    parser.add_argument(
        "--quiet", action="store_true", help="print problems, the verdict, the last table and the report's path only"
    )
    parser.add_argument("--wide", action="store_true", help="print all tables, however wide they are")


def check_run_arguments(known: argparse.Namespace, rest: Sequence[str]) -> None:
    """Checks the config's file, the folder, the run to resume, the mode and OpenCompass's numbers.

    Args:
        known: The parsed arguments config, work_dir, reuse and mode, and those of `OVERRIDES`.
        rest: The arguments that OpenCompass parses.

    Raises:
        UserError: If one cannot be used.
    """
    if not known.config:
        raise UserError("no config given: python run.py configs/eval_human_simulacra.py")
    check_python_file(known.config, "config", "configs/eval_human_simulacra.py")
    if known.mode not in MODES:
        raise unknown("mode (-m)", known.mode, MODES)
    if known.mode in ("eval", "viz") and not known.reuse:
        raise UserError(f"-m {known.mode} needs an earlier run: add -r for the latest one, or -r RUN")
    _check_numbers(rest)
    _check_overrides(known)
    if known.work_dir is not None:
        _check_work_dir(Path(known.work_dir), known.reuse)
    check_no_space(Path.cwd())


def check_methods(given: str) -> None:
    """Raises a UserError if one of the names of methods, with commas, is that of none."""
    for name in given.split(","):
        if name.strip() not in METHODS:
            raise unknown("method", name.strip(), METHODS)


def _check_overrides(known: argparse.Namespace) -> None:
    """Checks what an option names that changes the config; what the config must have is checked when it is read."""
    if known.method is not None:
        check_methods(known.method)
    if known.llm is not None:
        check_backbone(known.llm, "--llm")
        if known.llm == EMBEDDED or is_model_name(known.llm):
            named_model(known.llm, known.base_url)
    elif known.base_url:
        raise UserError("--base-url is the address of --llm openai/NAME: give --llm too")
    if known.sample is not None:
        from human_simulacra.experiments.samples import SAMPLES

        if known.sample not in SAMPLES:
            raise unknown("sample", known.sample, SAMPLES)


def check_no_space(folder: Path) -> None:
    """Raises a UserError if the path of a folder has a space, with which OpenCompass's tasks fail."""
    if " " in str(folder.absolute()):
        raise UserError(f"the folder '{folder}' has a space in its name, which OpenCompass does not support: use another")


def _check_work_dir(folder: Path, reuse: str | None) -> None:
    check_no_space(folder)
    check_output_folder(folder, "-w")
    if reuse is not None:
        find_runs(folder, reuse)


def _check_numbers(rest: Sequence[str]) -> None:
    for place, argument in enumerate(rest):
        name, given, value = argument.partition("=")
        if name in _COUNTS:
            value = value if given else next(iter(rest[place + 1 : place + 2]), "")
            if not re.fullmatch(r"[1-9]\d*", value):
                raise UserError(f"{name} must be a whole number of at least 1, not '{value}'")
