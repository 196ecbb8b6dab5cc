"""Evaluates likelihood rules on saved log-probabilities: right answers, preferred lengths, several right options.

    python benchmarks/likelihood_rules.py benchmarks/data/likelihood.jsonl.gz ...

A rule subtracts the log-probability of an option after another prompt, or nothing, and normalises for length. The files are
those of `likelihood.py score`. Every second character chooses the rule, the others report it. `shortest` and `longest` tell
how much more often than by chance the best option is one of that length, in percentage points.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from human_simulacra.library import Library
from human_simulacra.likelihood_choice import standardise
from human_simulacra.types import Question

SUBTRACTED = ("nothing", "neutral", "empty", "none", "unasked")
NORMALISED: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "sum": lambda gain, tokens, size: gain,
    "by root of tokens": lambda gain, tokens, size: gain / np.sqrt(tokens),
    "by tokens": lambda gain, tokens, size: gain / tokens,
    "by bytes": lambda gain, tokens, size: gain / size,
    "standardised": lambda gain, tokens, size: np.array(standardise(gain.tolist(), tokens.tolist())),
}
INFORMED = ("prompt", "evidence", "rag")
UNINFORMED = ("none", "shuffled")
THRESHOLDS: dict[str, Callable[[np.ndarray], float]] = {
    "mean": lambda scores: float(scores.mean()), "median": lambda scores: float(np.median(scores)), "0": lambda scores: 0.0,
}  # fmt: skip


class Judged(NamedTuple):
    """A question, its options' sizes in bytes, and their scores by a rule, each of shape (options,)."""

    question: Question
    sizes: np.ndarray
    scores: np.ndarray

    @property
    def best(self) -> int:
        """The position of the option with the best score."""
        return int(self.scores.argmax())

    @property
    def right(self) -> np.ndarray:
        """Whether each option is correct."""
        return np.isin(np.arange(len(self.scores)), self.question.answer)


class Scores:
    """Saved log-probabilities.

    Args:
        paths: Files of `likelihood.py score`, plain or gzipped.
        library: The library with the questions.
    """

    def __init__(self, paths: Sequence[Path], library: Library) -> None:
        kinds = ("single_choice", "multiple_choice")
        self.reporting = set(library.ids[1::2])
        self.questions = {q.id: q for person in library.ids for kind in kinds for q in library.questions(person, kind)}
        self.saved: dict[tuple[str, str], dict[str, tuple[np.ndarray, np.ndarray]]] = defaultdict(dict)
        for path in paths:
            with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
                for line in map(json.loads, lines):
                    numbers = np.array(line["logprobs"]), np.array(line["tokens"])
                    self.saved[line["model"], line["context"]][line["question"]] = numbers
        self.models = sorted({model for model, _ in self.saved})

    def judged(self, model: str, context: str, subtracted: str, normalised: str) -> Iterator[Judged]:
        """Yields the questions of a context, scored by a rule, whose options are also scored after the other prompt."""
        for name, (logprobs, tokens) in self.saved[model, context].items():
            other = self.saved[model, subtracted].get(name)
            if subtracted == "nothing" or other is not None:
                gain = logprobs - (0 if other is None else other[0])
                sizes = np.array([len(option.encode()) for option in self.questions[name].options])
                yield Judged(self.questions[name], sizes, NORMALISED[normalised](gain, tokens, sizes))


def percent(values: Sequence[float]) -> str:
    """Formats mean and standard error in percent; `-` without values."""
    found = 100 * np.array(values, dtype=float)
    return f"{found.mean():.1f} ± {found.std() / np.sqrt(len(found)):.1f}" if len(found) else "-"


def excess(judged: Sequence[Judged], size: Callable[[np.ndarray], float]) -> list[float]:
    """Returns for each question whether an option of this size is best, minus the share of such options."""
    wanted = [item.sizes == size(item.sizes) for item in judged]
    return [float(same[item.best]) - float(same.mean()) for item, same in zip(judged, wanted, strict=True)]


def balanced_accuracy(judged: Sequence[Judged], threshold: str) -> str:
    """Formats the balanced accuracy of choosing the options above a threshold: the mean of sensitivity and specificity."""
    if not judged:
        return "-"
    right = np.concatenate([item.right for item in judged])
    chosen = np.concatenate([item.scores > THRESHOLDS[threshold](item.scores) for item in judged])
    return f"{50 * (chosen[right].mean() + (~chosen[~right]).mean()):.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(row) + " |")
    print()


def main() -> None:
    """Prints the tables."""
    scores = Scores([Path(name) for name in sys.argv[1:]], Library())
    rules = list(product(SUBTRACTED, NORMALISED))
    groups = [*([model] for model in scores.models), scores.models]
    for models, context in product(groups, INFORMED + UNINFORMED):
        rows = []
        for subtracted, normalised in rules:
            judged = [item for model in models if subtracted != context
                      for item in scores.judged(model, context, subtracted, normalised)]  # fmt: skip
            if judged:
                single = [item for item in judged if len(item.sizes) == 4]
                several = [item for item in judged if len(item.sizes) == 6]
                hits = [[float(item.right[item.best]) for item in single if (item.question.character in scores.reporting) == half]
                        for half in (False, True)]  # fmt: skip
                rows.append([
                    subtracted, normalised, percent(hits[0]), percent(hits[1]), percent(hits[0] + hits[1]),
                    percent(excess(judged, np.min)), percent(excess(judged, np.max)),
                    *(balanced_accuracy(several, threshold) for threshold in THRESHOLDS),
                ])  # fmt: skip
        if rows:
            count = sum(len(scores.saved[model, context]) for model in models)
            print(f"{' and '.join(models)}, {context}: {count} scored prompts\n")
            head = ["subtracted", "normalised", "right, choosing half", "right, reporting half", "right", "shortest",
                    "longest", *(f"balanced, above {name}" for name in THRESHOLDS)]  # fmt: skip
            table(head, rows)


if __name__ == "__main__":
    main()
