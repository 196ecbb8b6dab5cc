"""What questions are made from: chunks of a story, and pairs of chunks far apart that have to do with each other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.memory.chunking import chunks
from human_simulacra.types import Paragraph
from human_simulacra.validation.items import FAR_APART
from human_simulacra.validation.text import stems

PAIR_EVERY = 3  # a third of the questions need two places of the story, as in the dataset


@dataclass(frozen=True)
class SourcePassages:
    """Passages in order; with `two_parts` the first half comes from one place of the story and the second from another."""

    passages: tuple[Paragraph, ...]
    two_parts: bool = False


def sample_passages(story: Sequence[Paragraph], count: int, seed: str) -> list[SourcePassages]:
    """Returns up to `count` units, spread over the story in a drawn order.

    Args:
        story: Paragraphs in order.
        count: How many at most; a chunk is taken once.
        seed: Decides the order.
    """
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
    """Returns the chunk of the same length, far away, that shares the largest part of its words with a chunk."""
    far = [
        other
        for other in range(len(cut))
        if len(cut[other]) == len(cut[place])
        and abs(cut[other][0].index - cut[place][0].index) >= FAR_APART + len(cut[place]) - 1
    ]
    return max(far, key=lambda other: len(words[place] & words[other]) / len(words[place] | words[other] | {""}), default=None)
