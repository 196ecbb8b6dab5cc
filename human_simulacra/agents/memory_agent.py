"""The Memory agent: retrieves the memories relevant to a stimulus, and summarises new ones (arXiv 2402.18180)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from human_simulacra.agents.memory_selection import fit_tokens, select_near_best
from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.memory.memory_systems import MemorySystemSearch, is_memory_system
from human_simulacra.memory.memory_text import memory_text
from human_simulacra.memory.passage_search import MEMORY_INDEX_KINDS, MemoryIndexKind, PassageSearcher, SearchQuery
from human_simulacra.prompts import render, render_sections
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Stimulus

BY_MODEL = ("hybrid+llm", "llm")
RETRIEVERS = (*BY_MODEL, *MEMORY_INDEX_KINDS)
SUMMARY_WORDS = 20
# Memories from which the model chooses with hybrid+llm: 97 % of the evidence is among them (benchmarks/retrieval.py).
CANDIDATES = 30
MOST_SEARCHED, MOST_CHOSEN = 8, 4  # memories to use at most, if a search or the model chooses them
MEMORY_TOKENS = 900
_NUMBER = re.compile(r"\d+")


async def summarise_memory(caller: ModelCaller, name: str, content: str, emotion: str) -> str:
    """Summarises a memory for the memory index, in at most 20 words."""
    prompt = render("construct_summary", name=name, content=content, emotion=emotion, words=SUMMARY_WORDS)
    return await caller.ask_words("memory", prompt, SUMMARY_WORDS)


def parse_indices(text: str, known: Sequence[int]) -> list[int]:
    """Parses the memory numbers in a model's answer, in the order named and in any notation.

    Args:
        text: The model's free-form answer: `3, 17`, `["003", "017"]`, `Memory 3 and #17.`
        known: The numbers that exist; other numbers and repeats are dropped.
    """
    named = (int(number) for number in _NUMBER.findall(text) if len(number) < 9)
    return list(dict.fromkeys(number for number in named if number in known))


def most_memories(retriever: str) -> int:
    """Returns how many memories a retriever finds at most if a config does not say."""
    return MOST_CHOSEN if retriever in BY_MODEL else MOST_SEARCHED


@dataclass
class MemoryAgent:
    """Retrieves the memories most relevant to a stimulus.

    Args:
        searcher: Ranks memories.
        retriever: One of `RETRIEVERS` or a memory system (`memory.memory_systems`). An index kind uses the memories near the
            best of its ranking, a memory system its best ones. With `llm`, the paper's method, the model reads the index of
            all summaries; with `hybrid+llm` those of the best `candidates`.
        most: Maximum number of memories; None for `most_memories`.
        tokens: Maximum of the estimated tokens of all memories together; the first is returned whatever its length.
        candidates: How many memories the model chooses from with `hybrid+llm`.

    Raises:
        UserError: If the memory system cannot be imported.
    """

    searcher: PassageSearcher
    retriever: str = "hybrid+llm"
    most: int | None = None
    tokens: int = MEMORY_TOKENS
    candidates: int = CANDIDATES

    def __post_init__(self) -> None:
        self._limit = self.most or most_memories(self.retriever)
        if is_memory_system(self.retriever):
            searcher = self.searcher
            self._system = MemorySystemSearch(self.retriever, searcher.library, searcher.embedder, searcher.text_cache)

    async def recall(self, caller: ModelCaller, stimulus: Stimulus) -> list[RetrievedPassage]:
        """Returns the relevant memories, most relevant first.

        Args:
            caller: Calls the backbone; used by `llm` and `hybrid+llm` only.
            stimulus: The stimulus and its character.

        Raises:
            BackboneError: If the backbone gives no usable answer.
            UserError: If a memory system returns what it must not.
        """
        character, query = stimulus.character, SearchQuery(stimulus.query, stimulus.options)
        if is_memory_system(self.retriever):
            found = await self.searcher.run(self._system.search, character, query, self._limit)
            return fit_tokens(found, self.tokens)
        if self.retriever in MEMORY_INDEX_KINDS:
            kind = cast(MemoryIndexKind, self.retriever)
            ranked = await self.searcher.find_memories(character, kind, query)
            return select_near_best(ranked, self._limit, self.tokens)
        memories = self.searcher.library.memories(character)
        if self.retriever == "llm":
            # The index is the same for all stimuli of a character: right after the persona, it belongs to the shared prefix.
            suffix = "\n\n" + render("memory_index", index=_format_index(memories))
            return await self._choose(caller, stimulus, memories, [], suffix)
        ranked = await self.searcher.find_memories(character, "hybrid", query)
        best = {memory.id for memory in ranked[: self.candidates]}
        fallback = select_near_best(ranked, self.most or MOST_SEARCHED, self.tokens)
        return await self._choose(caller, stimulus, [m for m in memories if m.id in best], fallback)

    async def _choose(
        self,
        caller: ModelCaller,
        stimulus: Stimulus,
        memories: Sequence[Memory],
        fallback: list[RetrievedPassage],
        suffix: str = "",
    ) -> list[RetrievedPassage]:
        """Lets the model choose memories; records a problem in the trace if it names none that exist."""
        count = self._limit
        prompt = render_sections(
            "memory_select",
            candidates="" if suffix else render("memory_index", index=_format_index(memories)),
            conversation=format_history(stimulus.history),
            stimulus=_format_with_options(stimulus),
            count=count,
        )
        answer = await caller.ask("memory", prompt, 8 * count, suffix)
        by_index = {m.index: m for m in memories}
        chosen = parse_indices(answer, list(by_index))[:count]
        if not chosen and parse_indices(answer, [0]) != [0]:
            caller.trace.problems.append(f"memory agent named no memory that exists: {answer[:200]!r}")
            return fallback
        best = [by_index[number] for number in chosen]
        found = [RetrievedPassage(m.id, 1.0 / rank, memory_text(m), m.paragraphs) for rank, m in enumerate(best, 1)]
        return fit_tokens(found, self.tokens)


def _format_index(memories: Iterable[Memory]) -> str:
    return "\n".join(f"{m.index}. {m.summary}" for m in memories)


def _format_with_options(stimulus: Stimulus) -> str:
    """Returns the bare stimulus with its options, which the character hears too, but without their letters."""
    said = stimulus.plain
    if not stimulus.options:
        return said
    return render("memory_options", stimulus=said, options="\n".join(f"- {option}" for option in stimulus.options))
