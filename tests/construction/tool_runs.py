"""Runs of the tools within the test's own process."""

from __future__ import annotations

import runpy
from dataclasses import dataclass

import pytest

from tests.run_config import ROOT


@dataclass(frozen=True)
class ToolRun:
    """What a tool printed, and its exit status."""

    status: int
    out: str
    err: str


def run_tool_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, *arguments: object) -> ToolRun:
    """Runs a tool; the call cache is that of the test."""
    path = ROOT / "tools" / f"{name}.py"
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    monkeypatch.setattr("sys.argv", [str(path), *map(str, arguments)])
    capsys.readouterr()
    status = runpy.run_path(str(path))["main"]()
    printed = capsys.readouterr()
    return ToolRun(status, printed.out, printed.err)
