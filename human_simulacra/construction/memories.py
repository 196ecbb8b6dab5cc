"""Long-term memory construction: a memory for every chunk of a story, at dependency depth two.

Paper, "Long-term memory construction": the Top agent cuts the story, Thinking and Emotion agents write about a chunk,
the Memory agent sums up. Content and emotion need only the chunk, so they are written together; thinking needs the
content, the summary needs content and emotion, so these two are written together after them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from human_simulacra.agents.asking import Asker
from human_simulacra.agents.emotion import feel_about
from human_simulacra.agents.memory import sum_up
from human_simulacra.agents.thinking import recollect, reflect
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunk_text, chunks
from human_simulacra.types import Memory, Paragraph


async def build_memory(ask: Asker, character: str, name: str, index: int, chunk: Sequence[Paragraph]) -> Memory:
    """Makes one memory from a chunk with four calls at depth two.

    Args:
        ask: Asks the backbone on an agent's behalf.
        character: The character's id.
        name: The character's name.
        index: Position of the chunk, from 1.
        chunk: Its paragraphs.
    """
    text = chunk_text(chunk)
    content, emotion = await asyncio.gather(recollect(ask, name, text), feel_about(ask, name, text))
    thinking, summary = await asyncio.gather(reflect(ask, name, content), sum_up(ask, name, content, emotion))
    return Memory(
        id=f"{character}-m{index:03d}",
        character=character,
        index=index,
        paragraphs=tuple(p.id for p in chunk),
        summary=summary,
        content=content,
        thinking=thinking,
        emotion=emotion,
    )


async def build_memories(
    new_asker: Callable[[], Asker], character: str, name: str, story: Sequence[Paragraph], size: int = CHUNK_PARAGRAPHS
) -> AsyncIterator[Memory]:
    """Yields a memory for every chunk, as each is finished; all chunks are worked on at once."""
    jobs = [
        asyncio.ensure_future(build_memory(new_asker(), character, name, index, chunk))
        for index, chunk in enumerate(chunks(story, size), 1)
    ]
    try:
        for job in asyncio.as_completed(jobs):
            yield await job
    finally:
        for job in jobs:
            job.cancel()
