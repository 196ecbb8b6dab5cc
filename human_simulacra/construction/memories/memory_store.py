"""Storage of memories by the text that they were built from, so that only changed chunks are rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from human_simulacra.construction.result_store import ResultStore
from human_simulacra.construction.workspace import character_folder
from human_simulacra.files import digest
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunks
from human_simulacra.types import Memory, Paragraph

DOUBTS = "doubts"


def chunk_key(chunk: Sequence[Paragraph]) -> str:
    """Returns the key of a chunk: the digests of its paragraphs' texts, whatever their position and ids."""
    return ",".join(digest(paragraph.text) for paragraph in chunk)


class MemoryStore(ResultStore):
    """The memories of one character by the text that they were made from, with what speaks against them."""

    def __init__(self, out: Path, character_id: str) -> None:
        super().__init__(out, character_id, "memories")
        self.character = character_id
        self.finished = character_folder(out, character_id) / "memories.jsonl"

    def adopt_existing(self, library: Library) -> bool:
        """Adopts memories without a record, such as the dataset's, as built from the current story; returns whether any were."""
        if self.path.is_file() or not self.finished.is_file():
            return False
        story = {paragraph.id: paragraph for paragraph in library.story(self.character)}
        whole = [m for m in library.memories(self.character) if m.paragraphs and all(name in story for name in m.paragraphs)]
        for memory in whole:
            self.adopt(chunk_key([story[name] for name in memory.paragraphs]), asdict(memory))
        return bool(whole)

    def split_story(self, story: Sequence[Paragraph]) -> list[tuple[Paragraph, ...]]:
        """Splits a story into chunks, along existing chunks with memories where possible.

        An inserted or removed paragraph thus changes only the chunk around it.
        """
        known = {key: key.count(",") + 1 for key in self}
        lengths = sorted(set(known.values()), reverse=True)
        found, gap, place = [], [], 0
        while place < len(story):
            size = next((size for size in lengths if chunk_key(story[place : place + size]) in known), 0)
            if size:
                found += [*chunks(gap, CHUNK_PARAGRAPHS), tuple(story[place : place + size])]
                gap = []
            else:
                gap.append(story[place])
            place += size or 1
        return [*found, *chunks(gap, CHUNK_PARAGRAPHS)]

    def find_memory(self, chunk: Sequence[Paragraph]) -> tuple[Memory, tuple[str, ...]] | None:
        """Returns the memory built from a chunk's text and what speaks against it, or None."""
        if (found := self.get(chunk_key(chunk))) is None:
            return None
        row, doubts = dict(found), tuple(found.get(DOUBTS, ()))
        row.pop(DOUBTS, None)
        return parse_row(Memory, row, f"{self.path}, memory of {chunk[0].id}"), doubts

    def save_memory(self, chunk: Sequence[Paragraph], memory: Memory, doubts: Sequence[str]) -> None:
        """Saves the memory of a chunk to disk."""
        self.save(chunk_key(chunk), {**asdict(memory), DOUBTS: doubts})
