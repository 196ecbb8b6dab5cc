"""The state of a story in progress, as checkpoints store it: everything that later iterations depend on.

Field names are part of the file format.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from human_simulacra.construction.ledger import LedgerFact
from human_simulacra.construction.story.outline import Outline
from human_simulacra.construction.story.paragraph_scoring import ParagraphScore
from human_simulacra.validation.text_statistics import words


@dataclass(frozen=True)
class DraftParagraph:
    """A paragraph of the draft, or with an empty text a section that is still to be written.

    Attributes:
        text: The text.
        place: Index of its origin at the last review.
        marks: Doubts about it.
        chapter: Number of its chapter in the outline, 0 without one.
        year: The year that it tells of, the last one if there are several; None if unknown.
        month: Its month, if it tells one.
        first_year: The first year that it tells of.
        facts: What it adds to the ledger.
    """

    text: str
    place: int
    marks: tuple[str, ...] = ()
    chapter: int = 0
    year: int | None = None
    month: int | None = None
    first_year: int | None = None
    facts: tuple[LedgerFact, ...] = ()

    @property
    def key(self) -> str:
        """What a reviewer's advice and a rest are noted under."""
        return self.text or f"chapter {self.chapter}, {self.first_year} to {self.year}"


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
        kind: `start`, `outlined`, `drafted` (a section was written), `expanded`, `woven` (a fact was added), or `left out` if no
            reply was accepted.
        place: Index of the rewritten paragraph.
        before: The paragraph.
        after: The paragraphs in its place.
        fact: The fact to add, if any.
        drawn_from: Indices of the candidates, best first.
        scores: Scores of the draft's paragraphs before the iteration.
        attempts: Number of requests.
        findings: Faults of rejected attempts and of the result.
    """

    kind: Literal["start", "outlined", "drafted", "expanded", "woven", "left out"]
    place: int = -1
    before: str = ""
    after: tuple[str, ...] = ()
    fact: str = ""
    drawn_from: tuple[int, ...] = ()
    scores: tuple[ParagraphScore, ...] = ()
    attempts: int = 0
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A text that was left out: `draft` is None if no attempt passed the checks of its form."""

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
        queue: Tasks that come before any draw.
        advice: Reasons of rejections.
        woven: Facts added since the last review.
        resting: Paragraphs that are not drawn again because their rewrite was left out.
        left: Texts that were left out.
        profile: Statements of the profile that the story was written for.
        outline: The outline, None for the paper's way without one.
        planned: Iterations that outline and sections take, part of `goal`.
    """

    character: str
    iteration: int
    goal: int
    finished: bool
    settings: dict = field(hash=False)
    change: Change
    pieces: tuple[DraftParagraph, ...]
    places: tuple[DraftParagraph, ...]
    decided: tuple[int, ...] = ()
    reviewed_at: int = 0
    queue: tuple[QueuedTask, ...] = ()
    advice: tuple[ReviewerAdvice, ...] = ()
    woven: tuple[AddedFact, ...] = ()
    resting: tuple[str, ...] = ()
    left: tuple[LeftOut, ...] = ()
    profile: tuple[str, ...] = ()
    outline: Outline | None = None
    planned: int = 0

    @property
    def texts(self) -> list[str]:
        """The texts of the draft's paragraphs; empty for sections that are still to be written."""
        return [piece.text for piece in self.pieces]

    @property
    def next_section(self) -> int | None:
        """The index of the first section that is still to be written and has not failed in this run; None if there is none."""
        return next((i for i, piece in enumerate(self.pieces) if not piece.text and piece.key not in self.resting), None)

    @property
    def ledger(self) -> list[LedgerFact]:
        """The facts of all paragraphs, each with the id that the paragraph has in the finished story."""
        written = [piece for piece in self.pieces if piece.text]
        return [
            replace(fact, source=paragraph_id(self.character, place))
            for place, piece in enumerate(written, 1)
            for fact in piece.facts
        ]

    def reasons(self, key: str) -> tuple[str, ...]:
        """Returns the reasons for which a reviewer rejected texts for a paragraph, by its `key`."""
        return tuple(reason for advice in self.advice if advice.text == key for reason in advice.reasons)

    def chapter_words(self, chapter: int) -> int:
        """Returns the words that a chapter of the outline has so far."""
        return sum(len(words(piece.text)) for piece in self.pieces if piece.chapter == chapter)


def paragraph_id(character: str, index: int) -> str:
    """Returns the id of the paragraph at a position, from 1."""
    return f"{character}-s{index:03d}"
