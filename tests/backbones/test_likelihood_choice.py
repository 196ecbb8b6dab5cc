"""Answering by likelihood: what is chosen by the scores, and where it shows."""

from __future__ import annotations

import asyncio
import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.agents.option_scoring import neutral_turn
from human_simulacra.backbones import CachedBackbone, CallCache, RetryingBackbone
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.likelihood_choice import OptionScore, choose_options, standardise
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.methods import METHODS
from human_simulacra.plugin.config_schema import check_simulacrum
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_config import resolve_answering
from human_simulacra.results.answering_agreement import cohens_kappa, compare_answering
from human_simulacra.stimuli import question_stimulus, statement_stimulus
from human_simulacra.traces import Reply
from human_simulacra.types import Message, Question, Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.backbones.scripted_scores import ScriptedScores
from tests.conftest import ScriptedBackbone

QUESTION = Question("q1", "ada-berg", "single_choice", "What broke?", ("a leg", "a violin", "a cup"), (1,), (), "story", True)


def ask(library: Library, name: str, backbone: Any, put: Stimulus, answering: Any = "likelihood") -> Reply:
    setting = MethodSettings(library, backbone, backbone, WordEmbedder(), 32, answering=answering)
    return asyncio.run(Method(name, setting).respond(put))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_with_the_letter_of_the_likeliest_option(library: Library, method: str) -> None:
    backbone = ScriptedScores({"a violin": 3.0})
    reply = ask(library, method, backbone, question_stimulus(QUESTION))
    assert reply.text == "B" and reply.trace.answering == "likelihood"
    assert [c.option for c in reply.trace.choices] == list(QUESTION.options)
    violin = reply.trace.choices[1]
    assert (violin.logprob, violin.neutral, violin.tokens) == (-7.0, -10.0, 2)
    assert violin.score == max(c.score for c in reply.trace.choices) > 0
    top = next(call for call in reply.trace.calls if call.agent == "top")
    assert (top.completion.text, top.completion.prompt_tokens) == ("B", 50)
    assert top.prompt.endswith('asks:\n"What broke?"') and "ANSWER" not in top.prompt


def test_the_neutral_prompt_is_the_same_for_all_methods_and_knows_neither_person_nor_question(library: Library) -> None:
    neutral = set()
    for method in METHODS:
        backbone = ScriptedScores({})
        ask(library, method, backbone, question_stimulus(QUESTION))
        neutral.add(tuple(message.content for message in backbone.scored[1][0]))
    assert len(neutral) == 1
    said = " ".join(neutral.pop())
    assert "Ada" not in said and "broke" not in said


def test_yes_and_no_are_answered_in_words_and_open_questions_are_generated(library: Library) -> None:
    asked = statement_stimulus("r", "ada-berg", "Things broke.", 0)
    reply = ask(library, "prompt", ScriptedScores({"No": 2.0}), asked)
    assert reply.text == "No"
    assert neutral_turn(asked) == asked.scored.replace("Things broke.", "...")
    top = next(call for call in reply.trace.calls if call.agent == "top")
    assert top.prompt.endswith('"Things broke."\nAnswer with {} or {} alone.'.format(*map(str.lower, asked.options)))
    opened = ask(library, "prompt", ScriptedScores({}), Stimulus("q", "ada-berg", "Who?", "Who?"))
    assert (opened.text, opened.trace.answering, opened.trace.choices) == ("thought", "generate", [])


def test_several_options_are_those_above_the_mean() -> None:
    choices = [OptionScore(str(i), 0, 0, 1, score) for i, score in enumerate([1.0, -2.0, 0.5, -1.0])]
    assert choose_options(choices, True) == (0, 2) and choose_options(choices, False) == (0,)
    assert choose_options([choices[0]] * 3, True) == (0, 1, 2)


@given(
    st.lists(st.tuples(st.integers(1, 30), st.floats(-40, 40)), min_size=2, max_size=6),
    st.floats(-5, 5),
)
def test_a_likelihood_that_changes_at_one_rate_per_token_changes_no_score(options: list[tuple[int, float]], rate: float) -> None:
    tokens = [count for count, _ in options]
    gains = [gain for _, gain in options]
    shifted = [gain + rate * count for gain, count in zip(gains, tokens, strict=True)]
    assert standardise(shifted, tokens) == pytest.approx(standardise(gains, tokens), abs=1e-6)
    assert standardise([rate * count for count in tokens], tokens) == [0.0] * len(tokens)


@pytest.mark.parametrize("rate", [-1.0, 0.0, 1.0])
def test_a_model_that_knows_only_the_length_of_options_prefers_no_length(rate: float) -> None:
    # Every token gains `rate` with independent noise: no option has anything for it but its number of tokens.
    chance = random.Random(0)
    shortest = longest = 0
    questions = 4000
    for _ in range(questions):
        tokens = chance.sample(range(1, 16), 4)
        scores = standardise([sum(chance.gauss(rate, 1) for _ in range(count)) for count in tokens], tokens)
        (chosen,) = choose_options([OptionScore("", 0, 0, 1, score) for score in scores], False)
        shortest += tokens[chosen] == min(tokens)
        longest += tokens[chosen] == max(tokens)
    assert shortest / questions == pytest.approx(0.25, abs=0.03)
    assert longest / questions == pytest.approx(0.25, abs=0.03)


def test_a_backbone_that_cannot_score_is_one_clear_error(library: Library) -> None:
    with pytest.raises(UserError, match="gives no log-probabilities"):
        ask(library, "prompt", ScriptedBackbone("A"), question_stimulus(QUESTION))
    with pytest.raises(UserError, match="gives no log-probabilities"):
        wrapped = CachedBackbone(RetryingBackbone(ScriptedBackbone("A")), CallCache(library.path / "c.sqlite"))
        asyncio.run(require_scoring(wrapped).loglikelihoods([Message("user", "?")], ["A"]))


def test_the_embedded_model_weighs_by_default_and_an_api_model_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    api = {"type": "opencompass.models.OpenAISDK", "path": "gpt"}
    assert resolve_answering({"type": LlamaCpp}, None, "m") == "likelihood"
    assert resolve_answering({"type": LlamaCpp, "path": "x.gguf"}, None, "m") == "generate"
    assert resolve_answering({"type": "opencompass.models.HuggingFaceBaseModel"}, "likelihood", "m") == "likelihood"
    assert resolve_answering(api, None, "m") == "generate"
    with pytest.raises(UserError, match="model 'm' has answering='likelihood', but OpenAISDK gives no log-probabilities"):
        check_simulacrum({"abbr": "m", "llm": api, "answering": "likelihood"}, "config.py", "models[0]")
    with pytest.raises(UserError, match="answering 'likelyhood': did you mean 'likelihood'"):
        check_simulacrum({"abbr": "m", "llm": api, "answering": "likelyhood"}, "config.py", "models[0]")


def test_answering_agreement_has_the_textbook_kappa() -> None:
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
    (found,) = compare_answering(rows, lambda row: [row["said"]], lambda row: 0)
    assert (found.model, found.against, found.rows) == ("m-generate", "m-likelihood", 100)
    assert (found.percent, found.kappa) == (pytest.approx(60), pytest.approx(0.1304, abs=1e-4))


def test_every_run_of_a_question_enters_the_agreement_of_ways_of_answering() -> None:
    said = {"generate": ("yes", "yes", "no"), "likelihood": ("yes", "no", "no")}  # by run
    rows: list[dict[str, Any]] = [
        {"model": way, "id": "1", "run": run, "type": "statement", "options": ["Yes", "No"], "missing": False, "said": word,
         "trace": {"setting": "s", "answering": way}}
        for way, words in said.items() for run, word in enumerate(words, 1)
    ]  # fmt: skip
    (found,) = compare_answering(rows, lambda row: [row["said"]], lambda row: 0)
    assert (found.rows, found.percent) == (3, pytest.approx(100 * 2 / 3))


def test_a_run_with_both_ways_reports_their_agreement_and_labels_log_likelihood(
    tmp_path: Path, data: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from human_simulacra.cli import main as replay
    from human_simulacra.plugin.run_command import main
    from tests.run_config import latest, predictions, write_config

    llm = f"dict(type=HuggingFacewithChatTemplate, path={str(tiny_model)!r}, max_out_len=6, model_kwargs=dict(device_map='cpu'))"
    config = write_config(tmp_path, data, llm, ("prompt",), dataset={"characters": ["ada-berg"]})
    second = "models += [dict(models[0], abbr='m-likelihood', answering='likelihood')]\n"
    config.write_text(config.read_text() + second)
    assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    folder = latest(tmp_path / "out")
    rows = predictions(folder)
    assert rows["m-likelihood/single_choice"][0]["prediction"] in "ABCD"
    assert len(rows["m-likelihood/single_choice"][0]["trace"]["choices"]) == 4
    assert rows["m-likelihood/cloze"][0]["trace"]["answering"] == "generate"
    summary = json.loads((folder / "summary" / "self_report.json").read_text())
    assert {entry["type"] for entry in summary["data"]["agreement"]} == {"single_choice", "multiple_choice"}
    assert summary["data"]["answering"] == {"m-likelihood": "likelihood"} and any(
        note.startswith("(log-likelihood):") for note in summary["notes"]
    )
    named = {row[0] for table in summary["tables"] if table["head"][0] == "model" for row in table["rows"]}
    assert {"m-prompt", "m-likelihood (log-likelihood)"} <= named and "m-likelihood" not in named

    assert replay(["replay", str(folder)]) == 0
    path = folder / "predictions" / "m-likelihood" / "single_choice.json"
    answers = json.loads(path.read_text())
    choices = answers["0"]["trace"]["choices"]
    worst = min(choices, key=lambda choice: choice["score"])
    worst["score"] = 1 + max(choice["score"] for choice in choices)
    path.write_text(json.dumps(answers))
    assert replay(["replay", str(folder)]) == 1
    assert "the choice of ada-berg-single_choice" in capsys.readouterr().out
