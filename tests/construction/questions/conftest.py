"""Ida Holm, whose story has 24 paragraphs, in a data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.construction.invented_characters import write_ida


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_ida(tmp_path / "mine", 24)
