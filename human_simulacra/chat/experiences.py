"""Experiences from conversations, stored outside the dataset, and a library that includes them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock
from pydantic import TypeAdapter

from human_simulacra.chat.conversation_types import Experience
from human_simulacra.damaged_files import read_lines
from human_simulacra.errors import UserError
from human_simulacra.files import user_dir, write_atomically
from human_simulacra.library import Library, T
from human_simulacra.types import Memory, Paragraph

R = TypeVar("R")
LOCK_SECONDS = 10.0  # a change takes milliseconds; whoever holds the file longer hangs
_EXPERIENCE = TypeAdapter(Experience)


def experience_key(character: str, as_of: str = "") -> str:
    """Returns the key of a character's experiences: of conversations today, or at a point in time, which it alone knows."""
    return f"{character}@{as_of}" if as_of else character


class Experiences:
    """The experiences of all characters, by `experience_key`. Threads and processes can add to one file at once.

    Args:
        folder: Folder with one JSONL file per key. None holds experiences in this object only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._held: dict[str, list[Experience]] = {}
        self._lock = threading.Lock()

    def of(self, key: str) -> tuple[Experience, ...]:
        """Returns the experiences under a key, oldest first. Damaged lines are set aside and told on standard error.

        Raises:
            UserError: If the file cannot be read.
        """
        path = self.path(key)
        if path is None:
            return tuple(self._held.get(key, ()))
        if not os.path.lexists(path):
            return ()
        with suppress(OSError), _lock(path):
            return self._read(path)
        return self._read(path)  # on a disk where nobody can write, no lock is needed

    def add(self, key: str, experience: Experience) -> Experience:
        """Adds an experience with the next free number and returns it; raises a UserError if the file cannot be written."""

        def append(known: list[Experience]) -> tuple[list[Experience], Experience]:
            added = _with_number(experience, max((e.memory.index for e in known), default=0) + 1)
            return [*known, added], added

        return self._change(key, append)

    def remove_newest(self, key: str) -> Experience | None:
        """Removes the newest experience and returns it; None if there is none. Raises a UserError as `add` does."""
        return self._change(key, lambda known: (known[:-1], known[-1] if known else None))

    def path(self, key: str) -> Path | None:
        """Returns the file of the experiences under a key, or None if they are held in memory."""
        return self.folder / f"{key}.jsonl" if self.folder else None

    def _read(self, path: Path) -> tuple[Experience, ...]:
        try:
            return tuple(read_lines(path, lambda line, _: _EXPERIENCE.validate_python(json.loads(line))))
        except OSError as error:
            raise UserError(
                f"{path} cannot be read ({error.strerror}): mend it or set HUMAN_SIMULACRA_HOME to another folder"
            ) from None

    def _change(self, key: str, change: Callable[[list[Experience]], tuple[list[Experience], R]]) -> R:
        """Replaces the experiences under a key; nobody else reads or writes them meanwhile. Returns the second result."""
        path = self.path(key)
        if path is None:
            with self._lock:
                self._held[key], result = change(self._held.get(key, []))
            return result
        try:
            with _lock(path):
                known = list(self._read(path))
                changed, result = change(known)
                if changed != known:
                    # ASCII, so that no character in a text can end a line.
                    write_atomically(path, "".join(json.dumps(asdict(e), sort_keys=True) + "\n" for e in changed))
        except OSError as error:
            raise UserError(
                f"{path} cannot be written ({error.strerror or error}): set HUMAN_SIMULACRA_HOME to a writable folder"
            ) from None
        return result


def _lock(path: Path) -> FileLock:
    return FileLock(f"{path}.lock", timeout=LOCK_SECONDS)


def _with_number(experience: Experience, number: int) -> Experience:
    """Returns the experience as that of this number, from which its ids are made."""
    character = experience.memory.character
    paragraph = replace(experience.paragraph, id=f"{character}-x{number:03d}", index=number)
    memory = replace(experience.memory, id=f"{character}-xm{number:03d}", index=number, paragraphs=(paragraph.id,))
    return replace(experience, memory=memory, paragraph=paragraph)


def own_experiences(owner: str = "") -> Experiences:
    """Returns the experiences stored in the user's data folder: the user's own, or those of a visitor of the web page."""
    folder = user_dir() / "experiences"
    return Experiences(folder / "visitors" / owner if owner else folder)


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
        self._snapshot: dict[str, tuple[Experience, ...]] = {}

    def keeps_texts(self, character_id: str) -> bool:
        """Returns False if there are experiences: they come from conversations, of which nothing else is written to disk."""
        return not self._known(character_id)

    def _known(self, character_id: str) -> tuple[Experience, ...]:
        if character_id not in self._snapshot:
            self._snapshot[character_id] = self._experiences.of(experience_key(character_id, self._as_of))
        return self._snapshot[character_id]

    def _rows(self, character_id: str, name: str, kind: type[T]) -> tuple[T, ...]:
        rows: tuple[Any, ...] = self._library._rows(character_id, name, kind)
        if name not in ("memories", "story"):
            return rows
        known = self._known(character_id)
        added: list[Memory] | list[Paragraph] = [e.memory for e in known] if name == "memories" else [e.paragraph for e in known]
        last = max((row.index for row in rows), default=0)
        # Indexes continue those of the dataset, which may have grown since.
        return rows + tuple(replace(row, index=last + place) for place, row in enumerate(added, 1))
