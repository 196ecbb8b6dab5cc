"""Review of a draft: every paragraph that changed since the last review, with a diff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from human_simulacra.construction.story.story_state import DraftParagraph, QueuedTask, ReviewerAdvice, ReviewRecord, StoryState
from human_simulacra.construction.terminal_review import Decision, Reviewer
from human_simulacra.construction.text_splitting import split_paragraphs


def find_changed_places(state: StoryState) -> list[int]:
    """Returns the indices of places that changed since the last review or have faults, and are not decided yet."""
    doubted = {piece.place for piece in state.pieces if piece.marks}
    return [
        i for i, before in enumerate(state.places) if i not in state.decided and (i in doubted or _texts(state, i) != [before])
    ]


def review_draft(state: StoryState, reviewer: Reviewer, save: Callable[[StoryState], None]) -> tuple[StoryState, bool]:
    """Asks the reviewer about every change since the last review; returns the new state, and whether the reviewer stopped.

    A rejected place is restored and queued for another rewrite with the reason. Every decision is saved at once, so that an
    interrupted review can be resumed.
    """
    for place in find_changed_places(state):
        before, draft = state.places[place], "\n\n".join(_texts(state, place))
        notes = list(dict.fromkeys(mark for piece in state.pieces if piece.place == place for mark in piece.marks))
        decision = reviewer(draft, before, notes=notes)
        if decision.kind == "stop":
            return state, True
        state = _decided(state, place, before, draft, decision)
        save(state)
    places = tuple(state.texts)
    pieces = tuple(DraftParagraph(text, place) for place, text in enumerate(places))
    state = replace(state, pieces=pieces, places=places, decided=(), woven=(), reviewed_at=state.iteration)
    save(state)
    return state, False


def _texts(state: StoryState, place: int) -> list[str]:
    return [piece.text for piece in state.pieces if piece.place == place]


def _decided(state: StoryState, place: int, before: str, draft: str, decision: Decision) -> StoryState:
    reviewed = ReviewRecord(before, draft, decision.kind, decision.text, decision.reason)  # type: ignore[arg-type]
    state = replace(state, decided=(*state.decided, place), reviews=(*state.reviews, reviewed))
    if decision.kind == "accept":
        return state
    texts = [before] if decision.kind == "reject" else split_paragraphs(decision.text)
    first = next(i for i, piece in enumerate(state.pieces) if piece.place == place)
    others = [piece for piece in state.pieces if piece.place != place]
    pieces = (*others[:first], *(DraftParagraph(text, place) for text in texts), *others[first:])
    state = replace(state, pieces=pieces)
    if decision.kind == "edit":
        return state
    facts = [woven.fact for woven in state.woven if woven.place == place]
    tasks = tuple(QueuedTask(before, fact) for fact in facts) or (QueuedTask(before),)
    advice = state.advice
    if decision.reason:
        kept = tuple(a for a in advice if a.text != before)
        advice = (*kept, ReviewerAdvice(before, (*state.reasons(before), decision.reason)))
    return replace(state, queue=(*state.queue, *tasks), advice=advice, resting=tuple(t for t in state.resting if t != before))
