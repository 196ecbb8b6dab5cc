"""The parameters of a life story's making, with the paper's values as defaults."""

from __future__ import annotations

import math
from dataclasses import dataclass

from human_simulacra.errors import UserError

ITERATIONS = 50
# What decides the story; its checkpoints keep it.
SETTINGS = ("seed", "weights", "threshold", "top", "top_share", "window", "words", "summariser")


@dataclass(frozen=True)
class StoryOptions:
    """How a story is grown.

    Args:
        iterations: Iterations in all, or more ones where a story is extended; None for 50, or as begun where resumed.
        review_every: Iterations after which a person reviews.
        weights: What importance, elaborateness and redundancy count; the three lie between -1 and 1.
        threshold: Where the best paragraph scores less, the story is done.
        top: One among so many best paragraphs is drawn.
        top_share: Which share of them instead, where there are more than 20 paragraphs.
        window: Paragraphs before and after that the model reads whole where the story exceeds its context.
        words: Most words that an expansion is asked for.
        summariser: `extractive`, `backbone` or `hf:MODEL`.
        seed: Seed of the draws.
        resume: Whether to go on where an earlier run stopped.
        resume_at: The iteration to go on from; None for the last.
        extend: Whether to go on with a finished story.

    Raises:
        UserError: If a value makes no sense.
    """

    iterations: int | None = None
    review_every: int = 10
    weights: tuple[float, float, float] = (80.0, 100.0, 120.0)
    threshold: float = 50.0
    top: int = 5
    top_share: float = 0.1
    window: int = 5
    words: int = 250
    summariser: str = "extractive"
    seed: int = 0
    resume: bool = False
    resume_at: int | None = None
    extend: bool = False

    def __post_init__(self) -> None:
        rules = (
            ("iterations", self.iterations is None or self.iterations >= 1, "at least 1"),
            ("review_every", self.review_every >= 1, "at least 1"),
            ("top", self.top >= 1, "at least 1"),
            ("top_share", 0 < self.top_share <= 1, "more than 0 and at most 1"),
            ("window", self.window >= 0, "0 or more"),
            ("words", self.words >= 40, "at least 40"),
            ("weights", min(self.weights) >= 0 < max(self.weights) < math.inf, "three numbers from 0 on, not all 0"),
            ("threshold", math.isfinite(self.threshold), "a number"),
        )
        for name, holds, wanted in rules:
            if not holds:
                raise UserError(f"{name.replace('_', '-')} must be {wanted}, not {getattr(self, name)}")
        if not (self.summariser in ("extractive", "backbone") or (self.summariser.startswith("hf:") and self.summariser[3:])):
            raise UserError(f"unknown summariser '{self.summariser}': give extractive, backbone or hf:MODEL")

    def settings(self) -> dict[str, object]:
        """Returns what decides the story, for its checkpoints."""
        return {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in SETTINGS}
