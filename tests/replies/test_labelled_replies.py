"""The labelled replies are read as their labels say, but for a few: the open part by the rules, the hidden third with a reader."""

from __future__ import annotations

from collections import Counter

import jsonlines
import pytest

from benchmarks.labelled_replies import REPLIES, SAVED, judge_reading, load_replies, read_reply
from benchmarks.saved_readings import load_readings


@pytest.mark.parametrize(
    ("kind", "most_misread", "most_unread"),
    [("choice", 0.015, 0.06), ("yes_no", 0.0, 0.13), ("cloze", 0.08, 0.0), ("stance", 0.08, 0.0)],
)
def test_few_replies_are_misread_or_unread(kind: str, most_misread: float, most_unread: float) -> None:
    with jsonlines.open(REPLIES / "open.jsonl") as stream:
        found = Counter(judge_reading(read_reply(row, "")[0], row) for row in stream if row["kind"] == kind)
    assert found.total() > 300
    assert found["misread"] <= most_misread * found.total()
    assert found["unparseable"] <= most_unread * found.total()


def test_with_a_capable_second_reader_the_hidden_replies_are_read_as_labelled() -> None:
    written, rows = load_readings(SAVED, "reply")["large-model"], load_replies("hidden")
    read = [read_reply(row, written.get(row["id"], "")) for row in rows]
    found = Counter(judge_reading(value, row) for row, (value, _) in zip(rows, read, strict=True))
    assert sum(by_model for _, by_model in read) > 500 and found.total() > 700
    assert found["misread"] <= 0.005 * found.total() and found["unparseable"] <= 0.03 * found.total()


def test_the_hidden_third_shares_no_reply_with_the_open_part() -> None:
    ids = []
    for part in ("open", "hidden"):
        with jsonlines.open(REPLIES / f"{part}.jsonl") as stream:
            ids += [row["id"] for row in stream]
    assert len(ids) == len(set(ids)) > 1200
