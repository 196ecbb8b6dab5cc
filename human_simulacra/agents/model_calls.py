"""Model calls of the agents: each call goes to a backbone and is recorded in the reply's trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from human_simulacra.agents.option_labels import format_choice
from human_simulacra.agents.option_scoring import score_options
from human_simulacra.answer_form import AnswerForm
from human_simulacra.backbones.base import Backbone, BackboneError
from human_simulacra.backbones.streaming import OnText, stream
from human_simulacra.likelihood_choice import choose_options
from human_simulacra.prompts import render_sections
from human_simulacra.traces import FORM_NOT_KEPT, Call, OnStep, RetrievedPassage, Step, Trace
from human_simulacra.types import Completion, Generation, Message, Stimulus

TOKENS_A_WORD = 1.5  # English words average 1.3 tokens; the rest is slack for a sentence's end


@dataclass
class ModelCaller:
    """Calls backbones for the agents and records every call in a trace.

    Args:
        top: The backbone of the Top agent, which answers.
        agents: The backbone of the other agents, often the same one.
        system: The system message: the persona. It comes first in every prompt, so that backbones can reuse its prefix.
        agent_systems: By agent, a shorter system message: a beginning of `system`, whose prefix is reused all the same.
        temperature: Sampling temperature of every call.
        seed: Seed of every call.
        sample: Number of the draw; it distinguishes repeated draws of the same prompt.
        trace: Records the calls.
        on_text: Receives the Top agent's answer in pieces as the model writes it, if given.
        on_step: Told what the agents do while they do it, with the pieces of what they write, if given.
        scored_stimulus: The stimulus whose options the Top agent scores by likelihood; None if it generates its answer.
        form: The form of the Top agent's answer; None for free text.
    """

    top: Backbone
    agents: Backbone
    system: str
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0
    trace: Trace = field(default_factory=Trace)
    on_text: OnText | None = None
    on_step: OnStep | None = None
    scored_stimulus: Stimulus | None = None
    form: AnswerForm | None = None
    agent_systems: Mapping[str, str] = field(default_factory=dict)

    def report(self, step: Step) -> None:
        """Tells `on_step` what an agent does."""
        if self.on_step is not None:
            self.on_step(step)

    async def ask(self, agent: str, prompt: str, max_tokens: int, system_suffix: str = "") -> str:
        """Makes one call and returns its text. With `scored_stimulus` or `form`, the Top agent's text is the chosen options.

        Args:
            agent: Name of the calling agent; "top" uses the answering backbone.
            prompt: The user message.
            max_tokens: Maximum length of the answer in tokens.
            system_suffix: Static text to append to the system message, for an agent with a longer shared prefix.

        Raises:
            BackboneError: If the backbone gives no usable answer.
        """
        self.report(Step(agent))
        backbone = self.top if agent == "top" else self.agents
        system = self.agent_systems.get(agent, self.system)
        messages = [Message("system", system + system_suffix), Message("user", prompt)]
        generation = Generation(max_tokens, self.temperature, self.seed, self.sample)
        if agent == "top":
            generation = replace(generation, whole=True)
        try:
            if agent == "top" and self.scored_stimulus is not None:
                return await self._choose_by_likelihood(self.scored_stimulus, messages)
            if agent == "top" and self.form is not None:
                return await self._answer_in_form(self.form, messages, generation)
            if agent == "top" and self.on_text is not None:
                completion = await stream(backbone, messages, generation, self.on_text)
            elif agent != "top" and self.on_step is not None:
                completion = await stream(backbone, messages, generation, lambda piece: self.report(Step(agent, piece)))
            else:
                completion = await backbone.complete(messages, generation)
        except BackboneError as error:
            if error.spent is not None:  # paid calls that gave nothing count as well
                self.trace.calls.append(Call(agent, prompt, error.spent))
            raise
        self.trace.calls.append(Call(agent, prompt, completion))
        if agent != "top":
            self._check_agent(agent, completion)
        return completion.text

    def _check_agent(self, agent: str, completion: Completion) -> None:
        """Notes a filtered reply of an agent, and raises a BackboneError if an agent could not say a word."""
        if completion.finish == "content_filter":
            self.trace.problems.append(f"{agent} agent: the server's content filter cut its reply")
        elif completion.finish == "length" and not completion.text:
            raise BackboneError(
                f"the {agent} agent used {completion.completion_tokens} tokens without a word of its answer: set a larger "
                "reasoning_tokens in the model's config, or agent_llm to a model that does not reason first"
            )

    async def _answer_in_form(self, form: AnswerForm, messages: list[Message], generation: Generation) -> str:
        """Asks for an answer in a form and returns its choices, or the text as it is if it does not have the form."""
        completion = await self.top.complete(messages, replace(generation, form=form))
        self.trace.answering = "structured"
        self.trace.calls.append(Call("top", messages[-1].content, completion))
        chosen = form.read(completion.text)
        if chosen is None:
            self.trace.problems.append(FORM_NOT_KEPT)
        text = completion.text if chosen is None else chosen
        if self.on_text is not None:
            self.on_text(text)
        return text

    async def _choose_by_likelihood(self, stimulus: Stimulus, messages: list[Message]) -> str:
        """Chooses among a stimulus's options and records the scores of all options in the trace."""
        scored = await score_options(self.top, messages, stimulus)
        text = format_choice(stimulus, choose_options(scored.choices, stimulus.several))
        self.trace.answering = "likelihood"
        self.trace.choices = list(scored.choices)
        self.trace.calls.append(Call("top", messages[-1].content, replace(scored.own, text=text)))
        self.trace.calls.append(Call("neutral", scored.neutral_prompt, scored.neutral))
        if self.on_text is not None:
            self.on_text(text)
        return text

    async def ask_words(self, agent: str, prompt: str, words: int) -> str:
        """Makes one call whose answer has about `words` words at most, and returns it as one line."""
        return " ".join((await self.ask(agent, prompt, int(words * TOKENS_A_WORD))).split())


def format_history(history: tuple[Message, ...]) -> str:
    """Formats the earlier turns of a conversation for a prompt; empty if there are none."""
    if not history:
        return ""
    speakers = {"user": "Friend", "assistant": "You", "system": "Scene"}
    lines = "\n".join(f"{speakers[m.role]}: {m.content}" for m in history)
    return f"What was said so far\n{lines}"


def format_memories(memories: Sequence[RetrievedPassage]) -> str:
    """Formats memories for a prompt, one a line; empty if there are none."""
    return "\n".join(f"- {memory.text}" for memory in memories)


def render_inner_prompt(name: str, stimulus: Stimulus, memories: Sequence[RetrievedPassage], words: int) -> str:
    """Renders the prompt of an agent that works before the answer: it is given the stimulus without the form of its answer.

    Args:
        name: The prompt's name.
        stimulus: The stimulus with the earlier turns.
        memories: What the agent knows of the life beside the persona.
        words: Maximum length of what it writes.
    """
    return render_sections(
        name,
        memories=format_memories(memories),
        conversation=format_history(stimulus.history),
        stimulus=stimulus.plain,
        words=words,
    )
