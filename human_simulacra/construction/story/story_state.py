"""A story in the making: what a checkpoint holds. Everything that a later iteration depends on is here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from human_simulacra.construction.story.paragraph_scoring import ParagraphScore


@dataclass(frozen=True)
class DraftParagraph:
    """A paragraph of the draft. `place` is the paragraph that it grew from since the last review; `marks` are doubts about it."""

    text: str
    place: int
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueuedTask:
    """A paragraph to be worked on before any is drawn: to tell it anew, or to weave a fact into it.

    `text` is the paragraph, empty for a fact whose place is yet to be found; `fact` is empty where there is none.
    """

    text: str
    fact: str = ""


@dataclass(frozen=True)
class ReviewerAdvice:
    """Why a reviewer rejected what became of a paragraph; the next attempts are told."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AddedFact:
    """A fact that was woven into the paragraphs of a place since the last review."""

    place: int
    fact: str


@dataclass(frozen=True)
class Change:
    """What an iteration did. `scores` are those of the draft before it, `drawn_from` the candidates, best first.

    `kind` is `start`, `expanded`, `woven`, or `left out` where no reply was fit to enter the story; `place` counts from 0.
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
    """What a reviewer decided about one place, after this checkpoint's iteration."""

    before: str
    draft: str
    decision: Literal["accept", "edit", "reject"]
    text: str
    reason: str


@dataclass(frozen=True)
class ReviewItem:
    """A passage whose telling was left out. `draft` is a text that only its findings keep out, None where none was fit at all."""

    iteration: int
    paragraph: str
    draft: str | None
    findings: tuple[str, ...]


@dataclass(frozen=True)
class StoryState:
    """A checkpoint.

    `places` are the paragraphs as they stood at the last review, `decided` those of them that the running review is done
    with, `reviewed_at` its iteration. `resting` paragraphs came out unfit and are not drawn again. `left` lists what was left
    out, `profile` the facts that the story was written for, `settings` what decided the draws.
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
        """The draft's paragraphs."""
        return [piece.text for piece in self.pieces]

    def reasons(self, text: str) -> tuple[str, ...]:
        """Returns why a reviewer rejected what became of a paragraph."""
        return tuple(reason for advice in self.advice if advice.text == text for reason in advice.reasons)

    def review_items(self) -> list[dict[str, Any]]:
        """Returns a row for everything that is left to a person: replies that were left out, and paragraphs with marks."""
        out = [{**asdict(left), "in_story": False} for left in self.left]
        doubted = [
            {"id": f"{self.character}-s{place:03d}", "paragraph": piece.text, "findings": list(piece.marks), "in_story": True}
            for place, piece in enumerate(self.pieces, 1)
            if piece.marks
        ]
        return [*out, *doubted]
