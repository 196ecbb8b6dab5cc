"""Divides a prompt's token budget between persona, method and conversation."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from human_simulacra.agents.memory_agent import most_memories
from human_simulacra.agents.model_calls import TOKENS_A_WORD
from human_simulacra.agents.thinking_agent import ANSWER_WORDS
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunk_text, chunks
from human_simulacra.memory.memory_text import memory_text
from human_simulacra.methods import METHODS

OVERHEAD = 120  # the agents' instructions and a chat template's special tokens
LEAST_ROOM = 1400  # a message of maximum length and about as much conversation
WHOLE = ""  # stands for what no option makes smaller: the index of all memories


@dataclass(frozen=True)
class PromptPlan:
    """The method's parameters, and in `room` the tokens left for scene, earlier turns and message."""

    options: Mapping[str, Any]
    room: int


def plan_prompt(
    estimator: TokenEstimator, library: Library, character: str, system: str, method: str, options: Mapping[str, Any], budget: int
) -> PromptPlan:
    """Plans how a turn fits the budget, with fewer retrieved passages or candidates than requested if necessary.

    Args:
        estimator: Estimates token counts.
        library: The characters with their memories and stories.
        character: Id of the character.
        system: The system prompt.
        method: The method's name.
        options: The method's own parameters.
        budget: Maximum length of a prompt in tokens.

    Raises:
        UserError: If not even one passage fits.
    """
    known = inspect.signature(METHODS[method]).parameters
    chosen = {name: p.default for name, p in known.items() if p.default is not p.empty} | dict(options)
    if method == "macm" and chosen["memories"] is None:
        chosen["memories"] = most_memories(chosen["retriever"])
    while True:
        parts = _retrieved(estimator, library, character, method, chosen)
        largest = max(parts, key=lambda option: parts[option], default=WHOLE)
        needed = estimator.count(system) + OVERHEAD + parts.get(largest, 0)
        if budget - needed >= LEAST_ROOM:
            return PromptPlan(chosen, budget - needed)
        if largest == WHOLE or chosen[largest] <= 1:
            raise UserError(
                f"a budget of {budget} tokens is too small for '{character}' with method '{method}': "
                f"choose at least {needed + LEAST_ROOM}, or another method"
            )
        chosen[largest] -= 1


def _retrieved(
    estimator: TokenEstimator, library: Library, character: str, method: str, options: Mapping[str, Any]
) -> dict[str, int]:
    """Returns upper bounds of the tokens that a method adds to its prompts, by the option that makes each smaller.

    No prompt has two of them.
    """
    if method == "rag":
        passages = [chunk_text(chunk) for chunk in chunks(library.story(character), options["chunk_paragraphs"])]
        return {"k": _largest(estimator, passages, options["k"])}
    if method != "macm":
        return {}
    memories = library.memories(character)
    inner = 2 * int(ANSWER_WORDS * TOKENS_A_WORD)
    # The Top agent's prompt has contents, thoughts and feelings; the Memory agent's has summaries.
    parts = {"memories": _largest(estimator, [memory_text(m) for m in memories], options["memories"]) + inner}
    summaries = [f"{m.index}. {m.summary}" for m in memories]
    if options["retriever"] == "llm":
        parts[WHOLE] = _largest(estimator, summaries, len(summaries))
    elif options["retriever"] == "hybrid+llm":
        parts["candidates"] = _largest(estimator, summaries, options["candidates"])
    return parts


def _largest(estimator: TokenEstimator, texts: list[str], count: int) -> int:
    return sum(sorted((estimator.count(text) + 2 for text in texts), reverse=True)[:count])
