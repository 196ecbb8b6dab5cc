"""Texts in a form: what is read of a reply, retries with the fault, the judge and its admission, and the record of a dry run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.dry_run import DryRun, placeholder_text
from human_simulacra.construction.judging import NOT_JUDGED, TextJudge, known_standard, known_texts
from human_simulacra.construction.structured_writing import Draft, TextReply, Writer
from human_simulacra.construction.text_faults import find_text_faults
from human_simulacra.json_form import FormError, form_of, read_beginning, read_form
from human_simulacra.types import Completion, Generation
from tests.conftest import ScriptedBackbone
from tests.construction.scripted_judge import is_verdict, verdict

PROMPT = "Tell how Ada rowed to Sund, with what she saw and whom she met on the way."
GOOD = "Ada rowed to Sund in the grey light. Two seals followed the boat as far as the mole, and the ferryman waved."
EXAMPLE = TextReply(text=placeholder_text(40))


def form(text: str) -> str:
    return json.dumps({"text": text})


def write(
    script: Callable[..., str | BackboneError] | str, judged: bool = False, faults: Callable[[str], str] = lambda text: ""
) -> tuple[ScriptedBackbone, Draft[TextReply]]:
    """Writes with a script; the judge, if there is one, is right about the known texts and finds `faults`."""
    backbone = ScriptedBackbone(script)
    judge = TextJudge(ScriptedBackbone(lambda messages, generation: verdict(messages[-1].content, faults))) if judged else None
    writer = Writer(backbone, seed=3, judge=judge)
    draft = writer.write(
        TextReply, PROMPT, 40, example=EXAMPLE, check=lambda reply: find_text_faults(reply.text, 40),
        standard=known_standard() if judged else None,
    )  # fmt: skip
    return backbone, asyncio.run(draft)


def test_a_retry_names_the_fault_and_samples_again() -> None:
    backbone, draft = write(lambda messages, generation: form(GOOD) if generation.sample else form("Too long. " * 40))
    assert draft.value and draft.value.text == GOOD and draft.attempts == 2 and len(draft.rejected) == 1
    first, second = backbone.calls
    assert first[0][0].content.startswith(PROMPT) and first[1].seed == second[1].seed == 3
    assert draft.findings[0] in second[0][0].content and second[0][0].content.startswith(PROMPT)
    assert (first[1].sample, second[1].sample) == (0, 1) and first[1].form == form_of(TextReply)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Sure! Here is the JSON:\n\n{}\n\nLet me know if you need more.",
        "  \n{}",
        "{}}}",
        '{}\n{{"text": ""}}',
    ],
)
def test_what_stands_around_the_object_does_not_matter(around: str) -> None:
    _, draft = write(around.format(form(GOOD)))
    assert draft.value == TextReply(text=GOOD) and draft.attempts == 1


@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        ("", "not the JSON object"),
        ("As an AI, I have no past.", "not the JSON object"),
        (GOOD, "not the JSON object"),
        ('{"text": "Ada rowed', "could not be read"),
        ('{"story": "Ada rowed."}', "text: Field required"),
        ('{"text": ["Ada rowed."]}', "text: Input should be a valid string"),
    ],
)
def test_a_reply_without_the_form_is_asked_for_again_and_then_left_out(reply: str, finding: str) -> None:
    backbone, draft = write(reply)
    assert draft.value is None and draft.attempts == len(backbone.calls) == len(draft.findings) == 3
    assert finding in draft.findings[0] and finding in backbone.calls[1][0][0].content


def test_a_truncated_reply_is_named_and_asked_for_whole() -> None:
    class Cut(ScriptedBackbone):
        async def complete(self, messages, generation: Generation) -> Completion:
            whole = await super().complete(messages, generation)
            return whole if generation.sample else Completion(whole.text[:30], finish="length")

    backbone = Cut(form(GOOD))
    draft = asyncio.run(Writer(backbone).write(TextReply, PROMPT, 40, example=EXAMPLE))
    assert draft.value == TextReply(text=GOOD) and "it was truncated at" in draft.findings[0]
    assert all(generation.whole for _, generation in backbone.calls)


def test_a_text_takes_the_tokens_that_the_config_allows() -> None:
    assert Writer(ScriptedBackbone(), longest=256).fit_words(600) < 170
    assert Writer(ScriptedBackbone(), longest=4000).fit_words(600) == 600
    assert Writer(ScriptedBackbone(), context_tokens=512).fit_words(600) < 170


def test_the_judge_rejects_and_its_reason_is_in_the_next_prompt() -> None:
    backbone, draft = write(
        lambda m, g: form([f"{GOOD} Shall I go on?", GOOD][g.sample]), True, lambda t: "task" * ("Shall" in t)
    )
    assert draft.value == TextReply(text=GOOD) and draft.doubts == () and draft.attempts == 2
    assert "it speaks of its own writing: as quoted" in backbone.calls[1][0][0].content


@pytest.mark.parametrize("ability", ["all well", "all wrong", "no form", "misses one"])
def test_a_judge_that_does_not_tell_the_known_texts_apart_judges_nothing(ability: str) -> None:
    wrong = known_texts()[3]["text"]

    def reply(messages, generation) -> str:
        prompt = messages[-1].content
        if ability == "no form":
            return "It seems fine to me."
        if ability == "misses one" and wrong not in prompt:
            return verdict(prompt)
        return verdict(prompt.replace(prompt.split("-----")[1], "\n.\n"), lambda text: "" if ability == "all well" else "task")

    backbone = ScriptedBackbone(form(GOOD))
    writer = Writer(backbone, judge=TextJudge(ScriptedBackbone(reply)))
    draft = asyncio.run(writer.write(TextReply, PROMPT, 40, example=EXAMPLE, standard=known_standard()))
    assert draft.value == TextReply(text=GOOD) and draft.doubts == (NOT_JUDGED,)


def test_where_nobody_can_judge_the_last_text_is_used_with_its_faults_for_a_reviewer() -> None:
    backbone = ScriptedBackbone(form("and the boat " * 40))
    draft = asyncio.run(
        Writer(backbone).write(
            TextReply, PROMPT, 40, example=EXAMPLE, check=lambda r: find_text_faults(r.text, 40), standard=known_standard()
        )
    )
    assert draft.value and draft.doubts[0] == NOT_JUDGED and "it had 120 words" in draft.doubts[1]


def test_the_known_texts_are_asked_about_once() -> None:
    judge = ScriptedBackbone(lambda messages, generation: verdict(messages[-1].content))
    writer = Writer(ScriptedBackbone(form(GOOD)), judge=TextJudge(judge))

    async def several() -> None:
        await asyncio.gather(*(writer.write(TextReply, PROMPT, 40, example=EXAMPLE, standard=known_standard()) for _ in range(5)))

    asyncio.run(several())
    assert len(judge.calls) == len(known_texts()) + 5 and all(is_verdict(call[0][-1].content) for call in judge.calls)


def test_a_failing_backbone_raises() -> None:
    with pytest.raises(BackboneError, match="down"):
        write(lambda m, g: BackboneError("down"))


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ('{"text": "Ada rowed. She sang. Then the', "Ada rowed. She sang."),
        ('{"text": "Ada rowed to the isl', "Ada rowed to the"),
        ('{"story": "Ada rowed. She', None),
        ('{"te', None),
        ("", None),
        ("Ada rowed.", None),
    ],
)
def test_the_beginning_of_a_truncated_reply_is_read_up_to_a_whole_sentence_or_word(reply: str, text: str | None) -> None:
    found = read_beginning(TextReply, reply)
    assert (found.text if found else None) == text


class Nested(BaseModel):
    """A form with all that the tools use."""

    title: str
    year: int | None
    parts: list[TextReply] = []


@given(st.text(max_size=60), st.text(max_size=20), st.none() | st.integers(-5, 3000), st.lists(st.text(max_size=20), max_size=3))
def test_any_object_is_read_back_whatever_comes_after_it(tail: str, title: str, year: int | None, parts: list[str]) -> None:
    nested = Nested(title=title, year=year, parts=[TextReply(text=text) for text in parts])
    assert read_form(Nested, nested.model_dump_json() + tail) == nested


@given(st.text(max_size=80))
def test_any_text_is_an_object_of_the_form_or_a_form_error(text: str) -> None:
    try:
        assert isinstance(read_form(TextReply, text), TextReply)
    except FormError as error:
        assert str(error)


def test_the_schema_for_a_server_is_strict_and_has_no_bounds() -> None:
    schema = form_of(Nested).schema()
    assert schema["required"] == ["title", "year", "parts"] and schema["additionalProperties"] is False
    assert "title" in schema["properties"] and "default" not in json.dumps(schema)


def test_a_dry_run_records_prompts_and_prices_them() -> None:
    dry = DryRun({"input": 2.0, "output": 10.0})
    draft = asyncio.run(dry.write(TextReply, "x" * 4000, 40, example=EXAMPLE, check=lambda text: ["never right"]))
    assert draft.value and len(draft.value.text.split()) == 40
    asyncio.run(dry.write(TextReply, f"Go on from: {draft.value.text}", 100, example=EXAMPLE))
    estimate = dry.estimate()
    assert estimate.calls == 2 and estimate.prompt_tokens > 1000 and estimate.money
    assert estimate.money == pytest.approx((estimate.prompt_tokens * 2 + estimate.completion_tokens * 10) / 1e6)
    assert "Go on from: [40 words that the model would write]" in dry.report() and "2 calls" in dry.report()
    assert "money unknown" in str(DryRun().estimate())


def test_a_dry_run_counts_the_judge_and_its_known_texts() -> None:
    dry = DryRun()
    for _ in range(2):
        asyncio.run(dry.write(TextReply, PROMPT, 40, example=EXAMPLE, standard=known_standard()))
    assert dry.estimate().calls == 4 + len(known_texts())
