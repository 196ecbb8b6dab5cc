"""Parameters of life story generation; the defaults are the paper's values (arXiv 2402.18180, "Life story construction")."""

from __future__ import annotations

import math
from dataclasses import dataclass

from human_simulacra.errors import UserError

ITERATIONS = 50
STORY_WORDS, LEAST_STORY_WORDS = 12_000, 800
# The options that determine the story; checkpoints store them.
SETTINGS = ("seed", "plan", "story_words", "weights", "threshold", "top", "top_share", "window", "words")


@dataclass(frozen=True)
class StoryOptions:
    """Options of `generate_story`.

    Raises:
        UserError: If a value is out of range.
    """

    # Expansions in all, or further ones if a story is extended; None for 50, or for the earlier goal if resumed. The outline and
    # its sections do not count.
    iterations: int | None = None
    plan: str = "outline"  # chapters are planned and written first; `none`: the biography grows, as in the paper
    story_words: int = STORY_WORDS  # of the whole story, with an outline
    review_every: int = 10  # iterations
    weights: tuple[float, float, float] = (80.0, 100.0, 120.0)  # of importance, elaborateness and redundancy (-1 to 1)
    threshold: float = 50.0  # the story ends when no paragraph scores as much
    top: int = 5  # number of best paragraphs to draw from
    top_share: float = 0.1  # share of paragraphs to draw from instead if there are more than 20
    window: int = 5  # paragraphs around the passage that a prompt has unabridged if the story exceeds the context
    words: int = 250  # most words of an expanded passage
    seed: int = 0  # of the draws
    resume: bool = False  # whether to continue an interrupted run
    resume_at: int | None = None  # the iteration to continue from; None for the last
    extend: bool = False  # whether to extend a finished story

    def __post_init__(self) -> None:
        rules = (
            ("iterations", self.iterations is None or self.iterations >= 1, "at least 1"),
            ("plan", self.plan in ("outline", "none"), "outline or none"),
            ("story_words", self.story_words >= LEAST_STORY_WORDS, f"at least {LEAST_STORY_WORDS}"),
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

    def settings(self) -> dict[str, object]:
        """Returns the options that determine the story, for its checkpoints."""
        return {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in SETTINGS}
