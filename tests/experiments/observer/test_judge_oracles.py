"""Judges whose quality is known get what they deserve: the observer report on what they would write."""

from __future__ import annotations

import random
from typing import Any

import pytest

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.results.summary import Summary
from tests.judge_oracles import Oracle, oracle_rows


def summarise(*judges: Oracle, seed: int = 0) -> Summary:
    return find_experiment("observer").summarise(oracle_rows(judges, seed))


def judged(summary: Summary) -> dict[str, dict[str, Any]]:
    return {entry["judge"]: entry for entry in summary.data["judges"]}


def table(summary: Summary, words: str) -> list[tuple[Any, ...]]:
    (found,) = [table.rows for table in summary.tables if words in table.title]
    return list(found)


def right_on(share: float, seed: int) -> Oracle:
    draw = random.Random(seed)
    return Oracle("j", lambda letter: f"ANSWER: {letter if draw.random() < share else draw.choice('ABCD'.replace(letter, ''))}")


def test_perfect_judges_are_admitted_and_agree() -> None:
    summary = summarise(Oracle("one"), Oracle("two"), Oracle("three"))
    assert all(entry["admitted"] for entry in judged(summary).values())
    assert {h.estimate.value for h in summary.headlines if h.model == "good"} == {100.0} and not summary.headlines[0].caveat
    assert [e["value"] for e in summary.data["agreement"]["similarity"]] == pytest.approx([1.0] * 4)
    assert table(summary, "by judge not admitted") == []


def test_a_judge_at_chance_is_seldom_admitted_and_one_right_on_60_percent_mostly() -> None:
    random_ones = [judged(summarise(right_on(0.25, seed), seed=seed))["j"]["admitted"] for seed in range(60)]
    able = [judged(summarise(right_on(0.6, seed), seed=seed))["j"]["admitted"] for seed in range(60)]
    assert sum(random_ones) <= 3 and sum(able) >= 36


def test_a_judge_that_always_names_the_first_life_is_not_admitted() -> None:
    first = Oracle("first", identify=lambda letter: "ANSWER: A")
    admitted = [judged(summarise(first, seed=seed))["first"]["admitted"] for seed in range(40)]
    assert sum(admitted) <= 2


def test_a_judge_that_grades_the_position_shows_it_in_its_order_effect() -> None:
    biased = Oracle("biased", grade=lambda deserved, first: f"SCORE: {5 if first else 1}")
    summary = summarise(Oracle("fair"), biased)
    assert judged(summary)["biased"]["order_effect"]["value"] == 100.0 and judged(summary)["fair"]["order_effect"]["value"] == 0.0
    (row,) = [row for row in table(summary, "Judges of the observer report") if row[0] == "biased"]
    assert row[-1].startswith("+100.0 [+8") and row[-1].endswith(", +100.0]")
    assert {h.estimate.value for h in summarise(biased).headlines} == {50.0}  # both orders cancel


def test_a_judge_that_always_replies_4_is_not_admitted_and_enters_no_figure_of_the_others() -> None:
    constant = Oracle("constant", lambda letter: "4", lambda deserved, first: "4")
    able = (Oracle("one"), Oracle("two"), Oracle("three"))
    alone, mixed = summarise(*able), summarise(*able, constant)
    assert not judged(mixed)["constant"]["admitted"] and judged(mixed)["one"]["admitted"]
    assert {row[1] for row in table(mixed, "by judge not admitted")} == {"constant"}
    assert "constant" not in str(table(mixed, "by admitted judge")) and "constant" not in str(mixed.data["agreement"])
    assert [(h.estimate.value, h.caveat) for h in mixed.headlines] == [(h.estimate.value, h.caveat) for h in alone.headlines]
    assert [e["value"] for e in mixed.data["agreement"]["similarity"]] == pytest.approx([1.0] * 3)
    assert "Not admitted: constant. What they say enters no figure of the other judges." in mixed.notes


def test_with_one_admitted_judge_there_is_no_agreement_to_report() -> None:
    random_one = Oracle("lost", lambda letter: "I cannot tell.", lambda deserved, first: "SCORE: 2")
    summary = summarise(Oracle("one"), random_one)
    assert [e["note"] for e in summary.data["agreement"]["similarity"]] == ["fewer than two judges are admitted"]


def test_an_able_judge_that_grades_everything_alike_is_named() -> None:
    summary = summarise(Oracle("one"), Oracle("alike", grade=lambda deserved, first: "SCORE: 4"))
    assert "alike gave every text the same grade in response similarity, so it tells no models apart." in summary.notes


def test_a_judge_of_itself_is_marked_at_every_figure() -> None:
    summary = summarise(Oracle("vain", grade=lambda deserved, first: "SCORE: 5", own=True))
    assert {h.caveat for h in summary.headlines} == {"judged by itself"}
    assert all("(judged by itself)" in row[3] for row in table(summary, "by method"))
    assert {row[1] for row in table(summary, "by admitted judge")} == {"vain (self)"}
