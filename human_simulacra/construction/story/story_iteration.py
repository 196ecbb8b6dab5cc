"""One iteration: plan the outline, write a section, or draw a paragraph by its score and tell it at greater length."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story import paragraph_scoring as scoring
from human_simulacra.construction.story.extractive_summary import summarise
from human_simulacra.construction.story.outline import CLOSE, DRAFTED, SECTION_WORDS, plan_sections, write_outline
from human_simulacra.construction.story.passage_writer import PassageWriter, Revision
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.story.story_state import AddedFact, Change, DraftParagraph, LeftOut, QueuedTask, StoryState
from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import CachedEmbedder

PASSAGE_WORDS, STORY_WORDS = (
    30,
    120,
)  # of the summary of a paragraph, and of the story summary behind importance; about the input limit of an embedding model


class IterationRunner:
    """Runs the iterations of one story."""

    def __init__(self, writer: PassageWriter, life: Lifetime, vectors: CachedEmbedder, options: StoryOptions) -> None:
        self._writer, self._life, self._vectors, self._options = writer, life, vectors, options

    def score_draft(self, texts: list[str]) -> tuple[scoring.ParagraphScore, ...]:
        """Returns the scores of a draft's paragraphs; only new texts are summarised and encoded."""
        whole = summarise(texts, STORY_WORDS, self._vectors)
        own = [summarise([text], PASSAGE_WORDS, self._vectors) for text in texts]
        vectors = self._vectors.encode([*texts, *own, whole])
        count = len(texts)
        return scoring.score_paragraphs(vectors[:count], vectors[count:-1], vectors[-1], self._options.weights)

    async def run_next(self, state: StoryState) -> StoryState | None:
        """Runs the next iteration; returns the state after it, or None if no paragraph is to be expanded.

        Raises:
            UserError: If the backbone's context is too small, or no outline could be written.
            BackboneError: If the backbone gives no answer.
        """
        if not state.pieces:
            return await self._plan(state)
        if (place := state.next_section) is not None:
            return await self._write_section(state, place)
        return await self._rewrite(state)

    async def _plan(self, state: StoryState) -> StoryState:
        """Writes the outline; the draft becomes one empty piece for each section to be written."""
        outline, draft = await write_outline(self._writer.writer, self._life, self._options.story_words, self._writer.person)
        if outline is None:
            raise UserError(
                f"no outline could be written ({draft.findings[-1]}): name another --seed or --model, or --plan none for the "
                "way without an outline"
            )
        size = self._writer.writer.fit_words(SECTION_WORDS)
        sections = [
            (number, first, last)
            for number, chapter in enumerate(outline.chapters, 1)
            for first, last in plan_sections(chapter, size)
        ]
        pieces = tuple(
            DraftParagraph("", place, draft.doubts, number, last, None, first)
            for place, (number, first, last) in enumerate(sections)
        )
        change, planned = Change("outlined", findings=draft.findings, attempts=draft.attempts), 1 + len(pieces)
        return replace(
            state, iteration=state.iteration + 1, change=change, outline=outline, pieces=pieces, places=pieces,
            planned=planned, goal=state.goal + planned,
        )  # fmt: skip

    async def _write_section(self, state: StoryState, place: int) -> StoryState:
        section, outline = state.pieces[place], state.outline
        assert outline is not None
        target = outline.chapters[section.chapter - 1].words
        count = sum(piece.chapter == section.chapter for piece in state.places if not piece.text)
        most = self._writer.writer.fit_words(round(DRAFTED * target / max(1, count)))
        revision = await self._writer.write_section(
            state.pieces, place, outline, state.ledger, most, state.reasons(section.key)
        )  # fmt: skip
        change = Change("drafted", place, section.key)
        return _changed(state, change, revision)

    async def _rewrite(self, state: StoryState) -> StoryState | None:
        texts, iteration = state.texts, state.iteration + 1
        if state.queue:
            task, state = state.queue[0], replace(state, queue=state.queue[1:])
            place = self._place(texts, task)
            found, among = (), []
        else:
            found = self.score_draft(texts)
            full = self._full_chapters(state)
            resting = {
                i
                for i, piece in enumerate(state.pieces)
                if piece.key in state.resting or piece.chapter in full or not self._writer.can_expand(piece.text)
            }
            among = scoring.select_candidates(found, resting, self._options)
            if not among:
                return None
            place, task = scoring.draw_paragraph(among, self._options.seed, iteration), QueuedTask("")
        reasons = state.reasons(state.pieces[place].key)
        revision = await self._writer.rewrite(state.pieces, place, state.ledger, task.fact, reasons)
        change = Change(
            "woven" if task.fact else "expanded", place, texts[place], fact=task.fact, drawn_from=tuple(among), scores=found
        )
        return _changed(state, change, revision)

    def _full_chapters(self, state: StoryState) -> set[int]:
        """Returns the chapters of the outline that have their words; without an outline there are none."""
        chapters = state.outline.chapters if state.outline else ()
        return {n for n, chapter in enumerate(chapters, 1) if state.chapter_words(n) >= CLOSE * chapter.words}

    def _place(self, texts: list[str], task: QueuedTask) -> int:
        """Returns the index of a task's paragraph; if it is unknown or has changed, that of the most similar paragraph."""
        if task.text in texts:
            return texts.index(task.text)
        vectors = self._vectors.encode([*texts, task.fact or task.text])
        return int(np.argmax(np.round(vectors[:-1] @ vectors[-1], 5)))


def _changed(state: StoryState, change: Change, revision: Revision) -> StoryState:
    """Returns the state after an iteration, with the new paragraphs, or without them if they were left out."""
    findings, iteration = (*revision.findings, *revision.marks), state.iteration + 1
    change = replace(
        change, after=tuple(p.text for p in revision.paragraphs), attempts=revision.attempts, findings=findings
    )  # fmt: skip
    old = state.pieces[change.place]
    if not revision.paragraphs:
        change = replace(change, kind="left out")
        state = replace(state, iteration=iteration, change=change)
        left = LeftOut(iteration, change.before, revision.draft, findings)
        resting = state.resting if change.fact else (*state.resting, old.key)
        # A fact that could not be woven in is still new to the story: extending it again tries again.
        profile = tuple(fact for fact in state.profile if fact != change.fact)
        return replace(state, left=(*state.left, left), resting=resting, profile=profile)
    pieces = (*state.pieces[: change.place], *revision.paragraphs, *state.pieces[change.place + 1 :])
    # What was left out before in this place is no longer missing.
    left = tuple(entry for entry in state.left if entry.paragraph != old.key)
    state = replace(state, iteration=iteration, change=change, pieces=pieces, left=left)
    return replace(state, woven=(*state.woven, AddedFact(old.place, change.fact))) if change.fact else state
