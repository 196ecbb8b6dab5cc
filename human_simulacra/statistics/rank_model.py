"""Rankings with ties as a paired-comparison model, with intervals over characters.

Every ranking is read as its pairs (better, equal, worse) and fitted by the model of Davidson (1970, Journal of the American
Statistical Association 65), which is that of Bradley and Terry with ties: with worths w and a tie parameter v,

    P(i better than j) = w_i / (w_i + w_j + v sqrt(w_i w_j)),   P(equal) = v sqrt(w_i w_j) / (the same sum).

Where every ranking holds all competitors, the expected rank is exactly the mean rank. Where some are missing, the model places
each competitor among all of them. Libraries lack ties (choix) or clusters; the likelihood is concave, so scipy fits it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from human_simulacra.statistics.confidence_intervals import Estimate, cluster_interval

# Keeps the worth of a competitor that always wins finite, and shifts no figure by as much as it is rounded.
RIDGE, DECIMALS = 1e-6, 4
NAN = float("nan")


@dataclass(frozen=True)
class RankModel:
    """A fitted model.

    Args:
        competitors: The names of all that were ranked, shape (competitors,).
        worths: Logarithm of each worth, with mean 0, shape (competitors,).
        ties: Logarithm of the tie parameter.
        clusters: Cluster of each ranking, shape (rankings,).
        influence: By how much each ranking shifts (worths, ties), times the number of rankings, shape
            (rankings, competitors + 1).
        connected: Whether the pairs connect all competitors; if not, their worths are not comparable and every figure is NaN.
    """

    competitors: tuple[str, ...]
    worths: np.ndarray
    ties: float
    clusters: tuple[str, ...]
    influence: np.ndarray
    connected: bool

    def expected_rank(self, competitor: str) -> Estimate:
        """Returns the expected rank among all competitors, 1 the best; ties share the mean of their ranks."""
        place, count = self.competitors.index(competitor), len(self.competitors)
        lost = [self._share(other, place) for other in range(count) if other != place]
        value = 1 + sum(share for share, _ in lost)
        return self._estimate(value, np.sum([slope for _, slope in lost], axis=0), 1.0, (1.0, float(count)))

    def preference(self, competitor: str, other: str) -> Estimate:
        """Returns the probability in percent that a competitor ranks before another; a tie counts half."""
        share, slope = self._share(self.competitors.index(competitor), self.competitors.index(other))
        return self._estimate(share, slope, 100.0, (0.0, 100.0))

    def _share(self, first: int, second: int) -> tuple[float, np.ndarray]:
        """Returns P(first better) + P(equal) / 2, and its derivative by (worths, ties)."""
        features = _features(len(self.competitors), np.array([[first, second]]))[0]
        chances = _chances(features[None], np.append(self.worths, self.ties))[0]
        credit = np.array([1.0, 0.5, 0.0])
        share = float(chances @ credit)
        return share, (chances * (credit - share)) @ features

    def _estimate(self, value: float, slope: np.ndarray, scale: float, bounds: tuple[float, float]) -> Estimate:
        """Returns a figure with the interval of a mean over clusters.

        Each ranking counts as the figure plus what the ranking shifts it by (the sandwich estimator). So the interval is that
        of all other figures (`cluster_interval`), with its correction for few clusters.
        """
        if not self.connected:
            return Estimate(NAN, NAN, NAN, len(self.clusters))
        values = scale * np.round(value + self.influence @ slope, DECIMALS)
        return cluster_interval((values / 100).tolist(), [1.0] * len(values), self.clusters, bounds)


def fit_ranks(rankings: Sequence[Mapping[str, float]], clusters: Sequence[str]) -> RankModel:
    """Fits the model.

    Args:
        rankings: The rank of each competitor, 1 the best and equal ranks for ties; each ranking has two or more competitors.
        clusters: Cluster of each ranking, shape (rankings,).

    Raises:
        ValueError: If there is no ranking, one has fewer than two competitors, or the lengths differ.
    """
    from scipy.optimize import minimize
    from scipy.sparse.csgraph import connected_components

    if not rankings or len(rankings) != len(clusters) or min(map(len, rankings)) < 2:
        raise ValueError(f"need rankings of two or more with a cluster each, got {len(rankings)} and {len(clusters)}")
    competitors = tuple(dict.fromkeys(name for ranking in rankings for name in ranking))
    pairs = np.array(list(combinations(range(len(competitors)), 2)))
    features = _features(len(competitors), pairs)
    ranks = np.array([[ranking.get(name, NAN) for name in competitors] for ranking in rankings], dtype=float)
    lead = ranks[:, pairs[:, 1]] - ranks[:, pairs[:, 0]]  # NaN where one of a pair is missing
    outcomes = np.stack([lead > 0, lead == 0, lead < 0], axis=-1).astype(float)  # shape (rankings, pairs, 3)
    counts = outcomes.sum(axis=0)

    def loss(values: np.ndarray) -> float:
        return RIDGE / 2 * values @ values - float((counts * np.log(_chances(features, values))).sum())

    def gradient(values: np.ndarray) -> np.ndarray:
        expected = counts.sum(axis=1, keepdims=True) * _chances(features, values)
        return RIDGE * values - np.einsum("po,pof->f", counts - expected, features)

    def curvature(values: np.ndarray) -> np.ndarray:
        chances = _chances(features, values)
        centred = features - np.einsum("po,pof->pf", chances, features)[:, None]
        weights = counts.sum(axis=1, keepdims=True) * chances
        return RIDGE * np.eye(features.shape[-1]) + np.einsum("po,pof,pog->fg", weights, centred, centred)

    start = np.zeros(features.shape[-1])
    found = minimize(loss, start, jac=gradient, hess=curvature, method="trust-exact", options={"gtol": 1e-9}).x
    expected = outcomes.sum(axis=2, keepdims=True) * _chances(features, found)
    scores = np.einsum("rpo,pof->rf", outcomes - expected, features)
    influence = len(rankings) * np.linalg.solve(curvature(found), (scores - scores.mean(axis=0)).T).T
    met = np.zeros((len(competitors), len(competitors)))
    met[pairs[:, 0], pairs[:, 1]] = counts.sum(axis=1)
    connected = connected_components(met, directed=False)[0] == 1
    return RankModel(competitors, found[:-1], float(found[-1]), tuple(clusters), influence, bool(connected))


def _features(competitors: int, pairs: np.ndarray) -> np.ndarray:
    """Returns the coefficients of (worths, ties) in the logarithm of each outcome's weight, shape (pairs, 3, competitors + 1)."""
    features = np.zeros((len(pairs), 3, competitors + 1))
    rows = np.arange(len(pairs))
    features[rows, 0, pairs[:, 0]] = features[rows, 2, pairs[:, 1]] = features[:, 1, -1] = 1.0
    features[rows, 1, pairs[:, 0]] = features[rows, 1, pairs[:, 1]] = 0.5
    return features


def _chances(features: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Returns the probabilities of better, equal and worse of each pair, shape (pairs, 3)."""
    logits = features @ values
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)
