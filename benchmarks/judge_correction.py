"""Coverage of figures corrected for the error of judges, on simulated judges.

`python benchmarks/judge_correction.py [RUNS]`: how many of RUNS (1,000 by default, seeded) 95 % intervals contain the truth, for
the judge's own figure and for the corrected one, with the mean width of the corrected interval in percentage points.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from human_simulacra.statistics import cluster_interval
from human_simulacra.statistics.judge_correction import CorrectedFigure, KnownVerdict, correct_mean, correct_share

CHARACTERS = 12


@dataclass(frozen=True)
class MeanCase:
    """A judge of grades: items, how many of them people graded, the judge's bias in grades and the spread of its error."""

    items: int
    graded: int
    bias: float
    noise: float


@dataclass(frozen=True)
class ShareCase:
    """A judge of verdicts: rate of positive items, sensitivity, specificity, known items of each kind and character."""

    rate: float
    sensitivity: float
    specificity: float
    known: int


Covered = tuple[bool, bool, float]  # whether the judge's own and the corrected interval hold the truth; the latter's width


def simulate_mean(case: MeanCase, draw: np.random.Generator) -> Covered:
    """Draws a run of graded items and corrects its mean grade; grades are 1 to 5 and vary by character."""
    codes = np.arange(case.items) % CHARACTERS
    people = 3.2 + draw.normal(0, 0.3, CHARACTERS)[codes] + draw.normal(0, 1, case.items)
    judged = 0.7 * people + 0.9 + case.bias + draw.normal(0, case.noise, case.items) + draw.normal(0, 0.2, CHARACTERS)[codes]
    shares = (people - 1) / 4
    graded = np.full(case.items, np.nan)
    chosen = draw.choice(case.items, case.graded, replace=False)
    graded[chosen] = shares[chosen]
    names = [str(code) for code in codes]
    return _covered(55.0, (judged - 1) / 4, names, correct_mean(((judged - 1) / 4).tolist(), graded.tolist(), names))


def simulate_share(case: ShareCase, draw: np.random.Generator) -> Covered:
    """Draws six verdicts of each character, whose rates vary (intraclass correlation 0.1), and corrects their share."""
    rates = draw.beta(9 * case.rate, 9 * (1 - case.rate), CHARACTERS)
    codes, known_codes = np.repeat(np.arange(CHARACTERS), 6), np.repeat(np.arange(CHARACTERS), 2 * case.known)
    truths = np.tile([True] * case.known + [False] * case.known, CHARACTERS)

    def judge(positive: np.ndarray) -> np.ndarray:
        return draw.random(len(positive)) < np.where(positive, case.sensitivity, 1 - case.specificity)

    judged, checks = judge(draw.random(len(codes)) < rates[codes]).astype(float), judge(truths).astype(float)
    known = [KnownVerdict(float(one), bool(truth), str(c)) for one, truth, c in zip(checks, truths, known_codes, strict=True)]
    names = [str(code) for code in codes]
    return _covered(100 * case.rate, judged, names, correct_share(judged.tolist(), names, known))


def coverage(simulate: Callable[[np.random.Generator], Covered], runs: int, seed: int = 0) -> tuple[float, float, float]:
    """Returns coverage of the judge's own interval and of the corrected one in percent, and the latter's mean width.

    Runs in which the judge is too bad to be corrected are left out.
    """
    draw = np.random.default_rng(seed)
    found = np.array([simulate(draw) for _ in range(runs)], dtype=float)
    own, corrected, width = found[~np.isnan(found[:, 2])].mean(axis=0)
    return 100 * float(own), 100 * float(corrected), float(width)


def _covered(truth: float, judged: np.ndarray, names: list[str], found: CorrectedFigure) -> Covered:
    own = cluster_interval(judged.tolist(), [1.0] * len(judged), names)
    return own.low <= truth <= own.high, found.low <= truth <= found.high, found.high - found.low


def main() -> None:
    """Prints both tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("mean grades (prediction-powered inference)")
    print("items  graded   bias  noise   uncorrected %   corrected %   width")
    for mean in (MeanCase(180, 30, 0.8, 0.5), MeanCase(180, 60, 0.8, 0.5), MeanCase(180, 60, 0.8, 1.5),
                 MeanCase(864, 60, 0.8, 0.5), MeanCase(864, 200, 0.8, 0.5), MeanCase(864, 60, 0.0, 0.5)):  # fmt: skip
        own, corrected, width = coverage(lambda draw, case=mean: simulate_mean(case, draw), runs)
        print(f"{mean.items:5} {mean.graded:7} {mean.bias:6.1f} {mean.noise:6.1f} {own:15.1f} {corrected:13.1f} {width:7.1f}")
    print("\nshares of verdicts (Rogan and Gladen)")
    print(" rate  sensitivity  specificity  known   uncorrected %   corrected %   width")
    for share in (ShareCase(0.1, 0.8, 0.85, 6), ShareCase(0.1, 0.95, 0.7, 6), ShareCase(0.4, 0.7, 0.97, 6),
                  ShareCase(0.4, 0.8, 0.85, 6), ShareCase(0.4, 0.95, 0.7, 1), ShareCase(0.2, 0.97, 0.98, 6)):  # fmt: skip
        own, corrected, width = coverage(lambda draw, case=share: simulate_share(case, draw), runs)
        kinds = f"{share.rate:5.2f} {share.sensitivity:12.2f} {share.specificity:12.2f} {share.known * CHARACTERS:6}"
        print(f"{kinds} {own:15.1f} {corrected:13.1f} {width:7.1f}")


if __name__ == "__main__":
    main()
