"""Methods that simulate a character: `none`, `prompt`, `rag`, `macm`, and the control `shuffled`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from human_simulacra.agents import memory_agent, placebo_agents, top_agent
from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.agents.thoughts_and_feelings import Impressions
from human_simulacra.errors import unknown
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.memory.memory_systems import ADAPTERS, is_memory_system
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.memory.retrieval_indexes import IndexKind
from human_simulacra.method_interface import MethodSettings, MethodSteps
from human_simulacra.prompts import render_sections
from human_simulacra.schema import AtLeastOne, Text, check_arguments
from human_simulacra.traces import RetrievedPassage, Step, WorkingMemory
from human_simulacra.types import Stimulus

Component = Literal["memory", "thinking", "emotion"]
COMPONENTS: tuple[Component, ...] = ("memory", "thinking", "emotion")


def system_prompt_only(searcher: PassageSearcher, settings: MethodSettings) -> MethodSteps:
    """One call without retrieval: `none`, `prompt` and `shuffled`, which differ only in the system prompt."""

    async def prepare(caller: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        return WorkingMemory()

    return MethodSteps(prepare, _answer_from_working_memory(settings))


def rag(
    searcher: PassageSearcher,
    settings: MethodSettings,
    k: AtLeastOne = 3,
    chunk_paragraphs: AtLeastOne = 2,
    index: IndexKind = "dense",
) -> MethodSteps:
    """Retrieval-augmented generation from the life story: the persona is followed by the most relevant chunks.

    Args:
        searcher: Finds the chunks.
        settings: What all methods share.
        k: How many chunks.
        chunk_paragraphs: How many paragraphs a chunk has.
        index: What finds the chunks: embeddings, words, or both.

    Raises:
        UserError: If a value is invalid.
    """

    async def prepare(caller: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        caller.report(Step("memory"))
        query = SearchQuery(stimulus.query, stimulus.options)
        ranked = await searcher.find_story(stimulus.character, index, chunk_paragraphs, query)
        caller.report(Step("memory", memories=tuple(ranked[:k])))
        return WorkingMemory(tuple(ranked[:k]), retriever=f"{index}, chunks of {chunk_paragraphs} paragraphs")

    async def answer(caller: ModelCaller, stimulus: Stimulus, working: WorkingMemory) -> str:
        passages = "\n\n".join(passage.text for passage in working.memories)
        prompt = render_sections("rag", passages=passages, conversation=format_history(stimulus.history), stimulus=stimulus.text)
        return await caller.ask("top", prompt, settings.max_tokens)

    return MethodSteps(prepare, answer)


def macm(
    searcher: PassageSearcher,
    settings: MethodSettings,
    components: Sequence[Component] = COMPONENTS,
    retriever: Text = "hybrid+llm",
    memories: AtLeastOne | None = None,
    memory_tokens: AtLeastOne = memory_agent.MEMORY_TOKENS,
    candidates: AtLeastOne = memory_agent.CANDIDATES,
    order: Literal["recall_first", "parallel"] = "recall_first",
    agents: Literal["joint", "separate"] = "joint",
    matched: bool = False,
) -> MethodSteps:
    """The Multi-Agent Cognitive Mechanism: Memory, Thinking and Emotion agents, then the Top agent (docs/macm.md).

    The paper's mechanism (arXiv 2402.18180) is `retriever='llm'`, `order='parallel'`, `agents='separate'`.

    Args:
        searcher: Finds the memories.
        settings: What all methods share.
        components: The agents in use; an ablation names fewer.
        retriever: What finds the memories: `llm` (the model reads the index of summaries), `dense`, `lexical`, `hybrid`,
            `hybrid+llm`, `recency_importance`, `mem0`, or the dotted path of a memory system (docs/memory.md).
        memories: At most so many memories; None for 4 by the model, otherwise 8.
        memory_tokens: About so many tokens of memories together.
        candidates: From how many memories the model chooses with `hybrid+llm`.
        order: With `recall_first`, thoughts and feelings are about the memories. With `parallel`, the paper's, all agents run
            at once and know the persona alone.
        agents: Whether thoughts and feelings are one call (`joint`) or two (`separate`).
        matched: Whether a placebo replaces each unused agent, so that all variants make the same calls with about as many
            tokens (`agents.placebo_agents`).

    Raises:
        UserError: If a value is invalid.
    """
    known = (*memory_agent.RETRIEVERS, *ADAPTERS)
    if retriever not in known and not is_memory_system(retriever):
        raise unknown("retriever", retriever, known)
    agent = memory_agent.MemoryAgent(searcher, retriever, memories, memory_tokens, candidates)
    inner = Impressions(components, joint=agents == "joint", matched=matched)

    async def recall(caller: ModelCaller, stimulus: Stimulus) -> list[RetrievedPassage]:
        if "memory" in components:
            caller.report(Step("memory"))
            recalled = await agent.recall(caller, stimulus)
            caller.report(Step("memory", memories=tuple(recalled)))
            return recalled
        if not matched:
            return []
        found = await agent.recall(caller, stimulus)
        return await placebo_agents.pick_unrelated_memories(searcher, stimulus, found, settings.seed)

    async def prepare(caller: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        if order == "parallel":
            recalled, impressions = await asyncio.gather(recall(caller, stimulus), inner.form(caller, stimulus, ()))
        else:
            recalled = await recall(caller, stimulus)
            impressions = await inner.form(caller, stimulus, recalled)
        source = f"{retriever}, memories" if "memory" in components else ""
        return replace(impressions, memories=tuple(recalled), retriever=source)

    return MethodSteps(prepare, _answer_from_working_memory(settings), longest=2 if order == "parallel" else 3)


def _answer_from_working_memory(settings: MethodSettings) -> Callable[[ModelCaller, Stimulus, WorkingMemory], Awaitable[str]]:
    async def answer(caller: ModelCaller, stimulus: Stimulus, working: WorkingMemory) -> str:
        return await top_agent.answer(caller, stimulus, working, settings.max_tokens)

    return answer


METHODS: Mapping[str, Callable[..., MethodSteps]] = {
    "none": system_prompt_only, "prompt": system_prompt_only, "rag": rag, "macm": macm, "shuffled": system_prompt_only,
}  # fmt: skip


def check_method(name: str, options: Mapping[str, Any], where: str = "", path: str = "") -> None:
    """Checks a method and its parameters; calls no model.

    Args:
        name: The method.
        options: Its parameters by name.
        where: The file that they are from, the beginning of an error message.
        path: The place of the parameters there.

    Raises:
        UserError: If the method or a parameter is unknown, or a value is invalid.
    """
    if name not in METHODS:
        raise unknown("method", name, METHODS)
    check_arguments(METHODS[name], options, where or f"method '{name}'", path, without=("searcher", "settings"))
    # Building a method checks what no type says, and touches neither library nor backbone.
    METHODS[name](PassageSearcher(None, SentenceEmbedder()), None, **options)  # type: ignore[arg-type]
