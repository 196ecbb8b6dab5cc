"""Experiences from conversations, stored outside the dataset, and a library that includes them."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from human_simulacra.chat.conversation_types import Experience
from human_simulacra.errors import UserError
from human_simulacra.files import user_dir, write_jsonl
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import Library, T
from human_simulacra.types import Memory, Paragraph


def experience_key(character: str, as_of: str = "") -> str:
    """Returns the key of a character's experiences: of conversations today, or at a point in time, which it alone knows."""
    return f"{character}@{as_of}" if as_of else character


class Experiences:
    """The experiences of all characters, by `experience_key`.

    Args:
        folder: Folder with one JSONL file per key. None holds experiences in this object only, as the web chat does:
            a visitor's conversations must not be known to the next visitor.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._held: dict[str, list[Experience]] = {}
        self._lock = threading.Lock()

    def of(self, key: str) -> tuple[Experience, ...]:
        """Returns the experiences under a key, oldest first.

        Raises:
            UserError: If a line of the file is invalid; the message names it.
        """
        path = self.path(key)
        if path is None:
            return tuple(self._held.get(key, ()))
        if not path.is_file():
            return ()
        return tuple(read_rows(Experience, path))

    def add(self, key: str, experience: Experience) -> None:
        """Adds an experience; raises a UserError if the file cannot be written."""
        self._write(key, [*self.of(key), experience])

    def remove_newest(self, key: str) -> Experience | None:
        """Removes the newest experience and returns it; None if there is none."""
        known = self.of(key)
        if known:
            self._write(key, list(known[:-1]))
        return known[-1] if known else None

    def path(self, key: str) -> Path | None:
        """Returns the file of the experiences under a key, or None if they are held in memory."""
        return self.folder / f"{key}.jsonl" if self.folder else None

    def _write(self, key: str, experiences: list[Experience]) -> None:
        with self._lock:
            path = self.path(key)
            if path is None:
                self._held[key] = experiences
                return
            try:
                # The round trip through JSON turns tuples into lists.
                write_jsonl(path, [json.loads(json.dumps(asdict(e))) for e in experiences])
            except OSError as error:
                raise UserError(
                    f"{path} cannot be written ({error.strerror}): set HUMAN_SIMULACRA_HOME to a writable folder"
                ) from None


def own_experiences() -> Experiences:
    """Returns the experiences stored in the user's data folder."""
    return Experiences(user_dir() / "experiences")


class LibraryWithExperiences(Library):
    """A library that appends experiences to the characters' memories and life stories.

    It is a snapshot: experiences that are added later require a new one.

    Args:
        library: The dataset.
        experiences: The experiences to append.
        as_of: The point in time of the conversations that are remembered; empty for today.
    """

    def __init__(self, library: Library, experiences: Experiences, as_of: str = "") -> None:
        self.path = library.path
        self._library = library
        self._experiences = experiences
        self._as_of = as_of

    def keeps_texts(self, character_id: str) -> bool:
        """Returns False if there are experiences: they come from conversations, of which nothing else is written to disk."""
        return not self._known(character_id)

    def _known(self, character_id: str) -> tuple[Experience, ...]:
        return self._experiences.of(experience_key(character_id, self._as_of))

    def _rows(self, character_id: str, name: str, kind: type[T]) -> tuple[T, ...]:
        rows: tuple[Any, ...] = self._library._rows(character_id, name, kind)
        if name not in ("memories", "story"):
            return rows
        known = self._known(character_id)
        added: list[Memory] | list[Paragraph] = [e.memory for e in known] if name == "memories" else [e.paragraph for e in known]
        last = max((row.index for row in rows), default=0)
        # Indexes continue those of the dataset, which may have grown since.
        return rows + tuple(replace(row, index=last + place) for place, row in enumerate(added, 1))
