"""How often the 95 % intervals of a run's tables cover the truth, in simulated data whose truth is known.

`python benchmarks/coverage.py [--quick]` prints the percentage for 3, 6, 12 and 30 characters, with the standard error of
simulation, and names cases where some data sets have no interval. Seeded. Five minutes on two idle cores; `--quick` takes ten
seconds.

Characters differ: their true shares have a beta distribution with the given standard deviation ("sd").
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

# One thread for each process: matrices are small, and two processes share two cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from tabulate import tabulate

from human_simulacra.statistics import (
    Estimate,
    cluster_interval,
    difference_interval,
    estimate_reliability,
    fit_mixed_model,
    mean_interval,
)

CHARACTERS = (3, 6, 12, 30)
DATA_SETS = 2000
MIXED_DATA_SETS = {3: 800, 6: 400, 12: 120, 30: 40}  # a fit takes 0.02 to 5 seconds
UNEQUAL = (5, 60)
Rng = np.random.Generator
Case = Callable[[Rng, int], tuple[Estimate, float]]  # a data set of so many characters: its interval, and the truth


def beta(rng: Rng, mean: float | np.ndarray, sd: float, size: int) -> np.ndarray:
    """Draws shares with a mean and a standard deviation, shape (size,)."""
    strength = mean * (1 - mean) / sd**2 - 1
    return rng.beta(mean * strength, (1 - mean) * strength, size)


def character_of_rows(rng: Rng, characters: int, rows: tuple[int, int]) -> np.ndarray:
    """Returns the character of each row, with between `rows` of each."""
    return np.repeat(np.arange(characters), rng.integers(rows[0], rows[1] + 1, characters))


def names(codes: np.ndarray) -> list[str]:
    """Returns codes as names."""
    return codes.astype(str).tolist()


def rate(rng: Rng, characters: int, share: float, sd: float, rows: tuple[int, int]) -> tuple[Estimate, float]:
    """Rows that are right or wrong: accuracy, error and conformity rates, false memories, recall."""
    codes = character_of_rows(rng, characters, rows)
    right = rng.random(len(codes)) < beta(rng, share, sd, characters)[codes]
    return cluster_interval(right.astype(float).tolist(), [1.0] * len(codes), names(codes)), 100 * share


def score(rng: Rng, characters: int, share: float, sd: float, rows: tuple[int, int]) -> tuple[Estimate, float]:
    """Two thirds right or wrong for 2 points, one third multiple choice for 0 to 6 points."""
    codes = character_of_rows(rng, characters, rows)
    full = np.where(np.arange(len(codes)) % 3, 2, 6)
    own = beta(rng, share, sd, characters)[codes]
    of_row = np.where(full == 6, rng.beta(3 * own + 1e-9, 3 * (1 - own) + 1e-9), own)
    points = np.where(full == 6, rng.binomial(6, of_row), 2 * rng.binomial(1, of_row))
    return cluster_interval(points.astype(float).tolist(), full.astype(float).tolist(), names(codes)), 100 * share


def difference(rng: Rng, characters: int, lead: float, sd: float, differing: float) -> tuple[Estimate, float]:
    """Two methods on the same 5 to 60 rows, of which a share `differing` on average is right with one of them alone."""
    codes = character_of_rows(rng, characters, UNEQUAL)
    leads = lead + sd * rng.choice([-1.0, 1.0], characters)[codes]
    draw = rng.random(len(codes))
    first = (draw < (differing + leads) / 2).astype(float)
    second = ((draw >= 0.5) & (draw < 0.5 + (differing - leads) / 2)).astype(float)
    return difference_interval(first.tolist(), second.tolist(), [1.0] * len(codes), names(codes)), 100 * lead


def above_readers(rng: Rng, characters: int, share: float, sd: float) -> tuple[Estimate, float]:
    """Scores above readers without the life, who have 0 to 80 % of a question."""
    codes = character_of_rows(rng, characters, (20, 20))
    blind = rng.choice([0.0, 0.2, 0.4, 0.8], len(codes))
    own = beta(rng, share, sd, characters)[codes]
    right = rng.random(len(codes)) < blind + (1 - blind) * own
    bounds = (-100 * float(blind.sum() / (1 - blind).sum()), 100.0)
    return cluster_interval((right - blind).tolist(), (1 - blind).tolist(), names(codes), bounds), 100 * share


def tau(rng: Rng, characters: int, mean: float, sd: float) -> tuple[Estimate, float]:
    """One tau of eight functions, so of 28 pairs, for each character."""
    concordant = rng.binomial(28, beta(rng, (1 + mean) / 2, sd / 2, characters))
    return mean_interval((concordant / 14 - 1).tolist(), (-1.0, 1.0)), mean


def retest(rng: Rng, characters: int, share: float, sd: float, alike: float, measure: str) -> tuple[Estimate, float]:
    """Five to 20 questions of each character in three runs; `alike` is the correlation of questions within a character."""
    codes = character_of_rows(rng, characters, (5, 20))
    own = np.clip(beta(rng, share, sd, characters), 1e-6, 1 - 1e-6)[codes]
    strength = 1 / alike - 1
    of_question = rng.beta(strength * own, strength * (1 - own))
    right = rng.random((len(codes), 3)) < of_question[:, None]
    found = estimate_reliability("m", (100.0 * right).tolist(), right.tolist(), names(codes))
    between = sd**2 + (share * (1 - share) - sd**2) * alike
    if measure == "icc":
        return found.icc, between / (share * (1 - share))
    return found.flips, 200 * (share * (1 - share) - between)


def mixed(rng: Rng, characters: int, sd: float, questions: tuple[int, int]) -> tuple[Estimate, float]:
    """Scores of two methods, some questions of each character in two runs; `sd` is that of the characters' effects."""
    rows = []
    of_run, of_character = rng.normal(0, 3, 2), rng.normal(0, 8, characters)
    leads, of_item = rng.normal(5, sd, characters), rng.normal(0, 12, (characters, questions[1]))
    counts = rng.integers(questions[0], questions[1] + 1, characters)
    for place in np.ndindex(2, characters, questions[1], 2):
        method, c, item, run = place
        if item >= counts[c]:
            continue
        value = 50 + method * leads[c] + of_character[c] + of_item[c, item] + of_run[run] + rng.normal(0, 25)
        rows.append((value, "ab"[method], f"c{c}", f"c{c}-{item}", run))
    scores, models, people, items, runs = (list(column) for column in zip(*rows, strict=True))
    effects = fit_mixed_model(scores, models, people, items, runs).effects
    return effects[0].difference if effects else Estimate(math.nan, math.nan, math.nan, 0), 5.0  # a fit can fail


CASES: dict[str, Case] = {
    "rate 50 %, sd 8, 20 rows": partial(rate, share=0.5, sd=0.08, rows=(20, 20)),
    "rate 50 %, sd 8, 5 to 60 rows": partial(rate, share=0.5, sd=0.08, rows=UNEQUAL),
    "rate 50 %, sd 15, 5 to 60 rows": partial(rate, share=0.5, sd=0.15, rows=UNEQUAL),
    "rate 95 %, sd 3.5, 20 rows": partial(rate, share=0.95, sd=0.035, rows=(20, 20)),
    "rate 95 %, sd 3.5, 5 to 60 rows": partial(rate, share=0.95, sd=0.035, rows=UNEQUAL),
    "rate 95 %, sd 6.5, 5 to 60 rows": partial(rate, share=0.95, sd=0.065, rows=UNEQUAL),
    "score 50 %, sd 8, 5 to 60 rows": partial(score, share=0.5, sd=0.08, rows=UNEQUAL),
    "score 50 %, sd 15, 5 to 60 rows": partial(score, share=0.5, sd=0.15, rows=UNEQUAL),
    "score 95 %, sd 3.5, 5 to 60 rows": partial(score, share=0.95, sd=0.035, rows=UNEQUAL),
    "score 95 %, sd 6.5, 5 to 60 rows": partial(score, share=0.95, sd=0.065, rows=UNEQUAL),
    "paired difference 0, sd 10, 40 % of rows differ": partial(difference, lead=0.0, sd=0.1, differing=0.4),
    "paired difference 20, sd 10, 40 % of rows differ": partial(difference, lead=0.2, sd=0.1, differing=0.4),
    "paired difference 2, sd 1, 5 % of rows differ": partial(difference, lead=0.02, sd=0.01, differing=0.05),
    "above readers 40 %, sd 10, 20 rows": partial(above_readers, share=0.4, sd=0.1),
    "mean tau 0, sd 0.3": partial(tau, mean=0.0, sd=0.3),
    "mean tau 0.8, sd 0.15": partial(tau, mean=0.8, sd=0.15),
    "ICC 0.42, rate 50 %": partial(retest, share=0.5, sd=0.1, alike=0.4, measure="icc"),
    "ICC 0.72, rate 80 %": partial(retest, share=0.8, sd=0.08, alike=0.7, measure="icc"),
    "flip rate 29 %, rate 50 %": partial(retest, share=0.5, sd=0.1, alike=0.4, measure="flips"),
    "flip rate 9 %, rate 80 %": partial(retest, share=0.8, sd=0.08, alike=0.7, measure="flips"),
    "mixed model's effect, sd 8": partial(mixed, sd=8.0, questions=(3, 3)),
    "mixed model's effect, sd 8, 2 to 12 questions": partial(mixed, sd=8.0, questions=(2, 12)),
}


def simulate(name: str, characters: int, data_sets: int) -> tuple[int, int]:
    """Returns how many of the data sets' intervals cover the truth, and how many data sets have one."""
    rng = np.random.default_rng([list(CASES).index(name), characters])
    covered, known = 0, 0
    for _ in range(data_sets):
        found, truth = CASES[name](rng, characters)
        known += not math.isnan(found.low)
        covered += found.low <= truth <= found.high
    return covered, known


def data_set_count(name: str, characters: int, quick: bool) -> int:
    """Returns how many data sets are simulated."""
    full = MIXED_DATA_SETS[characters] if name.startswith("mixed") else DATA_SETS
    return full // 20 if quick else full


def main() -> None:
    """Prints the table."""
    quick = "--quick" in sys.argv
    with ProcessPoolExecutor(2) as pool:
        tasks = {}
        for name in reversed(CASES):  # the slow mixed models first
            for characters in reversed(CHARACTERS):
                tasks[name, characters] = pool.submit(simulate, name, characters, data_set_count(name, characters, quick))
        results = {key: task.result() for key, task in tasks.items()}
    rows = []
    for name in CASES:
        cells = [results[name, characters] for characters in CHARACTERS]
        shown = [f"{100 * covered / known:.1f} ({100 * math.sqrt(0.95 * 0.05 / known):.1f})" for covered, known in cells]
        rows.append([name, *shown])
    print(tabulate(rows, ["interval", *(f"{characters} characters" for characters in CHARACTERS)], disable_numparse=True))
    for (name, characters), (_, known) in sorted(results.items()):
        if without := data_set_count(name, characters, quick) - known:
            print(f"{name}, {characters} characters: {without} of {without + known} data sets have no interval")


if __name__ == "__main__":
    main()
