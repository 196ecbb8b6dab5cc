"""Placebos for agents that an ablation switches off: the same calls and about as many tokens, without the agent's content.

An ablation at a matched budget needs them. Without them, a variant could answer worse only because its prompt is shorter.
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

NEAREST = 5  # memories closest in length, from which one is drawn at random


async def restate(caller: ModelCaller, stimulus: Stimulus, agent: Literal["thinking", "emotion"]) -> str:
    """Returns a paraphrase of the stimulus, with the call and the length limit of the agent that it replaces."""
    prompt = render(f"placebo_{agent}", conversation=format_history(stimulus.history), stimulus=stimulus.text, words=ANSWER_WORDS)
    return await caller.ask_words(f"{agent} placebo", prompt, ANSWER_WORDS)


def pick_unrelated_memories(
    searcher: PassageSearcher, stimulus: Stimulus, found: Sequence[RetrievedPassage], kind: str, seed: int
) -> list[RetrievedPassage]:
    """Returns other memories of the character: as many, of about the same length, from the less relevant half.

    Each retrieved memory is replaced by one of similar length.

    Args:
        searcher: Ranks the memories by relevance.
        stimulus: The stimulus and its character.
        found: The memories that the Memory agent retrieved.
        kind: The index used for ranking: `lexical`, `dense` or `hybrid`.
        seed: Seed of the draw among memories of similar length; the stimulus id is added to it.
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
