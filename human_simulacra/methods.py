"""Methods that simulate a character: `none`, `prompt`, `rag`, `macm`, and the control `shuffled`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from human_simulacra.agents import emotion_agent, memory_agent, placebo_agents, thinking_agent, top_agent
from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.agents.option_labels import answer_form
from human_simulacra.backbones.streaming import OnText
from human_simulacra.errors import UserError, unknown
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.memory.passage_search import PassageSearcher
from human_simulacra.method_interface import MethodSettings, MethodSteps, PreparedStimulus
from human_simulacra.persona import no_persona, persona, shuffled_character
from human_simulacra.prompts import render
from human_simulacra.traces import Reply, RetrievedPassage, Trace, WorkingMemory
from human_simulacra.types import Stimulus

COMPONENTS = ("memory", "thinking", "emotion")


class Method:
    """A method with its settings.

    Args:
        name: One of `METHODS`.
        settings: Library, backbones and sampling.
        **options: The method's own parameters.

    Raises:
        UserError: If the name or a parameter is unknown, or a value is invalid.
    """

    def __init__(self, name: str, settings: MethodSettings, **options: Any) -> None:
        check_method(name, options)
        self.name = name
        self.settings = settings
        self._steps = METHODS[name](PassageSearcher(settings.library, settings.embedder), settings, **options)

    async def respond(self, stimulus: Stimulus, on_text: OnText | None = None) -> Reply:
        """Answers a stimulus as its character.

        Args:
            stimulus: What is said, to which character, after which turns.
            on_text: Receives the answer in pieces if the backbone can stream, otherwise as one piece.

        Raises:
            BackboneError: If a backbone gives no usable answer.
            UserError: If the character is unknown, or its files are invalid.
        """
        return await self.answer(await self.prepare(stimulus), stimulus, on_text)

    async def prepare(self, stimulus: Stimulus) -> PreparedStimulus:
        """Does everything that precedes the answer: retrieval, thoughts, feelings. Raises as `respond` does."""
        settings = self.settings
        trace = Trace(method=self.name, setting=settings.identity, backbone=settings.top.fingerprint)
        system = no_persona()
        if self.name != "none":
            who = stimulus.character
            trace.persona = shuffled_character(settings.library, who, settings.seed) if self.name == "shuffled" else who
            system = persona(settings.library.character(trace.persona))
        draw = settings.sample + stimulus.sample
        caller = ModelCaller(settings.top, settings.agents, system, settings.temperature, settings.seed, draw, trace)
        working = await self._steps.prepare(caller, stimulus)
        trace.memories.extend(working.memories)
        trace.thoughts, trace.feelings, trace.retriever = working.thoughts, working.feelings, working.retriever
        return PreparedStimulus(caller, working)

    async def answer(self, prepared: PreparedStimulus, stimulus: Stimulus, on_text: OnText | None = None) -> Reply:
        """Answers a prepared stimulus. Raises as `respond` does.

        Args:
            prepared: The result of `prepare`.
            stimulus: The same stimulus; its `history` may have grown since.
            on_text: See `respond`.
        """
        caller = replace(prepared.caller, on_text=on_text)
        answering = self.settings.answering if stimulus.options else "generate"
        if answering == "likelihood":
            # Options are scored as the next words of the character, not as letters: the turn must not ask for a letter.
            caller = replace(caller, scored_stimulus=stimulus)
            stimulus = replace(stimulus, text=stimulus.plain or stimulus.text)
        elif answering == "structured":
            caller = replace(caller, form=answer_form(stimulus))
            request = render("answer_form_several" if stimulus.several else "answer_form_one")
            stimulus = replace(stimulus, text=f"{stimulus.text}\n{request}")
        return Reply(await self._steps.answer(caller, stimulus, prepared.working), caller.trace)


def system_prompt_only(searcher: PassageSearcher, settings: MethodSettings) -> MethodSteps:
    """One call without retrieval: `none`, `prompt` and `shuffled`, which differ only in the system prompt."""

    async def prepare(caller: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        return WorkingMemory()

    return MethodSteps(prepare, _answer_from_working_memory(settings))


def rag(
    searcher: PassageSearcher, settings: MethodSettings, k: int = 3, chunk_paragraphs: int = 2, index: str = "dense"
) -> MethodSteps:
    """Retrieval-augmented generation from the life story; raises a UserError for an invalid value.

    The persona is followed by the `k` most relevant chunks of `chunk_paragraphs` paragraphs, found by `index`: `dense`,
    `lexical` or `hybrid`.
    """
    _check(index in ("dense", "lexical", "hybrid"), unknown("index", index, ("dense", "lexical", "hybrid")))
    _check_count("k", k)
    _check_count("chunk_paragraphs", chunk_paragraphs)

    async def prepare(caller: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        passages = searcher.search_story(stimulus.character, index, chunk_paragraphs, stimulus.query, k)
        return WorkingMemory(tuple(passages), retriever=f"{index}, chunks of {chunk_paragraphs} paragraphs")

    async def answer(caller: ModelCaller, stimulus: Stimulus, working: WorkingMemory) -> str:
        passages = "\n\n".join(passage.text for passage in working.memories)
        prompt = render("rag", passages=passages, conversation=format_history(stimulus.history), stimulus=stimulus.text)
        return await caller.ask("top", prompt, settings.max_tokens)

    return MethodSteps(prepare, answer)


def macm(
    searcher: PassageSearcher,
    settings: MethodSettings,
    components: tuple[str, ...] | list[str] = COMPONENTS,
    retriever: str = "llm",
    memories: int = 4,
    matched: bool = False,
) -> MethodSteps:
    """The Multi-Agent Cognitive Mechanism (arXiv 2402.18180): Memory, Thinking and Emotion in parallel, then the Top agent.

    An ablation names fewer `components`. With `matched`, a placebo replaces each unused agent, so that all variants make the
    same calls with about as many tokens (`agents.placebo_agents`). `retriever` is one of `memory_agent.RETRIEVERS` or a
    memory system (`memory.memory_systems`), and `memories` the number to retrieve. Raises a UserError for an invalid value.
    """
    for component in components:
        _check(component in COMPONENTS, unknown("component", component, COMPONENTS))
    memory_agent.check_retriever(retriever)
    _check_count("memories", memories)
    _check(isinstance(matched, bool), UserError(f"matched must be True or False, not {matched!r}"))
    agent = memory_agent.MemoryAgent(searcher, retriever, memories)

    async def recall(caller: ModelCaller, stimulus: Stimulus) -> list[RetrievedPassage]:
        if "memory" in components:
            return await agent.recall(caller, stimulus)
        if not matched:
            return []
        kind = retriever if retriever in memory_agent.RETRIEVERS and "llm" not in retriever else "hybrid"
        found = await agent.recall(caller, stimulus)
        return placebo_agents.pick_unrelated_memories(searcher, stimulus, found, kind, settings.seed)

    async def restate(caller: ModelCaller, stimulus: Stimulus, agent: Literal["thinking", "emotion"]) -> str:
        return await placebo_agents.restate(caller, stimulus, agent) if matched and agent not in components else ""

    async def silent() -> str:
        return ""

    async def prepare(caller: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        recalled, thoughts, feelings, *restated = await asyncio.gather(
            recall(caller, stimulus),
            thinking_agent.think(caller, stimulus) if "thinking" in components else silent(),
            emotion_agent.feel(caller, stimulus) if "emotion" in components else silent(),
            restate(caller, stimulus, "thinking"),
            restate(caller, stimulus, "emotion"),
        )
        source = f"{retriever}, memories" if "memory" in components else ""
        return WorkingMemory(tuple(recalled), thoughts, feelings, "\n".join(filter(None, restated)), source)

    return MethodSteps(prepare, _answer_from_working_memory(settings))


def _answer_from_working_memory(settings: MethodSettings) -> Callable[[ModelCaller, Stimulus, WorkingMemory], Awaitable[str]]:
    async def answer(caller: ModelCaller, stimulus: Stimulus, working: WorkingMemory) -> str:
        return await top_agent.answer(caller, stimulus, working, settings.max_tokens)

    return answer


METHODS: Mapping[str, Callable[..., MethodSteps]] = {
    "none": system_prompt_only, "prompt": system_prompt_only, "rag": rag, "macm": macm, "shuffled": system_prompt_only,
}  # fmt: skip


def check_method(name: str, options: Mapping[str, Any]) -> None:
    """Raises a UserError if a method or one of its parameters is unknown, or a value is invalid; calls no model."""
    if name not in METHODS:
        raise unknown("method", name, METHODS)
    known = list(inspect.signature(METHODS[name]).parameters)[2:]
    for option in options:
        _check(option in known, unknown(f"parameter of method '{name}'", option, known))
    # Building a method checks its values and touches neither library nor backbone.
    METHODS[name](PassageSearcher(None, SentenceEmbedder()), None, **options)  # type: ignore[arg-type]


def _check(holds: bool, error: UserError) -> None:
    if not holds:
        raise error


def _check_count(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UserError(f"{name} must be a whole number of at least 1, not {value!r}")
