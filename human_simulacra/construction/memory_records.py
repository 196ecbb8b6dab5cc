"""What is known of a character's memories: from which text each was made, so that only changed chunks are built again.

`making/<id>/memories.jsonl` holds a line a chunk: the digests of its paragraphs' texts and its memory. While a run is under
way, or after one that failed, `memories.partial.jsonl` beside it holds the chunks that it has finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from human_simulacra.construction.findings import sentences
from human_simulacra.construction.folder import character_folder, making_folder
from human_simulacra.files import digest, write_jsonl
from human_simulacra.library import Library, parse_row, read_jsonl
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunks
from human_simulacra.types import Memory, Paragraph

Key = tuple[str, ...]
EXTRACT_WORDS, EXTRACT_SUMMARY_WORDS = 100, 20


def key_of(chunk: Sequence[Paragraph]) -> Key:
    """Returns what a chunk is known by: its paragraphs' texts, wherever they stand and whatever their ids are."""
    return tuple(digest(paragraph.text) for paragraph in chunk)


class MemoryRecords:
    """The records of one character.

    Args:
        out: The data folder.
        character_id: Whose memories.
    """

    def __init__(self, out: Path, character_id: str) -> None:
        folder = making_folder(out, character_id)
        self.character = character_id
        self.path, self.partial = folder / "memories.jsonl", folder / "memories.partial.jsonl"
        self.finished = character_folder(out, character_id) / "memories.jsonl"
        self._kept = _read(self.path)
        self._fresh = _read(self.partial)

    def take_over(self, library: Library) -> bool:
        """Takes memories that no record exists of (a released character's) to be made from the story as it stands.

        Returns:
            Whether any were taken over.
        """
        if self.path.is_file() or not self.finished.is_file():
            return False
        story = {paragraph.id: paragraph for paragraph in library.story(self.character)}
        for memory in library.memories(self.character):
            if memory.paragraphs and all(name in story for name in memory.paragraphs):
                self._kept[key_of([story[name] for name in memory.paragraphs])] = memory
        return bool(self._kept)

    def forget(self) -> None:
        """Forgets what earlier finished runs have built."""
        self._kept = {}

    def cut(self, story: Sequence[Paragraph]) -> list[tuple[Paragraph, ...]]:
        """Cuts a story into chunks, where it can along the chunks that have memories.

        A paragraph that is put in or taken out then changes the chunk around it and none of those behind.
        """
        known = sorted({*self._kept, *self._fresh}, key=len, reverse=True)
        digests, found, gap, place = key_of(story), [], [], 0
        by_first: dict[str, list[Key]] = {}
        for key in known:
            by_first.setdefault(key[0], []).append(key)
        while place < len(story):
            match = next((k for k in by_first.get(digests[place], ()) if digests[place : place + len(k)] == k), None)
            if match is None:
                gap.append(story[place])
                place += 1
                continue
            found += [*chunks(gap, CHUNK_PARAGRAPHS), tuple(story[place : place + len(match)])]
            gap, place = [], place + len(match)
        return [*found, *chunks(gap, CHUNK_PARAGRAPHS)]

    def find(self, chunk: Sequence[Paragraph]) -> Memory | None:
        """Returns the memory made from a chunk's text, or None."""
        key = key_of(chunk)
        return self._fresh.get(key) or self._kept.get(key)

    def begin(self) -> None:
        """Notes on disk that a run is under way."""
        if not self.partial.is_file():
            _write(self.partial, self._fresh)

    def keep(self, chunk: Sequence[Paragraph], memory: Memory) -> None:
        """Keeps a finished chunk on disk at once."""
        self._fresh[key_of(chunk)] = memory
        _write(self.partial, self._fresh)

    def finish(self, cut: Sequence[Sequence[Paragraph]]) -> None:
        """Notes on disk that the run has ended and which text each memory was made from."""
        kept = {key_of(chunk): memory for chunk in cut if (memory := self.find(chunk)) is not None}
        _write(self.path, kept)
        self.partial.unlink(missing_ok=True)


def extracted(character: str, chunk: Sequence[Paragraph]) -> Memory:
    """Returns a memory in the story's own words, without thought or feeling, for a chunk of which no model made one."""
    lines = [sentence for paragraph in chunk for sentence in sentences(paragraph.text)]
    content = " ".join(" ".join(lines).split()[:EXTRACT_WORDS])
    summary = " ".join(lines[0].split()[:EXTRACT_SUMMARY_WORDS])
    return Memory("", character, 0, (), summary, content, "", "")


def _read(path: Path) -> dict[Key, Memory]:
    if not path.is_file():
        return {}
    rows = ((f"{path}, line {number}", row) for number, row in read_jsonl(path))
    return {tuple(row.get("texts", ())): parse_row(Memory, row.get("memory", {}), where) for where, row in rows}


def _write(path: Path, memories: dict[Key, Memory]) -> None:
    write_jsonl(path, ({"texts": list(key), "memory": asdict(memory)} for key, memory in memories.items()))
