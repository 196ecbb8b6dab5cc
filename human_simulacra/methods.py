"""Ways of being a character: none, prompt, rag, macm, and the control shuffled. All share `respond(stimulus)`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from human_simulacra.agents import emotion_agent, memory_agent, placebo_agents, thinking_agent, top_agent
from human_simulacra.agents.model_calls import ModelCaller, format_history
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
    """A method bound to its setting.

    Args:
        name: One of `METHODS`.
        setting: Library, backbones and sampling.
        options: The method's own parameters.

    Raises:
        UserError: If the name or a parameter is unknown, or a value does not fit.
    """

    def __init__(self, name: str, setting: MethodSettings, **options: Any) -> None:
        check_method(name, options)
        self.name = name
        self.setting = setting
        self._steps = METHODS[name](PassageSearcher(setting.library, setting.embedder), setting, **options)

    async def respond(self, stimulus: Stimulus, on_text: OnText | None = None) -> Reply:
        """Answers a stimulus as its character.

        Args:
            stimulus: What is said, to whom, after what.
            hear: Gets the pieces of the answer as they come, where the backbone can stream; else the whole at once.

        Raises:
            BackboneError: If a backbone gives no usable answer.
            UserError: If the character is unknown or its files are broken.
        """
        return await self.answer(await self.prepare(stimulus), stimulus, on_text)

    async def prepare(self, stimulus: Stimulus) -> PreparedStimulus:
        """Does what comes before the answer: recalling, thinking, feeling. Errors as in `respond`."""
        setting = self.setting
        trace = Trace(method=self.name, setting=setting.identity)
        system = no_persona()
        if self.name != "none":
            who = stimulus.character
            trace.persona = shuffled_character(setting.library, who, setting.seed) if self.name == "shuffled" else who
            system = persona(setting.library.character(trace.persona))
        draw = setting.sample + stimulus.sample
        ask = ModelCaller(setting.top, setting.agents, system, setting.temperature, setting.seed, draw, trace)
        working = await self._steps.prepare(ask, stimulus)
        trace.memories.extend(working.memories)
        trace.thoughts, trace.feelings, trace.retriever = working.thoughts, working.feelings, working.retriever
        return PreparedStimulus(ask, working)

    async def answer(self, prepared: PreparedStimulus, stimulus: Stimulus, on_text: OnText | None = None) -> Reply:
        """Answers what was prepared.

        Args:
            prepared: From `prepare`.
            stimulus: The same stimulus; its `history` may have grown since.
            hear: As in `respond`.
        """
        ask, put = replace(prepared.ask, on_text=on_text), stimulus
        if self.setting.answering == "likelihood" and stimulus.options:
            # Its options are weighed as what is said next, not as letters: the turn must not ask for a letter.
            ask, put = replace(ask, scored_stimulus=stimulus), replace(stimulus, text=stimulus.plain or stimulus.text)
        return Reply(await self._steps.answer(ask, put, prepared.working), ask.trace)


def bare(searcher: PassageSearcher, setting: MethodSettings) -> MethodSteps:
    """One call with the system prompt alone: `none`, `prompt` and `shuffled` differ only in whose it is."""

    async def prepare(ask: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        return WorkingMemory()

    return MethodSteps(prepare, _from_working_memory(setting))


def rag(
    searcher: PassageSearcher, setting: MethodSettings, k: int = 3, chunk_paragraphs: int = 2, index: str = "dense"
) -> MethodSteps:
    """Persona and the `k` chunks of the life story nearest to the question."""
    _check(index in ("dense", "lexical", "hybrid"), unknown("index", index, ("dense", "lexical", "hybrid")))
    _check_count("k", k)
    _check_count("chunk_paragraphs", chunk_paragraphs)

    async def prepare(ask: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        passages = searcher.search_story(stimulus.character, index, chunk_paragraphs, stimulus.query, k)
        return WorkingMemory(tuple(passages), retriever=f"{index}, chunks of {chunk_paragraphs} paragraphs")

    async def answer(ask: ModelCaller, stimulus: Stimulus, working: WorkingMemory) -> str:
        passages = "\n\n".join(passage.text for passage in working.memories)
        prompt = render("rag", passages=passages, conversation=format_history(stimulus.history), stimulus=stimulus.text)
        return await ask.ask("top", prompt, setting.max_tokens)

    return MethodSteps(prepare, answer)


def macm(
    searcher: PassageSearcher,
    setting: MethodSettings,
    components: tuple[str, ...] | list[str] = COMPONENTS,
    retriever: str = "llm",
    memories: int = 4,
    matched: bool = False,
) -> MethodSteps:
    """The Multi-Agent Cognitive Mechanism: memory, thinking and emotion at once, then the Top agent.

    `components` names the agents that are on (the ablation), `memories` how many are kept. With `matched`, a placebo takes the
    place of each agent that is off, so that every variant makes the same calls with about as many tokens (`agents.placebo`).
    """
    for component in components:
        _check(component in COMPONENTS, unknown("component", component, COMPONENTS))
    _check(retriever in memory_agent.RETRIEVERS, unknown("retriever", retriever, memory_agent.RETRIEVERS))
    _check_count("memories", memories)
    _check(isinstance(matched, bool), UserError(f"matched must be True or False, not {matched!r}"))
    recaller = memory_agent.MemoryAgent(searcher, retriever, memories)

    async def recall(ask: ModelCaller, stimulus: Stimulus) -> list[RetrievedPassage]:
        if "memory" in components:
            return await recaller.recall(ask, stimulus)
        if not matched:
            return []
        kind = retriever if "llm" not in retriever else "hybrid"
        return placebo_agents.unrelated(searcher, stimulus, await recaller.recall(ask, stimulus), kind, setting.seed)

    async def restate(ask: ModelCaller, stimulus: Stimulus, agent: Literal["thinking", "emotion"]) -> str:
        return await placebo_agents.restate(ask, stimulus, agent) if matched and agent not in components else ""

    async def silent() -> str:
        return ""

    async def prepare(ask: ModelCaller, stimulus: Stimulus) -> WorkingMemory:
        recalled, thoughts, feelings, *restated = await asyncio.gather(
            recall(ask, stimulus),
            thinking_agent.think(ask, stimulus) if "thinking" in components else silent(),
            emotion_agent.feel(ask, stimulus) if "emotion" in components else silent(),
            restate(ask, stimulus, "thinking"),
            restate(ask, stimulus, "emotion"),
        )
        brought = f"{retriever}, memories" if "memory" in components else ""
        return WorkingMemory(tuple(recalled), thoughts, feelings, "\n".join(filter(None, restated)), brought)

    return MethodSteps(prepare, _from_working_memory(setting))


def _from_working_memory(setting: MethodSettings) -> Callable[[ModelCaller, Stimulus, WorkingMemory], Awaitable[str]]:
    async def answer(ask: ModelCaller, stimulus: Stimulus, working: WorkingMemory) -> str:
        return await top_agent.answer(ask, stimulus, working, setting.max_tokens)

    return answer


METHODS: Mapping[str, Callable[..., MethodSteps]] = {"none": bare, "prompt": bare, "rag": rag, "macm": macm, "shuffled": bare}


def check_method(name: str, options: Mapping[str, Any]) -> None:
    """Raises a UserError if a method or one of its parameters is unknown or does not fit; calls no model."""
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
