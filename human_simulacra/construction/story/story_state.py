"""The state of a story in progress, as checkpoints store it: everything that later iterations depend on.

Field names are part of the file format.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from human_simulacra.construction.story.paragraph_scoring import ParagraphScore


@dataclass(frozen=True)
class DraftParagraph:
    """A paragraph of the draft: `place` is the index of its origin at the last review, `marks` are its faults."""

    text: str
    place: int
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueuedTask:
    """A paragraph to expand before any is drawn, or a `fact` to add; `text` is empty if its place is not known yet."""

    text: str
    fact: str = ""


@dataclass(frozen=True)
class ReviewerAdvice:
    """The reasons for which a reviewer rejected rewrites of a paragraph, for the prompts of later attempts."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AddedFact:
    """A fact that was added to the paragraphs of a place since the last review."""

    place: int
    fact: str


@dataclass(frozen=True)
class Change:
    """What an iteration did.

    Attributes:
        kind: `start`, `expanded`, `woven` (a fact was added), or `left out` if no reply was accepted.
        place: Index of the rewritten paragraph.
        before: The paragraph.
        after: The paragraphs in its place.
        fact: The fact to add, if any.
        drawn_from: Indices of the candidates, best first.
        scores: Scores of the draft's paragraphs before the iteration.
        attempts: Number of requests.
        findings: Faults of rejected attempts and of the result.
    """

    kind: Literal["start", "expanded", "woven", "left out"]
    place: int = -1
    before: str = ""
    after: tuple[str, ...] = ()
    fact: str = ""
    drawn_from: tuple[int, ...] = ()
    scores: tuple[ParagraphScore, ...] = ()
    attempts: int = 0
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewRecord:
    """A reviewer's decision about one place, made after the checkpoint's iteration."""

    before: str
    draft: str
    decision: Literal["accept", "edit", "reject"]
    text: str
    reason: str


@dataclass(frozen=True)
class ReviewItem:
    """A rewrite that was left out: `draft` is None if no attempt passed the checks of its form."""

    iteration: int
    paragraph: str
    draft: str | None
    findings: tuple[str, ...]


@dataclass(frozen=True)
class StoryState:
    """A checkpoint.

    Attributes:
        character: The character's id.
        iteration: The iteration after which it was saved.
        goal: The iteration at which the story ends.
        finished: Whether the story is finished.
        settings: The options that determine the story.
        change: What the iteration did.
        pieces: The draft.
        places: The paragraphs at the last review.
        decided: Indices of the places on which the current review has decided.
        reviewed_at: Iteration of the last review.
        reviews: Decisions made after this iteration.
        queue: Tasks that come before any draw.
        advice: Reasons of rejections.
        woven: Facts added since the last review.
        resting: Paragraphs that are not drawn again because their rewrite was left out.
        left: Rewrites that were left out.
        profile: Statements of the profile that the story was written for.
    """

    character: str
    iteration: int
    goal: int
    finished: bool
    settings: dict = field(hash=False)
    change: Change
    pieces: tuple[DraftParagraph, ...]
    places: tuple[str, ...]
    decided: tuple[int, ...] = ()
    reviewed_at: int = 0
    reviews: tuple[ReviewRecord, ...] = ()
    queue: tuple[QueuedTask, ...] = ()
    advice: tuple[ReviewerAdvice, ...] = ()
    woven: tuple[AddedFact, ...] = ()
    resting: tuple[str, ...] = ()
    left: tuple[ReviewItem, ...] = ()
    profile: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The texts of the draft's paragraphs."""
        return [piece.text for piece in self.pieces]

    def reasons(self, text: str) -> tuple[str, ...]:
        """Returns the reasons for which a reviewer rejected rewrites of a paragraph."""
        return tuple(reason for advice in self.advice if advice.text == text for reason in advice.reasons)

    def review_items(self) -> list[dict[str, Any]]:
        """Returns the rows of the review queue: rewrites that were left out, and paragraphs with faults."""
        out = [{**asdict(left), "in_story": False} for left in self.left]
        doubted = [
            {"id": f"{self.character}-s{place:03d}", "paragraph": piece.text, "findings": list(piece.marks), "in_story": True}
            for place, piece in enumerate(self.pieces, 1)
            if piece.marks
        ]
        return [*out, *doubted]
