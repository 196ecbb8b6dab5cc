"""The Top agent: answers from working memory, which holds memories, thoughts and feelings (arXiv 2402.18180)."""

from __future__ import annotations

from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.prompts import render
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
    recalled = "\n".join(f"- {memory.text}" for memory in working.memories)
    prompt = render(
        "top_agent",
        memories=f"What you remember\n{recalled}\n\n" if working.memories else "",
        thoughts=f"What you think\n{working.thoughts}\n\n" if working.thoughts else "",
        feelings=f"What you feel\n{working.feelings}\n\n" if working.feelings else "",
        restated=f"What was said to you, in other words\n{working.restated}\n\n" if working.restated else "",
        conversation=format_history(stimulus.history),
        stimulus=stimulus.text,
    )
    return await caller.ask("top", prompt, max_tokens)
