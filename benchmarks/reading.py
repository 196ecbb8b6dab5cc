"""Prints how often the rules misread labelled replies, or cannot read what a person can.

    python benchmarks/reading.py               # the third that was kept out of sight while the rules were written
    python benchmarks/reading.py --part open   # the two thirds that the rules were written with
    python benchmarks/reading.py --part open --show
    python benchmarks/reading.py --part short  # short replies, by which errors were found

The replies and their labels are in tests/data/replies/.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonlines
from tabulate import tabulate

from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import states_answer
from human_simulacra.replies.stance import read_stance
from human_simulacra.replies.yes_no import read_yes_no

REPLIES = Path(__file__).resolve().parent.parent / "tests" / "data" / "replies"
HEAD = ("kind", "prompt", "replies", "a person can read", "misread", "misread %", "unparseable", "unparseable %")


def read_choice(row: Mapping[str, Any]) -> Any:
    """Returns the positions of the chosen options; None if unparseable, as a single choice of several options is."""
    found = read_choices(row["reply"], row["options"])
    return None if found is None or (row["type"] == "single_choice" and len(found) != 1) else list(found)


READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "choice": read_choice,
    "yes_no": lambda row: read_yes_no(row["reply"]),
    "cloze": lambda row: states_answer(row["reply"], row["key"], row["question"]),
    "stance": lambda row: read_stance(row["reply"]),
}


def judge(row: Mapping[str, Any]) -> str:
    """Returns `right`, `misread` or `unparseable` for one labelled reply; a label of None or [] is one that nobody can read."""
    return judge_reading(READERS[row["kind"]](row), row)


def judge_reading(found: Any, row: Mapping[str, Any]) -> str:
    """Returns the same for a reading of a labelled reply; None is one that could not be read."""
    label = row["label"] if row["label"] != [] else None
    if found == label:
        return "right"
    return "unparseable" if found is None else "misread"


def rates(rows: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Returns the cells of one line: replies, readable ones, and both rates."""
    return summarise_verdicts(rows, [judge(row) for row in rows])


def summarise_verdicts(rows: Sequence[Mapping[str, Any]], verdicts: Sequence[str]) -> tuple[Any, ...]:
    """Returns the same of verdicts on readings."""
    readable = sum(row["label"] not in ([], None) for row in rows)
    misread, unread = verdicts.count("misread"), verdicts.count("unparseable")
    return len(rows), readable, misread, f"{100 * misread / len(rows):.1f}", unread, f"{100 * unread / max(readable, 1):.1f}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=["hidden", "open", "short"], default="hidden", help="which part of the replies")
    parser.add_argument("--show", action="store_true", help="print every reply that is misread or unparseable")
    options = parser.parse_args()
    with jsonlines.open(REPLIES / f"{options.part}.jsonl") as stream:
        rows = list(stream)
    lines = []
    for prompt in dict.fromkeys(row["prompt"] for row in rows):
        for kind in READERS:
            part = [row for row in rows if row["kind"] == kind and row["prompt"] == prompt]
            lines.append((kind, prompt, *rates(part)))
        lines.append(("all", prompt, *rates([row for row in rows if row["prompt"] == prompt])))
    print(tabulate(lines, HEAD, tablefmt="github", disable_numparse=True))
    for row in rows if options.show else ():
        if (verdict := judge(row)) != "right":
            print(f"\n{verdict}: {row['id']}, label {row['label']}\n  {row['question']}\n  {row['reply']!r}")


if __name__ == "__main__":
    main()
