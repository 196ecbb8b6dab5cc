"""Checks, builds and runs models that read replies, judges and second readers, from OpenCompass configs."""

from __future__ import annotations

import threading
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mmengine.config import Config

from human_simulacra.errors import UserError
from human_simulacra.event_loops import run_coroutine
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls
from human_simulacra.judge_models.reading_material import MIN_CONTEXT
from human_simulacra.plugin.llm_config import check_llm, context_tokens, type_name
from human_simulacra.plugin.shared_backbones import SharedBackbones, current_backbones
from human_simulacra.plugin.spent_calls import sum_spent
from human_simulacra.progress import Progress
from human_simulacra.secret_redaction import redact

# Where no runner says what models share, each judge is built once per process, however many models it judges.
_of_process = SharedBackbones()
_reading = threading.Lock()  # mmengine changes the state of the process while it reads a config


@dataclass(frozen=True)
class JudgedModel:
    """A model under test: the configs of the answering model and of its agents' model, and whether it knows the character."""

    configs: tuple[Mapping[str, Any], ...] = ()
    informed: bool = True


def check_judges(judges: Sequence[Mapping[str, Any]], where: str) -> None:
    """Checks judge configs without building a model.

    Raises:
        UserError: If a judge has no unique abbr, an invalid config or too short a context.
    """
    names = [str(judge.get("abbr") or "") for judge in judges]
    for name, judge in zip(names, judges, strict=True):
        if not name or names.count(name) > 1:
            raise UserError(f"{where}: every judge needs a unique abbr, not '{name}'")
        check_judge(judge, f"{where}, judge '{name}'")


def check_judge(judge: Mapping[str, Any], where: str) -> None:
    """Checks one config of a model that reads replies; raises a UserError if it is invalid or its context is too short."""
    check_llm(judge, where)
    if context_tokens(judge) < MIN_CONTEXT:
        raise UserError(
            f"{where} has a context of {context_tokens(judge)} tokens, which is too short to read answers: "
            f"set max_seq_len={MIN_CONTEXT} or more"
        )


def build_judges(
    judged: Sequence[Mapping[str, Any]], judges: Sequence[Mapping[str, Any]], concurrency: int, retry: int, cache_dir: Path
) -> list[Judge]:
    """Builds the judges of one model or several: those that are none of them, or all if no other is left.

    Args:
        judged: The configs of the models that answered; empty if unknown.
        judges: The judges' configs.
        concurrency: Maximum number of concurrent calls per judge.
        retry: Maximum number of attempts per call.
        cache_dir: Folder of the call cache.
    """
    shared = current_backbones() or _of_process
    cache = shared.call_cache(cache_dir)
    others = [judge for judge in judges if not any(is_same_model(judge, model) for model in judged)]
    return [
        Judge(
            str(judge["abbr"]),
            shared.build(judge, concurrency, retry, cache),
            context_tokens(judge),
            own=not others,
            reply_tokens=judge.get("max_out_len"),
            price=judge.get("price"),
        )
        for judge in others or judges
    ]


def is_same_model(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Returns whether two configs have the same model: the same path, or the same class if neither has a path."""
    if one.get("path") or other.get("path"):
        return one.get("path") == other.get("path")
    return type_name(one) == type_name(other)


def find_models(folder: Path) -> dict[str, JudgedModel]:
    """Returns the models of the config that a run's folder contains, by abbr in the config's order; none if it has no config."""
    configs = sorted((folder / "configs").glob("*.py"))
    with _reading:
        return _read_models(configs[-1], configs[-1].stat().st_mtime_ns) if configs else {}


@lru_cache(maxsize=8)
def _read_models(path: Path, changed: int) -> dict[str, JudgedModel]:
    """Returns the models of a config file; `changed` is the time of its last change."""
    found = {}
    for model in Config.fromfile(str(path), format_python_code=False).get("models", []):
        llm = model.get("llm")
        # A model that is not a simulacrum gets the bare question, as with the method `none`.
        informed = bool(llm) and model.get("method", "macm") not in ("none", "shuffled")
        # Include the agents' model for every method, so that methods with the same models have the same judges.
        found[model.get("abbr")] = JudgedModel(tuple(filter(None, (llm or model, model.get("agent_llm")))), informed)
    return found


def run_calls(
    label: str, output: Path, unit: str, total: int, judging: Coroutine[Any, Any, list[Entry]], calls: JudgeCalls
) -> list[Entry]:
    """Runs calls to judges and shows their progress.

    Args:
        label: What is done, such as `judging`.
        output: The path of the results, `RUN/results/MODEL/DATASET`, for the label.
        unit: Name of a call's result, in the plural.
        total: Number of calls.
        judging: Makes the calls.
        calls: What it makes them with.

    Returns:
        The entries in order, without secrets in their errors.
    """
    progress = Progress(f"{label} {output.parent.name}/{output.name}", total, unit=unit)

    def count(judge: Judge | None, entry: Mapping[str, Any] | None) -> None:
        if judge is None or entry is None:
            progress.step()
        else:
            took = [entry["took"]] if entry["took"] else []
            progress.step(entry["text"] is None, redact(entry["error"]), sum_spent(took, {"top": judge.price}))

    calls.on_judgement = count
    try:
        entries = run_coroutine(judging)
    finally:
        progress.close()
    return [(row, {**entry, "error": None if entry["error"] is None else redact(entry["error"])}) for row, entry in entries]
