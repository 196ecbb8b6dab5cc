"""What every prompt says about not knowing, and what it is without the form of its answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.experiments.base import STIMULUS
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.library import Library
from human_simulacra.method_runner import Method
from human_simulacra.types import QUESTION_TYPES, Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone

ALLOWED, REFUSED = '"I do not know" is an answer, too', "Not knowing is no answer here"
FORM = re.compile(r"ANSWER|Answer (?:with|in|your)|without quotes|one or two|^[A-H]\. ", re.MULTILINE)


def put(experiment: str, **arguments: Any) -> list[Stimulus]:
    return [row[STIMULUS] for row in EXPERIMENTS[experiment].rows(Library(), sample="quick", **arguments)]


def every_kind() -> Iterator[tuple[str, str, list[Stimulus]]]:
    """Yields a name, the sentence on not knowing that its prompts must hold, and the stimuli."""
    for kind in QUESTION_TYPES:
        yield kind, REFUSED, put("self_report", question_type=kind)
        yield f"{kind}, abstention", ALLOWED, put("self_report", question_type=kind, abstention=True)
    for name in ("unanswerable", "open_detail"):
        yield name, ALLOWED, put(name)
    for name in ("personality", "observer"):
        yield name, REFUSED, put(name)
    for trials in ("asch", "novel"):
        yield f"conformity, {trials}", REFUSED, put("conformity", trials=trials)


KINDS = {name: (sentence, stimuli) for name, sentence, stimuli in every_kind()}


@pytest.mark.parametrize("name", KINDS)
def test_every_prompt_says_once_whether_not_knowing_is_an_answer(name: str) -> None:
    sentence, stimuli = KINDS[name]
    for stimulus in stimuli:
        assert [stimulus.text.count(one) for one in (ALLOWED, REFUSED)] == [sentence == ALLOWED, sentence == REFUSED]


@pytest.mark.parametrize("name", KINDS)
def test_the_plain_message_holds_scene_and_question_without_the_form_of_the_answer(name: str) -> None:
    for stimulus in KINDS[name][1]:
        assert stimulus.query in stimulus.plain and stimulus.plain != stimulus.query
        assert not FORM.search(stimulus.plain) and ALLOWED not in stimulus.plain and REFUSED not in stimulus.plain
        assert FORM.search(stimulus.text)


def test_under_pressure_the_plain_message_holds_what_the_others_said() -> None:
    pressed = [s for s in put("conformity") if "pressure" in s.id]
    assert pressed and all(
        len(re.findall(rf"^[A-Z]\w+: (?:{'|'.join(map(re.escape, s.options))})$", s.plain, re.MULTILINE)) == 6 for s in pressed
    )


def test_a_chat_message_has_a_plain_form(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Stimulus] = []
    respond = Method.respond

    async def watch(self: Method, stimulus: Stimulus, *given: Any) -> Any:
        seen.append(stimulus)
        return await respond(self, stimulus, *given)

    monkeypatch.setattr(Method, "respond", watch)
    settings = ChatSettings(library, ScriptedBackbone("Aye."), "scripted", embedder=WordEmbedder())
    asyncio.run(Conversation(settings, "ada-berg", "prompt").say("What broke?"))
    (turn,) = seen
    assert turn.plain == 'Your friend says to you:\n"What broke?"' and turn.text.startswith(turn.plain)
    assert "Answer your friend" in turn.text and not FORM.search(turn.plain)


def test_a_message_that_demands_no_form_is_its_own_plain_message() -> None:
    assert Stimulus("q", "ada-berg", "Who?", "Who?").plain == "Who?"


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
def test_not_knowing_is_the_last_option_shown_and_none_of_the_options(kind: str) -> None:
    offered, refused = KINDS[f"{kind}, abstention"][1], KINDS[kind][1]
    for with_it, without in zip(offered, refused, strict=True):
        letters = re.findall(r"^([A-H])\. (.+)$", with_it.text, re.MULTILINE)
        assert letters[-1] == ("ABCDEFGH"[len(with_it.options)], "I do not know") and with_it.abstain_option == "I do not know"
        assert with_it.options == without.options == tuple(option for _, option in letters[:-1])
        assert (with_it.query, with_it.plain) == (without.query, without.plain) and without.abstain_option == ""
    assert {s.abstain_option for s in KINDS["cloze, abstention"][1]} == {""}
