"""What a respondent without a personality reaches in the personality test by agreeing with what resembles its persona.

`python benchmarks/seen_statements.py [DATA]`: the respondent says yes if and only if the cosine of the statement to any statement
in the persona is above t. For bounds on the cosine beyond which statements are not asked, prints how many a character is asked
and the mean tau-b over characters for the t with the highest: for the characters of the data folder (mean of several draws of
the statements), and for many more with other orders and statements. A character without an order counts as 0. The chance level of
tau-b is 0 and of its absolute value 0.23, so the mean is what tells.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence

import numpy as np

from human_simulacra.construction.profiles.attribute_pools import Pools, read_pools
from human_simulacra.construction.profiles.profile_sampling import sample_functions, sample_traits
from human_simulacra.experiments.personality.rank_correlation import function_scores, tau_b
from human_simulacra.experiments.personality.statement_subset import sample_statements
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.shared_items import Statement
from human_simulacra.types import FUNCTIONS, Trait
from human_simulacra.validation.near_statements import find_near

BOUNDS = (1.0, 0.5, 0.46, 0.42, 0.4, 0.39, 0.38, 0.37, 0.36)
THRESHOLDS = [round(0.24 + step / 50, 2) for step in range(19)]
DRAWS, SAMPLED = 5, 200
Person = tuple[Sequence[str], Sequence[Trait]]


def main() -> None:
    """Prints the highest cosines, then a row for each bound."""
    library = Library(sys.argv[1] if len(sys.argv) > 1 else None)
    vectors = SentenceEmbedder().encode([s.text for s in library.personality_items])
    position = {s.text: i for i, s in enumerate(library.personality_items)}
    own = [(c.functions, c.traits) for c in map(library.character, library.ids)]
    others = sample_people(read_pools(library.path))
    nearest = [float(best) for _, traits in own for best in resemblance(library.personality_items, traits, vectors, position)]
    print("highest cosine of a test statement to the persona, quantiles 0, 5, 25, 50, 75, 95, 99, 100 %:",
          " ".join(f"{q:.2f}" for q in np.quantile(nearest, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1])))  # fmt: skip
    print(f"bound  asked  tau of {len(own)}, at t  lowest, at t  tau of {SAMPLED}, at t")
    for bound in BOUNDS:
        items = find_near(library.personality_items, SentenceEmbedder(), bound)
        asked = np.mean([len(sample_statements("all", items, traits)) for _, traits in own])
        taus = np.mean([mean_taus(own, items, vectors, position, seed) for seed in range(DRAWS)], axis=0)
        many = mean_taus(others, items, vectors, position, 0)
        shown = [f"{values[i]:+.2f} {THRESHOLDS[i]:.2f}" for values, i in (
            (taus, taus.argmax()), (taus, taus.argmin()), (many, many.argmax()))]  # fmt: skip
        print(f"{bound:5.2f}  {asked:5.0f}  {shown[0]:15}  {shown[1]:12}  {shown[2]}", flush=True)


def sample_people(pools: Pools) -> list[Person]:
    """Returns random orders of functions, each with statements drawn as for a new character."""
    rng, people = random.Random(0), list[Person]()
    for _ in range(SAMPLED):
        functions = sample_functions(rng)
        people.append((functions, sample_traits(rng, functions, pools)))
    return people


def resemblance(
    statements: Sequence[Statement], traits: Sequence[Trait], vectors: np.ndarray, position: Mapping[str, int]
) -> np.ndarray:
    """Returns the highest cosine to any trait, of each statement that is not for characters alone."""
    rows = [position[s.text] for s in statements if s.use != "persona"]
    return (vectors[rows] @ vectors[[position[trait.text] for trait in traits]].T).max(axis=1)


def mean_taus(
    people: Sequence[Person], items: Sequence[Statement], vectors: np.ndarray, position: Mapping[str, int], seed: int
) -> np.ndarray:
    """Returns the mean tau-b over people of the respondent for each threshold, shape (thresholds,)."""
    taus = []
    for functions, traits in people:
        asked = sample_statements("all", items, traits, seed=seed)
        likeness = resemblance(asked, traits, vectors, position)
        for t in THRESHOLDS:
            answers = [(s.function, s.rank, bool(cosine > t)) for s, cosine in zip(asked, likeness, strict=True)]
            taus.append(tau_b(list(functions), function_scores(answers, FUNCTIONS)).tau)
    return np.nan_to_num(np.reshape(taus, (len(people), len(THRESHOLDS)))).mean(axis=0)


if __name__ == "__main__":
    main()
