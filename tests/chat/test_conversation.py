"""The conversation engine: what a prompt holds, what is never lost, what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from human_simulacra.backbones import BackboneError
from human_simulacra.backbones.base import Backbone
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.experiences import own_experiences
from human_simulacra.chat.summary_missing_facts import omitted_sentences
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.types import Completion, Generation, Message
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone

LONG = "And I went on about the weather, the road, the price of bread and whatever else came into my head that day. "


def world(library: Library, backbone: Backbone, **settings) -> ChatSettings:
    return ChatSettings(library, backbone, "scripted", embedder=WordEmbedder(), **settings)


def prompt(call: tuple[list[Message], Generation]) -> str:
    return "\n".join(message.content for message in call[0])


def last_words(messages: Sequence[Message], generation: object) -> str:
    return "We talked." if "Sum it up so that" in messages[-1].content else "Yes. " + LONG


@pytest.mark.parametrize("method", METHODS)
def test_forty_turns_stay_within_the_budget_and_the_first_fact_is_still_there(library: Library, method: str) -> None:
    backbone = ScriptedBackbone(last_words)
    talk = Conversation(world(library, backbone), "ada-berg", method)

    async def forty() -> None:
        await talk.say("By the way, my sister Ingrid arrives on 14 May with the ferry from Hirtshals.")
        for number in range(38):
            await talk.say(f"Number {number}. {LONG * 4}")
        backbone.calls.clear()
        await talk.say("When does my sister arrive?")

    asyncio.run(forty())
    counted = [call.completion.prompt_tokens for turn in talk.turns for call in turn.trace.calls]
    assert max(counted) < 4000
    estimator = TokenEstimator()
    assert all(estimator.count(prompt(call)) < 4000 for call in backbone.calls)
    answering = prompt(backbone.calls[-1])
    assert "Ingrid" in answering and "14 May" in answering and "Hirtshals" in answering
    assert "Number 37." in answering and f"Number 10. {LONG}" not in answering


def test_a_short_conversation_is_sent_whole_and_never_summed_up(library: Library) -> None:
    backbone = ScriptedBackbone("Aye.")
    talk = Conversation(world(library, backbone), "ada-berg", "prompt")
    for word in ("alpha", "beta", "gamma"):
        asyncio.run(talk.say(f"I say {word}."))
    assert len(backbone.calls) == 3
    assert all(text in prompt(backbone.calls[-1]) for text in ("Friend: I say alpha.", "You: Aye.", "I say gamma."))


def test_each_turn_that_falls_out_is_summed_up_once(library: Library) -> None:
    backbone = ScriptedBackbone(last_words)
    talk = Conversation(world(library, backbone), "ada-berg", "prompt")
    for number in range(30):
        asyncio.run(talk.say(f"Number {number}. {LONG * 3}"))
    summed = [prompt(call) for call in backbone.calls if "Sum it up so that" in prompt(call)]
    assert len(summed) > 1
    for number in range(talk.memory.summarised):
        assert sum(f"Number {number}." in text for text in summed) == 1
    assert [note.first for note in talk.memory.notes[1:]] == [note.last + 1 for note in talk.memory.notes[:-1]]


def test_a_failing_summary_costs_neither_the_answer_nor_the_facts(library: Library) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        return BackboneError("too busy") if "Sum it up so that" in messages[-1].content else "Yes. " + LONG

    backbone = ScriptedBackbone(script)
    talk = Conversation(world(library, backbone), "ada-berg", "prompt")
    asyncio.run(talk.say("Call me Leopold, I live at number 47 now."))
    for _ in range(20):
        asyncio.run(talk.say(LONG * 4))
    assert "Leopold" in prompt(backbone.calls[-1])
    assert any("too busy" in problem for turn in talk.turns for problem in turn.trace.problems)


def test_the_scene_and_the_method_can_change_within_a_conversation(library: Library) -> None:
    backbone = ScriptedBackbone("Aye.")
    talk = Conversation(world(library, backbone), "ada-berg", "none")
    asyncio.run(talk.say("Hello."))
    assert "coffee shop" in prompt(backbone.calls[-1]) and "Ada Berg" not in prompt(backbone.calls[-1])
    talk.set_scene("On a pier in the rain.")
    talk.set_method("macm")
    reply = asyncio.run(talk.say("What was your green boat called?"))
    said = prompt(backbone.calls[-1])
    assert "pier in the rain" in said and "Ada Berg" in said and "Friend: Hello." in said
    assert [call.agent for call in reply.trace.calls][-1] == "top" and reply.trace.memories[0].id == "ada-berg-m001"


def test_a_bare_question_searches_memory_with_the_one_before(library: Library) -> None:
    talk = Conversation(world(library, ScriptedBackbone("Aye.")), "ada-berg", "macm", {"memories": 1, "retriever": "lexical"})
    asyncio.run(talk.say("Tell me of the broken violin in your family."))
    assert asyncio.run(talk.say("And then?")).trace.memories[0].id == "ada-berg-m003"


def test_two_conversations_know_nothing_of_each_other(library: Library) -> None:
    backbone = ScriptedBackbone("Aye.")
    shared = world(library, backbone)
    one, two = Conversation(shared, "ada-berg", "macm"), Conversation(shared, "ada-berg", "macm")

    async def at_once() -> None:
        await asyncio.gather(one.say("The word is heron."), two.say("The word is otter."))
        await one.remember()
        await asyncio.gather(one.say("Which word?"), two.say("Which word?"))

    asyncio.run(at_once())
    mixed = [text for call in backbone.calls if "heron" in (text := prompt(call)) and "otter" in text]
    assert mixed == []
    assert [len(one.turns), len(two.turns)] == [2, 2] and two.experiences.of("ada-berg") == ()


def writes(messages: Sequence[Message], generation: object) -> str:
    return "I promised Lena the zeppelin." if "Write down what" in messages[-1].content else "Aye."


@pytest.mark.parametrize(("method", "options"), [("macm", {"retriever": "lexical"}), ("macm", {}), ("rag", {"index": "lexical"})])
def test_what_was_remembered_is_found_in_a_later_conversation_and_undone(
    library: Library, data: Path, method: str, options: dict
) -> None:
    before = {path: path.read_bytes() for path in data.rglob("*.jsonl")}
    shared = world(library, ScriptedBackbone(writes))
    first = Conversation(shared, "ada-berg", method, options, experiences=own_experiences())
    asyncio.run(first.say("Promise me a zeppelin, I am Lena."))
    kept = asyncio.run(first.remember())
    assert kept.memory.content == "I promised Lena the zeppelin." and "Promise me a zeppelin" in kept.paragraph.text
    later = Conversation(shared, "ada-berg", method, options, experiences=own_experiences())
    found = asyncio.run(later.say("What about the zeppelin that was promised?")).trace.memories
    assert any("zeppelin" in memory.text for memory in found)
    assert later.undo() == kept and later.undo() is None
    again = asyncio.run(later.say("What about the zeppelin that was promised?")).trace.memories
    assert not any("zeppelin" in memory.text for memory in again)
    assert {path: path.read_bytes() for path in data.rglob("*.jsonl")} == before


def test_only_what_is_new_is_remembered_and_nothing_cannot_be(library: Library) -> None:
    talk = Conversation(world(library, ScriptedBackbone(writes)), "ada-berg", "prompt")
    with pytest.raises(UserError, match="there is no turn"):
        asyncio.run(talk.remember())
    asyncio.run(talk.say("A first word."))
    asyncio.run(talk.remember())
    asyncio.run(talk.say("A second word."))
    second = asyncio.run(talk.remember())
    assert "second word" in second.paragraph.text and "first word" not in second.paragraph.text
    assert [e.memory.id for e in talk.experiences.of("ada-berg")] == ["ada-berg-xm001", "ada-berg-xm002"]


def test_bad_messages_and_settings_are_said_in_one_sentence(library: Library) -> None:
    shared = world(library, ScriptedBackbone())
    talk = Conversation(shared, "Ada Berg")
    for message, words in (("  \n", "the message is empty"), ("long " * 2000, "send it in parts")):
        with pytest.raises(UserError, match=words):
            asyncio.run(talk.say(message))
    with pytest.raises(UserError, match="did you mean 'ada-berg'"):
        Conversation(shared, "ada-borg")
    with pytest.raises(UserError, match="did you mean 'macm'"):
        Conversation(shared, "ada-berg", "mcam")
    with pytest.raises(UserError, match="describe it in at most"):
        Conversation(shared, "ada-berg", scene="a harbour " * 200)
    with pytest.raises(UserError, match="choose at least 1"):
        Conversation(world(library, ScriptedBackbone(), budget=600), "ada-berg")


def test_a_failed_or_stopped_turn_leaves_no_trace(library: Library) -> None:
    answers: list[str | BackboneError] = [BackboneError("down"), "Aye."]
    talk = Conversation(world(library, ScriptedBackbone(lambda *_: answers.pop(0))), "ada-berg", "prompt")
    with pytest.raises(BackboneError, match="down"):
        asyncio.run(talk.say("Hello?"))
    assert talk.turns == []
    assert asyncio.run(talk.say("Hello?")).text == "Aye."


def test_a_second_message_while_the_first_is_answered_is_refused(library: Library) -> None:
    talk = Conversation(world(library, SlowBackbone()), "ada-berg", "prompt")

    async def both() -> list[object]:
        return await asyncio.gather(talk.say("One."), talk.say("Two."), return_exceptions=True)

    first, second = asyncio.run(both())
    assert str(first) == "Aye." and "still being answered" in str(second)


class SlowBackbone:
    fingerprint = "slow"

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        await asyncio.sleep(0)
        return Completion("Aye.")


def test_a_server_that_counts_more_tokens_than_estimated_makes_later_estimates_rise() -> None:
    estimator = TokenEstimator()
    text = "word " * 100
    before = estimator.count(text)
    estimator.calibrate(before, before * 2)
    assert estimator.count(text) >= 2 * before - 1
    estimator.calibrate(before, before // 2)
    assert estimator.count(text) >= 2 * before - 1


def test_sentences_whose_names_or_numbers_a_summary_lacks_are_found() -> None:
    said = ["I came with Mr. Olsen. We paid 4.50 each. Nothing else happened.", "My dog is called Bamse!"]
    assert omitted_sentences(said, "They came with Olsen and Bamse the dog.") == ("We paid 4.50 each.",)
