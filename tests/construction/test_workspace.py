"""Creation and protection of a data folder, and resumable work."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_simulacra.construction.workspace import check_resumable, open_folder
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from tests.conftest import write_character


def test_a_folder_is_completed_without_changing_existing_files(tmp_path: Path) -> None:
    out = open_folder(tmp_path / "mine")
    write_character(out, "Ada Berg", 1980)
    (out / "attributes.jsonl").write_text("{}\n")
    assert open_folder(out) == out and (out / "attributes.jsonl").read_text() == "{}\n"
    assert (out / "personality_items.jsonl").is_file() and Library(out).ids == ("ada-berg",)


def test_a_folder_with_other_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(UserError, match="other things"):
        open_folder(tmp_path)
    with pytest.raises(UserError, match="is a file"):
        open_folder(tmp_path / "notes.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_resume_is_required_exactly_where_unfinished_work_exists(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--resume"):
        check_resumable(tmp_path, False, "the biography of Ada")
    with pytest.raises(UserError, match="nothing to resume"):
        check_resumable(tmp_path / "none", True, "the biography of Ada")
    check_resumable(tmp_path, True, "x")
    check_resumable(tmp_path / "none", False, "x")
