"""Search over memories: what matches, what options add, how many are used, and what is kept on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.agents.memory_selection import fit_tokens, select_near_best
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.memory.retrieval_indexes import INDEX_KINDS, IndexKind
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Memory
from tests.agents.word_embedder import CountingEmbedder, WordEmbedder
from tests.conftest import ScriptedBackbone


def found(library: Library, kind: IndexKind, question: str, *options: str) -> list[str]:
    searcher = PassageSearcher(library, WordEmbedder())
    return [m.id for m in searcher.rank_memories("ada-berg", kind, SearchQuery(question, options))]


def test_a_lexical_search_finds_nothing_where_no_word_matches(library: Library) -> None:
    # Reciprocal-rank fusion ranked by place in the story what did not match: "Hi!" recalled the first memories of the life.
    assert found(library, "lexical", "Hi!") == []
    assert found(library, "lexical", "Any violins?") == ["ada-berg-m003"]  # by its stem


@pytest.mark.parametrize("kind", INDEX_KINDS)
def test_options_belong_to_the_query_and_each_finds_its_memory(library: Library, kind: IndexKind) -> None:
    assert set(found(library, kind, "What was it?", "the flood", "a broken violin")[:2]) == {"ada-berg-m003", "ada-berg-m006"}


def test_a_memory_is_found_by_the_paragraphs_that_it_was_made_from(library: Library, data: Path) -> None:
    story = [replace(p, text=f"{p.text} Gulls cried.") if p.index == 4 else p for p in library.story("ada-berg")]
    write_jsonl(data / "characters" / "ada-berg" / "story.jsonl", [asdict(p) for p in story])
    assert found(Library(data), "lexical", "Where did gulls cry?") == ["ada-berg-m002"]


def with_memories(data: Path, change: Callable[[Memory], Memory]) -> Library:
    memories = [asdict(change(memory)) for memory in Library(data).memories("ada-berg")]
    write_jsonl(data / "characters" / "ada-berg" / "memories.jsonl", memories)
    return Library(data)


def test_a_memory_is_found_by_when_it_was_and_by_what_was_thought_and_felt(library: Library, data: Path) -> None:
    assert found(library, "lexical", "Of what were you ashamed in May 1999?") == []

    def third(memory: Memory) -> Memory:
        dated = replace(memory, year=1999, month=5, thinking="I should have paid.", emotion="I was ashamed.")
        return dated if memory.index == 3 else memory

    changed = with_memories(data, third)
    for question in ("What was there in May 1999?", "Of what were you ashamed?", "When should you have paid?"):
        assert found(changed, "lexical", question)[0] == "ada-berg-m003"


def test_a_detail_in_a_long_text_is_found_by_its_sentence(library: Library, data: Path) -> None:
    def described(memory: Memory) -> Memory:
        walls = " ".join(f"The house had wall number{n}." for n in range(6))
        told = {2: "Doves nested under a roof of the barn by a sea where reeds grew.", 5: f"{walls} Herons nested among reeds."}
        return replace(memory, content=told.get(memory.index, memory.content))

    assert found(with_memories(data, described), "dense", "Herons nested among reeds?")[0] == "ada-berg-m005"


def test_what_the_question_asks_for_decides_between_memories_of_one_option(library: Library, data: Path) -> None:
    def about(memory: Memory) -> Memory:
        return replace(memory, content={2: "Rosa sold bread.", 4: "Rosa sold boats."}.get(memory.index, memory.content))

    changed = with_memories(data, about)
    for asked, first in (("Who sold bread?", "ada-berg-m002"), ("Who sold boats?", "ada-berg-m004")):
        for kind in INDEX_KINDS:
            assert found(changed, kind, asked, "Rosa", "Ole", "Per")[0] == first


def test_a_changed_paragraph_encodes_one_text(library: Library, data: Path) -> None:
    first = CountingEmbedder()
    PassageSearcher(library, first).rank_memories("ada-berg", "hybrid", SearchQuery("The boat?"))
    assert len(first.encoded) == len(set(first.encoded)) > 12
    story = [replace(p, text="Another paragraph.") if p.index == 4 else p for p in library.story("ada-berg")]
    write_jsonl(data / "characters" / "ada-berg" / "story.jsonl", [asdict(p) for p in story])
    second = CountingEmbedder()
    PassageSearcher(Library(data), second).rank_memories("ada-berg", "hybrid", SearchQuery("The boat?"))
    assert sorted(second.encoded) == ["Another paragraph.", "The boat?"]  # a query is not kept: it may be what somebody said


def test_nothing_of_a_conversation_is_kept_on_disk(library: Library, tmp_path: Path) -> None:
    def stored() -> set[str]:
        with closing(sqlite3.connect(tmp_path / "cache" / "texts.sqlite")) as connection:
            return {key for (key,) in connection.execute("SELECT key FROM texts")}

    talk = Conversation(
        ChatSettings(library, ScriptedBackbone("I told a friend of herons."), "scripted", embedder=WordEmbedder()), "ada-berg"
    )
    asyncio.run(talk.say("The word is heron."))
    before = stored()
    assert before
    asyncio.run(talk.remember())
    reply = asyncio.run(talk.say("Which word about herons?"))
    assert any("herons" in memory.text for memory in reply.trace.memories)
    assert stored() == before


def test_a_character_without_memories_has_nothing_to_find(library: Library, data: Path) -> None:
    write_jsonl(data / "characters" / "ada-berg" / "memories.jsonl", [])
    assert all(found(Library(data), kind, "The boat?") == [] for kind in INDEX_KINDS)


def test_vectors_of_many_texts_come_back_in_order(tmp_path: Path) -> None:
    embedder = CachedEmbedder(WordEmbedder(), TextCache(tmp_path / "texts.sqlite"))
    texts = [f"text {place % 700}" for place in range(1200)]
    assert np.array_equal(embedder.encode(texts), WordEmbedder().encode(texts))
    assert np.array_equal(embedder.encode(texts[::-1]), WordEmbedder().encode(texts[::-1]))


rankings = st.lists(st.floats(-3, 9), min_size=1, max_size=20).map(
    lambda scores: [RetrievedPassage(f"m{i}", s, "word " * 40, ()) for i, s in enumerate(sorted(scores, reverse=True))]
)


@given(rankings, st.integers(1, 8), st.integers(1, 900))
def test_the_memories_near_the_best_are_few_and_in_order(ranked: list[RetrievedPassage], most: int, tokens: int) -> None:
    chosen = select_near_best(ranked, most, tokens)
    assert chosen == ranked[: len(chosen)] and 1 <= len(chosen) <= most
    assert len(chosen) == 1 or 50 * len(chosen) <= tokens
    for memory in chosen[1:]:
        assert memory.score >= 1.0 and 2 * memory.score >= ranked[0].score


def test_nothing_ranked_is_nothing_chosen() -> None:
    assert select_near_best([], 8, 900) == fit_tokens([], 900) == []
