"""Selection of the paragraph to expand: the paper's scores (arXiv 2402.18180) and a seeded draw among the best."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from human_simulacra.construction.story.story_options import StoryOptions

MANY = 20  # paragraphs; above it the candidates are a share instead of a fixed number
DIGITS = 4  # of a score; floating-point noise below them must not decide a draw


@dataclass(frozen=True)
class ParagraphScore:
    """A paragraph's scores, between -1 and 1, and their weighted sum `total`; a high `redundancy` means rare content."""

    importance: float
    elaborateness: float
    redundancy: float
    total: float


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
    totals = parts @ np.asarray(weights)
    table = np.column_stack([parts, totals]).round(DIGITS).tolist()
    return tuple(ParagraphScore(i, e, r, total) for i, e, r, total in table)


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
