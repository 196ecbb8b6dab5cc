"""The first line of a report: what the run shows, in words."""

from __future__ import annotations

from typing import Any

import pytest

from human_simulacra.reporting.verdict import describe_verdict


def compared(model: str, value: float, p: float | None, characters: int = 12, **more: Any) -> dict[str, Any]:
    difference = {"value": value, "low": value - 8, "high": value + 8}
    return {"experiment": "self_report", "unit": "%", "caveat": "", "first": f"m-{model}", "second": "m-shuffled", "p_holm": p,
            "characters": characters, "difference": difference, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("comparisons", "verdict"),
    [
        ([], "Nothing can be concluded: the run compares no method with a control."),
        (
            [compared("macm", 20, None, 1)],
            "Nothing can be concluded with 1 character and 1 comparison: take at least 6 characters.",
        ),
        (
            [compared("macm", 20, None, 1), compared("rag", 10, 0.25, 3)],
            "Nothing can be concluded with 3 characters and 1 comparison: take at least 6 characters.",
        ),
        (
            [
                compared("macm", 20, 1.0, 3),
                compared("rag", 10, 1.0, 3),
                compared("prompt", 1, 1.0, 3),
                compared("none", 1, 1.0, 3),
            ],
            "Nothing can be concluded with 3 characters and 4 comparisons: take at least 8 characters.",
        ),
        (
            [compared("macm", 2, 0.4), compared("rag", -1, 0.7)],
            "No method differs from its control beyond chance: the smallest p is 0.400, over 12 characters.",
        ),
        (
            [compared("rag", 10, 0.3), compared("macm", 20, 0.004)],
            "m-macm is 20.0 points above m-shuffled in self report [+12.0, +28.0], p = 0.004, over 12 characters.",
        ),
        (
            [compared("none", -20, 0.0004, caveat="bounds cross m-shuffled")],
            "m-none is 20.0 points below m-shuffled in self report [-28.0, -12.0], p <0.001, over 12 characters; bounds cross m-shuffled.",
        ),
    ],
)
def test_a_run_is_summed_up_in_a_sentence_with_its_caveat(comparisons: list[dict[str, Any]], verdict: str) -> None:
    assert describe_verdict({"data": {"comparisons": comparisons}}) == verdict


def test_more_than_three_findings_are_counted() -> None:
    found = [compared(f"m{i}", 10.0 + i, 0.001) for i in range(5)]
    verdict = describe_verdict({"data": {"comparisons": found}})
    assert verdict.startswith("m-m4 is 14.0 points above") and verdict.endswith("2 more differ from their control.")
    assert describe_verdict(None).startswith("Nothing can be concluded")
