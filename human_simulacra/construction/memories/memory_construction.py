"""Long-term memory construction: one memory for every chunk of a story, saved at once and kept while the chunk stays."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from human_simulacra.agents.thinking_agent import CONTENT_WORDS
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.memories.memory_writer import (
    FIELDS,
    FILE,
    TOOL,
    ChunkWriter,
    MemoryRejected,
    make_review_item,
    number_memory,
)
from human_simulacra.construction.review.review_queue import Decisions, replace_items
from human_simulacra.construction.review.terminal_review import Reviewer
from human_simulacra.construction.structured_writing import Writer, find_oversized_paragraph
from human_simulacra.construction.workspace import ResultStore, character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_jsonl
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunk_text, chunks
from human_simulacra.persona import persona
from human_simulacra.progress import Progress
from human_simulacra.types import Memory, Paragraph

DOUBTS = "doubts"


def chunk_key(chunk: Sequence[Paragraph]) -> str:
    """Returns the key of a chunk: the digests of its paragraphs' texts, whatever their position and ids."""
    return ",".join(digest(paragraph.text) for paragraph in chunk)


def memory_key(memory: Memory, story: Mapping[str, Paragraph]) -> str | None:
    """Returns the key of the chunk that a memory names, empty if it names none; None if it is not in the story."""
    there = all(name in story for name in memory.paragraphs)
    return chunk_key([story[name] for name in memory.paragraphs]) if there else None


class MemoryStore(ResultStore):
    """The memories of one character by the text that they were made from, with what speaks against them."""

    def __init__(self, out: Path, character_id: str) -> None:
        super().__init__(out, character_id, "memories")
        self.character = character_id
        self.finished = character_folder(out, character_id) / FILE

    def adopt_existing(self, library: Library) -> bool:
        """Adopts memories without a record, such as the dataset's, as built from the current story; returns whether any were."""
        if self.path.is_file() or not self.finished.is_file():
            return False
        story = {paragraph.id: paragraph for paragraph in library.story(self.character)}
        whole = {key: memory for memory in library.memories(self.character) if (key := memory_key(memory, story))}
        for key, memory in whole.items():
            self.adopt(key, asdict(memory))
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


@dataclass(frozen=True)
class BuildResult:
    """The memories in order, and how many are new (`made`), `kept`, or used though something speaks against them (`doubted`).

    `failed` has a sentence for each chunk without one. With `adopted`, memories without a record were taken to fit the story.
    """

    memories: tuple[Memory, ...]
    made: int
    kept: int
    doubted: int
    failed: tuple[str, ...]
    adopted: bool

    @property
    def complete(self) -> bool:
        """Whether every chunk has a memory."""
        return not self.failed


async def build_memories(
    writer: Writer, out: Path, character_id: str, *, resume: bool = False, rebuild: bool = False,
    review: Reviewer | None = None,
) -> BuildResult:  # fmt: skip
    """Builds the memories of a character; chunks with a memory of the same text are skipped unless `rebuild` is set.

    Every finished chunk is saved at once. If a chunk fails, memories.jsonl is not changed, and a run with `resume` continues
    from the finished chunks. With a `DryRun` nothing is written to disk.

    `review` decides about texts that were rejected; without it they stay so. What was decided in the review queue counts: a text
    that was accepted or edited there is used, and a memory with a rejected text is built again with the reason in the prompts.

    Raises:
        UserError: If the character or its story is missing, a paragraph exceeds the backbone's context, or an earlier run is
            unfinished and `resume` is not given.
        BackboneError: If the backbone gives no answer; finished chunks are kept.
    """
    library = Library(out)
    character, story = library.character(character_id), library.story(character_id)
    if not story:
        raise UserError(f"{character_id} has no story: make one with tools/generate_life_story.py {character_id}")
    store, dry = MemoryStore(out, character_id), isinstance(writer, DryRun)
    if not dry:
        check_resumable(store.partial, resume, f"the memories of {character.name}")
    adopted = not rebuild and store.adopt_existing(library)
    if rebuild:
        store.forget_finished()
    cut = store.split_story(story)
    decisions = Decisions(out, character_id)
    wanted = [(index, chunk) for index, chunk in enumerate(cut, 1) if not _is_usable(store.find_memory(chunk), chunk, decisions)]
    for _, chunk in wanted:
        # The prompt contains the persona and the chunk; its instruction is short.
        if reason := find_oversized_paragraph(writer, chunk, persona(character) + chunk_text(chunk), CONTENT_WORDS):
            raise UserError(reason)
    if not dry:
        store.begin_run()
    progress = Progress(f"memories of {character.name}", len(cut), len(cut) - len(wanted), unit="chunks")
    failed: dict[int, MemoryRejected] = {}
    room = asyncio.Semaphore(writer.concurrency)

    async def build(index: int, chunk: Sequence[Paragraph]) -> None:
        async with room:
            try:
                memory, doubts = await ChunkWriter(writer, character, chunk, decisions, review).write(index)
            except MemoryRejected as error:
                failed[index] = error
            else:
                if not dry:
                    store.save_memory(chunk, memory, doubts)
        progress.step(failed=index in failed)

    jobs = [asyncio.ensure_future(build(index, chunk)) for index, chunk in wanted]
    try:
        await asyncio.gather(*jobs)
    finally:
        for job in jobs:
            job.cancel()
        progress.close()
    found = [(number_memory(kept[0], i, chunk), chunk, kept[1])
             for i, chunk in enumerate(cut, 1) if (kept := store.find_memory(chunk))]  # fmt: skip
    memories, doubted = tuple(memory for memory, _, _ in found), [entry for entry in found if entry[2]]
    if not dry:
        items = [make_review_item(chunk, field, getattr(memory, field), doubts, "" if failed else memory.id)
                 for memory, chunk, doubts in doubted for field in FIELDS]  # fmt: skip
        items += [error.item for _, error in sorted(failed.items())]
        replace_items(out, character_id, TOOL, items)
        if not failed:
            write_jsonl(store.finished, map(asdict, memories))
            store.finish_run(map(chunk_key, cut))
            decisions.apply()
    told = tuple(f"chunk {i} ({', '.join(p.id for p in cut[i - 1])}): {error}" for i, error in sorted(failed.items()))
    return BuildResult(memories, len(wanted) - len(failed), len(cut) - len(wanted), len(doubted), told, adopted)


def _is_usable(kept: tuple[Memory, Sequence[str]] | None, chunk: Sequence[Paragraph], decisions: Decisions) -> bool:
    """Returns whether there is a memory of a chunk, and a reviewer has rejected none of its texts."""
    if kept is None:
        return False
    saved = (decisions.find(make_review_item(chunk, field, getattr(kept[0], field)).key) for field in FIELDS if kept[1])
    return not any(entry is not None and entry.decision == "reject" for entry in saved)
