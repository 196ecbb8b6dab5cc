"""Choosing by likelihood: how much more likely an option is after what was asked than where nothing was asked.

A small or base model that cannot name a letter still finds some texts likelier than others. Yet texts differ in
likelihood by themselves, so each option's is compared with its own after a neutral prompt: nobody's system message, and
the same turn without its question. A score is the difference a token, so that long options are neither favoured nor
heard louder (docs/likelihood.md has the evidence and the alternatives).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.likelihood_choice import OptionScore
from human_simulacra.prompts import template
from human_simulacra.types import Completion, Message, Stimulus


@dataclass(frozen=True)
class ScoredOptions:
    """A stimulus's options with their numbers, in the order shown, and what scoring them took."""

    choices: tuple[OptionScore, ...]
    neutral_prompt: str
    own: Completion
    neutral: Completion


def neutral_turn(stimulus: Stimulus) -> str:
    """Returns the turn that the neutral prompt puts: the friend's without the question."""
    return stimulus.neutral or template("neutral_turn")


async def score_options(backbone: Backbone, messages: Sequence[Message], stimulus: Stimulus) -> ScoredOptions:
    """Scores every option of a stimulus after the method's messages and after the neutral prompt.

    Args:
        backbone: A backbone that scores.
        messages: The Top agent's whole prompt.
        stimulus: What has the options.

    Raises:
        BackboneError: If the backbone gives no usable score.
        UserError: If it cannot score at all.
    """
    scorer, turn = require_scoring(backbone), neutral_turn(stimulus)
    neutral = [Message("system", template("no_persona")), Message("user", turn)]
    own, without = await asyncio.gather(
        scorer.loglikelihoods(messages, stimulus.options), scorer.loglikelihoods(neutral, stimulus.options)
    )
    choices = tuple(
        OptionScore(option, a.logprob, b.logprob, a.tokens, a.logprob / a.tokens - b.logprob / b.tokens)
        for option, a, b in zip(stimulus.options, own.scores, without.scores, strict=True)
    )
    return ScoredOptions(choices, turn, own.usage, without.usage)


def format_choice(stimulus: Stimulus, chosen: Sequence[int]) -> str:
    """Returns the reply that names the chosen options: by letter where the stimulus shows letters, else by their texts."""
    lettered = all(f"{chr(ord('A') + i)}. {option}" in stimulus.text for i, option in enumerate(stimulus.options))
    return ", ".join(chr(ord("A") + i) if lettered else stimulus.options[i] for i in chosen)
