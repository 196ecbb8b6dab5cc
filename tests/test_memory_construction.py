"""Long-term memory construction: a memory a chunk, at depth two, in the words of the four agents."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.agents.asking import Asker
from human_simulacra.construction.memories import build_memories
from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunks
from human_simulacra.types import Completion, Generation, Memory, Message, Paragraph
from tests.conftest import ScriptedBackbone


def writer(messages: Sequence[Message], generation: Generation) -> str:
    """Answers as each agent would, quoting what it was given."""
    asked = messages[-1].content
    part = asked[asked.index("part ") :].split(".")[0] if "part " in asked else "no part"
    if "own memory" in asked:
        return f"I did {part}."
    if "what Ada Berg feels" in asked:
        return "I was\nglad."
    return f"summary of {part}" if "Sum it up" in asked else f"I think of {part}"


def build(library: Library, backbone: ScriptedBackbone) -> list[Memory]:
    async def collect() -> list[Memory]:
        story = library.story("ada-berg")
        return [
            m async for m in build_memories(lambda: Asker(backbone, backbone, "You are Ada Berg."), "ada-berg", "Ada Berg", story)
        ]

    return sorted(asyncio.run(collect()), key=lambda m: m.index)


def test_every_chunk_of_two_paragraphs_becomes_one_memory(library: Library) -> None:
    backbone = ScriptedBackbone(writer)
    memories = build(library, backbone)
    assert [m.paragraphs for m in memories] == [(f"ada-berg-s{i:03d}", f"ada-berg-s{i + 1:03d}") for i in range(1, 13, 2)]
    assert memories[1].content == "I did part 3."
    assert memories[1].emotion == "I was glad."
    assert memories[1].thinking == "I think of part 3"
    assert memories[1].summary == "summary of part 3"
    assert len(backbone.calls) == 4 * 6


def test_the_summary_is_made_from_content_and_emotion_and_thinking_from_content(library: Library) -> None:
    backbone = ScriptedBackbone(writer)
    build(library, backbone)
    asked = [messages[-1].content for messages, _ in backbone.calls]
    assert all("I did part" in text and "I was glad." in text for text in asked if "Sum it up" in text)
    assert all("I did part" in text for text in asked if "thinks about this memory" in text)


def test_construction_takes_two_rounds_of_calls_not_four(library: Library) -> None:
    rounds = 0

    class Rounds(ScriptedBackbone):
        """Counts how often all callers had to wait for others: every caller of a round is let go together."""

        def __init__(self) -> None:
            super().__init__(writer)
            self.gate: asyncio.Event | None = None

        async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
            nonlocal rounds
            if self.gate is None:
                self.gate = asyncio.Event()
                rounds += 1
                asyncio.get_running_loop().call_later(0, self.open, self.gate)
            await self.gate.wait()
            return await super().complete(messages, generation)

        def open(self, gate: asyncio.Event) -> None:
            self.gate = None
            gate.set()

    build(library, Rounds())
    assert rounds == 2


@given(st.integers(0, 40), st.integers(1, 7))
def test_chunks_hold_every_paragraph_once_in_order(paragraphs: int, size: int) -> None:
    story = [Paragraph(f"s{i}", "c", "", 1, 0, 0, i, f"t{i}") for i in range(paragraphs)]
    cut = chunks(story, size)
    assert [p for chunk in cut for p in chunk] == story
    assert all(len(chunk) == size for chunk in cut[:-1])


def test_a_chunk_of_no_paragraphs_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one paragraph"):
        chunks([], 0)
