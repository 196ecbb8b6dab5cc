"""What a character has lived through in conversations, kept beside the dataset and never in it."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from human_simulacra.chat.conversation_types import Experience
from human_simulacra.errors import UserError
from human_simulacra.files import user_dir, write_jsonl
from human_simulacra.library import Library, T
from human_simulacra.rows import parse_row, read_jsonl
from human_simulacra.types import Memory, Paragraph


class Experiences:
    """The experiences of all characters.

    Args:
        folder: One JSONL file a character; None keeps them in this object alone, as the web chat does, where what one
            visitor tells must not be known to the next.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._held: dict[str, list[Experience]] = {}
        self._lock = threading.Lock()

    def of(self, character: str) -> tuple[Experience, ...]:
        """Returns a character's experiences, oldest first.

        Raises:
            UserError: If a line of the file cannot be read; the sentence names it.
        """
        path = self.path(character)
        if path is None:
            return tuple(self._held.get(character, ()))
        if not path.is_file():
            return ()
        return tuple(parse_row(Experience, row, f"{path}, line {number}") for number, row in read_jsonl(path))

    def keep(self, character: str, experience: Experience) -> None:
        """Adds an experience."""
        self._write(character, [*self.of(character), experience])

    def undo(self, character: str) -> Experience | None:
        """Removes the newest experience and returns it; None where there is none."""
        known = self.of(character)
        if known:
            self._write(character, list(known[:-1]))
        return known[-1] if known else None

    def path(self, character: str) -> Path | None:
        """Returns the file of a character's experiences, if they are kept in files."""
        return self.folder / f"{character}.jsonl" if self.folder else None

    def _write(self, character: str, experiences: list[Experience]) -> None:
        with self._lock:
            path = self.path(character)
            if path is None:
                self._held[character] = experiences
                return
            try:
                # Through JSON, so that tuples are lists.
                write_jsonl(path, [json.loads(json.dumps(asdict(e))) for e in experiences])
            except OSError as error:
                raise UserError(
                    f"{path} cannot be written ({error.strerror}): set HUMAN_SIMULACRA_HOME to a folder of yours"
                ) from None


def own_experiences() -> Experiences:
    """Returns the user's own experiences, in the user's data folder."""
    return Experiences(user_dir() / "experiences")


class LibraryWithExperiences(Library):
    """A library in which characters also have their experiences, as last memories and last paragraphs of the story.

    It is a snapshot: what is kept later needs a new one.

    Args:
        library: The dataset.
        experiences: What was kept.
    """

    def __init__(self, library: Library, experiences: Experiences) -> None:
        self.path = library.path
        self._library = library
        self._experiences = experiences

    def _rows(self, character_id: str, name: str, kind: type[T]) -> tuple[T, ...]:
        rows: tuple[Any, ...] = self._library._rows(character_id, name, kind)
        if name not in ("memories", "story"):
            return rows
        lived = self._experiences.of(character_id)
        added: list[Memory] | list[Paragraph] = [e.memory for e in lived] if name == "memories" else [e.paragraph for e in lived]
        last = max((row.index for row in rows), default=0)
        # Numbers follow the dataset's own, which may have grown since.
        return rows + tuple(replace(row, index=last + place) for place, row in enumerate(added, 1))
