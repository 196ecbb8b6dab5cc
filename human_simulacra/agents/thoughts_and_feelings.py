"""What goes on in a character before it answers: thoughts and feelings, by two agents or one, or their placebos."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from human_simulacra.agents import placebo_agents
from human_simulacra.agents.emotion_agent import feel
from human_simulacra.agents.joint_agent import think_and_feel
from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.agents.thinking_agent import ANSWER_WORDS, think
from human_simulacra.errors import UserError
from human_simulacra.traces import RetrievedPassage, WorkingMemory
from human_simulacra.types import Stimulus

# What goes through a head in thirty words is about one or two memories; more would be paid for and not used.
INNER_MEMORIES = 2


@dataclass(frozen=True)
class Impressions:
    """Forms thoughts and feelings about a stimulus.

    Args:
        components: The agents in use, of `thinking` and `emotion`; others are ignored.
        joint: Whether both are asked for in one call.
        matched: Whether a placebo of the same cost replaces an agent that is not in use.

    Raises:
        UserError: If a placebo would have to replace half of a joint call.
    """

    components: Collection[str]
    joint: bool
    matched: bool

    def __post_init__(self) -> None:
        if self.joint and self.matched and len({"thinking", "emotion"}.intersection(self.components)) == 1:
            raise UserError(
                "agents='joint' asks for thoughts and feelings in one call, and no placebo can replace half of it: set "
                "agents='separate', matched=False, or name both or neither in components"
            )

    async def form(self, caller: ModelCaller, stimulus: Stimulus, memories: Sequence[RetrievedPassage]) -> WorkingMemory:
        """Returns thoughts, feelings and what placebos wrote.

        Args:
            caller: Calls the backbone.
            stimulus: The stimulus.
            memories: What is remembered, most relevant first; the agents are given the first `INNER_MEMORIES`.

        Raises:
            BackboneError: If the backbone gives no usable answer.
        """
        memories = memories[:INNER_MEMORIES]
        if self.joint and {"thinking", "emotion"}.issubset(self.components):
            thoughts, feelings = await think_and_feel(caller, stimulus, memories)
            return WorkingMemory(thoughts=thoughts, feelings=feelings)
        if self.joint and self.matched:
            return WorkingMemory(restated=await placebo_agents.restate(caller, stimulus, "thinking", memories, 2 * ANSWER_WORDS))

        async def restate(agent: Literal["thinking", "emotion"]) -> str:
            if not self.matched or agent in self.components:
                return ""
            return await placebo_agents.restate(caller, stimulus, agent, memories)

        async def silent() -> str:
            return ""

        thoughts, feelings, *restated = await asyncio.gather(
            think(caller, stimulus, memories) if "thinking" in self.components else silent(),
            feel(caller, stimulus, memories) if "emotion" in self.components else silent(),
            restate("thinking"),
            restate("emotion"),
        )
        return WorkingMemory(thoughts=thoughts, feelings=feelings, restated="\n".join(filter(None, restated)))
