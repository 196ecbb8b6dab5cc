"""What the best simple guess is expected to reach on choice questions, in score points and in accuracy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb

from human_simulacra.experiments.self_report.question_scoring import POINTS
from human_simulacra.results.summary import Row


@dataclass(frozen=True)
class ChanceLevel:
    """The expected score and accuracy of guessing, in percent; each is that of the guess which is best for it."""

    score: float
    accuracy: float


def chance_level(rows: Sequence[Row]) -> ChanceLevel:
    """Returns what guessing is expected to reach on these rows.

    Of a single choice, one option is guessed. Of multiple choice, a fixed number of options is drawn at random, the number that
    is best for all rows with as many options: a guesser may know how the questions are made, but not one question's number of
    right options. A cloze answer cannot be guessed. The option of not knowing is never guessed, since it scores nothing.

    Args:
        rows: Scored rows of the self report, at least one.
    """
    full = sum(row["full"] for row in rows)
    single = [1 / len(row["options"]) for row in rows if row["type"] == "single_choice"]
    points, right = POINTS * sum(single), sum(single)
    several = [(len(row["options"]), len(row["answer"])) for row in rows if row["type"] == "multiple_choice"]
    points += _best_guess(several, expected_points)
    right += _best_guess(several, _exactly_right)
    return ChanceLevel(100 * points / full, 100 * right / len(rows))


def _best_guess(questions: Sequence[tuple[int, int]], gain: Callable[[int, int, int], float]) -> float:
    """Returns the largest sum of a gain over questions of (options, right options), for one number to name per option count."""
    total = 0.0
    for options in {count for count, _ in questions}:
        right = [r for count, r in questions if count == options]
        total += max(sum(gain(options, r, named) for r in right) for named in range(1, options + 1))
    return total


@cache
def expected_points(options: int, right: int, named: int) -> float:
    """Returns the expected points of naming `named` of the options at random, of which `right` are right (hypergeometric)."""
    ways = (
        (max(0, POINTS * hits - POINTS * (named - hits)), comb(right, hits) * comb(options - right, named - hits))
        for hits in range(min(right, named) + 1)
    )
    return sum(points * count for points, count in ways) / comb(options, named)


@cache
def _exactly_right(options: int, right: int, named: int) -> float:
    return (named == right) / comb(options, named)
