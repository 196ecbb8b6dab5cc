"""The Emotion agent: feelings before an answer, and feelings about a chunk of the life story (arXiv 2402.18180)."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.agents.model_calls import ModelCaller, render_inner_prompt
from human_simulacra.prompts import render
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Stimulus

ANSWER_WORDS = 30
CHUNK_WORDS = 100


async def feel(caller: ModelCaller, stimulus: Stimulus, memories: Sequence[RetrievedPassage] = ()) -> str:
    """Returns what the character feels about a stimulus, in at most 30 words; arguments as for `thinking_agent.think`."""
    prompt = render_inner_prompt("emotion_agent", stimulus, memories, ANSWER_WORDS)
    return await caller.ask_words("emotion", prompt, ANSWER_WORDS)


async def feel_about(caller: ModelCaller, name: str, chunk: str) -> str:
    """Returns what the character feels about a chunk of its life story, in at most 100 words."""
    return await caller.ask_words("emotion", render("construct_emotion", name=name, chunk=chunk, words=CHUNK_WORDS), CHUNK_WORDS)
