"""The Memory agent: retrieves the memories relevant to a stimulus, and summarises new ones (arXiv 2402.18180)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.errors import unknown
from human_simulacra.memory.memory_systems import ADAPTERS, is_memory_system, load_memory_system
from human_simulacra.memory.passage_search import PassageSearcher
from human_simulacra.prompts import render
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Stimulus

RETRIEVERS = ("llm", "dense", "lexical", "hybrid", "hybrid+llm", "recency_importance")
SUMMARY_WORDS = 20
CANDIDATES = 12  # memories from which the model chooses with hybrid+llm
_NUMBER = re.compile(r"\d+")


async def summarise_memory(caller: ModelCaller, name: str, content: str, emotion: str) -> str:
    """Summarises a memory for the memory index, in at most 20 words."""
    prompt = render("construct_summary", name=name, content=content, emotion=emotion, words=SUMMARY_WORDS)
    return await caller.ask_words("memory", prompt, SUMMARY_WORDS)


def check_retriever(retriever: str) -> None:
    """Raises a UserError if a retriever is unknown, or is a memory system that cannot be imported."""
    if is_memory_system(retriever):
        load_memory_system(retriever)
    elif retriever not in RETRIEVERS:
        raise unknown("retriever", retriever, (*RETRIEVERS, *ADAPTERS))


def parse_indices(text: str, known: Sequence[int]) -> list[int]:
    """Parses the memory numbers in a model's answer, in the order named and in any notation.

    Args:
        text: The model's free-form answer: `3, 17`, `["003", "017"]`, `Memory 3 and #17.`
        known: The numbers that exist; other numbers and repeats are dropped.
    """
    named = (int(number) for number in _NUMBER.findall(text) if len(number) < 9)
    return list(dict.fromkeys(number for number in named if number in known))


@dataclass
class MemoryAgent:
    """Retrieves the memories most relevant to a stimulus.

    Args:
        searcher: Every search that calls no model.
        retriever: One of `RETRIEVERS` or a memory system. With `llm`, the paper's method, the model
            reads the whole index of summaries.
        count: Number of memories to return.
    """

    searcher: PassageSearcher
    retriever: str = "hybrid"
    count: int = 4

    async def recall(self, caller: ModelCaller, stimulus: Stimulus) -> list[RetrievedPassage]:
        """Returns up to `count` memories, most relevant first.

        Args:
            caller: Calls the backbone; used by `llm` and `hybrid+llm` only.
            stimulus: The stimulus and its character.

        Raises:
            BackboneError: If the backbone gives no usable answer.
        """
        character, query = stimulus.character, stimulus.query
        if "llm" not in self.retriever or is_memory_system(self.retriever):
            return self.searcher.search_memories(character, self.retriever, query, self.count)
        memories = {m.index: m for m in self.searcher.library.memories(character)}
        if self.retriever == "llm":
            # The index is the same for all stimuli of a character: right after the persona, it belongs to the shared prefix.
            suffix = render("memory_index", index=_index(memories.values()))
            return await self._choose(caller, stimulus, list(memories.values()), [], suffix)
        candidates = self.searcher.search_memories(character, "hybrid", query, CANDIDATES)
        numbers = {m.id: m for m in memories.values()}
        return await self._choose(caller, stimulus, [numbers[c.id] for c in candidates], candidates, "")

    async def _choose(
        self, caller: ModelCaller, stimulus: Stimulus, memories: list[Memory], fallback: list[RetrievedPassage], suffix: str
    ) -> list[RetrievedPassage]:
        """Lets the model choose memories; records a problem in the trace if it names none that exist."""
        listed = "" if suffix else render("memory_index", index=_index(memories)).lstrip() + "\n\n"
        said = format_history(stimulus.history)
        prompt = render("memory_select", candidates=listed, conversation=said, stimulus=stimulus.text, count=self.count)
        answer = await caller.ask("memory", prompt, 8 * self.count, suffix)
        by_index = {m.index: m for m in memories}
        chosen = parse_indices(answer, list(by_index))[: self.count]
        if not chosen and parse_indices(answer, [0]) != [0]:
            caller.trace.problems.append(f"memory agent named no memory that exists: {answer[:200]!r}")
            return fallback[: self.count]
        best = [by_index[number] for number in chosen]
        return [RetrievedPassage(m.id, 1.0 / rank, m.content, m.paragraphs) for rank, m in enumerate(best, 1)]


def _index(memories) -> str:
    return "\n".join(f"{m.index}. {m.summary}" for m in memories)
