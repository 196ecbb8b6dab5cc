"""Scored rows of conformity trials, made from replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.results.summary import Summary

OPTIONS = ["30 cm", "25 cm", "21 cm"]
CRITICAL = [trial > 2 for trial in range(1, 7)]  # six trials: two neutral, four critical
Reply = Callable[[str, str, int], str | None]


def rows(
    reply: Reply, people: tuple[str, ...] = ("ada", "bo", "cy"), model: str = "m", variant: str = "asch, majority 6"
) -> list[Any]:
    """Scores the replies of `reply(character, condition, trial)`; B is right, on critical trials the majority says A."""
    result = []
    for character in people:
        for condition in ("pressure", "control"):
            for trial, critical in enumerate(CRITICAL, 1):
                row = {"experiment": "conformity", "model": model, "dataset": variant, "variant": variant, "character": character,
                       "type": condition, "conversation": f"{character}-{condition}", "id": f"{character}-{condition}-{trial}",
                       "set": "asch", "trial": trial, "critical": critical, "options": OPTIONS, "answer": [1],
                       "majority_answer": 0 if critical else 1}  # fmt: skip
                said = reply(character, condition, trial)
                result.append({**row, "prediction": said, "missing": said is None, **Conformity().score(row, said)})
    return result


def rate(summary: Summary, character: str = "all", condition: str = "pressure", model: str = "m") -> dict[str, Any]:
    return next(r for r in summary.data["rates"] if (r["model"], r["character"], r["condition"]) == (model, character, condition))


def follows(character: str, condition: str, trial: int) -> str:
    return "A" if condition == "pressure" and CRITICAL[trial - 1] else "B"
