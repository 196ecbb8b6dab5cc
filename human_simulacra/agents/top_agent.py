"""The Top agent: answers from working memory, which holds memories, thoughts and feelings (arXiv 2402.18180)."""

from __future__ import annotations

from human_simulacra.agents.model_calls import ModelCaller, format_history, format_memories
from human_simulacra.prompts import render_sections
from human_simulacra.traces import WorkingMemory
from human_simulacra.types import Stimulus


async def answer(caller: ModelCaller, stimulus: Stimulus, working: WorkingMemory, max_tokens: int) -> str:
    """Returns the answer to a stimulus.

    Args:
        caller: Calls the backbone; its system message holds the persona.
        stimulus: What was said, with the earlier turns.
        working: The results of the other agents.
        max_tokens: Maximum length of the answer in tokens.
    """
    prompt = render_sections(
        "top_agent", memories=format_memories(working.memories), thoughts=working.thoughts, feelings=working.feelings,
        restated=working.restated, conversation=format_history(stimulus.history), stimulus=stimulus.text,
    )  # fmt: skip
    return await caller.ask("top", prompt, max_tokens)
