"""The state of a story in progress, as checkpoints store it: everything that later iterations depend on.

Field names are part of the file format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from human_simulacra.construction.ledger import LedgerFact
from human_simulacra.construction.story.outline import Outline
from human_simulacra.construction.story.paragraph_scoring import ParagraphScore
from human_simulacra.validation.text_statistics import words


@dataclass(frozen=True)
class DraftParagraph:
    """A paragraph of the draft, or with an empty text a section that is still to be written."""

    text: str
    place: int  # index of its origin at the last review
    marks: tuple[str, ...] = ()  # doubts about it
    chapter: int = 0  # number of its chapter in the outline, 0 without one
    year: int | None = None  # that it tells of, the last one if there are several; None if unknown
    month: int | None = None  # if it tells one
    first_year: int | None = None  # that it tells of
    facts: tuple[LedgerFact, ...] = ()  # what it adds to the ledger

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
    """What an iteration did; `drafted` is a section, `woven` a fact that was added, `left out` that no reply was accepted."""

    kind: Literal["start", "outlined", "drafted", "expanded", "woven", "left out"]
    place: int = -1  # index of the rewritten paragraph
    before: str = ""  # the paragraph
    after: tuple[str, ...] = ()  # the paragraphs in its place
    fact: str = ""  # to be added, if any
    drawn_from: tuple[int, ...] = ()  # indices of the candidates, best first
    scores: tuple[ParagraphScore, ...] = ()  # of the draft's paragraphs before the iteration
    attempts: int = 0  # requests
    findings: tuple[str, ...] = ()  # faults of rejected attempts and of the result


@dataclass(frozen=True)
class LeftOut:
    """A text that was left out: `draft` is None if no attempt passed the checks of its form."""

    iteration: int
    paragraph: str
    draft: str | None
    findings: tuple[str, ...]


@dataclass(frozen=True)
class StoryState:
    """A checkpoint."""

    character: str  # its id
    iteration: int  # after which it was saved
    goal: int  # the iteration at which the story ends
    finished: bool
    settings: dict = field(hash=False)  # the options that determine the story
    change: Change  # what the iteration did
    pieces: tuple[DraftParagraph, ...]  # the draft
    places: tuple[DraftParagraph, ...]  # the paragraphs at the last review
    decided: tuple[int, ...] = ()  # indices of the places on which the current review has decided
    reviewed_at: int = 0  # iteration of the last review
    queue: tuple[QueuedTask, ...] = ()  # comes before any draw
    advice: tuple[ReviewerAdvice, ...] = ()  # reasons of rejections
    woven: tuple[AddedFact, ...] = ()  # since the last review
    resting: tuple[str, ...] = ()  # paragraphs that are not drawn again because their rewrite was left out
    left: tuple[LeftOut, ...] = ()
    profile: tuple[str, ...] = ()  # statements of the profile that the story was written for
    outline: Outline | None = None  # None for the paper's way without one
    planned: int = 0  # iterations that outline and sections take, part of `goal`

    @property
    def texts(self) -> list[str]:
        """The texts of the draft's paragraphs; empty for sections that are still to be written."""
        return [piece.text for piece in self.pieces]

    @property
    def written(self) -> list[DraftParagraph]:
        """The paragraphs that have a text."""
        return [piece for piece in self.pieces if piece.text]

    @property
    def next_section(self) -> int | None:
        """The index of the first section that is still to be written and has not failed in this run; None if there is none."""
        return next((i for i, piece in enumerate(self.pieces) if not piece.text and piece.key not in self.resting), None)

    @property
    def ledger(self) -> list[LedgerFact]:
        """The facts of all paragraphs, each with the id that the paragraph has in the finished story."""
        return [
            replace(fact, source=paragraph_id(self.character, place))
            for place, piece in enumerate(self.written, 1)
            for fact in piece.facts
        ]

    def put(self, index: int, pieces: Sequence[DraftParagraph]) -> StoryState:
        """Returns the state with other paragraphs in the place of one."""
        return replace(self, pieces=(*self.pieces[:index], *pieces, *self.pieces[index + 1 :]))

    def reasons(self, key: str) -> tuple[str, ...]:
        """Returns the reasons for which a reviewer rejected texts for a paragraph, by its `key`."""
        return tuple(reason for advice in self.advice if advice.text == key for reason in advice.reasons)

    def advise(self, key: str, reason: str) -> StoryState:
        """Returns the state with one more reason for which a text was rejected; its paragraph can be drawn again."""
        reasons, advice = self.reasons(key), self.advice
        if reason and reason not in reasons:
            advice = (*(a for a in advice if a.text != key), ReviewerAdvice(key, (*reasons, reason)))
        return replace(self, advice=advice, resting=tuple(resting for resting in self.resting if resting != key))

    def chapter_words(self, chapter: int) -> int:
        """Returns the words that a chapter of the outline has so far."""
        return sum(len(words(piece.text)) for piece in self.pieces if piece.chapter == chapter)


def paragraph_id(character: str, index: int) -> str:
    """Returns the id of the paragraph at a position, from 1."""
    return f"{character}-s{index:03d}"
