"""Long-term memory construction: one memory for every chunk of a story, saved at once and kept while the chunk stays."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from human_simulacra.agents.thinking_agent import CONTENT_WORDS
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.memories.memory_store import MemoryStore, chunk_key
from human_simulacra.construction.memories.memory_writer import FIELDS, ChunkWriter, DecideText, MemoryRejected, number_memory
from human_simulacra.construction.review import review_queue
from human_simulacra.construction.review.review_queue import Decisions, ReviewItem
from human_simulacra.construction.review.terminal_review import Decision, Reviewer
from human_simulacra.construction.structured_writing import Writer, find_oversized_paragraph
from human_simulacra.construction.workspace import character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text
from human_simulacra.persona import persona
from human_simulacra.progress import Progress
from human_simulacra.types import Memory, Paragraph

TOOL, FILE = "build_memories", "memories.jsonl"


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


def name_chunk(chunk: Sequence[Paragraph]) -> str:
    """Returns the name of a chunk's memory in the review queue."""
    return f"memory of {' and '.join(p.id for p in chunk)}"


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

    def decided(chunk: Sequence[Paragraph]) -> DecideText:
        """Returns what decides about a chunk's rejected texts: the review queue, else the reviewer, if there is one."""

        def decide(field: str, text: str, notes: Sequence[str]) -> Decision | None:
            saved = decisions.find(_item(chunk, field, text).key)
            if saved is not None:
                return Decision(saved.decision, saved.text, saved.reason) if saved.decision != "reject" else None
            return review(text, "", notes=notes) if review else None

        return decide

    async def build(index: int, chunk: Sequence[Paragraph]) -> None:
        async with room:
            try:
                chunk_writer = ChunkWriter(writer, character, chunk, decided(chunk))
                memory, doubts = await chunk_writer.write(index, decisions.rejections(name_chunk(chunk)))
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
        items = [_item(chunk, field, getattr(memory, field), doubts, "" if failed else memory.id)
                 for memory, chunk, doubts in doubted for field in FIELDS]  # fmt: skip
        items += [_item(cut[i - 1], error.field, error.text, error.findings) for i, error in sorted(failed.items())]
        review_queue.replace_items(out, character_id, TOOL, items)
        if not failed:
            write_jsonl(character_folder(out, character_id) / FILE, map(asdict, memories))
            store.finish_run(map(chunk_key, cut))
            decisions.apply()
    told = tuple(f"chunk {i} ({', '.join(p.id for p in cut[i - 1])}): {error}" for i, error in sorted(failed.items()))
    return BuildResult(memories, len(wanted) - len(failed), len(cut) - len(wanted), len(doubted), told, adopted)


def _is_usable(kept: tuple[Memory, Sequence[str]] | None, chunk: Sequence[Paragraph], decisions: Decisions) -> bool:
    """Returns whether there is a memory of a chunk, and a reviewer has rejected none of its texts."""
    if kept is None:
        return False
    saved = (decisions.find(_item(chunk, field, getattr(kept[0], field)).key) for field in FIELDS if kept[1])
    return not any(entry is not None and entry.decision == "reject" for entry in saved)


def _item(chunk: Sequence[Paragraph], field: str, text: str, findings: Sequence[str] = (), memory: str = "") -> ReviewItem:
    """Returns a text for the review queue; `memory` is the id in memories.jsonl, empty if the text is not in the character."""
    return ReviewItem(
        TOOL, name_chunk(chunk), FILE if memory else "", memory, field, text, "", tuple(findings), bool(memory)
    )  # fmt: skip
