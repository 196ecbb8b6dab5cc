"""How likely given texts are, for backbones that can say so; the others raise one clear error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from human_simulacra.backbones.base import Backbone, ScoredTexts
from human_simulacra.errors import UserError
from human_simulacra.types import Completion, Generation, Message


@runtime_checkable
class ScoringBackbone(Protocol):
    """A backbone that can also score texts by their likelihood."""

    fingerprint: str

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers a conversation."""
        ...

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores each continuation as the assistant's next words after the conversation.

        The conversation is rendered with the model's chat template up to where its answer begins; prompt and
        continuation are split into tokens as one text. Nothing is added after the continuation.

        Raises:
            BackboneError: If the model gives no usable score.
        """
        ...


def require_scoring(backbone: Backbone) -> ScoringBackbone:
    """Returns a backbone as one that scores.

    Raises:
        UserError: If it cannot.
    """
    if not isinstance(backbone, ScoringBackbone):
        raise UserError(
            "this backbone gives no log-probabilities of given texts, which answering='likelihood' needs: "
            "use the embedded one, Hugging Face or vLLM, or answering='generate'"
        )
    return backbone
