"""The labelled replies of tests/data/replies, and how rules and a second reader read them, as a run would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonlines

from human_simulacra.experiments.second_reader import ReadingTask, cloze_task, reads_answer
from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import states_answer
from human_simulacra.replies.demanded_form import keeps_form
from human_simulacra.replies.stance import read_stance
from human_simulacra.replies.yes_no import read_yes_no
from human_simulacra.results.reader_agreement import NO_ANSWER

REPLIES = Path(__file__).resolve().parent.parent / "tests" / "data" / "replies"
SAVED = Path(__file__).parent / "data" / "second_readings.jsonl.gz"
Row = Mapping[str, Any]


def load_replies(part: str) -> list[dict[str, Any]]:
    """Returns the replies of a part; the hidden ones to cloze questions have the candidates that second readers were shown."""
    with jsonlines.open(REPLIES / f"{part}.jsonl") as stream:
        return [{**row, "answer": row["key"]} for row in stream]


def read_choice(row: Row) -> Any:
    """Returns the positions of the chosen options; None if unparseable, as a single choice of several options is."""
    found = read_choices(row["reply"], row["options"])
    return None if found is None or (row["type"] == "single_choice" and len(found) != 1) else list(found)


READERS: dict[str, Callable[[Row], Any]] = {
    "choice": read_choice,
    "yes_no": lambda row: read_yes_no(row["reply"]),
    "cloze": lambda row: states_answer(row["reply"], row["key"], row["question"]),
    "stance": lambda row: read_stance(row["reply"]),
}


def reading_task(row: Row) -> ReadingTask | None:
    """Returns what the second reader is asked about a reply."""
    if row["kind"] == "cloze":
        return cloze_task(row, row["reply"])
    options = tuple(row["options"])
    formed = row["kind"] != "stance" and keeps_form(row["reply"], options)
    rules = None if READERS[row["kind"]](row) is None else "read"
    return ReadingTask(row["type"] if options else row["kind"], row["question"], options, rules, formed)


def read_reply(row: Row, written: str) -> tuple[Any, bool]:
    """Returns the reading that counts, and whether it is the second reader's, of whom `written` is what it wrote."""
    task = reading_task(row)
    label = task.parse(written) if task and task.decides else None
    return (READERS[row["kind"]](row), False) if label is None else (_label_value(row, label), True)


def judge_reading(found: Any, row: Row) -> str:
    """Returns `right`, `misread` or `unparseable` for a reading; a label of None or [] is of a reply that nobody can read."""
    label = row["label"] if row["label"] != [] else None
    if found == label:
        return "right"
    return "unparseable" if found is None else "misread"


def _label_value(row: Row, label: str) -> Any:
    """Returns a second reader's label as `READERS` give a reading."""
    if row["kind"] == "cloze":
        return reads_answer(row, label)
    if label == NO_ANSWER:
        return None
    if row["kind"] == "choice":
        return [ord(letter) - ord("A") for letter in label.split(", ")]
    return label == "yes" if row["kind"] == "yes_no" else label
