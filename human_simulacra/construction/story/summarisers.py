"""Summarisers: extractive by embeddings, or abstractive by the backbone or a local model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import numpy as np

from human_simulacra.backbones.base import most_tokens
from human_simulacra.construction.checked_writer import Writer, words_to_tokens
from human_simulacra.construction.text_splitting import split_sentences, truncate_tokens
from human_simulacra.files import digest
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.prompts import render
from human_simulacra.validation.text_statistics import words as split_words

PASSAGE_WORDS = 30
MARGIN = 200  # tokens for the prompt's own words, a chat template and the faults in a retry


class Summariser(Protocol):
    """Summarises consecutive paragraphs."""

    async def summarise(self, texts: Sequence[str], words: int) -> str:
        """Returns a summary of one or more paragraphs in about `words` words."""
        ...


class ExtractiveSummariser:
    """Selects the sentences nearest to the centroid of all sentences and keeps their order."""

    def __init__(self, vectors: CachedEmbedder) -> None:
        self._vectors = vectors

    async def summarise(self, texts: Sequence[str], words: int) -> str:
        """Returns whole sentences, at least one if there are any, of together no more than `words` words."""
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
    """Lets a model write summaries and caches them by `name`; `fallback` summarises what `ask` returns None for.

    A text that exceeds `room`, in tokens, is summarised paragraph by paragraph first, so that unchanged paragraphs come from
    the cache.
    """

    def __init__(
        self, name: str, ask: Callable[[str, int], Awaitable[str | None]], room: int, cache: TextCache, fallback: Summariser
    ) -> None:
        self._name, self._ask, self._room, self._cache, self._fallback = name, ask, room, cache, fallback

    async def summarise(self, texts: Sequence[str], words: int) -> str:
        """Returns a summary of at most about `words` words."""
        key = digest(["summary", self._name, list(texts), words])
        if (found := self._cache.get([key], bytes.decode).get(key)) is None:
            found = await self._new(texts, words)
            self._cache.put({key: found.encode()})
        return found

    async def _new(self, texts: Sequence[str], words: int) -> str:
        if len(texts) == 1 or sum(most_tokens(text) + 1 for text in texts) <= self._room:
            whole = truncate_tokens("\n".join(texts), self._room)
            return await self._ask(whole, words) or await self._fallback.summarise(texts, words)
        short = [await self.summarise([text], PASSAGE_WORDS) if most_tokens(text) > 2 * PASSAGE_WORDS else text for text in texts]
        groups = _packed(short, self._room)
        if len(groups) == 1:
            return await self.summarise(groups[0], words)
        if len(groups) == len(texts):  # nothing became shorter, and another round would not help
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


def backbone_summariser(writer: Writer, cache: TextCache, fallback: Summariser) -> Summariser:
    """Returns a summariser that asks the backbone; `fallback` replaces replies that fail the checks."""

    async def ask(text: str, words: int) -> str | None:
        draft = await writer.write(render("make_story_summary", text=text, words=words), words)
        return " ".join(draft.text.split()) if draft.text else None

    room = writer.context_tokens - words_to_tokens(2 * MARGIN) - MARGIN
    return AbstractiveSummariser(f"backbone {writer.backbone.fingerprint}", ask, room, cache, fallback)
