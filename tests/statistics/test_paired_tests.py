"""Paired comparisons: tests, corrections, effect sizes and detectable differences on data with known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from human_simulacra.results.paired_comparisons import with_comparisons
from human_simulacra.results.summary import Headline, Summary
from human_simulacra.results.tables import comparison_notes, comparison_table, format_interval, table_to_text
from human_simulacra.statistics import (
    Estimate,
    cohens_dz,
    compare_character_scores,
    compare_models,
    detectable_difference,
    holm_correction,
    rank_biserial,
    sign_flip_p,
)  # fmt: skip


@pytest.mark.parametrize("clusters", [2, 3, 5, 8, 12])
def test_a_lead_in_every_character_has_the_smallest_possible_p(clusters: int) -> None:
    assert sign_flip_p([float(i) for i in range(1, clusters + 1)]) == pytest.approx(2 / 2**clusters, abs=1e-12)


def test_the_permutation_test_counts_sign_flips_by_hand() -> None:
    # Of the 8 signs of 3, 2, -1 the sums are 6 4 2 0 0 -2 -4 -6; 4 or more in size: 4 of 8.
    assert sign_flip_p([3.0, 2.0, -1.0]) == pytest.approx(0.5)


def test_fishers_test_of_darwins_maize() -> None:
    # Fisher (The Design of Experiments, 1935, section 21): of 2**15 sign flips of Darwin's 15 pairs, 863 reach a sum as high as
    # 314 and 863 one as low: p = 1726 / 32768.
    darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    assert sign_flip_p(darwin) == pytest.approx(1726 / 2**15, abs=0.005)


def test_no_difference_anywhere_is_p_one_and_one_character_no_test() -> None:
    assert sign_flip_p([0.0, 0.0, 0.0]) == 1.0
    assert math.isnan(sign_flip_p([3.0]))


def test_holm_on_a_textbook_vector() -> None:
    # Four hypotheses at .01, .04, .03, .005: 4 x .005, 3 x .01, 2 x .03, and .04 raised to its predecessor's .06.
    assert holm_correction([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm_correction([0.01, math.nan, 0.02])[0] == pytest.approx(0.02)
    assert holm_correction([math.nan]) != [0.0] and math.isnan(holm_correction([math.nan])[0])


def test_cohens_dz_is_the_mean_in_standard_deviations() -> None:
    assert cohens_dz([1.0, 2.0, 3.0]) == pytest.approx(2.0)
    assert math.isnan(cohens_dz([2.0, 2.0])) and math.isnan(cohens_dz([2.0]))


def test_rank_biserial_of_kerby_and_of_pingouin() -> None:
    # Ranks 1..5 with only rank 1.5 (of two ones) against: (15 - 1.5 - 1.5) / 15.
    assert rank_biserial([1.0, 2.0, 3.0, -1.0, 5.0]) == pytest.approx(0.8)
    assert rank_biserial([1.0, 5.0]) == 1.0 and rank_biserial([-1.0, 0.0]) == -1.0
    assert math.isnan(rank_biserial([0.0, 0.0]))
    from pingouin import wilcoxon

    values = np.array([3.0, -1.0, 4.0, 1.5, -5.0, 9.0, 2.0, 6.0])
    assert rank_biserial(list(values)) == pytest.approx(float(wilcoxon(values, np.zeros(8))["RBC"].iloc[0]))


@pytest.mark.parametrize("clusters", [6, 7, 8, 9, 12, 30])
def test_the_detectable_difference_has_the_power_it_promises(clusters: int) -> None:
    rng = np.random.default_rng(clusters)
    shape = np.asarray(stats.zscore(np.arange(float(clusters)), ddof=1))
    found = detectable_difference(list(7 * shape))
    draws = 400 if clusters < 10 else 150
    hits = [sign_flip_p(list(rng.normal(found, 7, clusters))) < 0.05 for _ in range(draws)]
    assert np.mean(hits) == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / draws))


def test_no_difference_is_detectable_with_few_characters_or_beyond_the_scale() -> None:
    assert all(math.isnan(detectable_difference([1.0, 2.0, 4.0, 8.0, 16.0][:clusters])) for clusters in range(1, 6))
    wild = [100.0, -100.0, 100.0, -100.0, 100.0, -100.0]
    assert detectable_difference(wild) > 100 and math.isnan(detectable_difference(wild, max_difference=100.0))
    first, second = [1.0, 0.0] * 3, [0.0, 1.0] * 3
    assert math.isnan(compare_models(("x", "y"), "all", first, second, [1.0] * 6, list("abcdef")).detectable)
    (scaled,) = compare_character_scores(
        {"x": dict.fromkeys("abc", 1.0) | dict.fromkeys("def", 0.0), "y": dict.fromkeys("abc", 0.0) | dict.fromkeys("def", 1.0)}
    )
    assert scaled.detectable > 1 and not math.isnan(scaled.detectable)


def test_the_detectable_difference_agrees_with_published_power() -> None:
    # A paired t test with 34 pairs has 80 % power at dz = 0.50 (Cohen 1988; G*Power 3: n = 34).
    differences = list(np.asarray(stats.zscore(np.arange(34.0), ddof=1)))
    assert detectable_difference(differences) == pytest.approx(0.495, abs=0.001)
    assert math.isnan(detectable_difference([1.0, 1.0, 1.0]))


def test_a_reversed_comparison_is_that_of_the_models_in_the_other_order() -> None:
    there = compare_models(("x", "y"), "all", [1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0], [1.0] * 4, list("abcd"))
    back = compare_models(("y", "x"), "all", [0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 1.0], [1.0] * 4, list("abcd"))
    turned = there.reversed()
    assert (turned.first, turned.second, turned.p, turned.detectable) == ("y", "x", back.p, back.detectable)
    assert turned.difference.value == back.difference.value == -50 and turned.dz == pytest.approx(back.dz)
    assert (turned.difference.low, turned.difference.high) == pytest.approx((back.difference.low, back.difference.high), abs=30)


def test_no_difference_has_no_sign_in_either_order() -> None:
    alike = compare_models(("x", "y"), "all", [1.0, 0.0], [1.0, 0.0], [1.0, 1.0], ["a", "b"])
    for comparison in (alike, alike.reversed()):
        assert format_interval(comparison.difference, signed=True).startswith("+0.0 ")


def test_a_comparison_flips_whole_characters_not_rows() -> None:
    # 20 rows all in favour, but of two characters: rows as units would give 2 / 2**20.
    found = compare_models(("x", "y"), "all", [1.0] * 20, [0.0] * 20, [1.0] * 20, ["a"] * 10 + ["b"] * 10)
    assert (found.p, found.characters, found.difference.value) == (0.5, 2, 100.0)


def test_scores_per_character_of_any_unit_can_be_compared() -> None:
    tau = {"m-rag": {"a": 0.5, "b": 0.4, "c": 0.6}, "m-none": {"a": 0.0, "b": 0.1, "c": math.nan}, "m-other": {"z": 1.0}}
    (only,) = compare_character_scores(tau, "tau")
    assert (only.first, only.second, only.type, only.characters) == ("m-rag", "m-none", "tau", 2)
    assert only.difference.value == pytest.approx(0.4)
    assert only.p == 0.5
    assert only.dz == pytest.approx(0.4 / np.std([0.5, 0.3], ddof=1))
    text = table_to_text(comparison_table("Pairs", "tau", [only], places=2))
    assert "+0.40 [-0.87, +1.67]" in text and "0.500" in text  # t with one degree of freedom: 0.4 +- 12.7 * 0.1
    (bounded,) = compare_character_scores(tau, "tau", max_difference=2.0)
    # Within a known range, two characters cannot contradict a difference above 1 from above, so it has the whole 5 % below.
    assert -0.9 < bounded.difference.low < -0.8 and 0.9 < bounded.difference.high < 1.1


def test_a_table_without_figures_says_so_and_few_characters_are_noted() -> None:
    one = compare_models(("x", "y"), "all", [1.0], [0.0], [1.0], ["a"])
    line = table_to_text(comparison_table("Pairs", "score", [one])).splitlines()[-1].split()
    assert line[-4:] == ["-", "-", "1.00", "-"]
    assert comparison_notes([one]) == ("With one character there is no test between methods: use more characters.",)
    three = compare_models(("x", "y"), "all", [1.0] * 3, [0.0] * 3, [1.0] * 3, list("abc"))
    assert comparison_notes([three]) == (
        "With 3 characters the p of a paired comparison cannot fall below 0.25: use more characters.",
    )
    assert comparison_notes([]) == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=2, max_size=8))
def test_swapping_models_changes_signs_but_not_p(differences: list[int]) -> None:
    there, back = [float(d) for d in differences], [float(-d) for d in differences]
    assert sign_flip_p(there) == pytest.approx(sign_flip_p(back)) and 2 / 2 ** len(there) - 1e-9 <= sign_flip_p(there) <= 1
    if any(differences):
        assert rank_biserial(there) == pytest.approx(-rank_biserial(back))


def test_every_experiment_with_one_number_per_character_compares_its_methods() -> None:
    figures = {"m-a": (0.9, 0.8, 0.7), "m-b": (0.4, 0.3, 0.2)}
    headlines = tuple(
        Headline(model, "tau", Estimate(tau, math.nan, math.nan, 8), "tau-b", who, limits=(-1.0, 1.0))
        for model, taus in figures.items()
        for who, tau in zip(("ada-berg", "bo-crane", "cy-dahl"), taus, strict=True)
    )
    summary = with_comparisons(Summary("personality", "Personality test", headlines, ()))
    (pair,) = summary.comparisons["tau"]
    assert pair.difference.value == pytest.approx(0.5) and pair.p == 0.25
    # All differences are 0.5: up to 1 - 0.025 ** (1 / 3) of the characters could have anything from -2 to 2.
    assert "+0.50 [-1.27, +1.56]" in table_to_text(summary.tables[0])
    assert with_comparisons(summary) is summary and any("0.25" in note for note in summary.notes)
    assert summary.tables[0].title == "Exploratory comparisons, tau: the characters' own figures"
    assert summary.notes[0].startswith("Comparisons of tau are of the characters' own figures")


def test_a_headline_out_of_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="conformity of m is -20, out of its limits 0 to 100: set `limits`"):
        Headline("m", "conformity", Estimate(-20.0, math.nan, math.nan, 8))
    assert Headline("m", "seconds", Estimate(2000.0, math.nan, math.nan, 8), "s").estimate.value == 2000
