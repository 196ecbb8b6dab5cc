"""Runs of the tools in processes of their own, also killed and resumed."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.run_config import ROOT, openai_llm
from tests.servers import serving


def command(tool: str, *arguments: object) -> list[str]:
    """Returns the command that runs a tool."""
    return [sys.executable, str(ROOT / "tools" / f"{tool}.py"), *map(str, arguments)]


def load_tool(name: str) -> ModuleType:
    """Returns a tool as a module, to call its `main` in this process."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(cache)}


def tool(name: str, *arguments: object, cache: Path) -> subprocess.CompletedProcess[str]:
    """Runs a tool in a process of its own."""
    return subprocess.run(command(name, *arguments), capture_output=True, text=True, env=environment(cache))


def backbone_config(folder: Path, address: str) -> Path:
    path = folder / "backbone.py"
    path.write_text(f"from opencompass.models import OpenAISDK\n\nscripted = {openai_llm(address, max_out_len=4000)}\n")
    return path


UNDER_WAY = 8  # calls that a tool has under way at once


def kill_and_resume(
    name: str, arguments: Sequence[object], script: Callable[[dict[str, Any], int], str], after: int, folder: Path
) -> tuple[Counter[str], subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    """Kills a tool once `after` requests are answered and as many as possible wait, and resumes it.

    Returns:
        How often each request was answered, and the runs without and with --resume after the kill.
    """
    reached, killed = threading.Event(), threading.Event()
    answered: Counter[str] = Counter()

    def scripted(body: dict[str, Any], number: int) -> str | None:
        if number > after and not killed.is_set():
            reached.set()
            killed.wait(600)
            return None
        answered[str(body)] += 1
        return script(body, number)

    with serving(scripted) as server:
        options = [*arguments, "--backbone", backbone_config(folder, server.address)]
        process = subprocess.Popen(
            command(name, *options), env=environment(folder / "cache"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert reached.wait(timeout=600)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed.set()
        refused = tool(name, *options, cache=folder / "cache")
        return answered, refused, tool(name, *options, "--resume", cache=folder / "cache")


def not_repeated(answered: Counter[str], after: int) -> bool:
    """Tells whether no finished request was sent again, though a killed process may not have noted those under way."""
    return sum(answered.values()) <= len(answered) + UNDER_WAY and UNDER_WAY < after < len(answered)
