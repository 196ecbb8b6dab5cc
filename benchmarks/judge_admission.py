"""Power and size of the admission of judges, on simulated judges.

`python benchmarks/judge_admission.py [RUNS]`: the share of judges admitted (RUNS of each kind, 4,000 by default, seeded), where
a guess is right once in four. A judge at chance is right on 25 % of its checks, so its line shows the size of the test, which
must be 5 % at most. `rho` is the correlation of checks of one character: at 1 they are all right or all wrong.
"""

from __future__ import annotations

import sys

import numpy as np

from human_simulacra.judge_models.admission import SIGNIFICANCE_LEVEL, chance_p_value

CHANCE = 0.25
DESIGNS = ((3, 4), (6, 4), (12, 1), (12, 4), (12, 6))  # characters, checks of each
ACCURACIES = (0.25, 0.4, 0.5, 0.6, 0.8)
CORRELATIONS = (0.0, 0.5, 1.0)


def simulate_shares(
    draw: np.random.Generator, runs: int, characters: int, checks: int, accuracy: float, rho: float
) -> np.ndarray:
    """Returns the share of right checks by run and character, shape (runs, characters).

    Each check copies its character's common outcome with probability sqrt(rho), so that two checks correlate by rho.
    """
    common = draw.random((runs, characters, 1)) < accuracy
    own = draw.random((runs, characters, checks)) < accuracy
    return np.where(draw.random(own.shape) < np.sqrt(rho), common, own).mean(axis=2)


def admitted_share(runs: int, characters: int, checks: int, accuracy: float, rho: float, seed: int = 0) -> float:
    """Returns the share of simulated judges that are admitted, 0 to 1."""
    shares = simulate_shares(np.random.default_rng(seed), runs, characters, checks, accuracy, rho)
    chances = np.full(characters, CHANCE)
    return float(np.mean([chance_p_value(judge, chances) <= SIGNIFICANCE_LEVEL for judge in shares]))


def main() -> None:
    """Prints a table of admitted judges in percent."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    print(f"{'characters':>10} {'checks':>6} {'rho':>4}   judges admitted %, by share of checks answered rightly")
    print(" " * 25 + "".join(f"{f'{100 * accuracy:.0f} %':>8}" for accuracy in ACCURACIES))
    for characters, checks in DESIGNS:
        for rho in CORRELATIONS:
            found = [100 * admitted_share(runs, characters, checks, accuracy, rho) for accuracy in ACCURACIES]
            print(f"{characters:>10} {checks:>6} {rho:>4.1f}   " + "".join(f"{share:8.1f}" for share in found))


if __name__ == "__main__":
    main()
