"""Scores options by likelihood: how much more likely an option is after the question than after a neutral prompt.

A small or base model that cannot name an option letter can still rank texts by likelihood. Texts also differ in
likelihood on their own. Each option is therefore compared with itself after a neutral prompt: a system message without
persona, and the same turn without its question. The difference in log-probability is standardised by the option's length
(`likelihood_choice`; evidence and alternatives: docs/likelihood.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.errors import UserError
from human_simulacra.likelihood_choice import NO_ABSTENTION, OptionScore, standardise
from human_simulacra.prompts import template
from human_simulacra.types import Completion, Message, Stimulus


@dataclass(frozen=True)
class ScoredOptions:
    """A stimulus's options with their scores, in the order shown.

    `own` and `neutral` are the token usages of scoring after the method's prompt and after the neutral prompt.
    """

    choices: tuple[OptionScore, ...]
    neutral_prompt: str
    own: Completion
    neutral: Completion


def neutral_turn(stimulus: Stimulus) -> str:
    """Returns the user message of the neutral prompt: the stimulus without its question."""
    return stimulus.neutral or template("neutral_turn")


async def score_options(backbone: Backbone, messages: Sequence[Message], stimulus: Stimulus) -> ScoredOptions:
    """Scores every option of a stimulus after the method's messages and after the neutral prompt.

    Args:
        backbone: A backbone that gives log-likelihoods.
        messages: The Top agent's complete prompt.
        stimulus: The stimulus with the options.

    Raises:
        BackboneError: If the backbone gives no usable scores.
        UserError: If the backbone cannot score texts, or the stimulus offers not knowing, which has no comparable score.
    """
    if stimulus.abstain_option:
        raise UserError(f"question '{stimulus.id}' offers not knowing, but is answered by log-likelihood: {NO_ABSTENTION}")
    scorer, turn = require_scoring(backbone), neutral_turn(stimulus)
    neutral = [Message("system", template("no_persona")), Message("user", turn)]
    own, without = await asyncio.gather(
        scorer.loglikelihoods(messages, stimulus.options), scorer.loglikelihoods(neutral, stimulus.options)
    )
    gains = [a.logprob - b.logprob for a, b in zip(own.scores, without.scores, strict=True)]
    scores = standardise(gains, [a.tokens for a in own.scores])
    choices = tuple(
        OptionScore(option, a.logprob, b.logprob, a.tokens, score)
        for option, a, b, score in zip(stimulus.options, own.scores, without.scores, scores, strict=True)
    )
    return ScoredOptions(choices, turn, own.usage, without.usage)
