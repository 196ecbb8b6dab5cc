"""The Thinking agent: logic. It thinks before an answer, and writes down memories and thoughts about them."""

from __future__ import annotations

from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.prompts import render
from human_simulacra.types import Stimulus

ANSWER_WORDS = 30
CONTENT_WORDS = 100
REFLECTION_WORDS = 50


async def think(ask: ModelCaller, stimulus: Stimulus) -> str:
    """Returns the inner thoughts that a stimulus calls up, in at most 30 words."""
    prompt = render("thinking_agent", conversation=format_history(stimulus.history), stimulus=stimulus.text, words=ANSWER_WORDS)
    return await ask.ask_words("thinking", prompt, ANSWER_WORDS)


async def recollect(ask: ModelCaller, name: str, chunk: str) -> str:
    """Returns a chunk of story as a memory in the first person, in at most 100 words."""
    return await ask.ask_words(
        "thinking", render("construct_content", name=name, chunk=chunk, words=CONTENT_WORDS), CONTENT_WORDS
    )


async def reflect(ask: ModelCaller, name: str, content: str) -> str:
    """Returns what the character thinks about a memory, in at most 50 words."""
    prompt = render("construct_thinking", name=name, content=content, words=REFLECTION_WORDS)
    return await ask.ask_words("thinking", prompt, REFLECTION_WORDS)
