"""Checkpoints of a story: `making/<id>/story/NNNN.json`, one for each iteration, from any of which a run can resume."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

from human_simulacra.construction.story.story_state import StoryState
from human_simulacra.construction.workspace import work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.jsonl_rows import parse_row

_NAME = re.compile(r"(\d{4,})\.json")


class Checkpoints:
    """The checkpoints of one character's story."""

    def __init__(self, out: Path, character_id: str) -> None:
        self.folder = work_folder(out, character_id) / "story"

    def save(self, state: StoryState) -> None:
        """Writes a state atomically as its iteration's checkpoint; a review of that iteration overwrites it."""
        text = json.dumps(asdict(state), ensure_ascii=False, indent=1, sort_keys=True)
        write_atomically(self.folder / f"{state.iteration:04d}.json", text + "\n")

    def iterations(self) -> list[int]:
        """Returns the iterations that have a checkpoint, in ascending order."""
        if not self.folder.is_dir():
            return []
        return sorted(int(match[1]) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name)))

    def load(self, iteration: int | None = None) -> StoryState | None:
        """Returns the checkpoint of an iteration, or the last one; None if there are no checkpoints.

        Raises:
            UserError: If there is none of this iteration, or its file is damaged.
        """
        known = self.iterations()
        if not known:
            return None
        wanted = known[-1] if iteration is None else iteration
        if wanted not in known:
            raise UserError(f"there is no checkpoint of iteration {wanted} in {self.folder}: it has {known[0]} to {known[-1]}")
        path = self.folder / f"{wanted:04d}.json"
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise UserError(f"{path} is damaged: remove it and resume from the checkpoint before it")
        return parse_row(StoryState, row, str(path))

    def set_aside(self, after: int) -> Path | None:
        """Moves the checkpoints after an iteration into a new folder `aside-N`, before a run that branches off there.

        Returns the folder, or None if there were no later checkpoints.
        """
        later = [i for i in self.iterations() if i > after]
        if not later:
            return None
        number = 1 + sum(1 for _ in self.folder.glob("aside-*"))
        aside = self.folder / f"aside-{number}"
        aside.mkdir()
        for iteration in reversed(later):  # last first: an interruption leaves a shorter run without gaps
            path = self.folder / f"{iteration:04d}.json"
            path.replace(aside / path.name)
        return aside
