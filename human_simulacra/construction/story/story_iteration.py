"""One iteration: score the draft, draw a paragraph, rewrite it, and replace it by the result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from human_simulacra.construction.story import paragraph_scoring as scoring
from human_simulacra.construction.story.passage_writer import PassageWriter, Revision
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.story.story_state import AddedFact, Change, DraftParagraph, QueuedTask, ReviewItem, StoryState
from human_simulacra.construction.story.summarisers import PASSAGE_WORDS, Summariser
from human_simulacra.memory.embedding import CachedEmbedder

STORY_WORDS = 120  # of the story summary behind importance; about the input limit of an embedding model


class IterationRunner:
    """Runs the iterations of one story."""

    def __init__(self, writer: PassageWriter, vectors: CachedEmbedder, summariser: Summariser, options: StoryOptions) -> None:
        self._writer, self._vectors, self._summariser, self._options = writer, vectors, summariser, options

    async def score_draft(self, texts: list[str]) -> tuple[scoring.ParagraphScore, ...]:
        """Returns the scores of a draft's paragraphs; only new texts are summarised and encoded."""
        whole = await self._summariser.summarise(texts, STORY_WORDS)
        own = [await self._summariser.summarise([text], PASSAGE_WORDS) for text in texts]
        vectors = self._vectors.encode([*texts, *own, whole])
        count = len(texts)
        return scoring.score_paragraphs(vectors[:count], vectors[count:-1], vectors[-1], self._options.weights)

    async def run_next(self, state: StoryState) -> StoryState | None:
        """Runs the next iteration; returns the state after it, or None if no paragraph reaches the threshold.

        Raises:
            UserError: If the backbone's context is too small.
            BackboneError: If the backbone gives no answer.
        """
        texts, iteration = state.texts, state.iteration + 1
        if state.queue:
            task, state = state.queue[0], replace(state, queue=state.queue[1:])
            place = self._place(texts, task)
            found, among = (), []
        else:
            found = await self.score_draft(texts)
            resting = {i for i, text in enumerate(texts) if text in state.resting or not self._writer.can_expand(text)}
            among = scoring.select_candidates(found, resting, self._options)
            if not among:
                return None
            place, task = scoring.draw_paragraph(among, self._options.seed, iteration), QueuedTask("")
        revision = await self._writer.rewrite(texts, place, task.fact, state.reasons(texts[place]))
        kind = "left out" if not revision.texts else "woven" if task.fact else "expanded"
        findings = (*revision.findings, *revision.marks)
        change = Change(kind, place, texts[place], revision.texts, task.fact, tuple(among), found, revision.attempts, findings)
        state = replace(state, iteration=iteration, change=change, reviews=())
        return _left(state, revision) if kind == "left out" else _entered(state, revision)

    def _place(self, texts: list[str], task: QueuedTask) -> int:
        """Returns the index of a task's paragraph; if it is unknown or has changed, that of the most similar paragraph."""
        if task.text in texts:
            return texts.index(task.text)
        vectors = self._vectors.encode([*texts, task.fact or task.text])
        return int(np.argmax(np.round(vectors[:-1] @ vectors[-1], 5)))


def _left(state: StoryState, revision: Revision) -> StoryState:
    change = state.change
    left = ReviewItem(state.iteration, change.before, revision.draft, change.findings)
    resting = state.resting if change.fact else (*state.resting, change.before)
    # A fact that could not be woven in is still new to the story: extending it again tries again.
    profile = tuple(fact for fact in state.profile if fact != change.fact)
    return replace(state, left=(*state.left, left), resting=resting, profile=profile)


def _entered(state: StoryState, revision: Revision) -> StoryState:
    change = state.change
    place = state.pieces[change.place].place
    grown = (DraftParagraph(text, place, revision.marks) for text in revision.texts)
    state = replace(state, pieces=(*state.pieces[: change.place], *grown, *state.pieces[change.place + 1 :]))
    return replace(state, woven=(*state.woven, AddedFact(place, change.fact))) if change.fact else state
