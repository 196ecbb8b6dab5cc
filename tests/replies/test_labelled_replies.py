"""The labelled replies that the rules were written with are read as their labels say, but for a few."""

from __future__ import annotations

from collections import Counter

import jsonlines
import pytest

from benchmarks.reading import REPLIES, judge


@pytest.mark.parametrize(
    ("kind", "most_misread", "most_unread"),
    [("choice", 0.015, 0.06), ("yes_no", 0.0, 0.13), ("cloze", 0.08, 0.0), ("stance", 0.08, 0.0)],
)
def test_few_replies_are_misread_or_unread(kind: str, most_misread: float, most_unread: float) -> None:
    with jsonlines.open(REPLIES / "open.jsonl") as stream:
        found = Counter(judge(row) for row in stream if row["kind"] == kind)
    assert found.total() > 300
    assert found["misread"] <= most_misread * found.total()
    assert found["unparseable"] <= most_unread * found.total()


def test_the_hidden_third_shares_no_reply_with_the_open_part() -> None:
    ids = []
    for part in ("open", "hidden"):
        with jsonlines.open(REPLIES / f"{part}.jsonl") as stream:
            ids += [row["id"] for row in stream]
    assert len(ids) == len(set(ids)) > 1200
