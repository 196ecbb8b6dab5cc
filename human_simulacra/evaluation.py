"""The Python interface of an evaluation: `run = evaluate("openai/gpt-4o-mini", method="macm,rag", limit=30)`."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from human_simulacra.errors import UserError, unknown
from human_simulacra.eval_arguments import add_eval, run_eval
from human_simulacra.evaluation_run import EvaluationRun, load_run
from human_simulacra.secret_redaction import redact

Model = str | os.PathLike[str] | Mapping[str, Any]
Names = str | Sequence[str]
P = ParamSpec("P")
T = TypeVar("T")


class IncompleteRunError(Exception):
    """A run that lacks something: `problems` says what and why, a text each; `folder` keeps everything that was finished."""

    def __init__(self, folder: Path | None, problems: Sequence[str]) -> None:
        self.folder, self.problems = folder, tuple(problems)
        lines = ["the run is not complete:", *(f"- {problem}" for problem in problems)]
        if folder is not None:
            lines.append(
                f"Finished rows are saved. Complete it with the same call and resume='{folder.name}', or read what there is: "
                f"load_run('{folder}')"
            )
        super().__init__("\n".join(lines))


class _Unseen(io.TextIOBase):
    """Takes what a run prints for a terminal."""

    def write(self, text: str, /) -> int:
        return len(text)


_UNSEEN = _Unseen()  # one for all calls, since a logger keeps the stream that it first saw


def _named_arguments(function: Callable[P, T]) -> Callable[P, T]:
    """Makes a function raise a UserError for an argument of an unknown name."""
    known = signature(function).parameters

    @wraps(function)
    def checked(*values: P.args, **named: P.kwargs) -> T:
        for name in named:
            if name not in known:
                raise unknown("argument", name, known)
        return function(*values, **named)

    return checked


@_named_arguments
def evaluate(
    model: Model,
    *,
    method: Names | None = None,
    experiment: Names | None = None,
    character: Names | None = None,
    sample: str | None = None,
    limit: int | None = None,
    runs: int | None = None,
    judge: Model | Sequence[Model] = (),
    agent_model: Model | None = None,
    base_url: str | None = None,
    concurrency: int | None = None,
    max_cost: float | None = None,
    settings: Mapping[str, Any] | None = None,
    data: str | os.PathLike[str] | None = None,
    work_dir: str | os.PathLike[str] | None = None,
    resume: str | bool | None = None,
    write_config: str | os.PathLike[str] | None = None,
    verbose: bool = False,
) -> EvaluationRun:
    """Evaluates a model as `human-simulacra eval` does, with the same words and defaults. Also works in a notebook.

    Progress and warnings are written to standard error.

    Args:
        model: `openai/NAME`, `hf/NAME`, `vllm/NAME`, `gguf/PATH`, `embedded`, `CONFIG.py[:NAME]`, or an OpenCompass model config.
        method: Methods to compare, as a list or with commas; None for all five.
        experiment: Experiments, likewise, or `all`; None for the self report.
        character: Ids of characters; None for those of the sample.
        sample: `quick` (three characters, the default), `life`, `core` or `all`.
        limit: About so many rows of each dataset, of all characters in turn; rows that are compared stay together.
        runs: How often each question is asked, at a temperature above 0.
        judge: Models that judge answers, one or a list.
        agent_model: Another model for the inner agents of `macm`.
        base_url: Address of an OpenAI-compatible server.
        concurrency: Concurrent calls.
        max_cost: Refuse to start if more money is expected; needs `settings={"llm.price": {"input": ..., "output": ...}}`.
        settings: Other keys of a simulacrum, or `llm.KEY` of its model: `{"temperature": 0.7, "llm.max_out_len": 512}`.
        data: A data folder; None for the dataset package.
        work_dir: The folder of runs; None for `outputs/eval`.
        resume: Name of a run to complete with the same arguments, or path of its folder, or True for the one that started last.
        write_config: Where to write the OpenCompass config; None for the folder of runs.
        verbose: Whether to print also what the command prints on standard output: its tables.

    Returns:
        The finished run: its table, answers, report and charts.

    Raises:
        UserError: If an argument cannot be used, or the model cannot.
        IncompleteRunError: If rows, scores or files of the run are missing.
        KeyboardInterrupt: If you stop it; `resume=True` continues it.
    """
    given = {
        "method": method, "experiment": experiment, "character": character, "sample": sample, "limit": limit, "runs": runs,
        "agent_model": None if agent_model is None else _model(agent_model, "agent_model"), "base_url": base_url,
        "concurrency": concurrency, "max_cost": max_cost, "set": settings, "data": data and os.fspath(data),
        "work_dir": work_dir and os.fspath(work_dir), "resume": "latest" if resume is True else resume or None,
        "write_config": write_config and os.fspath(write_config),
        "judge": [_model(one, "judge") for one in ([judge] if isinstance(judge, str | os.PathLike | Mapping) else judge)],
    }  # fmt: skip
    arguments = _defaults()
    vars(arguments).update(model=_model(model, "model"), **{key: value for key, value in given.items() if value is not None})
    # OpenCompass takes seconds to import, and what comes before this shows mistakes at once.
    from human_simulacra.plugin.run_command import RunOutcome

    outcome = RunOutcome()
    try:
        with contextlib.nullcontext() if verbose else contextlib.redirect_stdout(_UNSEEN):
            status = run_eval(arguments, outcome)
    except UserError as error:
        raise UserError(redact(error)) from None
    if status == 130:
        raise KeyboardInterrupt
    if outcome.folder is None or outcome.problems or status:
        raise IncompleteRunError(outcome.folder, [*map(redact, outcome.problems)] or ["OpenCompass ended early"])
    return load_run(outcome.folder)


def _defaults() -> argparse.Namespace:
    """Returns the arguments of the command without any option."""
    parser = argparse.ArgumentParser()
    add_eval(parser.add_subparsers())
    return parser.parse_args(["eval", "--model", "embedded"])


def _model(given: Any, name: str) -> str | Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    if not isinstance(given, str | os.PathLike):
        raise UserError(f"{name} must be a text such as 'openai/gpt-4o-mini' or an OpenCompass model config, not {given!r:.80}")
    return str(os.fspath(given))
