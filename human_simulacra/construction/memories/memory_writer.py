"""One memory of a chunk of the story, by the agents of "Human Simulacra" (arXiv 2402.18180), "Long-term memory construction".

The Thinking and Emotion agents write about a chunk, the Memory agent summarises. The four calls have dependency depth two:
content and emotion need only the chunk and run concurrently; thinking (from content) and summary (from both) follow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace

from human_simulacra.agents.emotion_agent import feel_about
from human_simulacra.agents.memory_agent import summarise_memory
from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.agents.thinking_agent import CONTENT_WORDS, recollect, reflect
from human_simulacra.construction.dry_run import placeholder_text
from human_simulacra.construction.judging import Standard
from human_simulacra.construction.ledger import describe_profile
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.review.review_queue import Decisions, ReviewItem
from human_simulacra.construction.review.terminal_review import Reviewer, ReviewStopped
from human_simulacra.construction.structured_writing import TextReply, Writer
from human_simulacra.construction.text_faults import find_date_faults, find_text_faults
from human_simulacra.life_dates import span_of
from human_simulacra.memory.chunking import chunk_text
from human_simulacra.persona import persona
from human_simulacra.prompts import render
from human_simulacra.types import Character, Memory, Paragraph

TOOL, FILE = "build_memories", "memories.jsonl"
KINDS = {
    "content": "a memory: what happened, as the person tells it",
    "emotion": "the feelings that go with a memory",
    "thinking": "the person's thoughts on a memory",
    "summary": "an entry of an index of memories, which may have neither a verb nor a full stop",
}
FIELDS = tuple(KINDS)


class MemoryRejected(Exception):
    """No text of a field of a memory passed; `item` has the last one, `reason` is what the reviewer says against it."""

    def __init__(self, item: ReviewItem, reason: str = "") -> None:
        super().__init__(f"its {item.field} was rejected {len(item.findings)} times, the last time because {item.findings[-1]}")
        self.item, self.reason = item, reason


def name_chunk(chunk: Sequence[Paragraph]) -> str:
    """Returns the name of a chunk's memory in the review queue."""
    return f"memory of {' and '.join(p.id for p in chunk)}"


def make_review_item(
    chunk: Sequence[Paragraph], field: str, text: str, findings: Sequence[str] = (), memory: str = ""
) -> ReviewItem:
    """Returns a text for the review queue; `memory` is the id in memories.jsonl, empty if the text is not in the character."""
    return ReviewItem(
        TOOL, name_chunk(chunk), FILE if memory else "", memory, field, text, "", tuple(findings), bool(memory)
    )  # fmt: skip


async def build_memory(ask: ModelCaller, character: str, name: str, index: int, chunk: Sequence[Paragraph]) -> Memory:
    """Builds the memory of a chunk, whose position `index` counts from 1, with four calls at depth two."""
    text = chunk_text(chunk)
    content, emotion = await asyncio.gather(recollect(ask, name, text), feel_about(ask, name, text))
    thinking, summary = await asyncio.gather(reflect(ask, name, content), summarise_memory(ask, name, content, emotion))
    return number_memory(Memory("", character, 0, (), summary, content, thinking, emotion), index, chunk)


def number_memory(memory: Memory, index: int, chunk: Sequence[Paragraph]) -> Memory:
    """Sets id, index, paragraphs and dates of a memory by its chunk."""
    ids = tuple(p.id for p in chunk)
    return replace(memory, id=f"{memory.character}-m{index:03d}", index=index, paragraphs=ids, **asdict(span_of(chunk)))


def find_memory_faults(field: str, text: str, words: int, life: Lifetime, chunk: Sequence[Paragraph]) -> list[str]:
    """Returns the faults of a memory's text of at most so many words; a summary is no sentence and needs no full stop."""
    last = span_of(chunk).end_year or life.today.year
    faults = find_text_faults(f"{text}." if field == "summary" else text, words)
    return [*faults, *find_date_faults(text, life, life.born.year, last)]


class ChunkWriter(ModelCaller):
    """Writes the memory of a chunk: each agent's text is asked for in a form, checked and judged.

    What is rejected is decided by the review queue, else by the reviewer, if there is one.
    """

    def __init__(
        self, writer: Writer, character: Character, chunk: Sequence[Paragraph], decisions: Decisions, review: Reviewer | None
    ) -> None:
        super().__init__(writer.backbone, writer.backbone, persona(character))
        self.writer, self.character, self.chunk, self.decisions, self.review = writer, character, chunk, decisions, review
        self._life, self._advice, self._doubts = Lifetime.from_character(character), list[str](), list[str]()

    async def write(self, index: int) -> tuple[Memory, tuple[str, ...]]:
        """Returns the memory and what speaks against it. Why a text is rejected is told to all agents of the next attempt.

        Raises:
            MemoryRejected: If no text of an agent passed, and the reviewer accepted none.
            BackboneError: If the backbone gives no answer.
        """
        reasons = self.decisions.rejections(name_chunk(self.chunk))
        self._advice = [render("make_rejection_reason", reason=reason) for reason in reasons]
        while True:
            self._doubts = []
            try:
                memory = await build_memory(self, self.character.id, self.character.name, index, self.chunk)
                return memory, tuple(dict.fromkeys(self._doubts))
            except MemoryRejected as error:
                if not error.reason:
                    raise
                self._advice.append(render("make_rejection_reason", reason=error.reason))

    async def ask_words(self, agent: str, prompt: str, words: int) -> str:
        """Returns an agent's text of at most so many words as one line; raises what `write` does."""
        field = {"emotion": "emotion", "memory": "summary"}.get(agent, "content" if words == CONTENT_WORDS else "thinking")
        true = f"{describe_profile(self.character)}\n- What happened: {chunk_text(self.chunk)}"
        draft = await self.writer.write(
            TextReply, "\n\n".join((prompt, *self._advice)), words, system=self.system,
            example=TextReply(text=placeholder_text(words)),
            standard=Standard(self.character.name, KINDS[field], "third" if field == "summary" else "first", true),
            check=lambda reply: find_memory_faults(field, reply.text, words, self._life, self.chunk),
        )  # fmt: skip
        self._doubts += draft.doubts
        text = draft.value.text.strip() if draft.value else ""
        return " ".join((text or self._decide(field, (draft.rejected or ("",))[-1], draft.findings)).split())

    def _decide(self, field: str, text: str, findings: Sequence[str]) -> str:
        """Returns a rejected text as the reviewer accepts or edits it, else raises; ReviewStopped if the reviewer stops."""
        item = make_review_item(self.chunk, field, text, findings)
        if (saved := self.decisions.find(item.key)) is not None and saved.decision != "reject":
            return saved.text
        if saved is not None or self.review is None:
            raise MemoryRejected(item)
        notes = (f"this is the {field} of a memory of: {chunk_text(self.chunk)}", *findings)
        decision = self.review(text, "", notes=notes)
        if decision.kind == "stop":
            raise ReviewStopped
        if decision.kind == "reject" or not decision.text.strip():
            raise MemoryRejected(item, decision.reason)
        return decision.text
