"""Life story generation (paper, "Life story construction"): iterations with a checkpoint after each, and reviews."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.construction.ledger import write_ledger
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.review import review_queue
from human_simulacra.construction.review.review_queue import Decisions
from human_simulacra.construction.review.terminal_review import Reviewer
from human_simulacra.construction.story.chapters import build_rows
from human_simulacra.construction.story.checkpoints import Checkpoints, prepare_start
from human_simulacra.construction.story.draft_review import (
    TOOL,
    find_changed_places,
    list_review_items,
    review_draft,
    take_decisions,
)  # fmt: skip
from human_simulacra.construction.story.story_iteration import IterationRunner
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.story.story_state import StoryState
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.workspace import character_folder
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, Embedder, SentenceEmbedder
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.progress import Progress


@dataclass(frozen=True)
class StoryResult:
    """The result of `generate_story`; `path` is None if the reviewer stopped the run, and `why` is a phrase on why it ended.

    Earlier runs count among the iterations. `review_items` is the number of rows in the review queue, `failed` that of the
    iterations whose text was left out, and `missing` that of the sections that nobody has written: then there is no file.
    """

    path: Path | None
    paragraphs: int
    iterations: int
    finished: bool
    review_items: int
    why: str
    failed: int = 0
    missing: int = 0


async def generate_story(
    writer: Writer, out: Path, character_id: str, options: StoryOptions, reviewer: Reviewer | None = None, *,
    embedder: Embedder | None = None, say: Callable[[str], None] = lambda line: None,
) -> StoryResult:  # fmt: skip
    """Expands a character's biography into a life story and writes `characters/<id>/story.jsonl`.

    The reviewer decides about changed paragraphs every `options.review_every` iterations and at the end. Without one, passages
    that pass the checks are accepted, and others are left out and listed in `making/<id>/for-review.jsonl`. The packaged
    embedder is used if none is given, and `say` prints a line for the user.

    Raises:
        UserError: If the character, its biography or the checkpoint to continue from is missing or invalid.
        BackboneError: If the backbone gives no answer.
    """
    library = Library(out)
    life = Lifetime.from_character(library.character(character_id))
    checkpoints = Checkpoints(out, character_id)
    path = character_folder(out, character_id) / "story.jsonl"
    state = take_decisions(prepare_start(checkpoints, library, life, options, say), Decisions(out, character_id))
    if state.finished and path.is_file():
        return _result(state, path, f"it was finished after {state.iteration} iterations")

    def save(new: StoryState) -> None:
        review_queue.replace_items(out, character_id, TOOL, list_review_items(new))
        checkpoints.save(new)

    progress = Progress(f"life story of {life.character.name}", state.goal, state.iteration, unit="iterations")
    with closing(TextCache(checkpoints.folder / "kept.sqlite")) as cache, closing(progress):
        vectors = CachedEmbedder(embedder or SentenceEmbedder(), cache)
        runner = IterationRunner(writer, life, vectors, options, lenient=reviewer is not None)
        state, why, stopped = await _iterate(state, runner, options, reviewer, save, progress, say)
    if stopped:
        return _result(state, None, why)
    state = replace(state, finished=True)
    if not all(state.texts):
        save(state)
        return _result(state, None, why)
    write_jsonl(path, [asdict(row) for row in build_rows(life, state.pieces, state.outline)])
    write_ledger(out, character_id, state.ledger)
    save(state)
    Decisions(out, character_id).apply()
    return _result(state, path, why)


def _result(state: StoryState, path: Path | None, why: str) -> StoryResult:
    missing = sum(not text for text in state.texts) if state.finished else 0
    return StoryResult(
        path, len(state.pieces), state.iteration, state.finished, len(list_review_items(state)), why, len(state.left), missing
    )  # fmt: skip


async def _iterate(
    state: StoryState, runner: IterationRunner, options: StoryOptions, reviewer: Reviewer | None,
    save: Callable[[StoryState], None], progress: Progress, say: Callable[[str], None],
) -> tuple[StoryState, str, bool]:  # fmt: skip
    """Alternates iterations and reviews; returns the state, why the loop ended, and whether the reviewer stopped it."""
    ended = f"all {state.goal} iterations are done" if state.finished else ""
    while True:
        due = ended or state.iteration - state.reviewed_at >= options.review_every
        if reviewer is not None and due and (places := find_changed_places(state)):
            left = sum(row.iteration > state.reviewed_at for row in state.left)
            out = f", {left} more were left out (see for-review.jsonl)" if left else ""
            say(f"review after iteration {state.iteration}: {len(places)} passages to look at{out}")
            with progress.paused():
                state, stopped = review_draft(state, reviewer, save)
            if stopped:
                return state, f"stopped in the review after iteration {state.iteration}", True
            if state.queue or not all(state.texts):
                ended = ""
        if ended:
            return state, ended, False
        unwritten = state.queue or not state.pieces or state.next_section is not None
        if not unwritten and state.iteration >= state.goal:
            ended = f"all {state.goal} iterations are done"
            continue
        following = await runner.run_next(state)
        if following is None:
            short = f"no paragraph that can be expanded scores {options.threshold:g}"
            ended = f"after {state.iteration} iterations {'every chapter has its words' if state.outline else short}"
            continue
        state = following
        progress.extend(state.goal)
        save(state)
        if state.iteration <= progress.total:
            progress.step(failed=state.change.kind == "left out")
