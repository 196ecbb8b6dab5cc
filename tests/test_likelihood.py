"""Answering by likelihood: every backbone's scores, what is chosen by them, and where they show."""

from __future__ import annotations

import asyncio
import json
import math
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.agents.option_scoring import neutral_turn
from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import LogLikelihood, ScoredTexts
from human_simulacra.backbones.embedded_model import embedded_weights
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.errors import UserError
from human_simulacra.evaluation.twins import agreements, cohens_kappa
from human_simulacra.library import Library
from human_simulacra.likelihood_choice import OptionScore, choose_options
from human_simulacra.method_interface import MethodSettings
from human_simulacra.methods import METHODS, Method
from human_simulacra.plugin.checks import check_simulacrum
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_config import resolve_answering
from human_simulacra.plugin.opencompass_backbone import ScoringOpenCompassBackbone
from human_simulacra.stimuli import statement, stimulus
from human_simulacra.traces import Reply
from human_simulacra.types import Completion, Message, Question, Stimulus
from tests.conftest import ScriptedBackbone
from tests.test_methods import WordEmbedder
from tests.test_other_models import tiny_model

__all__ = ["tiny_model"]  # the fixture
QUESTION = Question("q1", "ada-berg", "single_choice", "What broke?", ("a leg", "a violin", "a cup"), (1,), (), "story", True)


class Weighing(ScriptedBackbone):
    """Scores texts by a table; a persona in the system message doubles what it likes."""

    def __init__(self, likes: dict[str, float]) -> None:
        super().__init__("thought")
        self.likes = likes
        self.scored: list[tuple[list[Message], tuple[str, ...]]] = []

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        self.scored.append((list(messages), tuple(continuations)))
        liked = "broke" in messages[-1].content
        scores = tuple(LogLikelihood(-10.0 + liked * self.likes.get(c, 0.0), len(c.split())) for c in continuations)
        return ScoredTexts(scores, Completion("", 50, 40, 0, False, 0.1))


def ask(library: Library, name: str, backbone: Any, put: Stimulus, answering: Any = "likelihood") -> Reply:
    setting = MethodSettings(library, backbone, backbone, WordEmbedder(), 32, answering=answering)
    return asyncio.run(Method(name, setting).respond(put))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_with_the_letter_of_the_likeliest_option(library: Library, method: str) -> None:
    backbone = Weighing({"a violin": 3.0})
    reply = ask(library, method, backbone, stimulus(QUESTION))
    assert reply.text == "B" and reply.trace.answering == "likelihood"
    assert [c.option for c in reply.trace.choices] == list(QUESTION.options)
    violin = reply.trace.choices[1]
    assert (violin.logprob, violin.neutral, violin.tokens, violin.score) == (-7.0, -10.0, 2, 1.5)
    top = next(call for call in reply.trace.calls if call.agent == "top")
    assert (top.completion.text, top.completion.prompt_tokens) == ("B", 50)
    assert top.prompt.endswith('asks:\n"What broke?"') and "letter" not in top.prompt


def test_the_neutral_prompt_is_the_same_for_all_methods_and_knows_neither_person_nor_question(library: Library) -> None:
    neutral = set()
    for method in METHODS:
        backbone = Weighing({})
        ask(library, method, backbone, stimulus(QUESTION))
        neutral.add(tuple(message.content for message in backbone.scored[1][0]))
    assert len(neutral) == 1
    said = " ".join(neutral.pop())
    assert "Ada" not in said and "broke" not in said


def test_yes_and_no_are_answered_in_words_and_open_questions_are_generated(library: Library) -> None:
    asked = statement("r", "ada-berg", "Things broke.", 0)
    reply = ask(library, "prompt", Weighing({"No": 2.0}), asked)
    assert reply.text == "No"
    assert neutral_turn(asked) == asked.text.replace("Things broke.", "...")
    opened = ask(library, "prompt", Weighing({}), Stimulus("q", "ada-berg", "Who?", "Who?"))
    assert (opened.text, opened.trace.answering, opened.trace.choices) == ("thought", "generate", [])


def test_several_options_are_those_above_the_mean() -> None:
    choices = [OptionScore(str(i), 0, 0, 1, score) for i, score in enumerate([1.0, -2.0, 0.5, -1.0])]
    assert choose_options(choices, True) == (0, 2) and choose_options(choices, False) == (0,)
    assert choose_options([choices[0]] * 3, True) == (0, 1, 2)


def test_a_backbone_that_cannot_score_is_one_clear_error(library: Library) -> None:
    with pytest.raises(UserError, match="gives no log-probabilities"):
        ask(library, "prompt", ScriptedBackbone("A"), stimulus(QUESTION))
    with pytest.raises(UserError, match="gives no log-probabilities"):
        wrapped = CachedBackbone(RetryingBackbone(ScriptedBackbone("A")), CallCache(library.path / "c.sqlite"))
        asyncio.run(require_scoring(wrapped).loglikelihoods([Message("user", "?")], ["A"]))


def test_scores_are_retried_stored_and_never_paid_twice(tmp_path: Path) -> None:
    inner = Weighing({"b": 1.0})
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


def test_the_embedded_model_weighs_by_default_and_an_api_model_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    api = {"type": "opencompass.models.OpenAISDK", "path": "gpt"}
    assert resolve_answering({"type": LlamaCpp}, None, "m") == "likelihood"
    assert resolve_answering({"type": LlamaCpp, "path": "x.gguf"}, None, "m") == "generate"
    assert resolve_answering({"type": "opencompass.models.HuggingFaceBaseModel"}, "likelihood", "m") == "likelihood"
    assert resolve_answering(api, None, "m") == "generate"
    with pytest.raises(UserError, match="model 'm' has answering='likelihood', but OpenAISDK gives no log-probabilities"):
        check_simulacrum({"abbr": "m", "llm": api, "answering": "likelihood"})
    with pytest.raises(UserError, match="unknown answering 'likelyhood': did you mean 'likelihood'"):
        check_simulacrum({"abbr": "m", "llm": api, "answering": "likelyhood"})


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaChat]:
    pytest.importorskip("xllamacpp", reason="the extra [local] is not installed")
    patch = pytest.MonkeyPatch()
    patch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path_factory.mktemp("weights")))
    process = LlamaProcess(embedded_weights())
    patch.undo()
    yield LlamaChat(process, "test")
    process.close()


HAPPY = [Message("system", "You are Ada, a baker in Sund."), Message("user", "What is the capital of France?")]


def test_the_embedded_model_prefers_the_plainly_right_option(embedded: LlamaChat) -> None:
    texts = ["The capital of France is Paris.", "The capital of France is table.", "Green walked the"]
    scores = embedded.request_scores(HAPPY, texts).scores
    assert scores[0].logprob > scores[1].logprob > scores[2].logprob
    assert scores[0].tokens > 4


def test_embedded_scores_are_those_of_the_whole_distribution_and_repeat(embedded: LlamaChat) -> None:
    entries = embedded.next_tokens(HAPPY, 1_000_000)
    assert sum(math.exp(entry["logprob"]) for entry in entries) == pytest.approx(1, abs=0.001)
    whole = {entry["token"]: entry["logprob"] for entry in entries}
    rare = min((token for token in whole if token.isalpha() and token.isascii()), key=lambda token: whole[token])
    texts = ["The", "Paris", rare]
    first = embedded.request_scores(HAPPY, texts)
    assert [s.logprob for s in first.scores] == pytest.approx([whole[t] for t in texts], abs=1e-3)
    embedded.request_scores([Message("user", "Who?")], ["Me"])
    assert embedded.request_scores(HAPPY, texts).scores == first.scores
    assert first.usage.prompt_tokens > 0 and not first.usage.estimated


def test_texts_whose_tokens_are_parts_of_letters_are_scored(embedded: LlamaChat) -> None:
    asked = [Message("user", "Repeat: Hřensko, Hřensko, Hřensko. Say Hřensko.")]
    right, wrong = embedded.request_scores(asked, ["Hřensko", "Hňensko"]).scores
    assert right.tokens == wrong.tokens == 5 and wrong.logprob < right.logprob < 0


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


def test_agreement_of_twins_has_the_textbook_kappa() -> None:
    # 45 yes-yes, 15 yes-no, 25 no-yes, 15 no-no: agreement 0.6, by chance 0.54, kappa 0.13.
    pairs = [("yes", "yes")] * 45 + [("yes", "no")] * 15 + [("no", "yes")] * 25 + [("no", "no")] * 15
    assert cohens_kappa(*zip(*pairs, strict=True)) == pytest.approx(0.1304, abs=1e-4)
    assert math.isnan(cohens_kappa(["yes"] * 3, ["yes"] * 3))
    rows = []
    for i, said in enumerate(pairs):
        for place, way in enumerate(("likelihood", "generate")):
            rows.append({
                "model": f"m-{way}", "id": str(i), "type": "statement", "options": ["Yes", "No"], "missing": False,
                "said": said[place], "trace": {"setting": "s", "answering": way},
            })  # fmt: skip
    rows.append({**rows[0], "model": "stranger", "trace": {"setting": "other", "answering": "generate"}})
    (found,) = agreements(rows, lambda row: [row["said"]], lambda row: 0)
    assert (found.generated, found.weighed, found.rows) == ("m-generate", "m-likelihood", 100)
    assert (found.percent, found.kappa) == (pytest.approx(60), pytest.approx(0.1304, abs=1e-4))


def test_a_run_with_both_ways_reports_their_agreement_and_marks_the_weighed(
    tmp_path: Path, data: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from human_simulacra.cli import main as replay
    from human_simulacra.plugin.main import main
    from tests.runs import latest, predictions, write_config

    llm = f"dict(type=HuggingFacewithChatTemplate, path={str(tiny_model)!r}, max_out_len=6, model_kwargs=dict(device_map='cpu'))"
    config = write_config(tmp_path, data, llm, ("prompt",), dataset={"characters": ["ada-berg"]})
    twin = "models += [dict(models[0], abbr='m-weighed', answering='likelihood')]\n"
    config.write_text(config.read_text() + twin)
    assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    folder = latest(tmp_path / "out")
    rows = predictions(folder)
    assert rows["m-weighed/single_choice"][0]["prediction"] in "ABCD"
    assert len(rows["m-weighed/single_choice"][0]["trace"]["choices"]) == 4
    assert rows["m-weighed/cloze"][0]["trace"]["answering"] == "generate"
    summary = json.loads((folder / "summary" / "self_report.json").read_text())
    assert {entry["type"] for entry in summary["data"]["agreement"]} == {"single_choice", "multiple_choice"}
    assert summary["data"]["by_likelihood"] == ["m-weighed"] and any(note.startswith("(L) marks") for note in summary["notes"])
    named = {row[0] for table in summary["tables"] if table["head"][0] == "model" for row in table["rows"]}
    assert {"m-prompt", "m-weighed (L)"} <= named and "m-weighed" not in named

    assert replay(["replay", str(folder)]) == 0
    path = folder / "predictions" / "m-weighed" / "single_choice.json"
    answers = json.loads(path.read_text())
    choices = answers["0"]["trace"]["choices"]
    worst = min(choices, key=lambda choice: choice["score"])
    worst["score"] = 1 + max(choice["score"] for choice in choices)
    path.write_text(json.dumps(answers))
    assert replay(["replay", str(folder)]) == 1
    assert "the choice of ada-berg-single_choice" in capsys.readouterr().out
