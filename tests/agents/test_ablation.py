"""Ablation of MACM at a matched budget: what is off brings nothing, and costs the same."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import pytest

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.results.token_budget import answer_budgets, budget_table
from human_simulacra.traces import Reply
from human_simulacra.types import Message, Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone
from tests.run_config import ROOT

ASKED = [
    "What was your green boat called?",
    "What broke, the violin or the cup?",
    "Which letters did your aunt Berit write to you over the years?",
    "How did you get to Sund in winter?",
]
VARIANTS = {
    "whole": ("memory", "thinking", "emotion"), "no-memory": ("thinking", "emotion"), "no-thinking": ("memory", "emotion"),
    "no-emotion": ("memory", "thinking"), "all-off": (),
}  # fmt: skip


def model(messages: Sequence[Message], generation: object) -> str:
    """Answers in about the length asked for."""
    last = messages[-1].content
    if "Which of your memories" in last:
        return "4, 1"
    return "The harbour and the boat, I say. " * 4 if "Do not answer yet" in last else "It was called Alk."


def ask(
    library: Library, question: str, components: Sequence[str], seed: int = 0, **options: Any
) -> tuple[Reply, ScriptedBackbone]:
    backbone = ScriptedBackbone(model)
    setting = MethodSettings(library, backbone, backbone, WordEmbedder(), max_tokens=32, seed=seed)
    stimulus = Stimulus(question, "ada-berg", question, question)
    chosen = {"agents": "separate", "memories": 2, **options}
    method = Method("macm", setting, components=list(components), **chosen)
    return asyncio.run(method.respond(stimulus)), backbone


def run_of(library: Library, **options: Any) -> list[dict[str, Any]]:
    return [
        {"model": name, "trace": ask(library, question, components, **options)[0].trace.as_dict()}
        for name, components in VARIANTS.items() for question in ASKED
    ]  # fmt: skip


@pytest.mark.parametrize("order", ["recall_first", "parallel"])
@pytest.mark.parametrize("retriever", ["hybrid", "llm", "hybrid+llm"])
def test_every_variant_makes_the_same_calls_with_about_the_same_tokens(library: Library, retriever: str, order: str) -> None:
    found = {b.model: b for b in answer_budgets(run_of(library, matched=True, retriever=retriever, order=order))}
    whole = found["whole"]
    for name, variant in found.items():
        assert variant.calls == whole.calls, name
        assert variant.prompt_tokens == pytest.approx(whole.prompt_tokens, rel=0.1), name
        assert variant.answer_tokens == pytest.approx(whole.answer_tokens, rel=0.1), name


def test_without_a_match_a_variant_is_cheaper_and_the_table_shows_it(library: Library) -> None:
    rows = run_of(library, retriever="hybrid")
    found = {b.model: b for b in answer_budgets(rows)}
    assert found["all-off"].calls == 1 and found["whole"].calls == 3
    assert found["all-off"].prompt_tokens < 0.8 * found["whole"].prompt_tokens
    table = budget_table(rows)
    assert [line[0] for line in table.rows] == list(VARIANTS)
    assert table.rows[0][-1] == "+0.0 %" and table.rows[-1][-1].startswith("-")


def test_models_of_different_methods_are_no_ablation() -> None:
    trace = {"memories": [], "calls": []}
    rows = [{"model": "a", "trace": {**trace, "method": "rag"}}, {"model": "b", "trace": {**trace, "method": "macm"}}]
    assert budget_table(rows).rows == ()


def test_a_placebo_brings_nothing_of_the_agent_that_is_off(library: Library) -> None:
    whole, _ = ask(library, ASKED[0], VARIANTS["whole"], retriever="hybrid")
    off, backbone = ask(library, ASKED[0], (), retriever="hybrid", matched=True)
    assert len(off.trace.memories) == len(whole.trace.memories) >= 1 and not {m.id for m in off.trace.memories} & {
        m.id for m in whole.trace.memories
    }
    assert "ada-berg-m001" not in {m.id for m in off.trace.memories}  # the green boat
    assert (off.trace.thoughts, off.trace.feelings) == ("", "")
    assert sorted(call.agent for call in off.trace.calls) == ["emotion placebo", "thinking placebo", "top"]
    said = "\n".join(m.content for messages, _ in backbone.calls for m in messages)
    assert "silent thoughts" not in said and "your feelings" not in said
    last = backbone.calls[-1][0][-1].content
    assert "What goes through your head" not in last and "What you feel" not in last and "in other words" in last


def test_which_other_memories_come_is_seeded(library: Library) -> None:
    def picked(seed: int) -> list[str]:
        return [m.id for q in ASKED for m in ask(library, q, (), seed, retriever="lexical", matched=True)[0].trace.memories]

    assert picked(3) == picked(3)
    assert len({tuple(picked(seed)) for seed in range(6)}) > 1


def test_matched_is_yes_or_no(library: Library) -> None:
    with pytest.raises(UserError, match="'matched' must be True or False, not 'yes'"):
        ask(library, ASKED[0], (), matched="yes")


def test_a_joint_call_is_replaced_by_one_placebo(library: Library) -> None:
    off, _ = ask(library, ASKED[0], ("memory",), retriever="hybrid", matched=True, agents="joint")
    assert [call.agent for call in off.trace.calls] == ["thinking placebo", "top"]
    assert (off.trace.thoughts, off.trace.feelings) == ("", "")


def test_the_config_compares_orders_and_agents_of_one_method(monkeypatch: pytest.MonkeyPatch) -> None:
    from human_simulacra.plugin.config_checks import check_abbrs
    from human_simulacra.plugin.config_reading import load_config
    from human_simulacra.plugin.config_schema import check_simulacrum

    monkeypatch.chdir(ROOT)
    config = load_config(os.path.join("configs", "eval_ablation.py"))
    check_abbrs(config, "eval_ablation.py")
    for entry in config["models"]:
        check_simulacrum(entry, "eval_ablation.py", "models")
    variants = [m["method_kwargs"] for m in config["models"]]
    assert {tuple(v.get("components", VARIANTS["whole"])) for v in variants} == set(VARIANTS.values())
    assert {(v.get("order"), v["agents"]) for v in variants} == {(None, "separate"), ("parallel", "separate"), (None, "joint")}
    assert all(v["matched"] is True for v in variants)
