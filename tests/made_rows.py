"""Scored rows of a run made from replies, for tests of figures over several models and experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from human_simulacra.experiments.registry import find_experiment

PEOPLE = tuple(f"person-{letter}" for letter in "abcdefghijkl")
OPTIONS = ["a boat", "a violin", "a cup", "a promise"]
Reply = Callable[[str, int], str | None]  # of a character to the question with this number


def trace(method: str, backbone: str = "one", answering: str = "generate") -> dict[str, Any]:
    return {"method": method, "backbone": backbone, "answering": answering, "memories": [], "calls": []}


def score_rows(
    experiment: str, model: str, reply: Reply, columns: Mapping[str, Any], *, method: str = "", backbone: str = "one",
    people: tuple[str, ...] = PEOPLE, questions: int = 4,
) -> list[dict[str, Any]]:  # fmt: skip
    """Returns one scored row for each character and question; `columns` are those that the experiment's score needs."""
    rows = []
    for character in people:
        for number in range(questions):
            said = reply(character, number)
            row = {"experiment": experiment, "id": f"{character}-{number}", "character": character, "run": 1, **columns}
            scores = find_experiment(experiment).score(row, said)
            rows.append({
                **row, "prediction": said, "missing": said is None, **scores, "model": model, "dataset": experiment,
                "trace": trace(method or model.rsplit("-", 1)[-1], backbone),
            })  # fmt: skip
    return rows


def choices(model: str, reply: Reply, **more: Any) -> list[dict[str, Any]]:
    """Rows of single-choice questions whose right answer is B."""
    columns = {"type": "single_choice", "question": "Which?", "options": OPTIONS, "answer": [1]}
    return score_rows("self_report", model, reply, columns, **more)


def unanswerable(model: str, reply: Reply, **more: Any) -> list[dict[str, Any]]:
    """Rows of questions that nobody can answer."""
    return score_rows("unanswerable", model, reply, {"type": "beyond_knowledge", "question": "Which?", "answer": ""}, **more)
