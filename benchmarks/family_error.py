"""How often a run in which nothing differs shows a finding: with one family of tests, and with other rules.

    python benchmarks/family_error.py [--runs 2000] [--seed 0]

A run has five methods, six experiments and twelve characters. All methods answer every row equally well, and their answers to a
row are correlated. Characters and rows differ in how hard they are. Takes about two minutes on an idle core with
OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import gc
import math
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from human_simulacra.results.controls import CONTROL
from human_simulacra.results.primary_comparisons import PrimaryPlan, primary_comparisons
from human_simulacra.results.summary import Headline, Row, Summary
from human_simulacra.statistics import Comparison, Estimate

METHODS = ("none", "prompt", "rag", "macm", CONTROL)
EXPERIMENTS = ("self_report", "personality", "unanswerable", "open_detail", "conformity", "observer")
MEASURE = "score"
LEVEL = 0.05
RULES = ("one primary family", "Holm within each experiment, all pairs", "no correction, primary comparisons only")


def simulate_run(
    rng: np.random.Generator, agreement: float, experiments: int = 6, characters: int = 12, rows: int = 20
) -> NDArray[np.float64]:
    """Returns the points of a run without differences, shape (experiments, methods, characters).

    Args:
        rng: The source of chance.
        agreement: Probability that a method's answer to a row is the one that all methods share, 0 to 1.
        experiments: Number of experiments.
        characters: Number of characters.
        rows: Number of rows of each character and experiment; each has 0 or 1 point.
    """
    person = rng.normal(0, 0.7, (experiments, 1, characters, 1))
    item = rng.normal(0, 1.0, (experiments, 1, 1, rows))
    right = 1 / (1 + np.exp(-person - item))
    own = rng.random((experiments, len(METHODS), characters, rows)) < right
    shared = rng.random((experiments, 1, characters, rows)) < right
    same = rng.random(own.shape) < agreement
    return np.where(same, shared, own).sum(axis=3).astype(float)


def sign_flip_p_values(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns `statistics.sign_flip_p` of each row, all flips at once, shape (tests,).

    Args:
        differences: Shape (tests, characters), with at most 13 characters.
    """
    characters = differences.shape[1]
    signs = 1 - 2 * (np.arange(2**characters)[:, None] >> np.arange(characters) & 1)
    sums = np.abs(differences @ signs.T)
    return (sums >= sums[:, :1] - 1e-9).mean(axis=1)


def find_smallest_p(points: NDArray[np.float64]) -> tuple[float, float, float]:
    """Returns the smallest p of a run by each of `RULES`.

    Args:
        points: Shape (experiments, methods, characters).
    """
    pairs = list(combinations(range(len(METHODS)), 2))
    differences = np.stack([points[:, a] - points[:, b] for a, b in pairs], axis=1)
    p = sign_flip_p_values(differences.reshape(-1, points.shape[2])).reshape(len(points), len(pairs))
    rows: list[Row] = [{"model": method, "trace": {"method": method}} for method in METHODS]
    summaries = [_summary(name, pairs, values, points.shape[2]) for name, values in zip(EXPERIMENTS, p, strict=False)]
    family = primary_comparisons(PrimaryPlan(), rows, summaries, dict.fromkeys(EXPERIMENTS, MEASURE))
    within = len(pairs) * float(p.min())  # Holm multiplies the smallest p of a family by its size
    return min(one.p_holm for one in family), within, min(one.comparison.p for one in family)


def _summary(name: str, pairs: list[tuple[int, int]], p: NDArray[np.float64], characters: int) -> Summary:
    unknown = Estimate(math.nan, math.nan, math.nan, characters)
    found = tuple(
        Comparison(METHODS[a], METHODS[b], "all", unknown, characters, float(value), math.nan, math.nan, math.nan)
        for (a, b), value in zip(pairs, p, strict=True)
    )
    headlines = tuple(Headline(method, MEASURE, unknown) for method in METHODS)
    return Summary(name, name, headlines, (), comparisons={MEASURE: found})


def error_rates(runs: int, agreement: float, seed: int) -> list[float]:
    """Returns the share of runs without differences that show a p below 0.05, by each of `RULES`."""
    rng = np.random.default_rng(seed)
    gc.freeze()  # statsmodels 0.14 collects garbage in every correction, which takes longer than all the rest
    found = np.array([find_smallest_p(simulate_run(rng, agreement)) for _ in range(runs)])
    return [float(rate) for rate in (found < LEVEL).mean(axis=0)]


def main() -> None:
    """Prints the error rates at several agreements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    known = parser.parse_args()
    print(f"{known.runs} runs without differences that show a p below {LEVEL}, in percent (standard error at 5 %: "
          f"{100 * math.sqrt(LEVEL * (1 - LEVEL) / known.runs):.2f})")  # fmt: skip
    print("agreement of methods | " + " | ".join(RULES))
    for agreement in (0.0, 0.5, 0.9):
        rates = error_rates(known.runs, agreement, known.seed)
        print(f"{agreement:.1f} | " + " | ".join(f"{100 * rate:.1f}" for rate in rates), flush=True)


if __name__ == "__main__":
    main()
