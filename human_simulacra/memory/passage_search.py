"""Search over a character's passages: long-term memories or chunks of the life story."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np

from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text, chunks
from human_simulacra.memory.embedding import CachedEmbedder, Embedder
from human_simulacra.memory.memory_text import memory_text
from human_simulacra.memory.query_scores import Index, Queries, rank_places
from human_simulacra.memory.query_thread import QUERIES
from human_simulacra.memory.recency_importance import RecencyImportance
from human_simulacra.memory.retrieval_indexes import INDEX_KINDS, IndexKind, build_index
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Paragraph

P = ParamSpec("P")
T = TypeVar("T")
MemoryIndexKind = IndexKind | Literal["recency_importance"]
MEMORY_INDEX_KINDS: tuple[MemoryIndexKind, ...] = (*INDEX_KINDS, "recency_importance")
_BUILDERS = ThreadPoolExecutor(4, "indexes")  # several lives at once, since one can take a minute


@dataclass(frozen=True)
class SearchQuery:
    """What to search for: a question, and the options that it names, if any.

    With options, a passage is as relevant as it is to the option that suits it best.
    """

    question: str
    options: tuple[str, ...] = ()

    @property
    def with_options(self) -> list[str]:
        """The question with each option, or alone."""
        return [f"{self.question} {option}" for option in self.options] or [self.question]

    @property
    def texts(self) -> list[str]:
        """The texts to search an index with: the question, and if it has options, the question with each, and each alone."""
        return [self.question, *self.with_options, *self.options] if self.options else [self.question]

    def merge(self, scores: np.ndarray) -> np.ndarray:
        """Returns one score a passage, shape (passages,), from the scores of `texts`, shape (texts, passages).

        The question says what is asked for, the option what the passage would have to tell: both count alone and together.
        """
        if not self.options:
            return scores[0]
        count = len(self.options)
        together, alone = scores[1 : 1 + count], scores[1 + count :]
        return (scores[:1] / 4 + together / 2 + alone / 4).max(axis=0)


@dataclass(frozen=True)
class Passage:
    """A passage: `texts` are indexed, of `notes` the words alone; `text` goes into prompts.

    `paragraphs` are the ids of its source paragraphs.
    """

    id: str
    texts: tuple[str, ...]
    text: str
    paragraphs: tuple[str, ...]
    notes: tuple[str, ...] = ()


def memory_passages(memories: Sequence[Memory], story: Sequence[Paragraph]) -> list[Passage]:
    """Converts memories to passages; the index knows them by all that they hold and the paragraphs that they were made from."""
    told = {paragraph.id: paragraph.text for paragraph in story}
    passages = []
    for memory in memories:
        text, sources = memory_text(memory), [told[p] for p in memory.paragraphs if p in told]
        notes = (memory.thinking, memory.emotion)
        passages.append(Passage(memory.id, (text, memory.summary, *sources), text, memory.paragraphs, notes))
    return passages


def story_passages(story: Sequence[Paragraph], size: int) -> list[Passage]:
    """Converts a story to passages of `size` paragraphs."""
    return [
        Passage(chunk[0].id, tuple(p.text for p in chunk), chunk_text(chunk), tuple(p.id for p in chunk))
        for chunk in chunks(story, size)
    ]


@dataclass
class PassageSearcher:
    """Ranks passages by relevance. Indexes are built once for each character and kind.

    Nothing runs on the event loop of the coroutines that search: an index is built in a thread, which takes a minute for the
    first search in a new life story, and queries are encoded and passages ranked in the thread of all searches (`query_thread`).

    Args:
        library: The characters.
        embedder: Encodes texts for dense and hybrid indexes.
        text_cache: File of the text cache; None for the user's.
    """

    library: Library
    embedder: Embedder
    text_cache: Path | None = None
    _embedders: dict[bool, CachedEmbedder] = field(default_factory=dict)
    _built: dict[tuple[str, MemoryIndexKind, int], tuple[list[Passage], Future[Index | None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    # One thread, in the order of the calls: a memory system from outside need not allow several at once.
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "retrieval"), repr=False)

    async def run(self, search: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        """Returns the result of a search by other means, which runs in a thread of this searcher."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: search(*arguments, **keywords))

    async def find_memories(self, character: str, kind: MemoryIndexKind, query: SearchQuery) -> list[RetrievedPassage]:
        """Returns what `rank_memories` does."""
        await _done(self._memories(character, kind)[1])
        return await self._search(kind, query, lambda vectors: self.rank_memories(character, kind, query, vectors))

    async def find_story(self, character: str, kind: IndexKind, size: int, query: SearchQuery) -> list[RetrievedPassage]:
        """Returns what `rank_story` does."""
        await _done(self._story(character, kind, size)[1])
        return await self._search(kind, query, lambda vectors: self.rank_story(character, kind, size, query, vectors))

    def rank_memories(
        self, character: str, kind: MemoryIndexKind, query: SearchQuery, vectors: np.ndarray | None = None
    ) -> list[RetrievedPassage]:
        """Returns the memories that match, most relevant first; equal ones in the order of the life.

        Args:
            character: The character's id.
            kind: The index.
            query: What to search for.
            vectors: The embeddings of its texts; None to encode them here.
        """
        return self._rank(*self._memories(character, kind), kind, query, vectors)

    def rank_story(
        self, character: str, kind: IndexKind, size: int, query: SearchQuery, vectors: np.ndarray | None = None
    ) -> list[RetrievedPassage]:
        """Returns the story chunks of `size` paragraphs that match, in the order of `rank_memories`; so are the arguments."""
        return self._rank(*self._story(character, kind, size), kind, query, vectors)

    async def _search(self, kind: MemoryIndexKind, query: SearchQuery, rank: Callable[[np.ndarray], T]) -> T:
        return await QUERIES.search(self.embedder, () if kind == "lexical" else query.texts, rank)

    def _memories(self, character: str, kind: MemoryIndexKind) -> tuple[list[Passage], Future[Index | None]]:
        def passages() -> list[Passage]:
            return memory_passages(self.library.memories(character), self.library.story(character))

        def build(found: Sequence[Passage]) -> Index:
            if kind != "recency_importance":
                return self._index(kind, found, character)
            dense = self._index("dense", found, character, exact=True)  # all have a recency
            person, memories = self.library.character(character), self.library.memories(character)
            return RecencyImportance(dense, memories, person, self._cached(character))

        return self._build((character, kind, 0), passages, build)

    def _story(self, character: str, kind: IndexKind, size: int) -> tuple[list[Passage], Future[Index | None]]:
        def passages() -> list[Passage]:
            return story_passages(self.library.story(character), size)

        return self._build((character, kind, size), passages, lambda found: self._index(kind, found, character))

    def _build(
        self,
        key: tuple[str, MemoryIndexKind, int],
        make: Callable[[], list[Passage]],
        build: Callable[[Sequence[Passage]], Index],
    ) -> tuple[list[Passage], Future[Index | None]]:
        """Returns passages and their index, None if there are no passages; one that could not be built is tried again."""
        with self._lock:
            found = self._built.get(key)
            if found is None or (found[1].done() and found[1].exception() is not None):
                passages = make()
                found = passages, _BUILDERS.submit(lambda: build(passages) if passages else None)
                self._built[key] = found
            return found

    def _index(self, kind: IndexKind, passages: Sequence[Passage], character: str, exact: bool = False) -> Index:
        texts, notes = [p.texts for p in passages], [p.notes for p in passages]
        return build_index(kind, texts, self._cached(character), exact, notes)

    def _rank(
        self,
        passages: Sequence[Passage],
        built: Future[Index | None],
        kind: MemoryIndexKind,
        query: SearchQuery,
        vectors: np.ndarray | None,
    ) -> list[RetrievedPassage]:
        if (index := built.result()) is None:
            return []
        if vectors is None:
            vectors = self.embedder.encode(() if kind == "lexical" else query.texts)
        scores = query.merge(index.scores(Queries(query.texts, vectors)))
        ranked = ((passages[place], float(scores[place])) for place in rank_places(scores))
        return [RetrievedPassage(passage.id, score, passage.text, passage.paragraphs) for passage, score in ranked]

    def _cached(self, character: str) -> CachedEmbedder:
        keep = self.library.keeps_texts(character)
        if keep not in self._embedders:
            self._embedders[keep] = CachedEmbedder(self.embedder, TextCache(self.text_cache, keep))
        return self._embedders[keep]


async def _done(built: Future[Any]) -> None:
    """Waits for a build. Who is cancelled while waiting does not cancel it for the others."""
    if not built.done():
        ended = asyncio.wrap_future(built)
        ended.add_done_callback(asyncio.Future.exception)  # which the search raises
        await asyncio.wait([ended])
