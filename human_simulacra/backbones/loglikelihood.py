"""The interface of backbones that score given texts by their log-likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from human_simulacra.backbones.base import Backbone, ScoredTexts
from human_simulacra.errors import UserError
from human_simulacra.types import Message


@runtime_checkable
class ScoringBackbone(Backbone, Protocol):
    """A backbone that can also score given texts."""

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores each continuation as the beginning of the assistant's answer.

        The conversation is rendered with the model's chat template up to the start of the answer. Prompt and
        continuation are tokenized as one text, and nothing is appended to the continuation.

        Returns:
            One log-likelihood for each continuation, in the order given, and the token usage.

        Raises:
            BackboneError: If the model gives no usable scores.
        """
        ...


def require_scoring(backbone: Backbone) -> ScoringBackbone:
    """Returns the backbone if it can score texts.

    Raises:
        UserError: If it cannot score texts.
    """
    if not isinstance(backbone, ScoringBackbone):
        raise UserError(
            "this backbone gives no log-probabilities of given texts, which answering='likelihood' needs: "
            "use the embedded one, Hugging Face or vLLM, or answering='generate'"
        )
    return backbone
