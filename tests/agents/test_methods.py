"""The methods: what each knows, how the agents work together, and what their traces tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from human_simulacra.agents.memory_agent import RETRIEVERS, parse_indices
from human_simulacra.backbones.base import Backbone
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.method_interface import MethodSettings
from human_simulacra.methods import METHODS, Method
from human_simulacra.traces import Reply
from human_simulacra.types import Message, Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone

BOAT = Stimulus("q1", "ada-berg", "What was your green boat called?", "What was your green boat called?")


def ask(
    library: Library, name: str, backbone: Backbone, stimulus: Stimulus = BOAT, agents: Backbone | None = None, **options
) -> Reply:
    setting = MethodSettings(library, backbone, agents or backbone, WordEmbedder(), max_tokens=32)
    return asyncio.run(Method(name, setting, **options).respond(stimulus))


def everything_said(backbone: ScriptedBackbone) -> str:
    return "\n".join(message.content for messages, _ in backbone.calls for message in messages)


def by_agent(messages: Sequence[Message], generation: object) -> str:
    last = messages[-1].content
    if "silent thoughts" in last:
        return "I think of the harbour."
    if "Write only your feelings" in last:
        return "I feel warm."
    if "Which of your memories" in last:
        return 'Memories ["004", "001"]'
    return "Alk"


def test_none_knows_nothing_of_the_character(library: Library) -> None:
    backbone = ScriptedBackbone("?")
    ask(library, "none", backbone)
    assert "Ada" not in everything_said(backbone) and "boat called Alk" not in everything_said(backbone)


def test_prompt_knows_the_persona_and_not_the_story(library: Library) -> None:
    backbone = ScriptedBackbone("?")
    ask(library, "prompt", backbone)
    assert "You are Ada Berg" in everything_said(backbone)
    assert "Alk" not in everything_said(backbone)


def test_rag_puts_the_question_once_with_the_nearest_chunks(library: Library) -> None:
    # Fault 4 of the release: RAG sent the user message twice.
    backbone = ScriptedBackbone("?")
    reply = ask(library, "rag", backbone, k=2)
    assert everything_said(backbone).count(BOAT.text) == 1
    assert reply.trace.memories[0].id == "ada-berg-s001"
    assert len(reply.trace.memories) == 2
    assert len(backbone.calls) == 1


def test_shuffled_answers_with_another_persona_and_no_two_take_the_same(library: Library) -> None:
    taken = set()
    for character in library.ids:
        backbone = ScriptedBackbone("?")
        reply = ask(library, "shuffled", backbone, Stimulus("q", character, "Name?", "Name?"))
        assert library.character(character).name not in everything_said(backbone)
        taken.add(reply.trace.persona)
    assert taken == set(library.ids)


def test_macm_brings_memories_thoughts_and_feelings_to_the_top_agent(library: Library) -> None:
    backbone = ScriptedBackbone(by_agent)
    reply = ask(library, "macm", backbone, memories=2)
    assert reply.text == "Alk"
    assert [m.id for m in reply.trace.memories] == ["ada-berg-m004", "ada-berg-m001"]
    assert (reply.trace.thoughts, reply.trace.feelings) == ("I think of the harbour.", "I feel warm.")
    last = backbone.calls[-1][0][-1].content
    for part in ("winter ferry to Sund", "I think of the harbour.", "I feel warm.", BOAT.text):
        assert part in last
    assert sorted(call.agent for call in reply.trace.calls) == ["emotion", "memory", "thinking", "top"]
    assert all(call.completion.prompt_tokens > 0 for call in reply.trace.calls)


def test_the_order_of_memories_is_by_relevance_and_repeats(library: Library) -> None:
    # Fault 3 of the release: list(set(...))[0] kept one memory that depended on the hash seed.
    for retriever in ("dense", "lexical", "hybrid"):
        first = ask(library, "macm", ScriptedBackbone(by_agent), retriever=retriever, memories=3)
        again = ask(library, "macm", ScriptedBackbone(by_agent), retriever=retriever, memories=3)
        assert first.trace.memories == again.trace.memories
        assert first.trace.memories[0].id == "ada-berg-m001"
        scores = [m.score for m in first.trace.memories]
        assert len(scores) == 3 and scores == sorted(scores, reverse=True)


def test_depth_is_two_memory_thinking_and_emotion_run_at_once(library: Library) -> None:
    running, most = 0, 0

    class Slow(ScriptedBackbone):
        async def complete(self, messages, generation):
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            running -= 1
            return await super().complete(messages, generation)

    ask(library, "macm", Slow(by_agent))
    assert most == 3


@pytest.mark.parametrize("components", [[], ["memory"], ["thinking"], ["emotion"], ["thinking", "emotion"]])
def test_an_ablation_leaves_no_trace_of_what_is_off(library: Library, components: list[str]) -> None:
    backbone = ScriptedBackbone(by_agent)
    reply = ask(library, "macm", backbone, components=components)
    assert {call.agent for call in reply.trace.calls} == {*components, "top"}
    last = backbone.calls[-1][0][-1].content
    assert ("What you remember" in last, "What you think" in last, "What you feel" in last) == tuple(
        c in components for c in ("memory", "thinking", "emotion")
    )


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_every_retriever_finds_memories(library: Library, retriever: str) -> None:
    assert 1 <= len(ask(library, "macm", ScriptedBackbone(by_agent), retriever=retriever, memories=2).trace.memories) <= 2


def test_an_answer_of_the_memory_agent_that_cannot_be_read_is_recorded(library: Library) -> None:
    def script(messages, generation):
        return "I cannot say." if "Which of your memories" in messages[-1].content else by_agent(messages, generation)

    alone = ask(library, "macm", ScriptedBackbone(script))
    assert alone.trace.memories == [] and "I cannot say." in alone.trace.problems[0]
    searched = ask(library, "macm", ScriptedBackbone(script), retriever="hybrid+llm", memories=2)
    assert len(searched.trace.memories) == 2 and searched.trace.problems


def test_naming_no_memory_on_purpose_is_no_problem(library: Library) -> None:
    def script(messages, generation):
        return "0" if "Which of your memories" in messages[-1].content else "x"

    reply = ask(library, "macm", ScriptedBackbone(script))
    assert (reply.trace.memories, reply.trace.problems) == ([], [])


@pytest.mark.parametrize(
    ("answer", "found"),
    [("3, 1", [3, 1]), ('["003", "001"]', [3, 1]), ("Memory #3 and 1.", [3, 1]), ("3 3 9 1", [3, 1]), ("none", [])],
)
def test_indices_are_read_in_any_quoting(answer: str, found: list[int]) -> None:
    assert parse_indices(answer, [1, 2, 3]) == found


def test_every_agent_asks_with_the_same_temperature_and_seed(library: Library) -> None:
    # Fault 5 of the release: answers at temperature 0.7, agents at 0.
    backbone = ScriptedBackbone(by_agent)
    setting = MethodSettings(library, backbone, backbone, WordEmbedder(), max_tokens=32, temperature=0.3, seed=7)
    asyncio.run(Method("macm", setting).respond(BOAT))
    assert {(generation.temperature, generation.seed) for _, generation in backbone.calls} == {(0.3, 7)}
    assert len(backbone.calls) == 4


def test_agents_can_have_a_backbone_of_their_own(library: Library) -> None:
    top, agents = ScriptedBackbone(by_agent), ScriptedBackbone(by_agent)
    ask(library, "macm", top, agents=agents)
    assert (len(top.calls), len(agents.calls)) == (1, 3)


def test_every_prompt_of_a_character_begins_with_the_same_persona(library: Library) -> None:
    backbone = ScriptedBackbone(by_agent)
    for name in ("prompt", "rag", "macm"):
        ask(library, name, backbone)
    systems = {messages[0].content for messages, _ in backbone.calls}
    shortest = min(systems, key=len)
    assert all(system.startswith(shortest) for system in systems)


def test_earlier_turns_reach_every_agent(library: Library) -> None:
    said = Stimulus(
        "q", "ada-berg", "And then?", "And then?", (Message("user", "Tell me of Sund."), Message("assistant", "Cold."))
    )
    for name in METHODS:
        backbone = ScriptedBackbone(by_agent)
        ask(library, name, backbone, said)
        assert all("Friend: Tell me of Sund." in messages[-1].content for messages, _ in backbone.calls)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("macmm", {}, "unknown method 'macmm': did you mean 'macm'"),
        ("macm", {"retriever": "densely"}, "unknown retriever 'densely': did you mean 'dense'"),
        ("macm", {"memories": 0}, "memories must be a whole number of at least 1"),
        ("macm", {"components": ["feeling"]}, "unknown component 'feeling'"),
        ("rag", {"top_k": 3}, "unknown parameter of method 'rag' 'top_k'"),
        ("rag", {"k": "3"}, "k must be a whole number"),
        ("none", {"k": 3}, "unknown parameter of method 'none' 'k'"),
    ],
)
def test_a_method_that_cannot_be_is_refused_in_one_sentence(library: Library, name: str, options: dict, words: str) -> None:
    with pytest.raises(UserError, match=words):
        ask(library, name, ScriptedBackbone("?"), **options)
