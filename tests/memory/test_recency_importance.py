"""The retriever of Generative Agents: what recency and importance change in the order of memories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.memory.query_scores import Queries
from human_simulacra.memory.recency_importance import RecencyImportance, importance, recency
from human_simulacra.memory.retrieval_indexes import DensePassages
from human_simulacra.types import Character, Memory
from tests.agents.word_embedder import WordEmbedder


@pytest.fixture
def ada(library: Library) -> Character:
    """Born in March 1980; the reference date is 30 June 2025."""
    return library.character("ada-berg")


def dated(number: int, end_year: int | None, end_month: int | None = None, text: str = "I had soup.") -> Memory:
    year = end_year
    return Memory(
        f"ada-berg-m{number:03d}", "ada-berg", number, (), text, text, "", "", year=year, end_year=year, end_month=end_month
    )


def scores(memories: Sequence[Memory], character: Character, query: str) -> np.ndarray:
    embedder = CachedEmbedder(WordEmbedder())
    dense = DensePassages([[memory.content] for memory in memories], embedder)
    asked = Queries([query], embedder.inner.encode([query]))
    return RecencyImportance(dense, memories, character, embedder).scores(asked)[0]


def order(memories: Sequence[Memory], character: Character, query: str) -> list[int]:
    return [memories[place].index for place in np.argsort(-scores(memories, character, query), kind="stable")]


def test_of_equal_memories_the_most_recent_comes_first(ada: Character) -> None:
    memories = [dated(1, 1990), dated(2, 2024, 11), dated(3, 2024, 3), dated(4, 2001)]
    assert order(memories, ada, "What did you eat?") == [2, 3, 4, 1]


def test_relevance_outweighs_a_few_years(ada: Character) -> None:
    memories = [dated(1, 1980, 3), dated(2, 2019, text="My boat was green."), dated(3, 2025, 6)]
    assert order(memories, ada, "Was your boat green?")[0] == 2


def test_half_of_recency_is_lost_in_eleven_and_a_half_years(ada: Character) -> None:
    assert recency([dated(1, 2025, 6), dated(2, 2013, 12)], ada) == pytest.approx([1, 0.5], abs=0.01)


def test_an_undated_experience_is_as_new_as_the_newest_memory(ada: Character) -> None:
    found = recency([dated(1, 2025, 2), dated(2, 1990), dated(3, None)], ada)
    assert found[2] == found[0] > found[1]


def test_in_a_life_without_dates_recency_changes_nothing(ada: Character) -> None:
    assert order([dated(1, None), dated(2, None, text="My boat was green."), dated(3, None)], ada, "Was your boat green?")[0] == 2


@given(st.lists(st.tuples(st.integers(1900, 2100), st.one_of(st.none(), st.integers(1, 12))), min_size=1, max_size=9))
def test_recency_is_between_0_and_1_and_falls_with_age(dates: list[tuple[int, int | None]]) -> None:
    person = Character(
        "ada", "Ada", "female", 45, "1980-03-04", "2025-06-30", "", (), "", "", (), "", (), (), ""
    )  # fmt: skip
    found = recency([dated(number, *date) for number, date in enumerate(dates)], person)
    assert ((found > 0) & (found <= 1)).all()
    months = [min(year * 12 + (month or 12), 2025 * 12 + 6) for year, month in dates]
    assert [found[place] for place in np.argsort(months, kind="stable")] == sorted(found)


def test_poignant_events_are_more_important_than_everyday_ones() -> None:
    poignant = ["They took my brother to prison and my mother wept.", "She left me and took the children."]
    mundane = ["I peeled potatoes and set the table.", "The tram came at eight and I read the paper."]
    found = importance([dated(number, 2000, text=text) for number, text in enumerate(poignant + mundane)], SentenceEmbedder())
    assert found[:2].min() > found[2:].max()


def test_all_memories_of_a_character_are_ranked(library: Library) -> None:
    searcher = PassageSearcher(library, WordEmbedder())
    ranked = searcher.rank_memories("ada-berg", "recency_importance", SearchQuery("What was your green boat called?"))
    assert {memory.id for memory in ranked} == {memory.id for memory in library.memories("ada-berg")}
    assert [memory.score for memory in ranked] == sorted((memory.score for memory in ranked), reverse=True)


def test_options_belong_to_the_query(library: Library) -> None:
    searcher = PassageSearcher(library, WordEmbedder())

    def score(*options: str) -> float:
        ranked = searcher.rank_memories("ada-berg", "recency_importance", SearchQuery("What was it?", options))
        return next(memory.score for memory in ranked if memory.id == "ada-berg-m003")

    assert score("the flood", "a broken violin") > score("the flood") + 0.5


def test_memories_that_are_all_the_same_score_alike(ada: Character) -> None:
    assert order([dated(n, 2000) for n in (1, 2, 3)], ada, "?") == [1, 2, 3]
    assert scores([dated(1, 2000)], ada, "Soup?").tolist() == [0]
