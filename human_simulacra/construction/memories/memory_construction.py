"""Long-term memory construction: one memory for every chunk of a story.

Source: "Human Simulacra" (arXiv 2402.18180), "Long-term memory construction": the Top agent splits the story, the Thinking and
Emotion agents write about a chunk, the Memory agent summarises. The four calls for a chunk have dependency depth two: content
and emotion need only the chunk and run concurrently; thinking (from content) and summary (from both) follow concurrently.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.agents.emotion_agent import feel_about
from human_simulacra.agents.memory_agent import summarise_memory
from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.agents.thinking_agent import CONTENT_WORDS, recollect, reflect
from human_simulacra.construction import review_queue
from human_simulacra.construction.checked_writer import Writer, find_oversized_paragraph
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.memories.checked_agent_calls import AgentTextRejected, CheckedAsker, ReviewAgentText
from human_simulacra.construction.memories.memory_store import MemoryStore, chunk_key, extract_memory
from human_simulacra.construction.workspace import character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.life_dates import span_of
from human_simulacra.memory.chunking import chunk_text
from human_simulacra.persona import persona
from human_simulacra.progress import Progress
from human_simulacra.types import Character, Memory, Paragraph

# Chunks in progress: more than a backbone serves concurrently, few enough that the first are saved early.
AT_ONCE = 8
TOOL, TAKEN = "build_memories", "taken from the story"


@dataclass(frozen=True)
class BuildResult:
    """The memories in order, and how many of them are new (`made`) or `kept`; `complete` if every chunk has one.

    `failed` has a sentence for each chunk whose texts were rejected. With `adopted`, memories without a record were taken to
    fit the story.
    """

    memories: tuple[Memory, ...]
    made: int
    kept: int
    failed: tuple[str, ...]
    complete: bool = True
    adopted: bool = False


async def build_memory(ask: ModelCaller, character: str, name: str, index: int, chunk: Sequence[Paragraph]) -> Memory:
    """Builds the memory of a chunk, whose position `index` counts from 1, with four calls at depth two.

    Raises:
        BackboneError: If the backbone gives no answer.
    """
    text = chunk_text(chunk)
    content, emotion = await asyncio.gather(recollect(ask, name, text), feel_about(ask, name, text))
    thinking, summary = await asyncio.gather(reflect(ask, name, content), summarise_memory(ask, name, content, emotion))
    return _numbered(Memory("", character, 0, (), summary, content, thinking, emotion), index, chunk)


def _numbered(memory: Memory, index: int, chunk: Sequence[Paragraph]) -> Memory:
    """Sets id, index, paragraphs and dates of a memory by its chunk."""
    ids = tuple(p.id for p in chunk)
    return replace(memory, id=f"{memory.character}-m{index:03d}", index=index, paragraphs=ids, **asdict(span_of(chunk)))


async def build_memories(
    writer: Writer, out: Path, character_id: str, *, resume: bool = False, rebuild: bool = False, extract: bool = False,
    decide: ReviewAgentText | None = None,
) -> BuildResult:  # fmt: skip
    """Builds the memories of a character; chunks with a memory of the same text are skipped unless `rebuild` is set.

    Every finished chunk is saved at once. If a chunk fails, memories.jsonl is not changed, and a run with `resume` continues
    from the finished chunks. With a `DryRun` nothing is written to disk.

    A rejected text goes to `decide` if given. If it stays rejected, `extract` makes a memory of the story's own words, listed
    for review, and otherwise the chunk has failed.

    Raises:
        UserError: If the character or its story is missing, a paragraph exceeds the backbone's context, or an earlier run is
            unfinished and `resume` is not given.
        BackboneError: If the backbone gives no answer; finished chunks are kept.
    """
    library = Library(out)
    character, story = library.character(character_id), library.story(character_id)
    if not story:
        raise UserError(f"{character_id} has no story: make one with tools/generate_life_story.py {character_id}")
    store = MemoryStore(out, character_id)
    dry = isinstance(writer, DryRun)
    if not dry:
        check_resumable(store.partial, resume, f"the memories of {character.name}")
    adopted = not rebuild and store.adopt_existing(library)
    if rebuild:
        store.forget_finished()
    cut = store.split_story(story)
    wanted = [(index, chunk) for index, chunk in enumerate(cut, 1) if store.find_memory(chunk) is None]
    for _, chunk in wanted:
        # The prompt contains the persona and the chunk; its instruction is short.
        if reason := find_oversized_paragraph(writer, chunk, persona(character) + chunk_text(chunk), CONTENT_WORDS):
            raise UserError(reason)
    if not dry:
        store.begin_run()
    failed = await _build_missing(writer, character, wanted, len(cut), store, extract, decide)
    memories = tuple(
        _numbered(memory, index, chunk) for index, chunk in enumerate(cut, 1) if (memory := store.find_memory(chunk)) is not None
    )
    left = [row for row in failed if row["what"] != TAKEN]
    if not dry:
        untouched = [[p.id for p in chunk] for chunk in cut if all(chunk is not other for _, other in wanted)]
        earlier = review_queue.read_rows(out, character_id, TOOL)
        stay = [row for row in earlier if row["what"] == TAKEN and row["paragraphs"] in untouched]
        review_queue.replace_rows(out, character_id, TOOL, [*stay, *failed])
    if not dry and not left:
        write_jsonl(character_folder(out, character_id) / "memories.jsonl", map(asdict, memories))
        store.finish_run(map(chunk_key, cut))
    told = tuple(str(row["told"]) for row in failed)
    return BuildResult(memories, len(wanted) - len(left), len(cut) - len(wanted), told, not left, adopted)


async def _build_missing(
    writer: Writer, character: Character, wanted: Sequence[tuple[int, tuple[Paragraph, ...]]], total: int, store: MemoryStore,
    extract: bool, decide: ReviewAgentText | None,
) -> list[dict[str, object]]:  # fmt: skip
    """Builds chunks concurrently and saves each when finished; returns a review row for each rejected one."""
    system, failed, room = persona(character), [], asyncio.Semaphore(AT_ONCE)
    dry = isinstance(writer, DryRun)
    progress = Progress(f"memories of {character.name}", total, total - len(wanted), unit="chunks")

    async def one(index: int, chunk: tuple[Paragraph, ...]) -> None:
        rejected: AgentTextRejected | None = None
        try:
            async with room:
                memory = await build_memory(CheckedAsker(writer, system, decide), character.id, character.name, index, chunk)
        except AgentTextRejected as error:
            rejected, memory = error, extract_memory(character.id, chunk)
            failed.append(error.review_row(index, [p.id for p in chunk], TAKEN if extract else "failed"))
        if not dry and (extract or rejected is None):
            store.save_memory(chunk, memory)
        progress.step(failed=rejected is not None)

    jobs = [asyncio.ensure_future(one(index, chunk)) for index, chunk in wanted]
    try:
        await asyncio.gather(*jobs)
    finally:
        for job in jobs:
            job.cancel()
        progress.close()
    return sorted(failed, key=lambda row: int(str(row["chunk"])))
