"""Judges whose quality is known, and scored rows with what they would write about models whose answers deserve a known grade."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from human_simulacra.experiments.registry import find_experiment

CHARACTERS = [f"c{place}" for place in range(12)]
MODELS = {"good": 5, "fair": 3, "poor": 1, "bad": 2}  # the grade that each model's answers deserve


@dataclass(frozen=True)
class Oracle:
    """A judge: what it replies to an identity check (right letter) and to a pair (deserved grade, judged answer first)."""

    name: str
    identify: Callable[[str], str] = lambda letter: f"ANSWER: {letter}"
    grade: Callable[[int, bool], str] = lambda deserved, first: f"SCORE: {deserved}"
    own: bool = False

    def entry(self, kind: str, text: str, **more: Any) -> dict[str, Any]:
        return {"kind": kind, "judge": self.name, "own": self.own, "text": text, "error": None, "took": None, **more}


def oracle_rows(judges: Sequence[Oracle], seed: int = 0) -> list[dict[str, Any]]:
    """Returns rows of the observer report of four models and twelve characters; each judge grades what two others wrote."""
    draw, observer, rows = random.Random(seed), find_experiment("observer"), []
    for model, deserved in MODELS.items():
        for character in CHARACTERS:
            found = []
            for place, judge in enumerate(judges):
                lives = [character, *draw.sample([c for c in CHARACTERS if c != character], 3)]
                draw.shuffle(lives)
                found.append(judge.entry("identity", judge.identify("ABCD"[lives.index(character)]), options=lives))
                found.append(judge.entry("answer", "I would wait."))
                others = {judges[(place - step) % len(judges)].name for step in (1, 2)} - {judge.name}
                for writer in sorted(others or {judge.name}):
                    for swapped in (False, True):
                        said = judge.grade(deserved, not swapped)
                        found.append(judge.entry("similarity", said, writer=writer, swapped=swapped))
            row = {"id": f"{character}-1", "character": character, "model": model, "dataset": "observer", "missing": False,
                   "experiment": "observer", "question": "What now?", "prediction": "I would go.", "judgements": found}  # fmt: skip
            rows.append({**row, **observer.score(row, "I would go.")})
    return rows


def detail_rows(
    judges: Mapping[str, Callable[[bool], str]], rate: float, seed: int = 0, own: bool = False
) -> list[dict[str, Any]]:
    """Returns rows of the open details of one model: six questions of twelve characters.

    Args:
        judges: What each judge says of a text that does, or does not, contradict the life.
        rate: Share of the model's replies that contradict; such a reply is "wrong", the others are "right".
        seed: Seed of the replies.
        own: Whether the judges are the judged model.
    """
    draw, experiment, rows = random.Random(seed), find_experiment("open_detail"), []
    for character in CHARACTERS:
        for question in range(6):
            wrong, found = draw.random() < rate, []
            for name, judge in judges.items():
                for kind, truth, more in (("detail", wrong, {}), ("known_detail", False, {"expected": "fits"}),
                                          ("known_detail", True, {"expected": "contradicts"})):  # fmt: skip
                    found.append({"kind": kind, "judge": name, "own": own, "text": judge(truth), "error": None, **more})
            row = {"id": f"{character}-{question}", "character": character, "model": "m", "dataset": "open_detail",
                   "experiment": "open_detail", "type": "open_detail", "missing": False, "question": "Which tea?",
                   "why": "No tea from abroad.", "prediction": "wrong" if wrong else "right", "judgements": found}  # fmt: skip
            rows.append({**row, **experiment.score(row, row["prediction"])})
    return rows


def noisy_judge(sensitivity: float, specificity: float, seed: int = 0) -> Callable[[bool], str]:
    """Returns a judge of open details that sees contradictions where there are, and where there are none, at these rates."""
    draw = random.Random(f"judge {seed}")
    return lambda wrong: f"VERDICT: {'contradicts' if draw.random() < (sensitivity if wrong else 1 - specificity) else 'fits'}"
