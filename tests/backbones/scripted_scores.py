"""A scripted backbone that also scores texts."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.backbones.base import LogLikelihood, ScoredTexts
from human_simulacra.types import Completion, Message
from tests.conftest import ScriptedBackbone


class ScriptedScores(ScriptedBackbone):
    """Scores texts by a table; a persona in the system message doubles what it likes."""

    def __init__(self, likes: dict[str, float]) -> None:
        super().__init__("thought")
        self.likes = likes
        self.scored: list[tuple[list[Message], tuple[str, ...]]] = []

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        self.scored.append((list(messages), tuple(continuations)))
        liked = "broke" in messages[-1].content
        scores = tuple(LogLikelihood(-10.0 + liked * self.likes.get(c, 0.0), len(c.split())) for c in continuations)
        return ScoredTexts(scores, Completion("", 50, 40, 0, False, 0.1))
