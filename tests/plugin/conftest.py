"""The command `human-simulacra eval` against a local server, on a small data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from human_simulacra.cli import main


@pytest.fixture
def local_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for a local server, and no address from the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def evaluate(tmp_path: Path, data: Path) -> Callable[..., int]:
    """Runs the command with further options, and returns its status."""

    def run(*more: str, model: str = "openai/tiny") -> int:
        return main(["eval", "--model", model, "--data", str(data), "--work-dir", str(tmp_path / "out"), *more])

    return run
