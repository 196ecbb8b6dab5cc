"""The Top agent: answers from working memory, which is what memory, thinking and emotion brought."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.agents.asking import Asker, conversation
from human_simulacra.prompts import render
from human_simulacra.types import Recalled, Stimulus


async def answer(
    ask: Asker, stimulus: Stimulus, memories: Sequence[Recalled], thoughts: str, feelings: str, max_tokens: int
) -> str:
    """Returns the answer to a stimulus.

    Args:
        ask: Asks the backbone; its system message holds persona and personality.
        stimulus: What was said, and what before.
        memories: Recalled memories, most relevant first.
        thoughts: Inner thoughts, or empty.
        feelings: Feelings, or empty.
        max_tokens: Cap of the answer.
    """
    recalled = "\n".join(f"- {memory.text}" for memory in memories)
    prompt = render(
        "top",
        memories=f"What you remember\n{recalled}\n\n" if memories else "",
        thoughts=f"What you think\n{thoughts}\n\n" if thoughts else "",
        feelings=f"What you feel\n{feelings}\n\n" if feelings else "",
        conversation=conversation(stimulus.history),
        stimulus=stimulus.text,
    )
    return await ask.ask("top", prompt, max_tokens)
