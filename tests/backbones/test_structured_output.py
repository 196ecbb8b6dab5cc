"""Backbones that hold an answer to a form: the reading of a form, the embedded model, and vLLM's argument."""

from __future__ import annotations

import asyncio
import json
import sys
import types
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.answer_form import AnswerForm
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.plugin.opencompass_backbone import ScoringOpenCompassBackbone
from human_simulacra.types import Generation, Message

LETTERS = tuple("ABCDEF")


@given(st.sets(st.sampled_from(LETTERS), min_size=1), st.randoms())
def test_letters_are_read_in_order_and_once(wanted: set[str], chance: Any) -> None:
    named = [*wanted, *wanted]
    chance.shuffle(named)
    assert AnswerForm(LETTERS, True).read(json.dumps({"answer": named})) == ", ".join(sorted(wanted))
    assert AnswerForm(LETTERS).read(json.dumps({"answer": named[0]}, indent=2)) == named[0]


@pytest.mark.parametrize(
    "text",
    [
        "", "B", '"B"', '{"answer": "G"}', '{"answer": "b"}', '{"answer": null}', '{"answer": ["B"]}', '{"answer": "B"} since',
        '{"answer": "B", "why": "so"}', '{"letter": "B"}', '```json\n{"answer": "B"}\n```', '{"answer": "B', '[{"answer": "B"}]',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_another_form_is_not_read(text: str) -> None:
    assert AnswerForm(LETTERS).read(text) is None


@pytest.mark.parametrize("text", ['{"answer": "B"}', '{"answer": []}', '{"answer": ["A", "G"]}', '{"answer": ["A", ["B"]]}'])
def test_another_list_is_not_read(text: str) -> None:
    assert AnswerForm(LETTERS, True).read(text) is None


def test_the_embedded_model_is_held_to_a_form(embedded: LlamaChat) -> None:
    asked = [Message("system", "You are Ada, a baker."), Message("user", "Do you bake bread? Tell me a long story.")]
    for form in (AnswerForm(("yes", "no")), AnswerForm(("C", "D"))):
        assert form.read(asyncio.run(embedded.complete(asked, Generation(48, form=form))).text) in form.choices
    cut = asyncio.run(embedded.complete(asked, Generation(3, form=AnswerForm(("C", "D")))))
    assert cut.finish == "length" and AnswerForm(("C", "D")).read(cut.text) is None
    # A list ends after as many letters as there are, so that a weak model does not repeat them to its limit.
    listed = AnswerForm(("C", "D"), True)
    assert listed.read(asyncio.run(embedded.complete(asked, Generation(48, form=listed))).text) in ("C", "D", "C, D")


@pytest.mark.parametrize(
    ("known", "argument"), [("StructuredOutputsParams", "structured_outputs"), ("GuidedDecodingParams", "guided_decoding")]
)
def test_vllm_gets_the_form_by_the_name_that_its_version_knows(
    monkeypatch: pytest.MonkeyPatch, known: str, argument: str
) -> None:
    """A stand-in for OpenCompass's vLLM class, which hands the arguments of `generate` to vLLM's `SamplingParams`."""
    form, given_arguments = AnswerForm(("A", "B")), []

    class VLLMwithChatTemplate:
        def generate(self, prompts: list[Any], max_out_len: int, **arguments: Any) -> list[str]:
            given_arguments.append(arguments)
            return ['{"answer": "B"}'] * len(prompts)

    module = types.ModuleType("vllm")
    parameters = types.SimpleNamespace(**{known: lambda json: ("held to", json)})
    module.sampling_params = parameters  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "vllm", module)
    backbone = ScoringOpenCompassBackbone(VLLMwithChatTemplate(), "vllm", 1, 8)

    async def ask() -> list[Any]:
        both = (Generation(16, form=form), Generation(16))
        return await asyncio.gather(*(backbone.complete([Message("user", "Hm?")], generation) for generation in both))

    free, held = sorted(asyncio.run(ask()) and given_arguments, key=len)
    assert held[argument] == ("held to", form.schema()) and argument not in free
