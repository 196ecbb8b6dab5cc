"""The Thinking agent: inner thoughts before an answer, and the content of long-term memories (arXiv 2402.18180)."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.agents.model_calls import ModelCaller, render_inner_prompt
from human_simulacra.prompts import render
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Stimulus

ANSWER_WORDS = 30
CONTENT_WORDS = 100
REFLECTION_WORDS = 50


async def think(caller: ModelCaller, stimulus: Stimulus, memories: Sequence[RetrievedPassage] = ()) -> str:
    """Returns what the character thinks about a stimulus, in at most 30 words.

    Args:
        caller: Calls the backbone.
        stimulus: The stimulus; the agent is given it without the form of its answer.
        memories: What the character remembers, if the agent is to know it.
    """
    prompt = render_inner_prompt("thinking_agent", stimulus, memories, ANSWER_WORDS)
    return await caller.ask_words("thinking", prompt, ANSWER_WORDS)


async def recollect(caller: ModelCaller, name: str, chunk: str) -> str:
    """Retells a chunk of the life story as a memory in the first person, in at most 100 words."""
    prompt = render("construct_content", name=name, chunk=chunk, words=CONTENT_WORDS)
    return await caller.ask_words("thinking", prompt, CONTENT_WORDS)


async def reflect(caller: ModelCaller, name: str, content: str) -> str:
    """Returns what the character thinks about a memory, in at most 50 words."""
    prompt = render("construct_thinking", name=name, content=content, words=REFLECTION_WORDS)
    return await caller.ask_words("thinking", prompt, REFLECTION_WORDS)
