"""The edit history of a character, from which the last change can be undone exactly.

`making/<id>/history/0001.json` has a change: the request, the decisions made at the terminal, and the text before and after it of
each file that it changed or that a person can still change by its texts in the review queue (null if there was no file). An
interrupted change has no texts after it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from human_simulacra.construction.editing.profile_edit import EditRequest
from human_simulacra.construction.review.review_queue import Decisions, carry_out, read_items
from human_simulacra.construction.workspace import character_folder, work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.jsonl_rows import parse_object

TOOL = "edit_character"
# The files in progress that a change can touch; story checkpoints, which may be large, are not changed.
MAKING_FILES = ("memories.jsonl", "memories.partial.jsonl", "for-review.jsonl", "ledger.jsonl")


class EditHistory:
    """The changes of one character."""

    def __init__(self, out: Path, character_id: str) -> None:
        self.out, self.character = out, character_id
        self.folder = work_folder(out, character_id) / "history"

    def entries(self) -> list[tuple[Path, dict[str, Any]]]:
        """Returns the changes, oldest first; raises a UserError if a file is invalid."""
        found = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                found.append((path, json.loads(path.read_bytes())))
            except ValueError:
                raise UserError(f"{path} is broken: restore or remove it") from None
        return found

    def begin(self, request: EditRequest | None, resume: bool = False) -> EditRequest:
        """Saves the files before a change, or restores them to repeat the one that was interrupted; returns the change.

        Raises a UserError if an earlier change was interrupted, or if there is nothing to resume.
        """
        entries = self.entries()
        unfinished = next((entry for _, entry in entries[-1:] if entry["after"] is None), None)
        if unfinished is None:
            if resume or request is None:
                raise UserError(f"there is nothing to resume: no change of {self.character} was interrupted")
            path = self.folder / f"{int(entries[-1][0].stem) + 1 if entries else 1:04d}.json"
            before = self._read_files()
            _save(path, {"what": str(request), "request": asdict(request), "before": before, "after": None, "decisions": {}})
            return request
        what = unfinished["what"]
        if not resume:
            raise UserError(
                f"the last change of {self.character} was interrupted: do it again with --resume, or take it back with --undo"
            )
        if request is not None and str(request) != what:
            raise UserError(f"another change was interrupted ({what}): give --resume alone, or take it back with --undo")
        self._restore(unfinished)
        return TypeAdapter(EditRequest).validate_python(unfinished["request"])

    def finish(self, queued: Set[str]) -> None:
        """Marks the change as finished; keeps only the files that it changed, and those `queued`, of its texts in the queue."""
        path, entry = self.entries()[-1]
        before, now = entry["before"], self._read_files()
        if "story.jsonl" in queued:  # an accepted paragraph has its memory rebuilt
            queued = queued | {"memories.jsonl"}
        names = sorted({*before, *now})
        kept = [name for name in names if before.get(name) != now.get(name) or Path(name).name in queued]
        entry["before"], entry["after"] = ({name: texts.get(name) for name in kept} for texts in (before, now))
        _save(path, entry)

    def undo(self) -> str:
        """Undoes the last change, with what people decided about its texts in the review queue; returns its description.

        Raises a UserError if something else has modified one of its files since.
        """
        entries = self.entries()
        if not entries:
            raise UserError(f"there is no change of {self.character} to undo in {self.folder}")
        (path, entry), now = entries[-1], self._read_files()
        for name, after in (entry["after"] or {}).items():
            if not self._is_as_left(name, after, now.get(name)):
                raise UserError(
                    f"{self.out / name} was changed after '{entry['what']}', which can no longer be undone exactly: "
                    f"restore the file, or remove {path} to give the undoing up"
                )
        self._restore(entry)
        waiting = {item.key for item in read_items(self.out, self.character)}
        Decisions(self.out, self.character).withdraw(lambda item: item.tool == TOOL and item.key not in waiting)
        path.unlink()
        for folder in (self.folder, self.folder.parent, self.folder.parent.parent):
            if not any(folder.iterdir()):
                folder.rmdir()
        return entry["what"]

    def decide_once(self, key: str, decide: Callable[[], dict[str, str]]) -> dict[str, str]:
        """Returns what was decided about a text in the change that is in progress; decides and keeps it the first time."""
        path, entry = self.entries()[-1]
        if key not in entry["decisions"]:
            entry["decisions"][key] = decide()
            _save(path, entry)
        return entry["decisions"][key]

    def _restore(self, entry: dict[str, Any]) -> None:
        before, now = entry["before"], self._read_files()
        for name in before if entry["after"] is not None else {*before, *now}:
            if (text := before.get(name)) is None:
                (self.out / name).unlink(missing_ok=True)
            elif text != now.get(name):
                write_atomically(self.out / name, text.encode("utf-8", "surrogateescape"))

    def _is_as_left(self, name: str, after: str | None, now: str | None) -> bool:
        """Returns whether a file is as the change left it, but for what people decided about texts of the review queue."""
        path = self.out / name
        if not (now and after) or path.parent != character_folder(self.out, self.character):
            return now == after
        there, left = ([parse_object(line, str(path)) for line in text.removesuffix("\n").split("\n")] for text in (now, after))
        return there == carry_out(Decisions(self.out, self.character).taken(), path.name, left)

    def _read_files(self) -> dict[str, str]:
        making = work_folder(self.out, self.character)
        paths = [*character_folder(self.out, self.character).glob("*.jsonl"), *(making / name for name in MAKING_FILES)]
        found = {path.relative_to(self.out).as_posix(): path for path in sorted(paths) if path.is_file()}
        return {name: path.read_bytes().decode("utf-8", "surrogateescape") for name, path in found.items()}


def _save(path: Path, entry: dict[str, Any]) -> None:
    write_atomically(path, json.dumps(entry))
