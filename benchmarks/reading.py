"""Prints how often labelled replies are misread, or stay unread though a person can read them.

    python benchmarks/reading.py               # the third that was kept out of sight while the rules were written
    python benchmarks/reading.py --part open   # the two thirds that the rules were written with
    python benchmarks/reading.py --part open --show
    python benchmarks/reading.py --part short  # short replies, by which errors were found

The replies are read by the rules alone, and as a run with a second reader (`reader_llm`) reads them, where what one wrote is
saved: `benchmarks/second_reader.py`. The replies and their labels are in tests/data/replies/. See docs/reading.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from labelled_replies import READERS, SAVED, Row, judge_reading, load_replies, read_reply
from saved_readings import load_readings
from tabulate import tabulate

RULES = "rules alone"
MADE_UP = ("states", "hedges")  # stances that count as a false memory
HEAD = ("kind", "prompt", "read by", "replies", "by the model", "a person can read", "misread", "misread %", "unparseable",
        "unparseable %")  # fmt: skip


def table_line(rows: Sequence[Row], written: Mapping[str, str]) -> tuple[Any, ...]:
    """Returns the cells of one line from `replies` on, for what a second reader wrote about the replies; empty for the rules."""
    found = [read_reply(row, written.get(row["id"], "")) for row in rows]
    verdicts = [judge_reading(value, row) for row, (value, _) in zip(rows, found, strict=True)]
    misread, unread = verdicts.count("misread"), verdicts.count("unparseable")
    readable = sum(row["label"] not in ([], None) for row in rows)
    shares = misread, f"{100 * misread / len(rows):.1f}", unread, f"{100 * unread / max(readable, 1):.1f}"
    return len(rows), sum(by_model for _, by_model in found), readable, *shares


def detail_lines(rows: Sequence[Row], readings: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Returns what the errors of the rules consist of, and what a second reader would leave if it only filled their gaps."""
    by_rules = [(row, read_reply(row, "")[0]) for row in rows]
    memory = [(value in MADE_UP) != (row["label"] in MADE_UP) for row, value in by_rules if row["kind"] == "stance"]
    missed = [row["label"] for row, value in by_rules if row["kind"] == "cloze" and value != row["label"]]
    lines = [
        f"rules alone: of {len(memory)} stances, {sum(memory)} change whether a false memory is counted; of {len(missed)} wrong "
        f"cloze readings, {sum(missed)} miss a right answer"
    ]
    for name, own in readings.items():
        both = [(row, value, read_reply(row, own.get(row["id"], ""))[0]) for row, value in by_rules if row["kind"] != "stance"]
        kept = sum(value not in (None, found) and judge_reading(value, row) == "misread" for row, value, found in both)
        if own:
            lines.append(f"{name}: {kept} more misread if its word counted only where the rules read nothing")
    return lines


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=["hidden", "open", "short"], default="hidden", help="which part of the replies")
    parser.add_argument("--show", action="store_true", help="print every reply that the rules misread or cannot read")
    options = parser.parse_args()
    rows, lines = load_replies(options.part), []
    known = {row["id"] for row in rows}
    readings = {RULES: {}, **{name: own for name, own in load_readings(SAVED, "reply").items() if known & own.keys()}}
    prompts = tuple(dict.fromkeys(row["prompt"] for row in rows))
    for shown in (*((prompt,) for prompt in prompts), *([prompts] if len(prompts) > 1 else [])):
        for kind in (*READERS, "all"):
            part = [row for row in rows if row["prompt"] in shown and kind in (row["kind"], "all")]
            if len(shown) == 1 or kind == "all":
                lines += [(kind, " or ".join(shown), name, *table_line(part, own)) for name, own in readings.items()]
    print(tabulate(lines, HEAD, tablefmt="github", disable_numparse=True))
    print("\n".join(detail_lines(rows, readings)))
    for row in rows if options.show else ():
        if (verdict := judge_reading(read_reply(row, "")[0], row)) != "right":
            print(f"\n{verdict}: {row['id']}, label {row['label']}\n  {row['question']}\n  {row['reply']!r}")


if __name__ == "__main__":
    main()
