"""Runs a command and says what it took: seconds of the processor, seconds, and the largest memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = [sys.executable, str(ROOT / "run.py")]
CLI = [sys.executable, "-m", "human_simulacra.cli"]
IMPORT = [sys.executable, "-c", "import opencompass.cli.main"]


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Args:
        cpu: Seconds of the processor, user and system.
        seconds: Seconds.
        memory: The largest resident memory in MB.
        output: What it printed, both streams.
    """

    cpu: float
    seconds: float
    memory: float
    output: str


def measure(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, given: str = "", expected: int = 0
) -> Cost:
    """Runs a command in a folder.

    Args:
        command: The command.
        folder: Its working folder.
        environment: Further environment variables.
        given: Its standard input.
        expected: The exit status that it must have; with any other, this process ends with the command's output.
    """
    # Where no bytecode is written, every start would compile this package.
    every = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")]),
        "HF_HUB_OFFLINE": "1",
    }
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as source:
        source.write(given.encode())
        source.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=source, stdout=output, stderr=output, cwd=folder, env={**os.environ, **every, **(environment or {})}
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if process.returncode != expected:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{text[-3000:]}")
    return Cost(used.ru_utime + used.ru_stime, seconds, used.ru_maxrss / 1024, text)
