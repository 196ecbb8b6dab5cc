"""The edit history of a character, from which the last change can be undone exactly.

`making/<id>/history/0001.json` has a change: the request, the earlier text of each changed file (null if it did not exist), and
the digest of its new text. An interrupted change has no digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from human_simulacra.construction.editing.edit_request import EditRequest
from human_simulacra.construction.workspace import character_folder, work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically

# The files in progress that a change can touch; story checkpoints, which may be large, are not changed.
MAKING_FILES = ("memories.jsonl", "memories.partial.jsonl", "for-review.jsonl")


class EditHistory:
    """The changes of one character."""

    def __init__(self, out: Path, character_id: str) -> None:
        self.out, self.character = out, character_id
        self.folder = work_folder(out, character_id) / "history"

    def entries(self) -> list[tuple[Path, dict[str, Any]]]:
        """Returns the changes, oldest first.

        Raises:
            UserError: If a file is invalid.
        """
        found = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                found.append((path, json.loads(path.read_text(encoding="utf-8"))))
            except ValueError:
                raise UserError(f"{path} is broken: restore or remove it") from None
        return found

    def find_unfinished(self) -> EditRequest | None:
        """Returns the change that was interrupted, or None."""
        entries = self.entries()
        if not entries or entries[-1][1]["after"] is not None:
            return None
        raw = entries[-1][1]["request"]
        pairs = {key: tuple((k, v) for k, v in raw[key]) for key in ("sets", "adds")}
        return EditRequest(pairs["sets"], pairs["adds"], raw["experience"], raw["year"])

    def begin(self, request: EditRequest) -> None:
        """Saves the files before a change."""
        number = max((int(path.stem) for path, _ in self.entries()), default=0) + 1
        before = {self._name(path): _text(path) for path in self._touchable()}
        entry = {"what": str(request), "request": asdict(request), "before": before, "after": None}
        write_atomically(self.folder / f"{number:04d}.json", json.dumps(entry, ensure_ascii=False))

    def finish(self) -> None:
        """Marks the change as finished, and keeps only the files that it changed."""
        path, entry = self.entries()[-1]
        now = {self._name(path): _text(path) for path in self._touchable()}
        touched = sorted(name for name in {*entry["before"], *now} if entry["before"].get(name) != now.get(name))
        entry["before"] = {name: entry["before"].get(name) for name in touched}
        entry["after"] = {name: _digest(now.get(name)) for name in touched}
        write_atomically(path, json.dumps(entry, ensure_ascii=False))

    def undo(self) -> str:
        """Undoes the last change and returns its description.

        Raises:
            UserError: If there is no change, or one of its files was modified later.
        """
        entries = self.entries()
        if not entries:
            raise UserError(f"there is no change of {self.character} to undo in {self.folder}")
        path, entry = entries[-1]
        for name, digest in (entry["after"] or {}).items():
            if _digest(_text(self.out / name)) != digest:
                raise UserError(
                    f"{self.out / name} was changed after '{entry['what']}', which can no longer be undone exactly: "
                    f"restore the file, or remove {path} to give the undoing up"
                )
        before = entry["before"]
        if entry["after"] is None:  # interrupted: there may be files that did not exist before
            before = {**{self._name(file): None for file in self._touchable()}, **before}
        for name, text in before.items():
            if text is None:
                (self.out / name).unlink(missing_ok=True)
            else:
                write_atomically(self.out / name, text)
        path.unlink()
        for folder in (self.folder, self.folder.parent, self.folder.parent.parent):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        return entry["what"]

    def _touchable(self) -> Iterable[Path]:
        yield from sorted(character_folder(self.out, self.character).glob("*.jsonl"))
        making = work_folder(self.out, self.character)
        yield from (making / name for name in MAKING_FILES if (making / name).is_file())

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()


def _text(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode("utf-8")).hexdigest()
