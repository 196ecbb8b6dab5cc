"""Review of a draft: every paragraph that changed since the last review, with a diff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from human_simulacra.construction.review.terminal_review import Decision, Reviewer
from human_simulacra.construction.story.story_state import DraftParagraph, QueuedTask, ReviewerAdvice, StoryState
from human_simulacra.construction.text_splitting import split_paragraphs


def find_changed_places(state: StoryState) -> list[int]:
    """Returns the indices of places that changed since the last review or have doubts, and are not decided yet."""
    doubted = {piece.place for piece in state.pieces if piece.marks and piece.text}
    return [
        i
        for i, before in enumerate(state.places)
        if i not in state.decided and (i in doubted or _texts(state, i) != [before.text])
    ]


def review_draft(state: StoryState, reviewer: Reviewer, save: Callable[[StoryState], None]) -> tuple[StoryState, bool]:
    """Asks the reviewer about every change since the last review; returns the new state, and whether the reviewer stopped.

    A rejected place is restored and queued for another attempt with the reason. Every decision is saved at once, so that an
    interrupted review can be resumed.
    """
    for place in find_changed_places(state):
        before, draft = state.places[place], "\n\n".join(_texts(state, place))
        notes = list(dict.fromkeys(mark for piece in state.pieces if piece.place == place for mark in piece.marks))
        decision = reviewer(draft, before.text, notes=notes)
        if decision.kind == "stop":
            return state, True
        state = _decided(state, before, decision)
        save(state)
    pieces = tuple(replace(piece, place=place, marks=()) for place, piece in enumerate(state.pieces))
    state = replace(state, pieces=pieces, places=pieces, decided=(), woven=(), reviewed_at=state.iteration)
    save(state)
    return state, False


def _texts(state: StoryState, place: int) -> list[str]:
    return [piece.text for piece in state.pieces if piece.place == place]


def _decided(state: StoryState, before: DraftParagraph, decision: Decision) -> StoryState:
    place = before.place
    state = replace(state, decided=(*state.decided, place))
    if decision.kind == "accept":
        return state
    own = [piece for piece in state.pieces if piece.place == place]
    # An edited text keeps the date of the paragraph of the draft that stands in its place.
    edited = [replace(own[min(i, len(own) - 1)], text=text) for i, text in enumerate(split_paragraphs(decision.text))]
    first = state.pieces.index(own[0])
    others = [piece for piece in state.pieces if piece.place != place]
    pieces = (*others[:first], *([before] if decision.kind == "reject" else edited), *others[first:])
    state = replace(state, pieces=pieces)
    if decision.kind == "edit":
        return state
    facts = [woven.fact for woven in state.woven if woven.place == place]
    tasks = tuple(QueuedTask(before.text, fact) for fact in facts) or (QueuedTask(before.text),)
    advice = state.advice
    if decision.reason:
        kept = tuple(a for a in advice if a.text != before.key)
        advice = (*kept, ReviewerAdvice(before.key, (*state.reasons(before.key), decision.reason)))
    # A section that was rejected is missing again and is written next; a paragraph has to be queued.
    queue = (*state.queue, *tasks) if before.text else state.queue
    return replace(state, queue=queue, advice=advice, resting=tuple(t for t in state.resting if t != before.key))
