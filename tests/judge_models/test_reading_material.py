"""What a judge reads of a character: the story, the biography with summaries, or the biography with scenes."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_simulacra.errors import UserError
from human_simulacra.judge_models.reading_material import reading_material
from human_simulacra.library import Library


def test_scenes_show_how_the_person_talks_and_what_it_never_says() -> None:
    library = Library()
    character = library.ids[0]
    scene = library.dialogues(character)[0]
    found = reading_material(library, character, "scenes", 200_000)
    assert found.kind == "biography and all scenes"
    assert found.text.startswith(library.character(character).biography)
    for turn in scene.turns:
        assert f"{turn.speaker}: {turn.text}" in found.text and turn.thought in found.text
    assert all(said in found.text for said in scene.never_says)


def test_scenes_that_do_not_fit_are_left_out_whole() -> None:
    library = Library()
    character = library.ids[0]
    room = len(library.character(character).biography) + 4000
    found = reading_material(library, character, "scenes", room)
    assert found.kind == "biography and the scenes that fit" and len(found.text) <= room
    assert 1 <= found.text.count("Would never say there: ") < len(library.dialogues(character))


def test_a_folder_without_scenes_is_named(data: Path) -> None:
    with pytest.raises(UserError, match="dialogues.jsonl is missing"):
        reading_material(Library(data), "ada-berg", "scenes", 200_000)
