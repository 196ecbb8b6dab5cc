"""Positions of the right options of choice questions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from human_simulacra.types import Question


def place_options(
    right: Sequence[str], wrong: Sequence[str], positions: Collection[int]
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Returns the options with the right ones at `positions`, and the positions in ascending order."""
    rights, wrongs = iter(right), iter(wrong)
    options = tuple(next(rights) if place in positions else next(wrongs) for place in range(len(right) + len(wrong)))
    return options, tuple(sorted(positions))


def balance_positions(questions: Sequence[Question], used: Counter[int], seed: str) -> list[Question]:
    """Moves the right options of each question of one type to the positions that were right least often so far.

    `used` counts how often each position was right before; `seed` breaks ties, and shuffles the wrong options.
    """
    found, counts = [], Counter(used)
    for question in questions:
        rng = random.Random(f"{seed}:{question.id}")
        right = [question.options[int(i)] for i in question.answer]
        wrong = [option for i, option in enumerate(question.options) if i not in question.answer]
        rng.shuffle(wrong)
        places = rng.sample(range(len(question.options)), len(question.options))
        positions = sorted(places, key=lambda place: counts[place])[: len(right)]
        counts.update(positions)
        options, answer = place_options(right, wrong, positions)
        found.append(replace(question, options=options, answer=answer))
    return found
