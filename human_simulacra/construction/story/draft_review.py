"""What people decide about a draft: on every change at the terminal, on doubted and left out texts in the review queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from human_simulacra.construction.review.review_queue import Decisions, ReviewItem
from human_simulacra.construction.review.terminal_review import Decision, Reviewer
from human_simulacra.construction.story.story_state import DraftParagraph, LeftOut, QueuedTask, StoryState, paragraph_id
from human_simulacra.construction.text_splitting import split_paragraphs

TOOL = "generate_life_story"


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
    # A section that was rejected is missing again and is written next; a paragraph has to be queued.
    if before.text:
        facts = [woven.fact for woven in state.woven if woven.place == place]
        state = replace(state, queue=(*state.queue, *(QueuedTask(before.text, fact) for fact in facts or [""])))
    return state.advise(before.key, decision.reason)


def list_review_items(state: StoryState) -> list[ReviewItem]:
    """Returns the texts that were left out, and of a finished story the paragraphs with doubts."""
    return [*(item for _, item in _left_out(state)), *(item for _, item in _doubted(state))]


def take_decisions(state: StoryState, decisions: Decisions) -> StoryState:
    """Returns the state with what a person decided: an accepted section is in its place, a rejected text is written again."""
    for left, item in _left_out(state):
        saved = decisions.find(item.key)
        place = next((i for i, piece in enumerate(state.pieces) if piece.key == left.paragraph), None)
        if saved is None or place is None or state.pieces[place].text:
            continue
        section = state.pieces[place]
        if saved.decision == "reject":
            state = state.advise(section.key, saved.reason)
        else:
            state = state.put(place, [replace(section, text=text, marks=()) for text in split_paragraphs(saved.text)])
            state = replace(state, left=tuple(entry for entry in state.left if entry != left), finished=False)
    for piece, item in _doubted(state):
        saved = decisions.find(item.key)
        if saved is not None and saved.decision == "reject" and saved.reason not in state.reasons(piece.key):
            state = state.advise(piece.key, saved.reason)
            state = replace(state, queue=(*state.queue, QueuedTask(piece.text)), finished=False)
    return state


def _left_out(state: StoryState) -> Iterator[tuple[LeftOut, ReviewItem]]:
    """Yields the texts that were left out; one for a paragraph that stands in the finished story can take its place."""
    rows = {piece.text: paragraph_id(state.character, n) for n, piece in enumerate(state.written, 1)}
    for left in state.left:
        row = rows.get(left.paragraph, "") if state.finished else ""
        text = " ".join((left.draft or "").split("\n\n")) if row else left.draft or ""
        what = f"paragraph {row}, told at greater length" if row else f"section of the story, {left.paragraph}"
        before = left.paragraph if row else ""
        yield left, ReviewItem(TOOL, what, "story.jsonl" if row else "", row, "text", text, before, left.findings, False)


def _doubted(state: StoryState) -> Iterator[tuple[DraftParagraph, ReviewItem]]:
    for number, piece in enumerate(state.written if state.finished else (), 1):
        if piece.marks:
            row = paragraph_id(state.character, number)
            yield piece, ReviewItem(TOOL, f"paragraph {row}", "story.jsonl", row, "text", piece.text, "", piece.marks, True)
