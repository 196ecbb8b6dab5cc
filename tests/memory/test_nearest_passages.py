"""Search over many passages by clusters: what it finds beside an exact search, and what is kept on disk."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory import nearest_passages
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Paragraph
from tests.agents.word_embedder import CountingEmbedder

pytestmark = pytest.mark.skipif(importlib.util.find_spec("faiss") is None, reason="the extra [scale] is not installed")
THINGS, PLACES, YEARS = ("boat", "violin", "flood", "bakery", "heron"), ("harbour", "school", "mill", "bridge"), range(1980, 2005)
QUERY = SearchQuery("When did the heron come to the mill?", ("in 1984", "in 1999"))


@pytest.fixture
def long_life(data: Path) -> Library:
    """A life of 500 paragraphs, which differ by a thing, a place and a year."""
    told = [f"The {thing} was at the {place} in {year}, and I saw it." for thing in THINGS for place in PLACES for year in YEARS]
    story = Library(data).story("ada-berg")
    rows = [
        asdict(Paragraph(**{**asdict(story[0]), "id": f"ada-berg-p{n:04d}", "index": n, "text": text}))
        for n, text in enumerate(told, 1)
    ]
    write_jsonl(data / "characters" / "ada-berg" / "story.jsonl", rows)
    return Library(data)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches more than 100 texts by clusters, of which a query visits an eighth."""
    for name, value in {"EXACT_UP_TO": 100, "FOUND": 100, "LEAST_LISTS": 4, "SHARE_OF_LISTS": 8, "SAMPLE": 400}.items():
        monkeypatch.setattr(nearest_passages, name, value)


def search(library: Library, kind: str, embedder: CountingEmbedder | None = None) -> list[RetrievedPassage]:
    return PassageSearcher(library, embedder or CountingEmbedder()).rank_story("ada-berg", kind, 1, QUERY)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["dense", "hybrid"])
def test_the_nearest_passages_are_those_of_an_exact_search(
    long_life: Library, kind: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    exact = search(long_life, kind)
    request.getfixturevalue("large")
    found = search(long_life, kind)
    assert len(found) < len(exact) == 500  # only what is near is ranked
    assert [passage.id for passage in found[:10]] == [passage.id for passage in exact[:10]]
    assert np.allclose([p.score for p in found[:10]], [p.score for p in exact[:10]], atol=0.2)  # in standard deviations


@pytest.mark.usefixtures("large")
def test_an_index_is_built_once_and_a_damaged_one_again(long_life: Library, tmp_path: Path) -> None:
    first = search(long_life, "dense")
    (stored,) = (tmp_path / "cache" / "indexes").glob("*.faiss")
    again = CountingEmbedder()
    assert search(long_life, "dense", again) == first and len(again.encoded) == 1 + len(QUERY.texts)
    stored.write_bytes(stored.read_bytes()[:-1000])
    assert search(long_life, "dense") == first
    assert search(long_life, "dense") == first


@pytest.mark.usefixtures("large")
def test_every_memory_has_a_recency_however_many_there_are(long_life: Library) -> None:
    searcher = PassageSearcher(long_life, CountingEmbedder())
    assert len(searcher.rank_memories("ada-berg", "recency_importance", QUERY)) == len(long_life.memories("ada-berg"))


def test_without_the_library_the_search_is_exact_and_says_what_to_install(
    long_life: Library, large: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = importlib.util.find_spec

    def find(name: str, *rest: Sequence[str]) -> object:
        return None if name == "faiss" else known(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(importlib.util, "find_spec", find)
    nearest_passages._suggest_faiss.cache_clear()
    assert len(search(long_life, "dense")) == 500
    assert capsys.readouterr().err.count("pip install 'human-simulacra[scale]'") == 1
