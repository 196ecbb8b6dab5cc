"""Types of the observer report: what judges wrote about a row, and the grades parsed from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from human_simulacra.judge_models.verdict_parsing import HIGHEST, LOWEST
from human_simulacra.results.summary import Row

ObserverTask = Literal["matching", "similarity"]
TASKS: tuple[ObserverTask, ObserverTask] = ("matching", "similarity")
MEASURE_NAMES: dict[ObserverTask, str] = {"matching": "description matching", "similarity": "response similarity"}

# What a judge wrote: kind (description, matching, answer, similarity, identity, comparison), judge, writer (of the judged text),
# text (None if the call failed), error, took (the usage fields of `Completion`), own, reads; a similarity also has `swapped`, an
# identity check `options`, a comparison `models`, `reversed` and `shared` (`comparison_judging.judge_comparisons`).
Judgement = Mapping[str, Any]

# A rating as a dictionary, with its row's model and character, and an item name that is unique in the run.
RunRating = dict[str, Any]


@dataclass(frozen=True)
class Rating:
    """One grade by a judge: of a statement in `writer`'s description, or of the similarity to `writer`'s answer.

    Args:
        half: The task, `matching` or `similarity`.
        judge: The judge that graded.
        writer: The judge that wrote the description or the answer to compare with.
        item: Id of what was graded, the same for every judge of one model and dataset.
        grade: 1 to 5; None if unparseable. A similarity is the mean of both orders.
        failed: Whether the judge's call failed.
        own: Whether the judge is the same model as the one judged.
        order_effect: The grade with the judged answer first minus that with it second; None if there are not both.
    """

    half: ObserverTask
    judge: str
    writer: str
    item: str
    grade: float | None
    failed: bool
    own: bool
    order_effect: float | None = None


def statement_item(character: str, writer: str, place: int) -> str:
    """Returns the item id of a statement in a description, counted from 1; 0 is the description itself."""
    return f"matching|{character}|{writer}|{place}"


def similarity_item(row_id: str, writer: str) -> str:
    """Returns the item id of the similarity between a row's answer and `writer`'s."""
    return f"similarity|{row_id}|{writer}"


def grade_share(grade: float) -> float:
    """Rescales a grade from 1 to 5 to the range 0 to 1."""
    return (grade - LOWEST) / (HIGHEST - LOWEST)


def select_judgements(judgements: Iterable[Judgement], **wanted: Any) -> list[Judgement]:
    """Returns the judgements whose fields equal `wanted`."""
    return [entry for entry in judgements if all(entry.get(key) == value for key, value in wanted.items())]


def run_judgements(rows: Iterable[Row]) -> list[Judgement]:
    """Returns all judgements of a run; one that the rows of several models share is counted once."""
    found: dict[Any, Judgement] = {}
    for row in rows:
        for entry in row.get("judgements", []):
            found.setdefault((entry["judge"], entry.get("shared") or id(entry)), entry)
    return list(found.values())
