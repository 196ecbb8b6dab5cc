"""How an agent asks: one call to its backbone, entered in the reply's trace."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from human_simulacra.agents.option_scoring import letters_or_texts, weigh
from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.streaming import Hear, speak
from human_simulacra.likelihood_choice import pick
from human_simulacra.traces import Call, Trace
from human_simulacra.types import Generation, Message, Stimulus

TOKENS_A_WORD = 1.5  # English words average 1.3 tokens; the rest is slack for a sentence's end


@dataclass
class Asker:
    """Asks backbones in the name of agents and keeps the trace.

    Args:
        top: The backbone that answers.
        agents: The backbone of the other agents, often the same one.
        system: What the model is told it is: the persona, first in every prompt so that its prefix is shared.
        temperature: Sampling temperature of every call.
        seed: Seed of every call.
        sample: Tells repeated draws apart.
        trace: Where calls are entered.
        hear: Gets the pieces of the Top agent's answer as they come, if given.
        weighs: The stimulus whose options the Top agent weighs by likelihood; None where it writes its answer.
    """

    top: Backbone
    agents: Backbone
    system: str
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0
    trace: Trace = field(default_factory=Trace)
    hear: Hear | None = None
    weighs: Stimulus | None = None

    async def ask(self, agent: str, prompt: str, max_tokens: int, system_suffix: str = "") -> str:
        """Asks once and returns the text; the Top agent's is the option it finds likeliest where it weighs.

        Args:
            agent: The asking agent's name; "top" goes to the answering backbone.
            prompt: The user message.
            max_tokens: Cap of the answer in tokens.
            system_suffix: Static text after the persona, for an agent whose prefix is longer.

        Raises:
            BackboneError: If the backbone gives no usable answer.
        """
        backbone = self.top if agent == "top" else self.agents
        messages = [Message("system", self.system + system_suffix), Message("user", prompt)]
        generation = Generation(max_tokens, self.temperature, self.seed, self.sample)
        if agent == "top" and self.weighs is not None:
            return await self._weigh(self.weighs, messages)
        if agent == "top" and self.hear is not None:
            completion = await speak(backbone, messages, generation, self.hear)
        else:
            completion = await backbone.complete(messages, generation)
        self.trace.calls.append(Call(agent, prompt, completion))
        return completion.text

    async def _weigh(self, stimulus: Stimulus, messages: list[Message]) -> str:
        """Chooses among a stimulus's options and enters every option's numbers in the trace."""
        weighed = await weigh(self.top, messages, stimulus)
        text = letters_or_texts(stimulus, pick(weighed.choices, stimulus.several))
        self.trace.answering = "likelihood"
        self.trace.choices = list(weighed.choices)
        self.trace.calls.append(Call("top", messages[-1].content, replace(weighed.own, text=text)))
        self.trace.calls.append(Call("neutral", weighed.neutral_prompt, weighed.neutral))
        if self.hear is not None:
            self.hear(text)
        return text

    async def ask_words(self, agent: str, prompt: str, words: int) -> str:
        """Asks for at most so many words and returns one line."""
        return " ".join((await self.ask(agent, prompt, int(words * TOKENS_A_WORD))).split())


def conversation(stimulus_history: tuple[Message, ...]) -> str:
    """Renders earlier turns for a prompt; empty where there are none."""
    if not stimulus_history:
        return ""
    speakers = {"user": "Friend", "assistant": "You", "system": "Scene"}
    lines = "\n".join(f"{speakers[m.role]}: {m.content}" for m in stimulus_history)
    return f"What was said so far\n{lines}\n\n"
