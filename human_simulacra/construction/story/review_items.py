"""The texts of a story that a person should decide about, and what the next run makes of the decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from human_simulacra.construction.review.review_queue import Decisions, ReviewItem
from human_simulacra.construction.story.story_state import (
    DraftParagraph,
    LeftOut,
    QueuedTask,
    ReviewerAdvice,
    StoryState,
    paragraph_id,
)
from human_simulacra.construction.text_splitting import split_paragraphs

TOOL = "generate_life_story"


def list_review_items(state: StoryState) -> list[ReviewItem]:
    """Returns the texts that were left out, and of a finished story the paragraphs with doubts."""
    return [*(item for _, item in _left_out(state)), *(item for _, item in _doubted(state))]


def take_decisions(state: StoryState, decisions: Decisions) -> StoryState:
    """Returns the state with what a person decided: an accepted section is in its place, a rejected text is written again."""
    for left, item in _left_out(state):
        saved, place = decisions.find(item.key), _index(state, left.paragraph)
        if saved is None or place is None or state.pieces[place].text:
            continue
        section = state.pieces[place]
        if saved.decision == "reject":
            state = _advise(state, section, saved.reason)
        else:
            written = tuple(replace(section, text=text, marks=()) for text in split_paragraphs(saved.text))
            kept = tuple(entry for entry in state.left if entry != left)
            pieces = (*state.pieces[:place], *written, *state.pieces[place + 1 :])
            state = replace(state, pieces=pieces, left=kept, finished=False)
    for piece, item in _doubted(state):
        saved = decisions.find(item.key)
        if saved is not None and saved.decision == "reject" and saved.reason not in state.reasons(piece.key):
            state = _advise(state, piece, saved.reason)
            state = replace(state, queue=(*state.queue, QueuedTask(piece.text)), finished=False)
    return state


def _advise(state: StoryState, piece: DraftParagraph, reason: str) -> StoryState:
    reasons = (*state.reasons(piece.key), *([reason] if reason and reason not in state.reasons(piece.key) else ()))
    others = tuple(advice for advice in state.advice if advice.text != piece.key)
    resting = tuple(key for key in state.resting if key != piece.key)
    return replace(state, advice=(*others, ReviewerAdvice(piece.key, reasons)), resting=resting)


def _left_out(state: StoryState) -> Iterator[tuple[LeftOut, ReviewItem]]:
    """Yields the texts that were left out; one for a paragraph that stands in the finished story can take its place."""
    rows = {piece.text: paragraph_id(state.character, n) for n, piece in enumerate(_written(state), 1)}
    for left in state.left:
        row = rows.get(left.paragraph, "") if state.finished else ""
        text = " ".join((left.draft or "").split("\n\n")) if row else left.draft or ""
        what = f"paragraph {row}, told at greater length" if row else f"section of the story, {left.paragraph}"
        before = left.paragraph if row else ""
        yield left, ReviewItem(TOOL, what, "story.jsonl" if row else "", row, "text", text, before, left.findings, False)


def _doubted(state: StoryState) -> Iterator[tuple[DraftParagraph, ReviewItem]]:
    for number, piece in enumerate(_written(state) if state.finished else (), 1):
        if piece.marks:
            row = paragraph_id(state.character, number)
            yield piece, ReviewItem(TOOL, f"paragraph {row}", "story.jsonl", row, "text", piece.text, "", piece.marks, True)


def _written(state: StoryState) -> list[DraftParagraph]:
    return [piece for piece in state.pieces if piece.text]


def _index(state: StoryState, key: str) -> int | None:
    return next((i for i, piece in enumerate(state.pieces) if piece.key == key), None)
