"""Judges of open details whose error is known: their admission, and figures corrected for the error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.results.summary import Summary
from tests.judge_oracles import detail_rows, noisy_judge

TRUTH = 0.3  # the share of replies that contradict


def summarise(judges: Mapping[str, Callable[[bool], str]], seed: int = 0, own: bool = False) -> Summary:
    return find_experiment("open_detail").summarise(detail_rows(judges, TRUTH, seed, own))


def admitted(summary: Summary) -> dict[str, bool]:
    return {entry["judge"]: entry["admitted"] for entry in summary.data["judges"]}


def test_a_perfect_judge_is_admitted_and_one_that_tosses_a_coin_is_not() -> None:
    assert admitted(summarise({"j": noisy_judge(1, 1)})) == {"j": True}
    assert sum(admitted(summarise({"j": noisy_judge(0.5, 0.5, seed)}, seed))["j"] for seed in range(40)) <= 2


@pytest.mark.parametrize("always", ["VERDICT: fits", "VERDICT: contradicts", "VERDICT: none", "4"])
def test_a_judge_that_always_says_the_same_is_not_admitted_and_shown_apart(always: str) -> None:
    both, alone = (
        summarise({"able": noisy_judge(0.9, 0.9), "same": lambda wrong: always}),
        summarise({"able": noisy_judge(0.9, 0.9)}),
    )
    assert admitted(both) == {"able": True, "same": False}
    assert both.headlines == alone.headlines and both.data["corrected"] == alone.data["corrected"]
    (apart,) = [table for table in both.tables if table.title.endswith("by judge not admitted")]
    assert {row[1] for row in apart.rows} <= {"same"} and "able" not in str(apart.rows)


def test_the_figure_of_a_judge_that_errs_is_corrected_by_the_known_replies() -> None:
    uncorrected, held = 0, 0
    for seed in range(40):
        summary = summarise({"j": noisy_judge(0.95, 0.7, seed)}, seed)
        (head,), (found,) = [h for h in summary.headlines if h.character == "all"], summary.data["corrected"]
        uncorrected += head.estimate.low <= 100 * TRUTH <= head.estimate.high
        held += found["low"] <= 100 * TRUTH <= found["high"]
        assert found["known"] == 144 and found["value"] < head.estimate.value
    assert held >= 36 and uncorrected <= 20
    (table,) = [table for table in summary.tables if "corrected for the judges' error" in table.title]
    assert table.rows[0][0] == "m" and table.rows[0][4] == 144


def test_a_judge_of_itself_is_marked() -> None:
    assert {h.caveat for h in summarise({"j": noisy_judge(1, 1)}, own=True).headlines} == {"judged by itself"}
