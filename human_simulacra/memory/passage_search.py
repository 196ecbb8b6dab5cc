"""Search over a character's passages: long-term memories or chunks of the life story."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import numpy as np

from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text, chunks
from human_simulacra.memory.embedding import CachedEmbedder, Embedder
from human_simulacra.memory.memory_text import memory_text
from human_simulacra.memory.recency_importance import RecencyImportance
from human_simulacra.memory.retrieval_indexes import INDEX_KINDS, NO_MATCH, Index, IndexKind, build_index
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Paragraph

P = ParamSpec("P")
T = TypeVar("T")
MemoryIndexKind = IndexKind | Literal["recency_importance"]
MEMORY_INDEX_KINDS: tuple[MemoryIndexKind, ...] = (*INDEX_KINDS, "recency_importance")


@dataclass(frozen=True)
class SearchQuery:
    """What to search for: a question, and the options that it names, if any.

    With options, a passage is as relevant as it is to the question with the option that suits it best.
    """

    question: str
    options: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The texts to search with: the question with each option, or alone."""
        return [f"{self.question} {option}" for option in self.options] or [self.question]


@dataclass(frozen=True)
class Passage:
    """A passage: `texts` are indexed, `text` goes into prompts, `paragraphs` are the ids of its source paragraphs."""

    id: str
    texts: tuple[str, ...]
    text: str
    paragraphs: tuple[str, ...]


def memory_passages(memories: Sequence[Memory], story: Sequence[Paragraph]) -> list[Passage]:
    """Converts memories to passages; the index knows them by summary, content, and the paragraphs that they were made from."""
    told = {paragraph.id: paragraph.text for paragraph in story}
    return [
        Passage(m.id, (m.summary, m.content, *(told[p] for p in m.paragraphs if p in told)), memory_text(m), m.paragraphs)
        for m in memories
    ]


def story_passages(story: Sequence[Paragraph], size: int) -> list[Passage]:
    """Converts a story to passages of `size` paragraphs."""
    return [
        Passage(chunk[0].id, tuple(p.text for p in chunk), chunk_text(chunk), tuple(p.id for p in chunk))
        for chunk in chunks(story, size)
    ]


@dataclass
class PassageSearcher:
    """Ranks passages by relevance. Indexes are built once for each character and kind.

    Args:
        library: The characters.
        embedder: Encodes texts for dense and hybrid indexes.
        text_cache: File of the text cache; None for the user's.
        shares_loop: Whether others use the event loop of the coroutines that search; see `search`.
    """

    library: Library
    embedder: Embedder
    text_cache: Path | None = None
    shares_loop: bool = False
    _embedders: dict[bool, CachedEmbedder] = field(default_factory=dict)
    _built: dict[tuple[str, MemoryIndexKind, int], tuple[list[Passage], Index | None]] = field(default_factory=dict)

    # One thread searches in the order of the calls, so that an index is built once even if several ask for it at once.
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "retrieval"), repr=False)

    async def search(self, search: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        """Returns the result of a search.

        Embedding a life story takes a minute. On an event loop that others share, as in the chat, the search runs in a thread.
        Otherwise it runs at once: coroutines that search in the same step then go on together, which fills batches.
        """
        if not self.shares_loop:
            return search(*arguments, **keywords)
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: search(*arguments, **keywords))

    def rank_memories(self, character: str, kind: MemoryIndexKind, query: SearchQuery) -> list[RetrievedPassage]:
        """Returns the memories that match, most relevant first; equal ones in the order of the life."""
        if (key := (character, kind, 0)) not in self._built:
            memories = self.library.memories(character)
            passages = memory_passages(memories, self.library.story(character))
            index = self._build("dense" if kind == "recency_importance" else kind, passages, character)
            if index and kind == "recency_importance":
                index = RecencyImportance(index, memories, self.library.character(character), self._cached(character))
            self._built[key] = (passages, index)
        return self._rank(*self._built[key], query)

    def rank_story(self, character: str, kind: IndexKind, size: int, query: SearchQuery) -> list[RetrievedPassage]:
        """Returns the story chunks of `size` paragraphs that match, most relevant first; equal ones in the order of the life."""
        if (key := (character, kind, size)) not in self._built:
            passages = story_passages(self.library.story(character), size)
            self._built[key] = (passages, self._build(kind, passages, character))
        return self._rank(*self._built[key], query)

    def _build(self, kind: IndexKind, passages: Sequence[Passage], character: str) -> Index | None:
        return build_index(kind, [p.texts for p in passages], self._cached(character)) if passages else None

    @staticmethod
    def _rank(passages: Sequence[Passage], index: Index | None, query: SearchQuery) -> list[RetrievedPassage]:
        if index is None:
            return []
        scores = index.scores(query.texts).max(axis=0)
        order = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > NO_MATCH]
        return [RetrievedPassage(passages[i].id, float(scores[i]), passages[i].text, passages[i].paragraphs) for i in order]

    def _cached(self, character: str) -> CachedEmbedder:
        keep = self.library.keeps_texts(character)
        if keep not in self._embedders:
            self._embedders[keep] = CachedEmbedder(self.embedder, TextCache(self.text_cache, keep))
        return self._embedders[keep]
