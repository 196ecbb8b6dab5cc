"""Why a task of a run failed, from the log that every runner of OpenCompass 0.5.4 keeps: `logs/infer|eval/MODEL/DATASET.out`."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

from human_simulacra.files import write_atomically
from human_simulacra.results.run_folder import list_parts
from human_simulacra.secret_redaction import redact

_TRACEBACK = "Traceback (most recent call last):"
_LINE_OF_EXCEPTION = re.compile(r"^([A-Za-z_][\w.]*)(: .*)?$")
_MOST = 300  # characters of a reason


def describe_error(error: BaseException) -> str:
    """Returns an exception's type and message in one line, without secrets."""
    lines = redact(error).strip().splitlines()
    return _shorten(f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__)


def write_failure(path: Path, error: BaseException) -> None:
    """Writes the traceback of a failed task, without secrets, where other runners keep the log of the task."""
    write_atomically(path, "".join(traceback.format_exception(error)))


def find_failure(folder: Path, kind: str, model: str, dataset: str) -> str:
    """Returns the type and message of the exception that ended a task; an empty text if no log has one.

    Args:
        folder: The run's folder.
        kind: `infer` or `eval`.
        model: The model's abbr.
        dataset: The dataset's abbr. A task of several datasets has the log of its first one, so the model's other logs are read
            after the dataset's own.
    """
    logs = folder / "logs" / kind / model
    for path in [*list_parts(logs, dataset, ".out"), *sorted(logs.glob("*.out"))]:
        if reason := _last_exception(path.read_text(encoding="utf-8", errors="replace")):
            return redact(reason)
    return ""


def forget_failures(folder: Path, kind: str) -> None:
    """Removes the logs of an earlier session's tasks of one kind, whose failures a resumed run may mend."""
    for path in _logs(folder, kind):
        path.unlink()


def _logs(folder: Path, kind: str) -> Iterator[Path]:
    return (path for path in folder.glob(f"logs/{kind}/*/*.out") if path.is_file())


def _last_exception(log: str) -> str:
    """Returns the line that names the exception of the last traceback; an empty text if there is none."""
    _, found, rest = log.rpartition(_TRACEBACK)
    lines = (line.strip() for line in rest.splitlines() if found and _LINE_OF_EXCEPTION.match(line))
    name, _, message = next(lines, "").partition(": ")
    short = name.rsplit(".", 1)[-1]
    return _shorten(f"{short}: {message}" if message else short)


def _shorten(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 3]}..."
