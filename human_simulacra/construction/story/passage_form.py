"""The form in which a passage of a story is asked for, and the paragraphs of the draft that come of a reply."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import BaseModel, Field

from human_simulacra.construction.ledger import LedgerFact, StatedFact
from human_simulacra.construction.story.story_state import DraftParagraph
from human_simulacra.construction.structured_writing import Draft
from human_simulacra.construction.text_splitting import split_paragraphs


class ParagraphForm(BaseModel):
    """One paragraph, its date, and the facts in it."""

    year: int = Field(description="in which it takes place; if it spans several, the last")
    month: int | None = Field(description="1 to 12, null if it tells no month")
    text: str
    facts: list[StatedFact] = Field(default=[], description="what later paragraphs must not contradict, at most four")


class PassageForm(BaseModel):
    """Consecutive paragraphs of a story."""

    paragraphs: list[ParagraphForm]

    @property
    def text(self) -> str:
        """The text of all paragraphs."""
        return "\n\n".join(paragraph.text.strip() for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Revision:
    """New paragraphs, none if no reply was accepted; `draft` is a text that was left out because of its faults.

    `marks` are the doubts about the new paragraphs, `findings` the faults of the rejected replies.
    """

    paragraphs: tuple[DraftParagraph, ...]
    marks: tuple[str, ...] = ()
    draft: str | None = None
    findings: tuple[str, ...] = ()
    attempts: int = 0


def to_revision(draft: Draft[PassageForm], old: DraftParagraph, lenient: bool) -> Revision:
    """Returns the paragraphs that come in the place of an old one; if `lenient`, also of a reply that the judge rejected."""
    used = draft.value or (draft.last if lenient else None)
    if used is None:
        rejected = draft.rejected[-1] if draft.rejected else None
        return Revision((), (), rejected, draft.findings, draft.attempts)
    marks = draft.doubts if draft.value else draft.findings[-1:]
    grown = [
        DraftParagraph(
            text, old.place, marks, old.chapter, paragraph.year, paragraph.month, paragraph.year,
            tuple(LedgerFact(f.who, f.what, f.year, "") for f in paragraph.facts) if number == 0 else (),
        )
        for paragraph in used.paragraphs
        for number, text in enumerate(split_paragraphs(paragraph.text))
    ]  # fmt: skip
    # What the old passage told stays in the ledger.
    grown[:1] = [replace(first, facts=(*old.facts, *first.facts)) for first in grown[:1]]
    return Revision(tuple(grown), marks, None, draft.findings, draft.attempts)
