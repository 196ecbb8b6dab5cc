"""`human-simulacra eval`: writes an OpenCompass config from arguments, and runs it as `python run.py` does."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mmengine.config import Config

from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_atomically
from human_simulacra.plugin.eval_config import make_config, read_model
from human_simulacra.plugin.run_command import RunOutcome
from human_simulacra.plugin.run_command import main as run
from human_simulacra.plugin.run_estimate import agree_to_cost

_HEAD = "# Written by `human-simulacra eval`. Run it again: python run.py {path} -w {work_dir}\n"


def evaluate(arguments: argparse.Namespace, outcome: RunOutcome | None = None) -> int:
    """Evaluates a model.

    Args:
        arguments: The arguments of `eval_arguments.add_eval`: as a command line gives them, or as Python does, with lists of
            names, models as configs, and a mapping of settings.
        outcome: As of `run_command.main`.

    Returns:
        The exit status, as of `run_command.main`.

    Raises:
        UserError: If an argument cannot be used.
    """
    llm = read_model(arguments.model, arguments.base_url)
    agent_llm = read_model(arguments.agent_model, arguments.base_url) if arguments.agent_model else None
    judges = [read_model(judge, arguments.base_url) for judge in arguments.judge or ()]
    dataset = {"sample": arguments.sample, "runs": arguments.runs, "characters": _names(arguments.character)}
    dataset |= {"data": arguments.data, "limit": arguments.limit}
    model = {"data": arguments.data, "concurrency": arguments.concurrency, **_settings(arguments.set or ())}
    config = make_config(
        llm,
        _names(arguments.method) or [],
        _names(arguments.experiment) or [],
        agent_llm=agent_llm,
        judges=judges,
        dataset={key: value for key, value in dataset.items() if value is not None},
        model={key: value for key, value in model.items() if value is not None},
    )
    work_dir = Path(arguments.work_dir)
    path = Path(arguments.write_config or work_dir / f"config_{digest(config)[:8]}.py")
    try:
        write_atomically(path, _HEAD.format(path=path, work_dir=work_dir) + Config(config).pretty_text)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another folder with --work-dir") from None
    resume = ["-r", arguments.resume] if arguments.resume else []
    agree = partial(agree_to_cost, max_cost=arguments.max_cost)
    shown = [f"--{name}" for name in ("quiet", "wide") if getattr(arguments, name)]
    return run([str(path), "-w", str(work_dir), *resume, *shown], agree, outcome)


def _names(given: str | Sequence[str] | None) -> list[str] | None:
    if isinstance(given, str):
        return [name.strip() for name in given.split(",") if name.strip()]
    return None if given is None else list(given)


def _settings(given: Mapping[str, Any] | Sequence[str]) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else dict(map(_setting, given))


def _setting(given: str) -> tuple[str, Any]:
    """Returns key and value of `-T key=value`; the value is a Python literal, else a text."""
    key, equals, text = given.partition("=")
    if not key or not equals:
        raise UserError(f"-T {given} must be KEY=VALUE, such as temperature=0.7 or llm.max_out_len=512")
    try:
        return key, ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return key, text
