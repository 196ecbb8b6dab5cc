"""Runs a method: prepares and answers stimuli, each at its point in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.agents.option_labels import answer_form
from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.streaming import OnText
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf, same_age
from human_simulacra.memory.passage_search import PassageSearcher
from human_simulacra.method_interface import MethodSettings, MethodSteps, PreparedStimulus
from human_simulacra.methods import METHODS, check_method
from human_simulacra.persona import agent_systems, no_persona, persona_parts, shuffled_character
from human_simulacra.point_in_time import find_point
from human_simulacra.prompts import render
from human_simulacra.traces import OnStep, Reply, Trace
from human_simulacra.types import Stimulus


@contextmanager
def keeps_trace(trace: Trace) -> Iterator[None]:
    """Gives the errors of backbones the trace of how far the reply had come; other exceptions become such errors."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        known = error if isinstance(error, BackboneError) else BackboneError(f"{type(error).__name__}: {error}")
        known.trace = trace
        raise known from error.__cause__ if known is error else error


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
        self._options = options
        self._built: dict[str, tuple[Library, MethodSteps]] = {}

    @property
    def longest(self) -> int:
        """How many calls an answer takes one after the other, at most."""
        return self._at("")[1].longest

    async def respond(self, stimulus: Stimulus, on_text: OnText | None = None, on_step: OnStep | None = None) -> Reply:
        """Answers a stimulus as its character.

        Args:
            stimulus: What is said, to which character, after which turns.
            on_text: Receives the answer in pieces if the backbone can stream, otherwise as one piece.
            on_step: Told what the agents do while they do it, with the pieces of what they write.

        Raises:
            BackboneError: If a backbone gives no usable answer.
            UserError: If the character is unknown, or its files are invalid.
        """
        return await self.answer(await self.prepare(stimulus, on_step), stimulus, on_text)

    async def prepare(self, stimulus: Stimulus, on_step: OnStep | None = None) -> PreparedStimulus:
        """Does everything that precedes the answer: retrieval, thoughts, feelings. For `on_step` and errors see `respond`."""
        settings = self.settings
        trace = Trace(method=self.name, setting=settings.identity, backbone=settings.top.fingerprint)
        system, shorter = no_persona(), {}
        trace.as_of = find_point(settings.as_of, stimulus.as_of)
        library, steps = self._at(trace.as_of)
        if self.name != "none":
            trace.persona = who = stimulus.character
            if self.name == "shuffled":
                trace.persona = shuffled_character(settings.library, who, settings.seed)
                library, _ = self._at(same_age(settings.library, who, trace.as_of, trace.persona))
            parts = persona_parts(library.character(trace.persona))
            system, shorter = parts.whole, agent_systems(parts)
        draw = settings.sample + stimulus.sample
        caller = ModelCaller(
            settings.top,
            settings.agents,
            system,
            settings.temperature,
            settings.seed,
            draw,
            trace,
            on_step=on_step,
            agent_systems=shorter,
        )
        with keeps_trace(trace):
            working = await steps.prepare(caller, stimulus)
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
            stimulus = replace(stimulus, text=stimulus.scored or stimulus.plain)
        elif answering == "structured":
            caller = replace(caller, form=answer_form(stimulus))
            request = render("answer_form_several" if stimulus.several else "answer_form_one")
            stimulus = replace(stimulus, text=f"{stimulus.text}\n{request}")
        _, steps = self._at(caller.trace.as_of)
        with keeps_trace(caller.trace):
            return Reply(await steps.answer(caller, stimulus, prepared.working), caller.trace)

    def _at(self, as_of: str) -> tuple[Library, MethodSteps]:
        """Returns the library as of a point in time, and the method's steps over it."""
        if as_of not in self._built:
            whole = self.settings.library
            library = LibraryAsOf(whole, as_of) if as_of else whole
            settings = replace(self.settings, library=library)
            searcher = PassageSearcher(library, settings.embedder, settings.text_cache)
            self._built[as_of] = (library, METHODS[self.name](searcher, settings, **self._options))
        return self._built[as_of]
