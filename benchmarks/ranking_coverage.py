"""How often the 95 % intervals of the comparison (observer report) cover the truth, on simulated rankings.

`python benchmarks/ranking_coverage.py [DATA_SETS]` prints, for 6 and 12 characters, the percentage of covered expected ranks,
preferences over the last model, and false facts per answer, with the standard error of simulation. DATA_SETS is 400 by default.
Seeded. About a minute on two cores.

Two judges rank the answers to each situation twice. An answer's quality is the model's mean, plus what the model gains or loses
with a character (standard deviation "sd"), plus an effect of the answer (1); each judge adds an error (0.7), and each repetition
one of 0.3. Qualities nearer than 0.4 tie. The truth is what 4,000 characters give without a missing answer.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

# One thread for each process: matrices are small, and two processes share two cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import nbinom, rankdata
from tabulate import tabulate

from human_simulacra.experiments.observer.comparison_figures import mean_false_facts
from human_simulacra.statistics.rank_model import fit_ranks

CHARACTERS, POPULATION = (6, 12), 4000
FIGURES = ("expected rank", "preference", "false facts")
Rng = np.random.Generator


@dataclass(frozen=True)
class Case:
    """Simulated models.

    Args:
        means: Mean quality of each model.
        sd: Standard deviation of a model's quality over characters.
        situations: Situations of each character.
        missing: Share of answers that are missing.
        facts: Mean false facts per answer.
    """

    means: tuple[float, ...]
    sd: float
    situations: int
    missing: float = 0.0
    facts: float = 0.5


CASES = {
    "3 models alike, sd 0.5, 24 situations": Case((0.0, 0.0, 0.0), 0.5, 24),
    "3 models alike, sd 0.5, 4 situations": Case((0.0, 0.0, 0.0), 0.5, 4),
    "5 models, sd 0.5, 24 situations": Case((1.0, 0.5, 0.2, 0.0, -1.0), 0.5, 24),
    "5 models, sd 1, 24 situations": Case((1.0, 0.5, 0.2, 0.0, -1.0), 1.0, 24, facts=2.0),
    "5 models, sd 0.5, 20 % of answers missing": Case((1.0, 0.5, 0.2, 0.0, -1.0), 0.5, 24, 0.2),
    "one model far ahead, sd 0.5, 4 situations": Case((3.0, 0.0, 0.0), 0.5, 4, facts=0.1),
    "no difference between characters, 24 situations": Case((0.5, 0.0, 0.0), 0.0, 24),
}


def draw_ranks(rng: Rng, case: Case, characters: int, missing: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns the ranks of each ranking, NaN for a missing answer, and each ranking's character."""
    models, own = len(case.means), case.situations
    of_model = np.array(case.means) + case.sd * rng.normal(size=(characters, 1, models))
    judged = (of_model + rng.normal(size=(characters, own, models)))[:, :, None] + 0.7 * rng.normal(
        size=(characters, own, 2, models)
    )
    seen = np.repeat(judged, 2, axis=2) + 0.3 * rng.normal(size=(characters, own, 4, models))
    lost = np.repeat(rng.random((characters * own, models)) < missing, 4, axis=0)
    # A missing answer comes last, which changes no other rank.
    ranks = rankdata(np.where(lost, np.inf, -np.round(seen.reshape(-1, models) / 0.4)), axis=1)
    return np.where(lost, np.nan, ranks), np.repeat(np.arange(characters), own * 4)


def draw_facts(rng: Rng, case: Case, characters: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the false facts of one model's answers (at most 9), which a judge counts, and their characters."""
    rates = case.facts * rng.gamma(4.0, 0.25, characters)
    codes = np.repeat(np.arange(characters), case.situations)
    return np.minimum(rng.poisson(rates[codes]), 9), codes


@cache
def truth(name: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Returns the true ranks, preferences over the last model, and false facts of a case."""
    rng, case = np.random.default_rng(0), CASES[name]
    ranks, codes = draw_ranks(rng, case, POPULATION, 0.0)
    names = [str(place) for place in range(len(case.means))]
    model = fit_ranks([dict(zip(names, row, strict=True)) for row in ranks[::4]], codes[::4].astype(str).tolist())
    preferred = [model.preference(one, names[-1]).value for one in names[:-1]]
    facts = nbinom(4, 4 / (4 + case.facts)).sf(np.arange(9)).sum()  # gamma-distributed Poisson rates, at most 9
    return ranks.mean(axis=0), np.array(preferred), float(facts)


def simulate(name: str, characters: int, data_sets: int) -> list[tuple[int, int]]:
    """Returns how many intervals of each figure cover the truth, and how many there are."""
    case, rng = CASES[name], np.random.default_rng([list(CASES).index(name), characters])
    ranks_truth, preferred_truth, facts_truth = truth(name)
    inside: list[list[bool]] = [[], [], []]
    for _ in range(data_sets):
        ranks, codes = draw_ranks(rng, case, characters, case.missing)
        known = np.count_nonzero(~np.isnan(ranks), axis=1) > 1
        rows = [{str(i): rank for i, rank in enumerate(row) if rank == rank} for row in ranks[known]]
        model = fit_ranks(rows, codes[known].astype(str).tolist())
        names = [str(place) for place in range(len(case.means))]
        found = [model.expected_rank(one) for one in names]
        inside[0] += [e.low <= value <= e.high for e, value in zip(found, ranks_truth, strict=True)]
        found = [model.preference(one, names[-1]) for one in names[:-1]]
        inside[1] += [e.low <= value <= e.high for e, value in zip(found, preferred_truth, strict=True)]
        facts, characters_of_facts = draw_facts(rng, case, characters)
        estimate = mean_false_facts(facts.tolist(), characters_of_facts.astype(str).tolist())
        inside[2].append(estimate.low <= facts_truth <= estimate.high)
    return [(sum(each), len(each)) for each in inside]


def main() -> None:
    """Prints the table."""
    data_sets = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with ProcessPoolExecutor(2) as pool:
        tasks = {(name, count): pool.submit(simulate, name, count, data_sets) for name in CASES for count in CHARACTERS}
        results = {key: task.result() for key, task in tasks.items()}
    # The figures of one data set depend on each other, so the error is that of its number.
    error = 100 * (0.95 * 0.05 / data_sets) ** 0.5
    rows = [
        [name, *(f"{100 * covered / known:.1f}" for place in range(3) for count in CHARACTERS
                 for covered, known in [results[name, count][place]])]
        for name in CASES
    ]  # fmt: skip
    print(
        tabulate(rows, ["rankings", *(f"{figure}, {count}" for figure in FIGURES for count in CHARACTERS)], disable_numparse=True)
    )
    print(f"standard error of simulation: at most {error:.1f}")


if __name__ == "__main__":
    main()
