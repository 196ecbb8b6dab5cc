"""Life story generation (paper, "Life story construction"): iterations with a checkpoint after each, and reviews."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.construction import review_queue
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.profiles.attribute_pools import read_pools_or_packaged
from human_simulacra.construction.story.chapters import build_rows
from human_simulacra.construction.story.checkpoints import Checkpoints
from human_simulacra.construction.story.draft_review import find_changed_places, review_draft
from human_simulacra.construction.story.initial_draft import prepare_start
from human_simulacra.construction.story.passage_writer import PassageWriter
from human_simulacra.construction.story.story_iteration import IterationRunner
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.story.story_state import StoryState
from human_simulacra.construction.story.summarisers import ExtractiveSummariser, Summariser, backbone_summariser
from human_simulacra.construction.terminal_review import Reviewer
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.workspace import character_folder
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, Embedder, SentenceEmbedder
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.progress import Progress

TOOL = "life story"


@dataclass(frozen=True)
class StoryResult:
    """The result of `generate_story`; `path` is None if the reviewer stopped the run, and `why` is a phrase on why it ended.

    Earlier runs count among the iterations. `review_items` is the number of rows in the review queue.
    """

    character: str
    path: Path | None
    paragraphs: int
    iterations: int
    finished: bool
    review_items: int
    why: str


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
    pools = read_pools_or_packaged(out)
    checkpoints = Checkpoints(out, character_id)
    path = character_folder(out, character_id) / "story.jsonl"
    state = prepare_start(checkpoints, library, life, options, say)
    if state.finished and path.is_file():
        return _result(state, path, f"it was finished after {state.iteration} iterations")

    def save(new: StoryState) -> None:
        review_queue.replace_rows(out, character_id, TOOL, new.review_items())
        checkpoints.save(new)

    with closing(TextCache(checkpoints.folder / "kept.sqlite")) as cache:
        vectors = CachedEmbedder(embedder or SentenceEmbedder(), cache)
        summariser = _open_summariser(options.summariser, writer, vectors, cache)
        passage_writer = PassageWriter(
            writer, life, pools, summariser, options.window, options.words, lenient=reviewer is not None
        )
        progress = Progress(f"life story of {life.character.name}", state.goal, state.iteration, unit="iterations")
        try:
            state, why, stopped = await _iterate(
                state, IterationRunner(passage_writer, vectors, summariser, options), options, reviewer, save, progress, say
            )
        finally:
            progress.close()
    if stopped:
        return _result(state, None, why)
    write_jsonl(path, [asdict(row) for row in build_rows(life, state.texts)])
    state = replace(state, finished=True)
    save(state)
    return _result(state, path, why)


def _result(state: StoryState, path: Path | None, why: str) -> StoryResult:
    return StoryResult(
        state.character, path, len(state.pieces), state.iteration, state.finished, len(state.review_items()), why
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
            state, stopped = review_draft(state, reviewer, save)
            if stopped:
                return state, f"stopped in the review after iteration {state.iteration}", True
            if state.queue:
                ended = ""
        if ended:
            return state, ended, False
        if not state.queue and state.iteration >= state.goal:
            ended = f"all {state.goal} iterations are done"
            continue
        following = await runner.run_next(state)
        if following is None:
            ended = f"after {state.iteration} iterations no paragraph that can be expanded scores {options.threshold:g}"
            continue
        state = following
        save(state)
        if state.iteration <= progress.total:
            progress.step(failed=state.change.kind == "left out")


def _open_summariser(name: str, writer: Writer, vectors: CachedEmbedder, cache: TextCache) -> Summariser:
    extractive = ExtractiveSummariser(vectors)
    if name == "backbone":
        return backbone_summariser(writer, cache, extractive)
    if name.startswith("hf:"):
        from human_simulacra.construction.story.hugging_face_summariser import hugging_face_summariser

        return hugging_face_summariser(name[3:], cache, extractive)
    return extractive
