"""How well the importance of memories agrees with ratings of their poignancy, and with what else the data says about them.

`python benchmarks/memory_importance.py`: Spearman's correlation of `memory.recency_importance.importance` and of simple lengths
with each column of the table, over memories, with its 95 % bootstrap interval. The ratings (`data/poignancy.jsonl`) are of a
language model that read memory and emotion, from 1 (mundane) to 10 (extremely poignant) as in Park et al. (2023), before it saw
their scores: those of part `open` while it wrote the sentences of the prompts `importance_*`, those `held out` afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jsonlines
import numpy as np
from scipy.stats import bootstrap, spearmanr
from tabulate import tabulate

from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder
from human_simulacra.memory.recency_importance import importance
from human_simulacra.types import QUESTION_TYPES, Memory

RATINGS = Path(__file__).resolve().parent / "data" / "poignancy.jsonl"
LENGTHS: dict[str, Callable[[Memory], int]] = {
    "length of the content": lambda memory: len(memory.content),
    "length of the emotion": lambda memory: len(memory.emotion),
}


def correlation(one: Sequence[float], other: Sequence[float]) -> str:
    """Returns Spearman's correlation of two columns with its 95 % bootstrap interval as text."""
    pair = (np.asarray(one), np.asarray(other))
    limits = bootstrap(pair, _rho, paired=True, vectorized=False, n_resamples=999, method="percentile", rng=0).confidence_interval
    return f"{_rho(*pair):+.2f} [{limits.low:+.2f}, {limits.high:+.2f}]"


def _rho(one: np.ndarray, other: np.ndarray) -> float:
    return float(spearmanr(one, other)[0])  # type: ignore[arg-type]


def main() -> None:
    """Prints one line for each measure."""
    library = Library()
    memories = {memory.id: memory for character in library.ids for memory in library.memories(character)}
    embedder = CachedEmbedder(SentenceEmbedder())
    measures: dict[str, Mapping[str, float]] = {
        "importance": dict(zip(memories, importance(list(memories.values()), embedder).tolist(), strict=True)),
        **{name: {key: measure(memory) for key, memory in memories.items()} for name, measure in LENGTHS.items()},
    }
    with jsonlines.open(RATINGS) as stream:
        ratings = list(stream)
    targets: dict[str, Mapping[str, float]] = {
        f"poignancy, {part}": {row["memory"]: row["poignancy"] for row in ratings if row["part"] == part}
        for part in ("open", "held out")
    }
    cited = [p for c in library.ids for t in QUESTION_TYPES for q in library.questions(c, t) for p in q.evidence]
    targets["evidence of questions"] = {key: sum(map(cited.count, memory.paragraphs)) for key, memory in memories.items()}
    lines = [
        (name, *(correlation([values[key] for key in target], list(target.values())) for target in targets.values()))
        for name, values in measures.items()
    ]
    print(tabulate(lines, ("measure", *(f"{name} (n = {len(target)})" for name, target in targets.items())), tablefmt="github"))


if __name__ == "__main__":
    main()
