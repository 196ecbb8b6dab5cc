"""One iteration: plan the outline, write a section, or draw a paragraph by its score and tell it at greater length."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from human_simulacra.construction.ledger import LedgerFact
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story.outline import CLOSE, SECTION_WORDS, plan_sections, to_outline, write_outline
from human_simulacra.construction.story.paragraph_scoring import draw_paragraph, score_draft, select_candidates
from human_simulacra.construction.story.passage_writer import PassageForm, PassageWriter
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.story.story_state import AddedFact, Change, DraftParagraph, LeftOut, QueuedTask, StoryState
from human_simulacra.construction.structured_writing import Draft, Writer
from human_simulacra.construction.text_splitting import split_paragraphs
from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import CachedEmbedder


class IterationRunner:
    """Runs the iterations of one story; with `lenient`, texts that the judge rejects are used with their faults as `marks`."""

    def __init__(
        self, writer: Writer, life: Lifetime, vectors: CachedEmbedder, options: StoryOptions, lenient: bool
    ) -> None:  # fmt: skip
        self._writer, self._life, self._vectors, self._options, self._lenient = writer, life, vectors, options, lenient
        self._passages = PassageWriter(writer, life, vectors, options)

    async def run_next(self, state: StoryState) -> StoryState | None:
        """Runs the next iteration; returns the state after it, or None if no paragraph is to be expanded.

        Raises:
            UserError: If the backbone's context is too small, or no outline could be written.
            BackboneError: If the backbone gives no answer.
        """
        if not state.pieces:
            return await self._plan(state)
        if (place := state.next_section) is not None:
            draft = await self._passages.write_section(state, place)
            return self._changed(state, Change("drafted", place, state.pieces[place].key), draft)
        return await self._rewrite(state)

    async def _plan(self, state: StoryState) -> StoryState:
        """Writes the outline; the draft becomes one empty piece for each section to be written."""
        draft = await write_outline(self._writer, self._life, self._passages.person)
        if draft.value is None:
            raise UserError(
                f"no outline could be written ({draft.findings[-1]}): name another --seed or --model, or --plan none for the "
                "way without an outline"
            )
        outline, size = to_outline(draft.value, self._options.story_words), self._writer.fit_words(SECTION_WORDS)
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

    async def _rewrite(self, state: StoryState) -> StoryState | None:
        if state.queue:
            task, state = state.queue[0], replace(state, queue=state.queue[1:])
            place, fact, found, among = self._place(state.texts, task), task.fact, (), []
        else:
            found, fact = score_draft(state.texts, self._vectors, self._options.weights), ""
            among = select_candidates(found, self._resting(state), self._options)
            if not among:
                return None
            place = draw_paragraph(among, self._options.seed, state.iteration + 1)
        draft = await self._passages.rewrite(state, place, fact)
        kind, before = "woven" if fact else "expanded", state.pieces[place].text
        return self._changed(state, Change(kind, place, before, fact=fact, drawn_from=tuple(among), scores=found), draft)

    def _resting(self, state: StoryState) -> set[int]:
        """Returns the indices of paragraphs that are not drawn: they failed, are long, or their chapter has its words."""
        chapters = state.outline.chapters if state.outline else ()
        full = {n for n, chapter in enumerate(chapters, 1) if state.chapter_words(n) >= CLOSE * chapter.words}
        return {
            i
            for i, piece in enumerate(state.pieces)
            if piece.key in state.resting or piece.chapter in full or not self._passages.can_expand(piece.text)
        }

    def _place(self, texts: list[str], task: QueuedTask) -> int:
        """Returns the index of a task's paragraph; if it is unknown or has changed, that of the most similar paragraph."""
        if task.text in texts:
            return texts.index(task.text)
        vectors = self._vectors.encode([*texts, task.fact or task.text])
        return int(np.argmax(np.round(vectors[:-1] @ vectors[-1], 5)))

    def _changed(self, state: StoryState, change: Change, draft: Draft[PassageForm]) -> StoryState:
        """Returns the state after an iteration, with the new paragraphs, or without them if they were left out."""
        used = draft.value or (draft.last if self._lenient else None)
        marks = draft.doubts if draft.value else draft.findings[-1:] if used else ()
        old = state.pieces[change.place]
        pieces = _to_pieces(used, old, marks) if used else []
        findings, iteration = (*draft.findings, *marks), state.iteration + 1
        change = replace(change, after=tuple(p.text for p in pieces), attempts=draft.attempts, findings=findings)
        state = replace(state, iteration=iteration, change=change)
        if pieces:
            # What was left out before in this place is no longer missing.
            left = tuple(entry for entry in state.left if entry.paragraph != old.key)
            woven = (*state.woven, AddedFact(old.place, change.fact)) if change.fact else state.woven
            return replace(state.put(change.place, pieces), left=left, woven=woven)
        left = LeftOut(iteration, change.before, draft.rejected[-1] if draft.rejected else None, findings)
        resting = state.resting if change.fact else (*state.resting, old.key)
        # A fact that could not be woven in is still new to the story: extending it again tries again.
        profile = tuple(fact for fact in state.profile if fact != change.fact)
        change = replace(change, kind="left out")
        return replace(state, change=change, left=(*state.left, left), resting=resting, profile=profile)


def _to_pieces(form: PassageForm, old: DraftParagraph, marks: tuple[str, ...]) -> list[DraftParagraph]:
    """Returns the paragraphs that come in the place of an old one, with doubts about them as `marks`."""
    grown = [
        DraftParagraph(
            text, old.place, marks, old.chapter, paragraph.year, paragraph.month, paragraph.year,
            tuple(LedgerFact(**asdict(fact), source="") for fact in paragraph.facts) if number == 0 else (),
        )
        for paragraph in form.paragraphs
        for number, text in enumerate(split_paragraphs(paragraph.text))
    ]  # fmt: skip
    # What the old passage told stays in the ledger.
    return [replace(first, facts=(*old.facts, *first.facts)) for first in grown[:1]] + grown[1:]
