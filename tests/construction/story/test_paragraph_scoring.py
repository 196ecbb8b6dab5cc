"""Paragraph scores computed by hand, the draw among candidates, the embedding cache, summaries and story options."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from human_simulacra.construction.story.paragraph_scoring import (
    ParagraphScore,
    draw_paragraph,
    score_paragraphs,
    select_candidates,
    summarise,
)
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.text_cache import TextCache
from tests.construction.story.scripted_story import WordEmbedder


def of(*totals: float) -> list[ParagraphScore]:
    return [ParagraphScore(0, 0, 0, total) for total in totals]


def test_scores_are_the_papers_on_a_case_computed_by_hand() -> None:
    # Two paragraphs at a right angle; the story's summary lies on the first, the second's own summary at 3-4-5 from it.
    found = score_paragraphs(np.eye(2), np.array([[1.0, 0.0], [0.8, 0.6]]), np.array([1.0, 0.0]), (80, 100, 120))
    assert found[0] == ParagraphScore(1.0, 1.0, 0.5, 80 + 100 + 60)
    assert found[1] == ParagraphScore(0.0, 0.6, 0.5, 60 + 60)


def test_a_paragraph_that_is_alone_is_wholly_redundant_and_one_that_says_the_same_twice_more_than_a_rare_one() -> None:
    one = np.array([[0.6, 0.8]])
    assert score_paragraphs(one, one, one[0], (80, 100, 120))[0] == ParagraphScore(1.0, 1.0, 0.0, 180.0)
    three = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = score_paragraphs(three, three, np.array([1.0, 0.0]), (0, 0, 120))
    assert [round(s.total) for s in found] == [40, 40, 80]


def test_the_draw_is_among_the_best_five_that_reach_the_threshold() -> None:
    options = StoryOptions()
    assert select_candidates(of(60, 90, 49.9, 70, 80, 100, 55), set(), options) == [5, 1, 4, 3, 0]
    assert select_candidates(of(60, 90, 49.9, 70), {1}, options) == [3, 0]
    assert select_candidates(of(49.9, 10), set(), options) == []
    assert select_candidates(of(70, 70, 70), set(), StoryOptions(top=2)) == [0, 1]


def test_above_twenty_paragraphs_it_is_among_the_best_tenth() -> None:
    assert len(select_candidates(of(*range(51, 71)), set(), StoryOptions())) == 5
    assert select_candidates(of(*range(51, 91)), set(), StoryOptions()) == [39, 38, 37, 36]
    assert len(select_candidates(of(*range(51, 72)), set(), StoryOptions(top_share=0.5))) == 11


def test_the_draw_depends_on_seed_and_iteration_alone_and_reaches_every_candidate() -> None:
    drawn = [draw_paragraph([7, 8, 9], seed=1, iteration=i) for i in range(60)]
    assert drawn == [draw_paragraph([7, 8, 9], seed=1, iteration=i) for i in range(60)]
    assert min(Counter(drawn)[i] for i in (7, 8, 9)) >= 8
    assert drawn != [draw_paragraph([7, 8, 9], seed=2, iteration=i) for i in range(60)]


def test_a_text_is_encoded_once_in_a_run_and_in_the_next(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    vectors = CachedEmbedder(embedder, TextCache(tmp_path / "kept.sqlite"))
    first = vectors.encode(["a boat", "a bakery", "a boat"])
    assert embedder.encoded == ["a boat", "a bakery"]
    again = CachedEmbedder(embedder, TextCache(tmp_path / "kept.sqlite")).encode(["a bakery", "the flood", "a boat"])
    assert embedder.encoded == ["a boat", "a bakery", "the flood"]
    assert np.array_equal(again[[0, 2]], first[[1, 0]])


def test_the_extractive_summary_takes_the_sentences_nearest_to_all_in_their_order() -> None:
    text = "The bakery in Torp smelled of rye. Gulls cried. In Torp the bakery sold rye bread. My aunt wrote from Sund."
    summary = summarise([text], 14, WordEmbedder())
    assert summary == "The bakery in Torp smelled of rye. In Torp the bakery sold rye bread."
    assert summarise(["One sentence of six words only."], 2, WordEmbedder()) == "One sentence of six words only."


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"iterations": 0}, "iterations must be at least 1"),
        ({"top_share": 0.0}, "top-share must be more than 0"),
        ({"weights": (0.0, 0.0, 0.0)}, "weights must be three numbers"),
        ({"plan": "hf"}, "plan must be outline or none"),
    ],
)
def test_options_that_make_no_sense_are_named(wrong: dict, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        StoryOptions(**wrong)
