"""The tool `import_character.py` on sources in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.construction.importing.sources import Tool


@pytest.fixture
def tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)
