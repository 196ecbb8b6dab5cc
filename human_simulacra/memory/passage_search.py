"""Search over a character's passages: long-term memories or chunks of the life story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text, chunks
from human_simulacra.memory.embedding import Embedder
from human_simulacra.memory.retrieval_indexes import Index, build_index, top_passages
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory, Paragraph


@dataclass(frozen=True)
class Passage:
    """A passage: `search_text` is indexed, `text` goes into prompts, `paragraphs` are the ids of its source paragraphs."""

    id: str
    search_text: str
    text: str
    paragraphs: tuple[str, ...]


def memory_passages(memories: Sequence[Memory]) -> list[Passage]:
    """Converts memories to passages. Summary and content are indexed; prompts contain the content."""
    return [Passage(m.id, f"{m.summary} {m.content}", m.content, m.paragraphs) for m in memories]


def story_passages(story: Sequence[Paragraph], size: int) -> list[Passage]:
    """Converts a story to passages of `size` paragraphs."""
    cut = [(chunk, chunk_text(chunk)) for chunk in chunks(story, size)]
    return [Passage(chunk[0].id, text, text, tuple(p.id for p in chunk)) for chunk, text in cut]


@dataclass
class PassageSearcher:
    """Finds the passages relevant to a query. Indexes are built once for each character and kind.

    Args:
        library: The characters.
        embedder: Encodes texts for dense and hybrid indexes.
    """

    library: Library
    embedder: Embedder
    _built: dict[tuple[str, str, int], tuple[list[Passage], Index]] = field(default_factory=dict)

    def search_memories(self, character: str, kind: str, query: str, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` memories, most relevant first; `kind` as in `build_index`."""
        return self._search(character, kind, 0, query, count)

    def search_story(self, character: str, kind: str, size: int, query: str, count: int) -> list[RetrievedPassage]:
        """Returns up to `count` story chunks of `size` paragraphs, most relevant first; `kind` as in `build_index`."""
        return self._search(character, kind, size, query, count)

    def _search(self, character: str, kind: str, size: int, query: str, count: int) -> list[RetrievedPassage]:
        key = (character, kind, size)
        if key not in self._built:
            passages = (
                story_passages(self.library.story(character), size) if size else memory_passages(self.library.memories(character))
            )
            self._built[key] = (passages, build_index(kind, [p.search_text for p in passages], self.embedder))
        passages, index = self._built[key]
        found = top_passages(index, query, count)
        return [RetrievedPassage(passages[i].id, score, passages[i].text, passages[i].paragraphs) for i, score in found]
