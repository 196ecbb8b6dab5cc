"""Encoding of texts and queries: what a vector depends on, what is encoded together, and what others notice of it."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder
from human_simulacra.memory.encoding_progress import FEW, EncodingProgress
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.traces import RetrievedPassage
from tests.agents.word_embedder import WordEmbedder

QUESTIONS = [
    "Where did you grow up?", "What was the name of your first boat?", "Who taught you to play the violin?", "Why?",
    "When did the flood come, and what did your family lose?", "What did you eat on Sundays?", "Whom did you marry?",
    "Which of your friends moved away first, and how did you feel about it in the years that followed?",
]  # fmt: skip


class CountingBatches(WordEmbedder):
    """Notes the batches that it encodes, and on which thread."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: set[str] = set()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        self.threads.add(threading.current_thread().name)
        return super().encode(texts)


def search_all(searcher: PassageSearcher, questions: Sequence[str]) -> list[Any]:
    async def find_all() -> list[Any]:
        searches = [searcher.find_memories("ada-berg", "hybrid", SearchQuery(question)) for question in questions]
        return await asyncio.gather(*searches, return_exceptions=True)

    return asyncio.run(find_all())


def test_a_vector_does_not_depend_on_what_is_encoded_with_it() -> None:
    embedder, texts = SentenceEmbedder(), [*QUESTIONS, *(question.lower() for question in QUESTIONS)]
    together = embedder.encode(texts)
    order = random.Random(0).sample(range(len(texts)), len(texts))
    assert np.array_equal(embedder.encode([texts[place] for place in order]), together[order])
    assert np.array_equal(np.concatenate([embedder.encode([text]) for text in texts[:4]]), together[:4])


def test_encoding_leaves_torch_as_many_threads_as_before() -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        SentenceEmbedder().encode(["a text"])
        later: list[int] = []
        thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        thread.start()
        thread.join()
        assert [torch.get_num_threads(), *later] == [3, 3]
    finally:
        torch.set_num_threads(before)


def test_queries_that_wait_together_are_encoded_in_one_batch_and_not_on_the_event_loop(library: Library) -> None:
    embedder = CountingBatches()
    searcher = PassageSearcher(library, embedder)
    searcher.rank_memories("ada-berg", "hybrid", SearchQuery("Boats?"))  # builds the index
    embedder.batches.clear()
    embedder.threads.clear()
    found = search_all(searcher, QUESTIONS)
    assert embedder.batches == [QUESTIONS]
    assert threading.current_thread().name not in embedder.threads
    alone = [searcher.rank_memories("ada-berg", "hybrid", SearchQuery(question)) for question in QUESTIONS]
    assert found == alone
    embedder.batches.clear()
    assert search_all(searcher, QUESTIONS) == found and embedder.batches == []  # as another method of the run asks


def test_methods_with_the_same_story_share_what_was_computed_of_it(library: Library) -> None:
    embedder = CountingBatches()
    first, second = PassageSearcher(library, embedder), PassageSearcher(library, embedder)
    first.rank_memories("ada-berg", "hybrid", SearchQuery("Boats?"))
    encoded = len(embedder.batches)
    assert encoded == 2  # the texts and the query
    second.rank_memories("ada-berg", "dense", SearchQuery("Boats?"))
    assert len(embedder.batches) == encoded + 1


def test_a_search_that_fails_fails_alone(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = PassageSearcher.rank_memories

    def broken(self: PassageSearcher, character: str, kind: Any, query: SearchQuery, *rest: Any) -> list[RetrievedPassage]:
        if query.question == "Why?":
            raise ZeroDivisionError("no passage")
        return ranked(self, character, kind, query, *rest)

    monkeypatch.setattr(PassageSearcher, "rank_memories", broken)
    found = search_all(PassageSearcher(library, WordEmbedder()), QUESTIONS)
    assert [str(result) for result in found if isinstance(result, Exception)] == ["no passage"]
    assert len([result for result in found if isinstance(result, list)]) == len(QUESTIONS) - 1


def test_an_embedder_that_fails_once_is_asked_again(library: Library) -> None:
    class Failing(WordEmbedder):
        fails = True

        def encode(self, texts: Sequence[str]) -> np.ndarray:
            if self.fails:
                raise OSError("out of memory")
            return super().encode(texts)

    searcher = PassageSearcher(library, embedder := Failing())
    assert {str(error) for error in search_all(searcher, QUESTIONS)} == {"out of memory"}
    embedder.fails = False
    assert all(isinstance(result, list) for result in search_all(searcher, QUESTIONS))


def test_who_is_cancelled_while_an_index_is_built_leaves_it_to_the_others(library: Library) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(WordEmbedder):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            begun.set()
            go_on.wait()
            return super().encode(texts)

    async def cancel_one() -> list[RetrievedPassage]:
        searcher = PassageSearcher(library, Slow())
        one, other = (asyncio.ensure_future(searcher.find_memories("ada-berg", "dense", SearchQuery("Boats?"))) for _ in range(2))
        await asyncio.to_thread(begun.wait)
        one.cancel()
        await asyncio.wait([one])
        go_on.set()
        assert one.cancelled()
        return await other

    assert asyncio.run(cancel_one())


def test_that_many_new_texts_are_embedded_is_told_once_and_then_at_times(capsys: pytest.CaptureFixture[str]) -> None:
    embedder, texts = CachedEmbedder(WordEmbedder()), [f"a boat with {number} oars" for number in range(FEW + 1)]
    for asked in (texts[:FEW], texts[1:], texts * 2):
        embedder.encode(asked)
    assert capsys.readouterr().err == ""
    embedder.encode([f"{text}, sold" for text in texts])
    assert capsys.readouterr().err == "embedding 257 new texts for retrieval; their vectors are kept ...\n"
    now = [0.0]
    progress = EncodingProgress(lambda: now[0])
    with progress.embedding(1000) as first, progress.embedding(500) as second:  # two lives at once
        for now[0], step in ((1.0, first), (12.0, second), (13.0, first), (30.0, first)):
            step(250)
    assert capsys.readouterr().err.splitlines() == [
        "embedding 1,000 new texts for retrieval; their vectors are kept ...",
        "embedded 500 of 1,500 new texts",
        "embedded 1,000 of 1,500 new texts",
    ]
