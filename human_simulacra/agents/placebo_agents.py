"""Stand-ins for agents that are off: the same calls and about the same tokens, but nothing of what the agent brings.

An ablation at a matched budget needs them: a method that answers worse with less text may only have missed the text.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from human_simulacra.agents.model_calls import ModelCaller, format_history
from human_simulacra.agents.thinking_agent import ANSWER_WORDS
from human_simulacra.memory.passage_search import PassageSearcher
from human_simulacra.prompts import render
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Stimulus

NEAREST = 5  # memories of about the right length among which chance decides


async def restate(ask: ModelCaller, stimulus: Stimulus, agent: Literal["thinking", "emotion"]) -> str:
    """Returns what was said in other words, asked for as that agent is asked and under the same cap."""
    prompt = render(f"placebo_{agent}", conversation=format_history(stimulus.history), stimulus=stimulus.text, words=ANSWER_WORDS)
    return await ask.ask_words(f"{agent} placebo", prompt, ANSWER_WORDS)


def unrelated(
    searcher: PassageSearcher, stimulus: Stimulus, found: Sequence[RetrievedPassage], kind: str, seed: int
) -> list[RetrievedPassage]:
    """Returns as many other memories of the same life, from the half that bears least on the stimulus, of about the same length.

    Args:
        searcher: Ranks the memories.
        stimulus: What is said, to whom.
        found: What the Memory agent recalled.
        kind: The index that ranks: `lexical`, `dense` or `hybrid`.
        seed: Decides, with the stimulus, among memories of like length.
    """
    everything = len(searcher.library.memories(stimulus.character))
    ranked = searcher.search_memories(stimulus.character, kind, stimulus.query, everything)
    recalled = {memory.id for memory in found}
    pool = [memory for memory in ranked[everything // 2 :] if memory.id not in recalled]
    chance = random.Random(f"{seed}:{stimulus.id}")
    chosen = []
    for memory in found[: len(pool)]:
        nearest = sorted(pool, key=lambda other: (abs(len(other.text) - len(memory.text)), other.id))[:NEAREST]
        pick = chance.choice(nearest)
        pool.remove(pick)
        chosen.append(RetrievedPassage(pick.id, 0.0, pick.text, pick.paragraphs))
    return chosen
