"""Sampling of the passages that questions are written on: chunks of a story, and pairs of distant related chunks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.memory.chunking import chunks
from human_simulacra.types import Paragraph
from human_simulacra.validation.question_checks import FAR_APART
from human_simulacra.validation.text_statistics import stems

PAIR_EVERY = 3  # a third of the questions need two parts of the story, as in the dataset


@dataclass(frozen=True)
class SourcePassages:
    """Passages in order; with `two_parts` the halves come from two distant parts of the story."""

    passages: tuple[Paragraph, ...]
    two_parts: bool = False


def sample_passages(story: Sequence[Paragraph], count: int, seed: str) -> list[SourcePassages]:
    """Samples up to `count` chunks or pairs of chunks of a story, whose paragraphs are in order, without replacement."""
    cut = [chunk for chunk in chunks(story)]
    order = random.Random(seed).sample(range(len(cut)), len(cut))
    words = [set().union(*(stems(p.text) for p in chunk)) for chunk in cut]
    found = []
    for number, place in enumerate(order[:count], 1):
        partner = _partner(place, cut, words) if number % PAIR_EVERY == 0 else None
        if partner is None:
            found.append(SourcePassages(cut[place]))
        else:
            first, second = sorted((place, partner))
            found.append(SourcePassages(cut[first] + cut[second], True))
    return found


def _partner(place: int, cut: Sequence[Sequence[Paragraph]], words: Sequence[set[str]]) -> int | None:
    """Returns the index of the distant chunk of the same length with the highest Jaccard similarity of words, or None."""
    far = [
        other
        for other in range(len(cut))
        if len(cut[other]) == len(cut[place])
        and abs(cut[other][0].index - cut[place][0].index) >= FAR_APART + len(cut[place]) - 1
    ]
    return max(far, key=lambda other: len(words[place] & words[other]) / len(words[place] | words[other] | {""}), default=None)
