"""The personality test: known orders give known taus, and unparseable replies are counted."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.errors import UserError
from human_simulacra.experiments.personality.experiment import Personality
from human_simulacra.experiments.personality.rank_correlation import (
    Tau,
    format_order,
    function_scores,
    tau_b,
    tau_ceiling,
    tau_chance_error,
)
from human_simulacra.experiments.personality.rows import personality_rows
from human_simulacra.experiments.personality.scores_by_character import mean_chance_error
from human_simulacra.experiments.personality.statement_subset import sample_pairs, sample_statements
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.plugin.personality import PersonalityDataset
from human_simulacra.plugin.run_command import main
from human_simulacra.shared_items import Statement
from human_simulacra.stimuli import statement_stimulus
from human_simulacra.types import FUNCTIONS, Trait
from tests.run_config import CONFIG, latest, openai_llm
from tests.servers import serving

ORDER = ["Si", "Fe", "Fi", "Ti", "Se", "Te", "Ne", "Ni"]


def in_order(order: list[str]) -> dict[str, int]:
    return {function: -place for place, function in enumerate(order)}


def test_one_swap_of_neighbours_among_eight_gives_0_93() -> None:
    # Fault 2 of the release: tau was computed on lists of labels, so that it ranked the alphabet.
    swapped = [ORDER[1], ORDER[0], *ORDER[2:]]
    assert tau_b(ORDER, in_order(swapped)).tau == pytest.approx(26 / 28)
    assert tau_b(ORDER, in_order(ORDER)).tau == pytest.approx(1)
    assert tau_b(ORDER, in_order(ORDER[::-1])).tau == pytest.approx(-1)


@settings(deadline=None)  # scipy's first call takes a while
@given(st.permutations(ORDER), st.permutations(ORDER))
def test_tau_depends_on_the_orders_alone_not_on_the_names(assigned: list[str], measured: list[str]) -> None:
    names = dict(zip(ORDER, "hgfedcba", strict=True))
    renamed = tau_b([names[f] for f in assigned], in_order([names[f] for f in measured]))
    assert tau_b(assigned, in_order(measured)) == renamed


def test_ties_are_corrected_and_no_order_at_all_has_no_tau() -> None:
    tied = {"Si": 4, "Fe": 4, "Fi": 3, "Ti": 2, "Se": 1, "Te": 0, "Ne": -1, "Ni": -2}
    assert tau_b(ORDER, tied).tau == pytest.approx(27 / math.sqrt(28 * 27))
    flat = tau_b(ORDER, dict.fromkeys(ORDER, 0))
    assert all(math.isnan(value) for value in (flat.tau, flat.standard_error, flat.p))


def test_the_standard_error_under_chance_is_that_of_random_orders() -> None:
    assert tau_chance_error(range(8)) == pytest.approx(math.sqrt(2 * 21 / (9 * 8 * 7)))
    rng = np.random.default_rng(0)
    for values in (range(8), [3, 3, 2, 2, 2, 1, 0, 0]):
        taus = [tau_b(ORDER, dict(zip(ORDER, rng.permutation(values), strict=True))).tau for _ in range(2000)]
        assert np.std(taus) == pytest.approx(tau_chance_error(values), rel=0.06)


def test_a_yes_adds_its_ranks_weight() -> None:
    yes = {("Ne", 1), ("Ne", 4), ("Ni", 8), ("Ni", 5)}
    scores = function_scores([(f, r, (f, r) in yes) for f in ("Ne", "Ni", "Se") for r in range(1, 9)], ("Ne", "Ni", "Se"))
    assert scores == {"Ne": 0.5, "Ni": -0.5, "Se": 0}  # of the paper's sums: 5, -5 and 0 of 10
    assert format_order({"Ne": 1, "Ni": 1, "Se": 2}, ("Ne", "Ni", "Se")) == "Se > Ne=Ni"


ANSWERS = st.lists(st.tuples(st.sampled_from(ORDER), st.integers(1, 8), st.booleans()), max_size=60)


@settings(deadline=None)
@given(ANSWERS)
def test_scores_do_not_depend_on_how_many_statements_were_asked(answers: list[tuple[str, int, bool]]) -> None:
    assert all(-1 <= score <= 1 for score in function_scores(answers, ORDER).values())
    for always in (True, False):
        assert set(function_scores([(f, r, always) for f, r, _ in answers], ORDER).values()) == {0.0}


@settings(deadline=None)
@given(ANSWERS)
def test_no_replies_exceed_the_ceiling(answers: list[tuple[str, int, bool]]) -> None:
    tau = tau_b(ORDER, function_scores(answers, ORDER)).tau
    assert math.isnan(tau) or abs(tau) <= tau_ceiling(answers, ORDER) + 1e-9


def test_the_ceiling_tells_what_few_statements_allow() -> None:
    quick = [(f, rank, True) for f in ORDER for rank in (1, 8)]
    assert tau_ceiling(quick, ORDER) == pytest.approx(math.sqrt(21 / 28))
    best = {**dict.fromkeys(ORDER[:3], 1.0), **dict.fromkeys(ORDER[3:6], 0.0), **dict.fromkeys(ORDER[6:], -1.0)}
    assert tau_b(ORDER, best).tau == pytest.approx(tau_ceiling(quick, ORDER))
    assert tau_ceiling([(f, rank, True) for f in ORDER for rank in range(1, 9)], ORDER) == 1
    assert tau_ceiling([], ORDER) == 0


def test_the_share_is_equal_over_functions_and_ranks_and_repeats() -> None:
    items = Library().personality_items
    taken = sample_statements("all", items, ratio=0.8, seed=3)
    assert Counter((s.function, s.rank) for s in taken) == {(f, r): 4 for f in FUNCTIONS for r in range(1, 9)}
    assert taken == sample_statements("all", items, seed=3) != sample_statements("all", items, seed=4)
    # No character is asked with a statement that may describe it.
    every = sample_statements("all", items, ratio=1)
    assert {s.use for s in every} == {"test"} and len(every) == 320
    assert len(sample_statements("quick", items)) == 16 and len(sample_pairs("quick", Library().acquiescence)) == 4
    with pytest.raises(UserError, match="'ratio' must be a number above 0 and at most 1, not 40"):
        PersonalityDataset.load(ratio=40)


def test_no_statement_of_a_persona_nor_one_near_to_it_is_put_to_that_character() -> None:
    library = Library()
    items = {item.text: item for item in library.personality_items}
    for row in personality_rows(library, ratio=1):
        if row["type"] == "statement":
            own = {items[trait.text].id for trait in library.character(row["character"]).traits}
            assert own.isdisjoint(items[row["statement"]].near)
    # Statements that may be both, as in a user's own folder.
    both = [Statement("Ne", 1, index, f"I do {index}.", near=("Ne-1-1",) if index == 2 else ()) for index in (1, 2, 3)]
    assert [s.index for s in sample_statements("all", both, [Trait("Ne", 1, "I do 1.")], ratio=1)] == [3]
    assert [s.index for s in sample_statements("all", both, [Trait("Ne", 1, "I do 3.")], ratio=1)] == [1, 2]


def test_yes_stands_first_in_about_half_of_the_rows() -> None:
    first = Counter(statement_stimulus(f"r{i}", "c", "I sing.", 0).options[0] for i in range(400))
    assert 160 < first["Yes"] < 240
    shown = statement_stimulus("r1", "c", "I sing.", 0)
    first, second = (option.lower() for option in shown.options)
    assert shown.text.endswith(f'must be "ANSWER: {first}" or "ANSWER: {second}" (without quotes).')
    assert "I sing." not in shown.neutral and shown.scored.endswith(f"Answer with {first} or {second} alone.")
    assert shown.neutral.endswith(shown.scored.splitlines()[-1])


@pytest.fixture
def tested(data: Path) -> Path:
    """The small data folder with two statements a function and rank, two pairs, and whole orders."""
    for path in data.glob("characters/*/profile.jsonl"):
        profile = json.loads(path.read_text())
        shift = len(profile["name"]) % 3
        write_jsonl(path, [profile | {"functions": ORDER[shift:] + ORDER[:shift]}])
    items = [
        {"function": f, "rank": r, "index": i, "text": f"I am {f} at rank {r} in way {i}."}
        for f in FUNCTIONS for r in range(1, 9) for i in (1, 2)
    ]  # fmt: skip
    write_jsonl(data / "personality_items.jsonl", items)
    pairs = [{"pair": p, "keyed": k, "text": f"I like {p} {'much' if k > 0 else 'little'}."} for p in (1, 2) for k in (1, -1)]
    write_jsonl(data / "acquiescence.jsonl", pairs)
    return data


def summary_of(
    tmp_path: Path, data: Path, script: Callable[[dict[str, Any], int], Any], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Runs the test as a user does, through an HTTP server that answers by the script."""
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    with serving(script) as server:
        text = CONFIG.replace("SelfReportDataset", "PersonalityDataset").replace("plugin.dataset", "plugin.personality")
        text = text.replace("question_type=kind, **{dataset}", f"data={str(data)!r}, ratio=0.5")
        text = text.replace("('cloze', 'single_choice', 'multiple_choice')", "('personality',)")
        text = text.replace("{inferencer}", "SimulacrumInferencer").replace("{llm}", openai_llm(server.address))
        text = text.replace("{model}", repr({"data": str(data)})).replace("{methods}", "('prompt',)")
        (tmp_path / "config.py").write_text(text)
        assert main([str(tmp_path / "config.py"), "-w", str(tmp_path / "out")]) == 0
    return json.loads((latest(tmp_path / "out") / "summary" / "personality.json").read_text())


def as_assigned(direction: int) -> Callable[[dict[str, Any], int], str]:
    """Answers as whoever is addressed would: yes where a statement's rank is the function's own, or that of the reverse."""

    def script(body: dict[str, Any], number: int) -> str:
        names = ("Ada Berg", "Bo Crane", "Cy Dahl")
        shift = next(len(name) % 3 for name in names if f"You are {name}" in body["messages"][0]["content"])
        order = (ORDER[shift:] + ORDER[:shift])[::direction]
        said = body["messages"][-1]["content"].split('"')[1].split()
        if said[1] == "like":
            return "Yes." if said[-1] == "much." else "No."
        return "Yes, that is me." if order.index(said[2]) + 1 == int(said[5]) else "no"

    return script


@pytest.mark.parametrize(("direction", "tau"), [(1, 1.0), (-1, -1.0)])
def test_a_model_that_answers_as_assigned_has_tau_one(
    tmp_path: Path, tested: Path, direction: int, tau: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = summary_of(tmp_path, tested, as_assigned(direction), monkeypatch)
    assert [entry["tau"] for entry in found["data"]["tau"]] == pytest.approx([tau] * 3)
    assert {entry["index"] for entry in found["data"]["acquiescence"]} == {0.0}
    radar = found["data"]["radar"][0]
    assert (radar["assigned"] == radar["measured"]) == (tau == 1) and sorted(radar["measured"]) == list(range(1, 9))
    headline = next(h for h in found["headlines"] if h["measure"] == "tau" and h["character"] == "all")
    assert headline["estimate"]["value"] == pytest.approx(tau)
    # Three equal values of 1 or -1: by Clopper and Pearson, up to 71 % of other characters could have anything else.
    inner = headline["estimate"]["low" if tau == 1 else "high"]
    assert inner == pytest.approx(tau * (1 - 2 * (1 - 0.025 ** (1 / 3))))


def test_a_model_that_always_says_yes_is_acquiescent_and_shows_no_order(
    tmp_path: Path, tested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = summary_of(tmp_path, tested, lambda *_: "Yes", monkeypatch)
    assert [(e["tau"], e["answering"]) for e in found["data"]["tau"]] == [(None, "generate")] * 3
    assert not [h for h in found["headlines"] if h["measure"] == "tau"]
    assert {entry["index"] for entry in found["data"]["acquiescence"]} == {1.0}
    assert any("both statements of a pair, %: m-prompt 100 and 0." in note for note in found["notes"])
    row = dict(zip(found["tables"][0]["head"], found["tables"][0]["rows"][0], strict=True))
    assert (row["unparseable"], row["missing"], row["yes %"]) == (0, 0, "100")
    assert (row["characters"], row["without order"], row["tau-b (chance 0) [95 %]"], row["SE by chance"]) == (3, 3, "", "")


def test_acquiescence_counts_its_pairs_and_a_share_of_no_reply_is_empty() -> None:
    test, rows = Personality(), []
    base = {"character": "c", "assigned": ORDER, "missing": False}
    for model, replies in (("m", ["yes", "yes", "yes", "no", "no", "perhaps"]), ("junk", ["perhaps"] * 6)):
        rows.append(
            {**base, "model": model, "id": "s", "type": "statement", "function": "Ne", "rank": 1, **test.score(base, "perhaps")}
        )
        rows += [
            {**base, "model": model, "id": f"p{i}", "type": "acquiescence", "pair": i // 2, **test.score(base, reply)}
            for i, reply in enumerate(replies)
        ]
    summary = test.summarise(rows)
    (index,) = [h.estimate for h in summary.headlines if h.measure == "acquiescence"]
    assert (index.value, index.rows) == (pytest.approx(0.5), 2)
    shares = {line[0]: line[summary.tables[0].head.index("yes %")] for line in summary.tables[0].rows}
    assert shares == {"m": "60", "junk": ""} and test.metrics(rows[7:])["yes"] == 0


def test_means_are_over_characters_with_an_order() -> None:
    test = Personality()
    rows = []
    for who, said in (("ordered", ORDER), ("always", FUNCTIONS)):
        for function in FUNCTIONS:
            for rank in range(1, 9):
                base = {
                    "model": "m",
                    "character": who,
                    "type": "statement",
                    "function": function,
                    "rank": rank,
                    "assigned": ORDER,
                }
                yes = who == "always" or said.index(function) + 1 == rank
                rows.append(
                    {**base, "id": f"{who}{function}{rank}", "missing": False, **test.score(base, "yes" if yes else "no")}
                )
    summary = test.summarise(rows)
    row = dict(zip(summary.tables[0].head, summary.tables[0].rows[0], strict=True))
    assert (row["characters"], row["without order"], row["tau-b (chance 0) [95 %]"]) == (2, 1, "1.00")
    assert row["SE by chance"] == f"{tau_chance_error(range(8)):.2f}"
    assert {h.character for h in summary.headlines if h.measure == "tau"} == {"all", "ordered"}
    assert any("Without order" in note for note in summary.notes)
    metrics = test.metrics(rows)
    assert (metrics["tau"], metrics["without_order"]) == (pytest.approx(1), 1)


def test_the_chance_error_of_a_mean_ignores_characters_without_order() -> None:
    none, some = Tau(0.0, math.nan, math.nan), Tau(0.5, 0.3, 0.1)
    assert math.isnan(mean_chance_error([none, none])) and math.isnan(mean_chance_error([]))
    assert mean_chance_error([none, some]) == pytest.approx(0.3) and mean_chance_error([some] * 4) == pytest.approx(0.15)


def test_unparseable_replies_are_counted_and_missing_rows_ignored() -> None:
    test = Personality()
    base = {"model": "m", "character": "c", "type": "statement", "function": "Ne", "rank": 1, "assigned": ORDER}
    replies = ["Yes", "no", "perhaps", None]
    rows = [{**base, "id": str(i), "missing": r is None, **test.score(base, r)} for i, r in enumerate(replies)]
    assert [row["said"] for row in rows[:3]] == ["yes", "no", "neither"]
    metrics = test.metrics(rows)
    assert (metrics["unparseable"], metrics["missing"], metrics["yes"]) == (1, 1, 50.0)
    assert test.summarise([row for row in rows if row["missing"]]).headlines == ()
