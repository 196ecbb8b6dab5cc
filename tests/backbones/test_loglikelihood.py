"""Log-likelihoods of given texts: each model class's scores, retried and stored."""

from __future__ import annotations

import asyncio
import math
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import LogLikelihood, ScoredTexts
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.plugin.opencompass_backbone import ScoringOpenCompassBackbone
from human_simulacra.types import Generation, Message
from tests.backbones.scripted_scores import ScriptedScores


def test_scores_are_retried_stored_and_never_paid_twice(tmp_path: Path) -> None:
    inner = ScriptedScores({"b": 1.0})
    failures = [BackboneError("busy", retryable=True)]
    score = inner.loglikelihoods

    async def failing(messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        if failures:
            raise failures.pop()
        return await score(messages, continuations)

    inner.loglikelihoods = failing  # type: ignore[method-assign]
    ask = [Message("user", "What broke?")]

    async def no_wait(seconds: float) -> None:
        pass

    def scored(texts: list[str]) -> ScoredTexts:
        retrying = RetryingBackbone(inner, RetryPolicy(2), no_wait)
        return asyncio.run(CachedBackbone(retrying, CallCache(tmp_path / "calls.sqlite")).loglikelihoods(ask, texts))

    first, again = scored(["a", "b"]), scored(["a", "b"])
    assert (first.usage.from_cache, again.usage.from_cache) == (False, True) and first.scores == again.scores
    assert len(inner.scored) == 1
    assert scored(["b", "a"]).scores == first.scores[::-1] and len(inner.scored) == 2


HAPPY = [Message("system", "You are Ada, a baker in Sund."), Message("user", "What is the capital of France?")]


def test_the_embedded_model_prefers_the_plainly_right_option(embedded: LlamaChat) -> None:
    texts = ["The capital of France is Paris.", "The capital of France is table.", "Green walked the"]
    scores = asyncio.run(embedded.loglikelihoods(HAPPY, texts)).scores
    assert scores[0].logprob > scores[1].logprob > scores[2].logprob
    assert scores[0].tokens > 4


def test_embedded_scores_are_those_of_the_whole_distribution_and_repeat(embedded: LlamaChat) -> None:
    entries = asyncio.run(embedded.next_tokens(HAPPY, 1_000_000))
    assert sum(math.exp(entry["logprob"]) for entry in entries) == pytest.approx(1, abs=0.001)
    whole = {entry["token"]: entry["logprob"] for entry in entries}
    rare = min((token for token in whole if token.isalpha() and token.isascii()), key=lambda token: whole[token])
    texts = ["The", "Paris", rare]
    first = asyncio.run(embedded.loglikelihoods(HAPPY, texts))
    assert [s.logprob for s in first.scores] == pytest.approx([whole[t] for t in texts], abs=1e-3)
    asyncio.run(embedded.loglikelihoods([Message("user", "Who?")], ["Me"]))
    assert asyncio.run(embedded.loglikelihoods(HAPPY, texts)).scores == first.scores
    assert first.usage.prompt_tokens > 0 and not first.usage.estimated


def test_texts_whose_tokens_are_parts_of_letters_are_scored(embedded: LlamaChat) -> None:
    asked = [Message("user", "Repeat: Hřensko, Hřensko, Hřensko. Say Hřensko.")]
    right, wrong = asyncio.run(embedded.loglikelihoods(asked, ["Hřensko", "Hňensko"])).scores
    assert right.tokens == wrong.tokens == 5 and wrong.logprob < right.logprob < 0


def test_scores_depend_neither_on_earlier_requests_nor_much_on_the_other_options(embedded: LlamaChat) -> None:
    texts = ["I bake bread.", "I bake.", "I bake bread and cakes.", "Nothing", "I bake bread."]
    asked = [HAPPY[0], Message("user", "What do you do?")]
    first = asyncio.run(embedded.loglikelihoods(asked, texts))
    asyncio.run(embedded.loglikelihoods([Message("system", "You are Bo, a sailor."), asked[1]], ["I sail.", "I bake."]))
    asyncio.run(embedded.complete(asked, Generation(3)))
    assert asyncio.run(embedded.loglikelihoods(asked, texts)).scores == first.scores
    assert first.scores[0] == first.scores[4]
    for text, score in zip(texts, first.scores, strict=True):
        (alone,) = asyncio.run(embedded.loglikelihoods(asked, [text])).scores
        assert (alone.tokens, alone.logprob) == (score.tokens, pytest.approx(score.logprob, abs=0.1 * score.tokens))


def test_a_row_is_one_pass_in_which_what_options_share_is_read_once(embedded: LlamaChat) -> None:
    asked = [HAPPY[0], Message("user", "What do you do?")]

    def read(texts: list[str]) -> int:
        usage = asyncio.run(embedded.loglikelihoods(asked, texts)).usage
        assert usage.cached_tokens > 0
        return usage.prompt_tokens - usage.cached_tokens

    shared = "I get up at four and bake bread"
    assert read([f"{shared} here.", f"{shared} there."]) < read([f"{shared} here."]) + 4
    many = [f"{shared} for {number} people." for number in range(40)]  # more than one pass takes
    assert len(asyncio.run(embedded.loglikelihoods(asked, many)).scores) == len(many)


def test_what_cannot_be_scored_is_said_and_the_next_request_works(embedded: LlamaChat) -> None:
    asked = [HAPPY[0], Message("user", "What do you do?")]
    with pytest.raises(BackboneError, match="the option '' has no token to score"):
        asyncio.run(embedded.loglikelihoods(asked, ["I bake.", ""]))
    with pytest.raises(BackboneError, match=r"prompt and options have \d+ tokens, and the context only 8192"):
        asyncio.run(embedded.loglikelihoods(asked, ["I bake. " * 3000]))
    assert asyncio.run(embedded.loglikelihoods(asked, ["I bake."])).scores


def manual(model: Any, prompt: str, continuation: str) -> float:
    """The sum of log-probabilities token by token, each from a forward pass of its own, without padding."""
    import torch

    ids = model.tokenizer.encode(prompt + continuation, add_special_tokens=False)
    start = len(model.tokenizer.encode(prompt, add_special_tokens=False))
    with torch.inference_mode():
        return sum(
            float(torch.log_softmax(model.model(torch.tensor([ids[:i]])).logits[0, -1].float(), -1)[ids[i]])
            for i in range(start, len(ids))
        )


@pytest.mark.parametrize("kind", ["HuggingFacewithChatTemplate", "HuggingFaceBaseModel"])
def test_transformers_models_score_in_padded_batches_as_one_by_one(tiny_model: Path, kind: str) -> None:
    import opencompass.models

    model = getattr(opencompass.models, kind)(path=str(tiny_model), model_kwargs={"device_map": "cpu"}, max_seq_len=200)
    backbone = ScoringOpenCompassBackbone(model, "tiny", 1, batch_size=4)
    asked = [("You are Ada.", "Who?"), ("Be brief and say what you like to eat.", "Soup or bread or fish?")]
    texts = ["A", "bread and fish", "soup!"]

    async def both() -> list[ScoredTexts]:
        return await asyncio.gather(
            *(backbone.loglikelihoods([Message("system", s), Message("user", u)], texts) for s, u in asked)
        )

    for (system, user), found in zip(asked, asyncio.run(both()), strict=True):
        chat = f"<system> {system} <user> {user} <assistant>"
        prompt = chat if kind == "HuggingFacewithChatTemplate" else system + user
        assert [s.logprob for s in found.scores] == pytest.approx([manual(model, prompt, t) for t in texts], abs=1e-4)
        assert [s.tokens for s in found.scores] == [len(t) for t in texts]
    with pytest.raises(BackboneError, match="longer than 200"):
        asyncio.run(backbone.loglikelihoods([Message("user", "x" * 300)], ["A"]))


def test_vllm_scores_come_from_the_prompts_log_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for vLLM's `LLM.generate`: the log-probability of a token is minus its place in the prompt."""
    from opencompass.models import VLLMwithChatTemplate

    class Tokenizer:
        def apply_chat_template(self, messages: list[dict], **options: Any) -> str:
            return "".join(f"<{m['role']}>{m['content']}" for m in messages) + "<assistant>"

        def encode(self, text: str, add_special_tokens: bool = True) -> list[int]:
            return [ord(c) for c in text]

    class Engine:
        def generate(self, prompts: list[dict], parameters: Any) -> list[Any]:
            assert parameters.prompt_logprobs == 0
            return [
                types.SimpleNamespace(
                    prompt_logprobs=[None]
                    + [{t: types.SimpleNamespace(logprob=-i)} for i, t in enumerate(p["prompt_token_ids"]) if i]
                )
                for p in prompts
            ]

    module = types.ModuleType("vllm")
    module.SamplingParams = lambda **values: types.SimpleNamespace(**values)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "vllm", module)
    model = VLLMwithChatTemplate.__new__(VLLMwithChatTemplate)
    model.tokenizer, model.model, model.max_seq_len, model.lora_path = Tokenizer(), Engine(), 100, None
    model.fastchat_template, model.chat_template_kwargs = None, {}
    backbone = ScoringOpenCompassBackbone(model, "vllm", 1, 8)
    found = asyncio.run(backbone.loglikelihoods([Message("user", "Hm?")], ["Yes", "No"]))
    start = len("<user>Hm?<assistant>")
    assert found.scores == (LogLikelihood(-(3.0 * start + 3), 3), LogLikelihood(-(2.0 * start + 1), 2))
