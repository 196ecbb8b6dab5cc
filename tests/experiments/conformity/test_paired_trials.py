"""Models are compared on the conformity trials that both answered."""

from __future__ import annotations

from human_simulacra.experiments.conformity.experiment import Conformity
from human_simulacra.experiments.registry import summarise_run
from tests.experiments.conformity.made_trials import follows, rows
from tests.made_rows import trace


def half_missing(character: str, condition: str, trial: int) -> str | None:
    """Replies as `some_follow` does, but not to half of the trials, others for each character."""
    return None if (trial + len(character)) % 2 else some_follow(character, condition, trial)


def some_follow(character: str, condition: str, trial: int) -> str:
    return follows(character, condition, trial) if trial in (3, 5) else "B"


def test_models_are_compared_on_the_trials_that_both_answered() -> None:
    whole = [{**row, "trace": trace("shuffled")} for row in rows(some_follow, model="m-shuffled")]
    half = [{**row, "trace": trace("macm")} for row in rows(half_missing, model="m-macm")]
    primary, summary = summarise_run([*whole, *half])
    values = {h.model: h.estimate.value for h in summary.headlines if h.measure == "conformity" and h.character == h.of == "all"}
    assert values["m-shuffled"] == 50 and values["m-macm"] != 50
    (only,) = primary.data["comparisons"]
    assert only["difference"]["value"] == 0 and only["difference"]["rows"] == 6  # the same replies, where both have them
    table = next(table for table in summary.tables if table.title == "Exploratory comparisons of conformity, on the same trials")
    assert dict(zip(table.head, table.rows[0], strict=True))["trials"] == 6


def test_models_are_compared_over_all_variants_and_in_each() -> None:
    both = [row for model, reply in (("m", follows), ("w", lambda *_: "B")) for variant in ("one", "six")
            for row in rows(reply if variant == "six" else lambda *_: "B", model=model, variant=variant)]  # fmt: skip
    pairs = Conformity().summarise(both).comparisons["conformity"]
    assert {pair.type: pair.difference.value for pair in pairs} == {"all": 50, "one": 0, "six": 100}
    assert Conformity().summarise(rows(follows) + rows(lambda *_: "A", model="w")).comparisons["conformity"][0].type == "all"
