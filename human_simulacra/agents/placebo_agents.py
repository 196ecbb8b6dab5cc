"""Placebos for agents that an ablation switches off: the same calls and about as many tokens, without the agent's content.

An ablation at a matched budget needs them. Without them, a variant could answer worse only because its prompt is shorter.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from human_simulacra.agents.model_calls import ModelCaller, render_inner_prompt
from human_simulacra.agents.thinking_agent import ANSWER_WORDS
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Stimulus

NEAREST = 5  # memories closest in length, from which one is drawn at random


async def restate(
    caller: ModelCaller,
    stimulus: Stimulus,
    agent: Literal["thinking", "emotion"],
    memories: Sequence[RetrievedPassage] = (),
    words: int = ANSWER_WORDS,
) -> str:
    """Returns a paraphrase of the stimulus, with the call and about the tokens of the agent that it replaces.

    Args:
        caller: Calls the backbone.
        stimulus: The stimulus.
        agent: The agent that is replaced.
        memories: The memories that this agent would read.
        words: Maximum length of what it would write.
    """
    prompt = render_inner_prompt(f"placebo_{agent}", stimulus, memories, words)
    return await caller.ask_words(f"{agent} placebo", prompt, words)


async def pick_unrelated_memories(
    searcher: PassageSearcher, stimulus: Stimulus, found: Sequence[RetrievedPassage], seed: int
) -> list[RetrievedPassage]:
    """Returns other memories of the character: as many, of about the same length, from the less relevant half.

    Each retrieved memory is replaced by one of similar length.

    Args:
        searcher: Ranks the memories by relevance.
        stimulus: The stimulus and its character.
        found: The memories that the Memory agent retrieved.
        seed: Seed of the draw among memories of similar length; the stimulus id is added to it.
    """
    ranked = await searcher.find_memories(stimulus.character, "hybrid", SearchQuery(stimulus.query, stimulus.options))
    recalled = {memory.id for memory in found}
    pool = [memory for memory in ranked[len(ranked) // 2 :] if memory.id not in recalled]
    chance = random.Random(f"{seed}:{stimulus.id}")
    chosen = []
    for memory in found[: len(pool)]:
        nearest = sorted(pool, key=lambda other: (abs(len(other.text) - len(memory.text)), other.id))[:NEAREST]
        pick = chance.choice(nearest)
        pool.remove(pick)
        chosen.append(RetrievedPassage(pick.id, 0.0, pick.text, pick.paragraphs))
    return chosen
