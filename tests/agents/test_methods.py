"""The methods: what each knows, how the agents work together, and what their traces tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from human_simulacra.agents.memory_agent import RETRIEVERS, parse_indices
from human_simulacra.backbones.base import Backbone
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.methods import METHODS
from human_simulacra.stimuli import question_stimulus
from human_simulacra.traces import Reply
from human_simulacra.types import Message, Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone

BOAT = Stimulus("q1", "ada-berg", "What was your green boat called?", "What was your green boat called?")


def ask(
    library: Library, name: str, backbone: Backbone, stimulus: Stimulus = BOAT, others: Backbone | None = None, **options
) -> Reply:
    setting = MethodSettings(library, backbone, others or backbone, WordEmbedder(), max_tokens=32)
    return asyncio.run(Method(name, setting, **options).respond(stimulus))


def everything_said(backbone: ScriptedBackbone) -> str:
    return "\n".join(message.content for messages, _ in backbone.calls for message in messages)


def by_agent(messages: Sequence[Message], generation: object) -> str:
    last = messages[-1].content
    if "THOUGHTS:" in last:
        return "THOUGHTS: I think of the harbour.\nFEELINGS: I feel warm."
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


PAPER = {"retriever": "llm", "order": "parallel", "agents": "separate"}


@pytest.mark.parametrize("options", [{}, {"agents": "separate"}, {"order": "parallel"}, PAPER])
def test_macm_brings_memories_thoughts_and_feelings_to_the_top_agent(library: Library, options: dict[str, str]) -> None:
    backbone = ScriptedBackbone(by_agent)
    reply = ask(library, "macm", backbone, memories=2, **options)
    assert reply.text == "Alk"
    assert [m.id for m in reply.trace.memories] == ["ada-berg-m004", "ada-berg-m001"]
    assert (reply.trace.thoughts, reply.trace.feelings) == ("I think of the harbour.", "I feel warm.")
    last = backbone.calls[-1][0][-1].content
    for part in ("winter ferry to Sund", "I think of the harbour.", "I feel warm.", BOAT.text):
        assert part in last
    agents = ["emotion", "thinking"] if options.get("agents") == "separate" else ["joint"]
    assert sorted(call.agent for call in reply.trace.calls) == sorted([*agents, "memory", "top"])
    assert reply.trace.problems == []
    assert all(call.completion.prompt_tokens > 0 for call in reply.trace.calls)


def test_the_order_of_memories_is_by_relevance_and_repeats(library: Library) -> None:
    # Fault 3 of the release: list(set(...))[0] kept one memory that depended on the hash seed.
    boat = Stimulus("q1", "ada-berg", "Choose.", "What had you?", options=("a green boat", "a broken violin", "a bakery in Torp"))
    for retriever in ("dense", "lexical", "hybrid"):
        first = ask(library, "macm", ScriptedBackbone(by_agent), boat, retriever=retriever)
        again = ask(library, "macm", ScriptedBackbone(by_agent), boat, retriever=retriever)
        assert first.trace.memories == again.trace.memories
        assert {m.id for m in first.trace.memories} == {"ada-berg-m001", "ada-berg-m002", "ada-berg-m003"}
        scores = [m.score for m in first.trace.memories]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("options", "at_once"), [(PAPER, 3), ({"agents": "separate"}, 2), ({}, 1)])
def test_agents_run_at_once_unless_one_needs_what_another_found(library: Library, options: dict[str, str], at_once: int) -> None:
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

    ask(library, "macm", Slow(by_agent), **options)
    assert most == at_once


def test_thoughts_and_feelings_are_about_what_is_remembered_unless_the_agents_run_in_parallel(library: Library) -> None:
    for agents in ("separate", "joint"):
        for order, known in (("recall_first", True), ("parallel", False)):
            backbone = ScriptedBackbone(by_agent)
            ask(library, "macm", backbone, order=order, agents=agents)
            inner = [m[-1].content for m, _ in backbone.calls if "Before you say anything" in m[-1].content]
            assert inner and all(("winter ferry to Sund" in prompt) is known for prompt in inner)


def test_agents_are_given_the_question_without_the_form_of_its_answer(library: Library) -> None:
    options = ("a violin", "a cup")
    asked = question_stimulus(replace(library.questions("ada-berg", "single_choice")[0], options=options))
    for settings in (PAPER, {}):
        backbone = ScriptedBackbone(by_agent)
        ask(library, "macm", backbone, asked, **settings)
        *agents, top = [messages[-1].content for messages, _ in backbone.calls]
        assert all("What broke?" in prompt and "ANSWER" not in prompt and "A. " not in prompt for prompt in agents)
        assert "A. a violin" in top and "ANSWER" in top
        assert [prompt for prompt in agents if "- a violin" in prompt] == [p for p in agents if "Which of your memories" in p]


def test_a_joint_reply_without_its_lines_counts_as_thoughts_and_is_noted(library: Library) -> None:
    def script(messages: Sequence[Message], generation: object) -> str:
        return "I  wonder." if "THOUGHTS:" in messages[-1].content else by_agent(messages, generation)

    reply = ask(library, "macm", ScriptedBackbone(script))
    assert (reply.trace.thoughts, reply.trace.feelings) == ("I wonder.", "")
    assert "no lines THOUGHTS and FEELINGS: 'I  wonder.'" in reply.trace.problems[0]


def test_a_memory_reaches_the_top_agent_with_its_date_the_age_and_who_is_in_it(library: Library, data: Path) -> None:
    memories = [replace(m, year=1991, month=2, age=10) for m in library.memories("ada-berg")]
    write_jsonl(data / "characters" / "ada-berg" / "memories.jsonl", [asdict(m) for m in memories])
    backbone = ScriptedBackbone(by_agent)
    ask(Library(data), "macm", backbone, retriever="hybrid")
    line = "- February 1991, aged 10 (Ada Berg and a green boat called Alk): I had a green boat called Alk."
    assert line in backbone.calls[-1][0][-1].content


@pytest.mark.parametrize("components", [[], ["memory"], ["thinking"], ["emotion"], ["thinking", "emotion"]])
def test_an_ablation_leaves_no_trace_of_what_is_off(library: Library, components: list[str]) -> None:
    backbone = ScriptedBackbone(by_agent)
    reply = ask(library, "macm", backbone, components=components, agents="separate")
    assert {call.agent for call in reply.trace.calls} == {*components, "top"}
    last = backbone.calls[-1][0][-1].content
    assert ("What you remember" in last, "What goes through your head" in last, "What you feel" in last) == tuple(
        c in components for c in ("memory", "thinking", "emotion")
    )


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_every_retriever_finds_memories(library: Library, retriever: str) -> None:
    assert 1 <= len(ask(library, "macm", ScriptedBackbone(by_agent), retriever=retriever, memories=2).trace.memories) <= 2


def test_an_answer_of_the_memory_agent_that_cannot_be_read_is_recorded(library: Library) -> None:
    def script(messages, generation):
        return "I cannot say." if "Which of your memories" in messages[-1].content else by_agent(messages, generation)

    alone = ask(library, "macm", ScriptedBackbone(script), retriever="llm")
    assert alone.trace.memories == [] and "I cannot say." in alone.trace.problems[0]
    searched = ask(library, "macm", ScriptedBackbone(script), retriever="hybrid+llm", memories=2)
    assert searched.trace.memories[0].id == "ada-berg-m001" and searched.trace.problems


def test_naming_no_memory_on_purpose_is_no_problem(library: Library) -> None:
    def script(messages, generation):
        return "0" if "Which of your memories" in messages[-1].content else by_agent(messages, generation)

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
    assert len(backbone.calls) == 3


def test_agents_can_have_a_backbone_of_their_own(library: Library) -> None:
    top, others = ScriptedBackbone(by_agent), ScriptedBackbone(by_agent)
    ask(library, "macm", top, others=others)
    assert (len(top.calls), len(others.calls)) == (1, 2)


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
        ("macm", {"memories": 0}, "'memories' must be a whole number of at least 1"),
        ("macm", {"components": ["feeling"]}, "components.0. 'feeling'"),
        ("macm", {"order": "recal_first"}, "unknown order 'recal_first': did you mean 'recall_first'"),
        ("macm", {"agents": "one"}, "unknown agents 'one'"),
        ("macm", {"memory_tokens": True}, "'memory_tokens' must be a whole number of at least 1"),
        ("macm", {"components": ["thinking"], "matched": True}, "no placebo can replace half of it: set agents='separate'"),
        ("rag", {"top_k": 3}, "method 'rag': unknown key 'top_k'"),
        ("rag", {"k": "3"}, "'k' must be a whole number"),
        ("none", {"k": 3}, "method 'none': unknown key 'k'"),
    ],
)
def test_a_method_that_cannot_be_is_refused_in_one_sentence(library: Library, name: str, options: dict, words: str) -> None:
    with pytest.raises(UserError, match=words):
        ask(library, name, ScriptedBackbone("?"), **options)
