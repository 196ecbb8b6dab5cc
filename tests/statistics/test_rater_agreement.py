"""Agreement of judges on data whose answers are published or can be counted by hand."""

from __future__ import annotations

import math

import pytest

from human_simulacra.statistics.alternative_annotator import alt_test
from human_simulacra.statistics.rater_agreement import icc2k, krippendorff_alpha, pearson_r

# Shrout and Fleiss 1979, table 2: six targets, four judges; ICC(2,1) = 0.29, ICC(2,4) = 0.62.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Krippendorff 2011, example C: four observers, twelve units, missing data; alpha 0.743 nominal, 0.849 interval.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def by_judge(rows: list[list[int | None]]) -> dict[str, dict[str, float]]:
    return {f"j{j}": {f"i{i}": float(v) for i, v in enumerate(row) if v is not None} for j, row in enumerate(rows)}


def test_icc_of_the_table_that_defined_it() -> None:
    found = icc2k(by_judge([list(judge) for judge in zip(*SHROUT_FLEISS, strict=True)]))
    assert found.value == pytest.approx(0.62, abs=0.005)
    assert found.low == pytest.approx(0.07, abs=0.01) and found.high == pytest.approx(0.93, abs=0.01)
    assert (found.judges, found.items) == (4, 6)


def test_icc_uses_only_items_that_every_judge_rated() -> None:
    ratings = by_judge([list(judge) for judge in zip(*SHROUT_FLEISS, strict=True)])
    ratings["j0"]["extra"] = 1.0
    assert icc2k(ratings).items == 6 and icc2k(ratings).value == pytest.approx(0.62, abs=0.005)


def test_judges_with_few_ratings_are_excluded_from_icc_but_not_alpha() -> None:
    ratings = by_judge([list(judge) for judge in zip(*SHROUT_FLEISS, strict=True)])
    whole = icc2k(ratings)
    ratings["once"] = {"i0": 9.0}
    found = icc2k(ratings)
    assert (found.value, found.items, found.judges) == (whole.value, 6, 4) and found.note == "left out: once (1 rated)"
    assert krippendorff_alpha(ratings).judges == 5
    # Half of the median judge's six items is enough, fewer are not.
    ratings["half"] = {"i0": 9.0, "i1": 6.0, "i2": 8.0}
    assert icc2k(ratings).judges == 5 and icc2k(ratings).items == 3


def test_no_judge_is_excluded_without_two_others() -> None:
    found = icc2k({"a": {f"i{i}": float(i) for i in range(9)}, "b": {"i0": 1.0}})
    assert math.isnan(found.value) and found.judges == 2 and found.note == "fewer than 3 items rated by all"


def test_alpha_of_krippendorffs_own_example() -> None:
    ratings = by_judge(KRIPPENDORFF)
    assert krippendorff_alpha(ratings, "nominal").value == pytest.approx(0.743, abs=0.0005)
    assert krippendorff_alpha(ratings).value == pytest.approx(0.849, abs=0.0005)
    assert krippendorff_alpha(ratings).items == 11  # the twelfth unit has one rating


@pytest.mark.parametrize(
    ("ratings", "note"),
    [
        ({"a": {"x": 1, "y": 2, "z": 3}}, "one judge"),
        ({"a": {"x": 3, "y": 3, "z": 3}, "b": {"x": 3, "y": 3, "z": 3}}, "every rating is the same"),
        ({}, "one judge"),
    ],
)
def test_where_agreement_is_not_defined_the_reason_is_given(ratings: dict[str, dict[str, float]], note: str) -> None:
    for found in (icc2k(ratings), krippendorff_alpha(ratings)):
        assert math.isnan(found.value) and found.note == note


def test_no_item_in_common() -> None:
    ratings: dict[str, dict[str, float]] = {"a": {"x": 1}, "b": {"y": 2}}
    assert krippendorff_alpha(ratings).note == "no item has two ratings"
    assert icc2k(ratings).note == "fewer than 3 items rated by all"


def test_pearson_is_between_the_human_mean_and_the_model() -> None:
    people = {"a": {"1": 1.0, "2": 2.0, "3": 3.0, "4": 5.0}, "b": {"1": 3.0, "2": 2.0, "3": 5.0, "4": 5.0}}
    # means 2, 2, 4, 5 against 1, 2, 3, 4: covariance 5.5 over sqrt(6.75 * 5)
    assert pearson_r(people, {"1": 1.0, "2": 2.0, "3": 3.0, "4": 4.0}).value == pytest.approx(5.5 / math.sqrt(6.75 * 5))
    assert pearson_r(people, {"1": 2.0, "2": 2.0, "3": 2.0}).note == "one side is constant"
    assert pearson_r(people, {"1": 2.0}).note == "fewer than 3 items in common"


def people_of(count: int) -> dict[str, dict[str, float]]:
    """Three people who agree but for one grade now and then, each on other items."""
    return {
        f"p{p}": {f"i{i}": float(1 + i % 5 if (i + p) % 6 else 3) for i in range(count)} for p in range(3)
    }  # fmt: skip


def test_a_model_that_agrees_with_people_may_replace_them() -> None:
    model = {f"i{i}": float(1 + i % 5) for i in range(60)}
    found = alt_test(people_of(60), "m", model)
    assert found.passed and found.winning_rate == 1.0 and found.advantage == 1.0 and found.note == ""
    assert (found.people, found.items) == (3, 60)


def test_a_model_that_disagrees_with_people_may_not() -> None:
    found = alt_test(people_of(60), "m", {f"i{i}": float(5 - i % 5) for i in range(60)})
    assert not found.passed and found.winning_rate == 0.0 and found.advantage < 0.3


def test_the_advantage_counts_ties_for_both() -> None:
    # Against b (2, 2, 2, 2) person a is as near as the model twice, nearer once, farther once: 3 of 4. So is b against a.
    people = {"a": {"1": 2.0, "2": 3.0, "3": 2.0, "4": 5.0}, "b": {"1": 2.0, "2": 2.0, "3": 2.0, "4": 2.0}}
    found = alt_test(people, "m", {"1": 2.0, "2": 1.0, "3": 4.0, "4": 3.0})
    assert found.advantage == pytest.approx((3 / 4 + 2 / 4) / 2)
    assert found.note == "fewer than three people, fewer than 30 items"


def test_one_person_gives_no_result() -> None:
    found = alt_test({"a": {str(i): 1.0 for i in range(40)}}, "m", {str(i): 1.0 for i in range(40)})
    assert math.isnan(found.winning_rate) and not found.passed and "needs two people" in found.note
