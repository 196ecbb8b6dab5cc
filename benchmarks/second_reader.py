"""How often labelled replies are misread or stay unread with a second reader, beside the rules alone.

`python benchmarks/second_reader.py` scores the saved readings in `benchmarks/data/second_readings.jsonl.gz` without any model:
replies of the third that was kept out of sight while the rules were written. `python benchmarks/second_reader.py read NAME
[CONFIG.py]` has a model read them (the embedded one without CONFIG.py) and saves what it wrote under NAME. The reader
`large-model` is a large language model, eight contexts with some 75 of these prompts each and nothing else; other contexts of the
same model wrote the replies and their labels. Cloze replies are read by the rules alone. See docs/reading.md.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonlines
from reading import READERS, REPLIES, judge_reading, summarise_verdicts
from saved_readings import load_readings, save_readings
from tabulate import tabulate

from human_simulacra.experiments.second_reader import REPLY_TOKENS, ReadingTask
from human_simulacra.replies.demanded_form import keeps_form
from human_simulacra.results.reader_agreement import NO_ANSWER
from human_simulacra.types import Generation

SAVED = Path(__file__).parent / "data" / "second_readings.jsonl.gz"
HEAD = ("kind", "prompt", "read by", "replies", "of them by the model", "misread", "misread %", "unparseable", "unparseable %")
Row = Mapping[str, Any]


def reading_task(row: Row) -> ReadingTask | None:
    """Returns what the reader is asked about a labelled reply; None for a cloze reply."""
    if row["kind"] == "cloze":
        return None
    options = tuple(row["options"])
    formed = row["kind"] != "stance" and keeps_form(row["reply"], options)
    rules = None if READERS[row["kind"]](row) is None else "read"
    return ReadingTask(row["type"] if options else row["kind"], row["question"], options, rules, formed)


def label_value(row: Row, label: str) -> Any:
    """Returns a reader's label as `READERS` give a reading."""
    if label == NO_ANSWER:
        return None
    if row["kind"] == "choice":
        return [ord(letter) - ord("A") for letter in label.split(", ")]
    return label == "yes" if row["kind"] == "yes_no" else label


def read_as_a_run_does(row: Row, written: str) -> tuple[Any, bool]:
    """Returns the reading that counts, and whether it is the model's."""
    task = reading_task(row)
    label = task.parse(written) if task and task.decides else None
    return (READERS[row["kind"]](row), False) if label is None else (label_value(row, label), True)


async def read_all(rows: Sequence[Row], config: str | None) -> dict[str, str]:
    """Has a model read every reply that has a task, and returns what it wrote."""
    from human_simulacra.plugin.chat_backbone_loader import load_chat_backbone

    backbone, found = load_chat_backbone(config).backbone, {}
    for number, row in enumerate(rows, 1):
        if task := reading_task(row):
            found[row["id"]] = (await backbone.complete(task.messages(row["reply"]), Generation(REPLY_TOKENS))).text
        print(f"\r{number} of {len(rows)} replies", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def table_lines(rows: Sequence[Row], readings: Mapping[str, Mapping[str, str]]) -> list[tuple[Any, ...]]:
    """Returns a line for each kind of reply, prompt and way of reading."""
    lines = []
    for prompt in dict.fromkeys(row["prompt"] for row in rows):
        for kind in (*READERS, "all but cloze"):
            wanted = (kind,) if kind in READERS else ("choice", "yes_no", "stance")
            part = [row for row in rows if row["prompt"] == prompt and row["kind"] in wanted]
            for reader, own in ({} if kind == "cloze" else {"rules alone": {}, **readings}).items():
                found = [read_as_a_run_does(row, own.get(row["id"], "")) for row in part]
                verdicts = [judge_reading(value, row) for row, (value, _) in zip(part, found, strict=True)]
                count, _, *rates = summarise_verdicts(part, verdicts)
                lines.append((kind, prompt, reader, count, sum(by_model for _, by_model in found), *rates))
    return lines


def main() -> None:
    """Reads with a model, or prints the table."""
    with jsonlines.open(REPLIES / "hidden.jsonl") as stream:
        rows = list(stream)
    readings = load_readings(SAVED, "reply")
    if sys.argv[1:2] == ["read"]:
        readings[sys.argv[2]] = asyncio.run(read_all(rows, sys.argv[3] if len(sys.argv) > 3 else None))
        save_readings(SAVED, "reply", readings)
    print(tabulate(table_lines(rows, readings), HEAD, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()
