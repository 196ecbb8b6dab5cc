"""Selection of the paragraph to expand: summaries, the paper's scores (arXiv 2402.18180), and a seeded draw among the best."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.memory.embedding import Embedder
from human_simulacra.validation.text_statistics import words as split_words

MANY = 20  # paragraphs; above it the candidates are a share instead of a fixed number
DIGITS = 4  # of a score; floating-point noise below them must not decide a draw
# Of the summaries of a paragraph, and of the story behind importance; about the input limit of an embedding model.
PASSAGE_WORDS, STORY_WORDS = 30, 120


@dataclass(frozen=True)
class ParagraphScore:
    """A paragraph's scores, between -1 and 1, and their weighted sum `total`; a high `redundancy` means rare content."""

    importance: float
    elaborateness: float
    redundancy: float
    total: float


def summarise(texts: Sequence[str], words: int, embedder: Embedder) -> str:
    """Returns the sentences of consecutive paragraphs that are nearest to the centroid of all, in their order.

    They have together no more than `words` words, but there is at least one sentence if there is any text.
    """
    told = [sentence for text in texts for sentence in split_sentences(text)]
    if not told:
        return ""
    vectors = embedder.encode(told)
    nearness = np.round(vectors @ vectors.mean(axis=0), 5)
    chosen: list[int] = []
    left = words
    for place in sorted(range(len(told)), key=lambda i: (-nearness[i], i)):
        left -= len(split_words(told[place]))
        if chosen and left < 0:
            break
        chosen.append(place)
    return " ".join(told[place] for place in sorted(chosen))


def score_draft(texts: Sequence[str], embedder: Embedder, weights: tuple[float, float, float]) -> tuple[ParagraphScore, ...]:
    """Scores every paragraph of a draft, by the summary of the whole and its own one."""
    whole = summarise(texts, STORY_WORDS, embedder)
    own = [summarise([text], PASSAGE_WORDS, embedder) for text in texts]
    vectors = embedder.encode([*texts, *own, whole])
    count = len(texts)
    return score_paragraphs(vectors[:count], vectors[count:-1], vectors[-1], weights)


def score_paragraphs(
    vectors: np.ndarray, summaries: np.ndarray, whole: np.ndarray, weights: tuple[float, float, float]
) -> tuple[ParagraphScore, ...]:
    """Scores every paragraph.

    Args:
        vectors: Unit vectors of the paragraphs, shape (paragraphs, dimensions).
        summaries: Unit vectors of each paragraph's own summary, the same shape.
        whole: Unit vector of the summary of the whole story, shape (dimensions,).
        weights: Weights of importance, elaborateness and redundancy.
    """
    importance = vectors @ whole
    elaborateness = np.sum(vectors * summaries, axis=1)
    # The mean over all rows' cosines is the cosine with their mean, whatever the number of rows.
    redundancy = 1 - vectors @ vectors.mean(axis=0)
    parts = np.stack([importance, elaborateness, redundancy], axis=1).astype(float)
    table = np.column_stack([parts, parts @ np.asarray(weights)]).round(DIGITS).tolist()
    return tuple(ParagraphScore(*row) for row in table)


def select_candidates(found: Sequence[ParagraphScore], resting: Collection[int], options: StoryOptions) -> list[int]:
    """Returns the indices of the paragraphs to draw from, best first: the top ones that reach the threshold.

    Those in `resting` are excluded.
    """
    size = options.top if len(found) <= MANY else math.ceil(options.top_share * len(found))
    ranked = sorted((i for i in range(len(found)) if i not in resting), key=lambda i: (-found[i].total, i))
    return [i for i in ranked[:size] if found[i].total >= options.threshold]


def draw_paragraph(among: Sequence[int], seed: int, iteration: int) -> int:
    """Draws a candidate by seed and iteration alone, so that a resumed run draws the same."""
    return random.Random(f"life story {seed} {iteration}").choice(among)
