"""Summaries behind importance and elaborateness: extractive over the embeddings, by the backbone, or by a local model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import numpy as np

from human_simulacra.backbones.base import most_tokens
from human_simulacra.construction.checked_writer import Writer, words_to_tokens
from human_simulacra.construction.story.embedding_cache import CachedEmbedder, EmbeddingCache
from human_simulacra.construction.story.tokens import truncate_tokens
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.files import digest
from human_simulacra.prompts import render
from human_simulacra.validation.text import words as split_words

PASSAGE_WORDS = 30
MARGIN = 200  # tokens for the prompt's own words, a chat template and the finding of a retry


class Summariser(Protocol):
    """Sums up consecutive paragraphs in about so many words."""

    async def summarise(self, texts: Sequence[str], words: int) -> str:
        """Returns the summary of one paragraph or more."""
        ...


class ExtractiveSummariser:
    """Takes the sentences nearest to the centroid of all sentences, in their order: no model but the embeddings.

    Args:
        vectors: Encodes sentences.
    """

    def __init__(self, vectors: CachedEmbedder) -> None:
        self._vectors = vectors

    async def summarise(self, texts: Sequence[str], words: int) -> str:
        """Returns whole sentences, one at least where there is one, that together have no more than `words` words."""
        told = [sentence for text in texts for sentence in split_sentences(text)]
        if not told:
            return ""
        vectors = self._vectors.encode(told)
        nearness = np.round(vectors @ vectors.mean(axis=0), 5)
        chosen: list[int] = []
        left = words
        for place in sorted(range(len(told)), key=lambda i: (-nearness[i], i)):
            left -= len(split_words(told[place]))
            if chosen and left < 0:
                break
            chosen.append(place)
        return " ".join(told[place] for place in sorted(chosen))


class AbstractiveSummariser:
    """Has a model write summaries, each text's cache by its hash.

    What exceeds the model's context is summed up paragraph by paragraph first, so that one that stayed is never read again.

    Args:
        name: The model's, which tells its summaries apart from others'.
        ask: Sums up one text, or returns None where no usable summary came.
        room: Tokens of text that the model can read at once.
        cache: Where summaries are cache.
        fallback: Sums up what the model does not.
    """

    def __init__(
        self, name: str, ask: Callable[[str, int], Awaitable[str | None]], room: int, cache: EmbeddingCache, fallback: Summariser
    ) -> None:
        self._name, self._ask, self._room, self._cache, self._fallback = name, ask, room, cache, fallback

    async def summarise(self, texts: Sequence[str], words: int) -> str:
        """Returns a summary in at most about `words` words."""
        key = digest(["summary", self._name, list(texts), words])
        if (found := self._cache.get(key)) is None:
            found = (await self._new(texts, words)).encode()
            self._cache.put({key: found})
        return found.decode()

    async def _new(self, texts: Sequence[str], words: int) -> str:
        if len(texts) == 1 or sum(most_tokens(text) + 1 for text in texts) <= self._room:
            whole = truncate_tokens("\n".join(texts), self._room)
            return await self._ask(whole, words) or await self._fallback.summarise(texts, words)
        short = [await self.summarise([text], PASSAGE_WORDS) if most_tokens(text) > 2 * PASSAGE_WORDS else text for text in texts]
        groups = _packed(short, self._room)
        if len(groups) == 1:
            return await self.summarise(groups[0], words)
        if len(groups) == len(texts):  # nothing became shorter, so another round would not either
            return await self._fallback.summarise(texts, words)
        return await self.summarise([await self.summarise(group, words) for group in groups], words)


def _packed(texts: Sequence[str], room: int) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    used = 0
    for text in texts:
        if groups[-1] and used + most_tokens(text) + 1 > room:
            groups.append([])
            used = 0
        groups[-1].append(text)
        used += most_tokens(text) + 1
    return groups


def backbone_summariser(writer: Writer, cache: EmbeddingCache, fallback: Summariser) -> Summariser:
    """Returns a summariser that asks the backbone; a reply that fails its checks is replaced by an extractive summary."""

    async def ask(text: str, words: int) -> str | None:
        draft = await writer.write(render("make_story_summary", text=text, words=words), words)
        return " ".join(draft.text.split()) if draft.text else None

    room = writer.context_tokens - words_to_tokens(2 * MARGIN) - MARGIN
    return AbstractiveSummariser(f"backbone {writer.backbone.fingerprint}", ask, room, cache, fallback)
