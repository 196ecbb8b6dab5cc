"""`human-simulacra eval`: writes an OpenCompass config from arguments, and runs it as `python run.py` does."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from human_simulacra.command_checks import GENERATED_CONFIG
from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_atomically
from human_simulacra.library import Library
from human_simulacra.plugin.config_source import config_source
from human_simulacra.plugin.eval_config import make_config, read_model
from human_simulacra.plugin.plain_values import plain
from human_simulacra.plugin.run_command import RunOutcome
from human_simulacra.plugin.run_command import main as run
from human_simulacra.plugin.run_estimate import agree_to_cost

# Keys of a simulacrum that options of the command give.
_OPTIONS = {"llm": "--model", "agent_llm": "--agent-model", "method": "--method", "data": "--data"}
_HEAD = GENERATED_CONFIG + " Run it again: python run.py {path} -w {work_dir}\n"


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
    judges = _judges(arguments.judge or (), arguments.base_url)
    characters = _names(arguments.character, "--character")
    if characters is not None:
        library = Library(arguments.data)
        characters = [library.find(name) for name in characters]
    dataset = {"sample": arguments.sample, "runs": arguments.runs, "characters": characters}
    dataset |= {"data": arguments.data, "limit": arguments.limit}
    model = {"data": arguments.data, "concurrency": arguments.concurrency, **_settings(arguments.set or ())}
    config = make_config(
        llm,
        _names(arguments.method, "--method") or [],
        _names(arguments.experiment, "--experiment") or [],
        agent_llm=agent_llm,
        judges=judges,
        dataset={key: value for key, value in dataset.items() if value is not None},
        model={key: value for key, value in model.items() if value is not None},
    )
    work_dir = Path(arguments.work_dir)
    path = Path(arguments.write_config or work_dir / f"config_{digest(config)[:8]}.py")
    try:
        write_atomically(path, _HEAD.format(path=path, work_dir=work_dir) + config_source(plain(config)))
    except OSError as error:
        mend = "another file with --write-config" if arguments.write_config else "another folder with --work-dir"
        raise UserError(f"{path} cannot be written ({error.strerror}): choose {mend}") from None
    resume = ["-r", arguments.resume] if arguments.resume else []
    agree = partial(agree_to_cost, max_cost=arguments.max_cost)
    shown = [f"--{name}" for name in ("quiet", "wide") if getattr(arguments, name)]
    return run([str(path), "-w", str(work_dir), *resume, *shown], agree, outcome)


def _judges(given: Sequence[str | Mapping[str, Any]], base_url: str | None) -> list[dict[str, Any]]:
    """Returns the configs of judges, each with a name of its own in tables."""
    judges = [read_model(judge, base_url) for judge in given]
    for place, judge in enumerate(judges):
        if judge in judges[:place]:
            raise UserError(f"--judge {given[place]} is given twice: name another model")
    names = [judge["abbr"] for judge in judges]
    return [
        {**judge, "abbr": f"{name}-{names[: place + 1].count(name)}"} if names.count(name) > 1 else judge
        for place, (judge, name) in enumerate(zip(judges, names, strict=True))
    ]


def _names(given: str | Sequence[str] | None, option: str) -> list[str] | None:
    if given is None:
        return None
    names = [name.strip() for name in given.split(",") if name.strip()] if isinstance(given, str) else list(given)
    if not names:
        raise UserError(f"{option} names nothing: give a name, or leave it out")
    return names


def _settings(given: Mapping[str, Any] | Sequence[str]) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else dict(map(_setting, given))


def _setting(given: str) -> tuple[str, Any]:
    """Returns key and value of `-T key=value`; the value is a Python literal, else a text."""
    key, equals, text = given.partition("=")
    if not key or not equals:
        raise UserError(f"-T {given} must be KEY=VALUE, such as temperature=0.7 or llm.max_out_len=512")
    if key in _OPTIONS:
        raise UserError(f"-T {key} is no setting of one simulacrum: give it with {_OPTIONS[key]}")
    try:
        return key, ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return key, text
