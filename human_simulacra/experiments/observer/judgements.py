"""The nouns of the observer report: what judges wrote about a row, and the grades read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from human_simulacra.experiments.observer.verdict_parsing import HIGHEST, LOWEST

ObserverTask = Literal["matching", "similarity"]
TASKS: tuple[ObserverTask, ObserverTask] = ("matching", "similarity")
MEASURE_NAMES: dict[ObserverTask, str] = {"matching": "description matching", "similarity": "response similarity"}
ALL_JUDGES = "every judge"

# What a judge wrote: kind (description, matching, answer, similarity, identity), judge, writer (of what it judged), text
# (None where the call failed), error, took (tokens and seconds, as a `Completion` has them), own, reads; a similarity has
# `swapped`, an identity check `options`.
Judgement = Mapping[str, Any]

# A rating as a dictionary, with the model and the character of its row and an item name that holds for the whole run.
RunRating = dict[str, Any]


@dataclass(frozen=True)
class Rating:
    """One grade that a judge gave: to a statement of `writer`'s description, or to the likeness with `writer`'s answer.

    Args:
        half: `matching` or `similarity`.
        judge: Who graded.
        writer: Who wrote the description, or the answer to compare with.
        item: What was graded, named alike for every judge of the same model and dataset.
        grade: 1 to 5; None where it could not be read. A likeness is the mean of the two orders.
        failed: Whether the judge's call failed, so that there is nothing to read.
        own: Whether the judge is the same model as the one judged.
    """

    half: ObserverTask
    judge: str
    writer: str
    item: str
    grade: float | None
    failed: bool
    own: bool


def statement_item(character: str, writer: str, place: int) -> str:
    """Returns the name of a statement of a description, by its place from 1; place 0 is the description itself."""
    return f"matching|{character}|{writer}|{place}"


def similarity_item(row_id: str, writer: str) -> str:
    """Returns the name of the likeness between a row's answer and `writer`'s."""
    return f"similarity|{row_id}|{writer}"


def grade_share(grade: float) -> float:
    """Returns a grade as a share of the scale: 1 is 0.0 and 5 is 1.0."""
    return (grade - LOWEST) / (HIGHEST - LOWEST)


def select_judgements(judgements: Iterable[Judgement], **wanted: Any) -> list[Judgement]:
    """Returns the judgements whose fields have these values."""
    return [entry for entry in judgements if all(entry.get(key) == value for key, value in wanted.items())]
