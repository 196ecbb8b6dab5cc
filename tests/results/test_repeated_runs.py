"""Repeated runs: reliability, mixed models, and how a user asks for them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_rel

from human_simulacra.plugin.run_command import main
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import ScoredRow, compare_all_models
from human_simulacra.statistics import Estimate, estimate_reliability, fit_mixed_model, flip_rate, icc21
from tests.run_config import latest, openai_llm, texts, write_config
from tests.servers import serving

# Shrout and Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_intraclass_correlation_of_shrout_and_fleiss() -> None:
    assert icc21(SHROUT_FLEISS, list("abcdef")).value == pytest.approx(0.29, abs=0.005)


def test_runs_that_agree_are_reliable_and_constant_scores_have_no_reliability() -> None:
    assert icc21([[1, 1], [0, 0], [1, 1]], list("abc")).value == pytest.approx(1.0)
    assert math.isnan(icc21([[1, 1], [1, 1]], list("ab")).value) and math.isnan(icc21([[1, 0], [0, 1]], list("ab")).value)
    with pytest.raises(ValueError, match="two questions"):
        icc21([[1, 0]], ["a"])


def test_the_interval_of_the_intraclass_correlation_is_the_jackknife_over_characters() -> None:
    ratings, people = SHROUT_FLEISS, list("aabbcc")
    found = icc21(ratings, people)
    without = [icc21([r for r, p in zip(ratings, people, strict=True) if p != who], ["x"] * 4).value for who in "abc"]
    half = 4.3027 * math.sqrt(2 / 3 * sum((value - np.mean(without)) ** 2 for value in without))  # t, 2 degrees of freedom
    # Fisher's z for four raters, whose derivative is 1 / (range * share * (1 - share)) of the range from -1 / 3 to 1.
    z = 0.5 * math.log((1 + 3 * found.value) / (1 - found.value))
    slope = 0.5 * (3 / (1 + 3 * found.value) + 1 / (1 - found.value))
    bounds = [(math.exp(2 * (z + side * slope * half)) - 1) / (math.exp(2 * (z + side * slope * half)) + 3) for side in (-1, 1)]
    assert (found.low, found.high) == pytest.approx(bounds, abs=1e-3)
    agreed = icc21([[1, 1], [0, 0], [1, 1], [0, 0]], list("aabb"))
    assert agreed.value == 1 and math.isnan(agreed.low)


def test_the_flip_rate_is_the_share_of_pairs_of_runs_that_disagree() -> None:
    assert flip_rate([True, True]) == 0 and flip_rate([True, False]) == 1
    assert flip_rate([True, True, False]) == pytest.approx(2 / 3)  # pairs 1-3 and 2-3 of three
    with pytest.raises(ValueError, match="two runs"):
        flip_rate([True])
    found = estimate_reliability("m", [[100.0, 0.0], [0.0, 0.0]], [[True, False], [False, False]], ["a", "b"])
    assert (found.runs, found.questions, found.flips.value) == (2, 2, 50.0)


def simulated(
    effect: float, seed: int, characters: int = 8, items: int = 6, runs: int = 3, run_sd: float = 4.0, differing: float = 0.0
) -> tuple[list, ...]:
    """Scores of two models with known effects of character (8), question (12), run (4) and residual (15).

    `differing` is how much the second model's effect differs from character to character (standard deviation).
    """
    rng = np.random.default_rng(seed)
    of_character, of_item = rng.normal(0, 8, characters), rng.normal(0, 12, (characters, items))
    of_run, effects = rng.normal(0, run_sd, runs), rng.normal(effect, differing, characters)
    rows = [
        (50 + effects[c] * (model == "m") + of_character[c] + of_item[c, i] + of_run[r] + rng.normal(0, 15), model, f"c{c}", f"c{c}-{i}", r)
        for model in ("base", "m") for c in range(characters) for i in range(items) for r in range(runs)
    ]  # fmt: skip
    return tuple(list(column) for column in zip(*rows, strict=True))


def test_the_mixed_model_recovers_simulated_effects() -> None:
    found = [fit_mixed_model(*simulated(10.0, seed)) for seed in range(3)]
    differences = [model.effects[0].difference for model in found]
    assert sum(d.low <= 10 <= d.high for d in differences) >= 2
    assert all(model.effects[0].p < 0.01 for model in found)
    spread = {name: np.mean([model.deviations[name] for model in found]) for name in ("character", "item", "residual")}
    assert spread["residual"] == pytest.approx(15, rel=0.15)
    assert spread["item"] == pytest.approx(12, rel=0.3) and spread["character"] == pytest.approx(8, rel=0.5)


def test_in_a_complete_design_it_is_a_paired_t_test_over_characters() -> None:
    # Every model answers every question in every run, so all other random effects cancel.
    scores, models, characters, *rest = simulated(10.0, 2, differing=20.0)
    found = fit_mixed_model(scores, models, characters, *rest)
    values = {
        name: [np.mean([s for s, m, c in zip(scores, models, characters, strict=True) if (m, c) == (name, who)])
               for who in dict.fromkeys(characters)]
        for name in ("m", "base")
    }  # fmt: skip
    expected = ttest_rel(values["m"], values["base"])
    effect = found.effects[0]
    assert (found.reference, effect.model) == ("base", "m") and effect.p == pytest.approx(expected.pvalue, abs=1e-3)
    assert effect.difference.value == pytest.approx(np.mean(values["m"]) - np.mean(values["base"]), abs=0.01)
    bounds = expected.confidence_interval()
    assert (effect.difference.low, effect.difference.high) == pytest.approx((bounds.low, bounds.high), abs=0.1)


def test_characters_with_the_same_difference_have_an_interval_of_the_model() -> None:
    right = {"a": 1, "b": 2}  # of three questions, with every character
    rows = [
        (100.0 * (item < right[model]), model, who, f"{who}{item}", 1) for model in "ab" for who in "xyz" for item in range(3)
    ]
    (effect,) = fit_mixed_model(*map(list, zip(*rows, strict=True))).effects
    assert effect.difference.value == pytest.approx(100 / 3, abs=0.01)
    assert effect.difference.high - effect.difference.low > 10 and effect.p > 0.001


def test_the_mixed_model_keeps_its_level_if_a_method_helps_some_and_harms_others() -> None:
    tests = [fit_mixed_model(*simulated(0.0, seed, 12, 3, 2, differing=20.0)) for seed in range(20)]
    assert sum(test.effects[0].p < 0.05 for test in tests) <= 3  # one is expected; without the component about ten
    assert np.mean([test.deviations["method by character"] for test in tests]) == pytest.approx(20 / math.sqrt(2), rel=0.2)


def test_a_zero_random_effect_is_reported() -> None:
    found = [fit_mixed_model(*simulated(5.0, seed, differing=0.0)) for seed in range(4)]
    named = [any("method by character" in problem and "at zero" in problem for problem in one.problems) for one in found]
    assert any(named) and all(len(one.effects) == 1 and not math.isnan(one.effects[0].p) for one in found)


def test_a_mixed_model_that_cannot_be_fitted_says_why() -> None:
    constant = fit_mixed_model([50.0] * 8, ["x", "y"] * 4, list("aabbaabb"), list("aabbaabb"), [1, 1, 1, 1, 2, 2, 2, 2])
    assert constant.effects == () and constant.problems[0].startswith("There is no mixed model")
    alone = fit_mixed_model([50.0, 0.0, 20.0, 30.0], ["x"] * 4, list("aabb"), list("abcd"), [1, 2, 1, 2])
    assert alone.effects == () and "two methods" in alone.problems[0]
    doubtful = fit_mixed_model([0.0, 100.0, 0.0, 100.0], ["x", "y", "x", "y"], list("aabb"), list("aabb"), [1, 1, 2, 2])
    assert doubtful.problems and all(problem.endswith(".") for problem in doubtful.problems)


def test_many_rows_are_thinned_by_whole_questions_with_a_note() -> None:
    found = fit_mixed_model(*simulated(10.0, 2, characters=4, items=70, runs=3))
    assert found.rows <= 1000 and found.rows % 6 == 0
    assert "of 280 questions" in found.problems[0]


def scored(runs: int) -> list[ScoredRow]:
    """Two models: `stable` has the same scores in every run, `coin` different ones."""
    rows = []
    for run in range(1, runs + 1):
        for character in "abc":
            for i in range(4):
                right = {"stable": i % 2 == 0, "coin": (i + run + ord(character)) % 2 == 0}
                for model, hit in right.items():
                    rows.append(ScoredRow(model, f"{character}{i}", character, "cloze", 2.0 * hit, 2.0, hit, run=run))
    return rows


def test_a_stable_and_a_random_model_differ_in_reliability() -> None:
    found = analyse_repeated_runs(scored(2), "score")
    by_model = {entry["model"]: entry for entry in found.data["retest"]}
    assert by_model["stable"]["icc"]["value"] == pytest.approx(1.0) and by_model["stable"]["flips"]["value"] == 0
    assert by_model["coin"]["flips"]["value"] == 100 and by_model["coin"]["icc"]["value"] < 0
    question = next(q for q in found.data["retest_questions"] if q["model"] == "coin")
    assert (question["runs"], question["right"], question["flip_rate"]) == (2, 1, 1.0)
    assert found.data["mixed_model"]["reference"] == "stable"


def test_a_single_run_has_no_reliability_and_every_run_is_compared() -> None:
    assert analyse_repeated_runs(scored(1), "score").tables == () and analyse_repeated_runs(scored(1), "score").data == {}
    assert compare_all_models(scored(3))[0].difference.rows == 36


def test_an_estimate_without_a_value_is_shown_as_a_dash() -> None:
    table = analyse_repeated_runs([r for r in scored(2) if r.id.endswith("0") and r.model == "stable"], "score").tables[0]
    assert table.rows[0][3] == "-"
    assert isinstance(estimate_reliability("m", [[1.0, 0.0]], [[True, False]], ["a"]).icc, Estimate)


def test_runs_are_separate_samples_and_give_a_reliability_table(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")

    def moody(body: dict[str, Any], number: int) -> str:
        asked = body["messages"][-1]["content"]
        if "What is your name?" in asked:  # says its name in the first draw only
            name = body["messages"][0]["content"].split("You are ")[1].split(".")[0]
            return name if body["seed"] == 0 else "Nobody"
        return "A"

    with serving(moody) as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("prompt",), model={"temperature": 0.7}, dataset={"runs": 3}
        )
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        assert {body["seed"] for body in server.requests} == {0, 1, 2}
        assert len(server.requests) == 3 * 12
    folder = latest(tmp_path / "out")
    assert texts(folder)["m-prompt/cloze"][:3] == ["Ada Berg", "Nobody", "Nobody"]
    found = json.loads((folder / "summary" / "self_report.json").read_text())["data"]
    by_model = {entry["model"]: entry for entry in found["retest"]}
    assert (by_model["m-prompt"]["runs"], by_model["m-prompt"]["questions"]) == (3, 12)
    flips = {(q["model"], q["id"]): q for q in found["retest_questions"]}
    assert flips["m-prompt", "ada-berg-cloze-01"]["flip_rate"] == pytest.approx(2 / 3)
    assert flips["m-prompt", "ada-berg-single_choice-01"]["flip_rate"] == 0
    assert "Test-retest" in (folder / "summary" / "self_report.md").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dataset": {"runs": 3}}, "dataset 'cloze' has runs=3, but model 'm-none' has temperature 0"),
        ({"dataset": {"runs": 0}, "model": {"temperature": 0.5}}, "runs must be a whole number of at least 1, not 0"),
        ({"dataset": {"runs": "3"}, "model": {"temperature": 0.5}}, "runs must be a whole number of at least 1, not '3'"),
    ],
)
def test_invalid_runs_are_refused_in_one_sentence(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: dict, words: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"), **options)
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    assert words in capsys.readouterr().err
