"""The pipeline of `tools/new_character.py`: profile, biography, story, memories and questions, each step resumable."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.construction.biography_generation import BiographyOptions, generate_biography
from human_simulacra.construction.dry_run import DryRun, placeholder_text
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.profiles.candidates import (
    Candidate,
    draw_candidates,
    pick_candidate,
    read_candidates,
    read_picked_profile,
)
from human_simulacra.construction.profiles.constraints import Constraints
from human_simulacra.construction.questions import QuestionOptions, generate_questions
from human_simulacra.construction.review import review_queue
from human_simulacra.construction.review.terminal_review import Reviewer, ReviewStopped
from human_simulacra.construction.story import StoryOptions, generate_story
from human_simulacra.construction.story.checkpoints import Checkpoints, read_story_settings
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.workspace import (
    MAKING,
    PROFILE,
    ResultStore,
    character_folder,
    check_folder,
    check_resumable,
    open_folder,
    work_folder,
)
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically, write_jsonl

STATE = "new-character.json"
PARAGRAPHS = 5  # of a placeholder biography in a dry run
Say = Callable[[str], None]


@dataclass(frozen=True)
class PipelineOptions:
    """The options of each step: `count` candidates with names of the Faker `locale`, and those of the later steps."""

    constraints: Constraints
    count: int
    locale: str
    biography: BiographyOptions
    story: StoryOptions
    questions: QuestionOptions


def state_file(out: Path) -> Path:
    """Returns the file that exists while the pipeline is unfinished."""
    return out / MAKING / STATE


def select_profile(
    out: Path, options: PipelineOptions, seed: int, resume: bool, choose: Callable[[Sequence[Candidate]], str | None] | None
) -> str:
    """Samples candidates and picks one, unless the resumed run has done so; returns the character's id.

    `choose` returns the id of a candidate, or None to stop; without it the best is picked.

    Raises:
        UserError: If an earlier run is unfinished, or there is none to resume.
        ReviewStopped: If the user picked none.
    """
    path = state_file(out)
    check_resumable(path, resume, f"a new character in {out}")
    state = _read_state(path) if resume else {}
    if "character" not in state:
        candidates = (
            read_candidates(out) if resume else draw_candidates(out, options.constraints, options.count, seed, options.locale)
        )
        # Written only now: if the constraints cannot be satisfied, there is nothing to resume.
        write_atomically(path, "{}\n")
        chosen = choose(candidates) if choose else candidates[0].id
        if chosen is None:
            raise ReviewStopped
        character = next((c.profile.id for c in candidates if c.id == chosen), "")
        state = {"candidate": chosen, "character": character}
        # Written before the profile: a run that is killed in between picks the same candidate again.
        write_atomically(path, json.dumps(state) + "\n")
    if not (work_folder(out, state["character"]) / PROFILE).is_file():
        pick_candidate(out, read_candidates(out), state["candidate"])
    return state["character"]


def _read_state(path: Path) -> dict[str, str]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        state = None
    if not isinstance(state, dict) or set(state) not in (set(), {"candidate", "character"}):
        raise UserError(f"{path} is damaged: write {{}} into it to pick a candidate again, or remove it to start over")
    return state


async def run_later_steps(
    writer: Writer, out: Path, character_id: str, options: PipelineOptions, review: Reviewer | None, say: Say
) -> list[str]:
    """Runs the steps after the profile, and marks the pipeline as finished; finished steps are skipped.

    `review` decides about each text; without it, what passes the checks is accepted.

    Returns:
        Why the character could not be finished, in one sentence each with what to do; empty if every step is done.

    Raises:
        ReviewStopped: If the user stopped a step.
        UserError: If a step cannot be done.
        BackboneError: If the backbone gives no answer.
    """
    say("step 2 of 5: biography")
    made = await generate_biography(writer, out, character_id, options.biography, resume=True, review=review)
    if made.failed:
        return [f"no usable biography was written, the last time because {made.findings[-1]}: {_again(out, character_id)}"]
    if made.path is None:
        raise ReviewStopped
    say("step 3 of 5: life story")
    if missing := await _run_story(writer, out, character_id, options.story, review, say):
        return [f"{missing} sections of the story could not be written: {_again(out, character_id)}"]
    say("step 4 of 5: memories")
    resume = ResultStore(out, character_id, "memories").partial.is_file()
    built = await build_memories(writer, out, character_id, resume=resume, review=review)
    if not built.complete:
        return [f"{len(built.failed)} chunks of the story have no memory ({built.failed[0]}): {_again(out, character_id)}"]
    say(f"memories: {len(built.memories)}")
    say("step 5 of 5: questions")
    resume = ResultStore(out, character_id, "questions").partial.is_file()
    asked = await generate_questions(writer, out, character_id, replace(options.questions, resume=resume))
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in asked.counts.items())
    say(f"questions: {counts}; {len(asked.left_out)} attempts were left out")
    state_file(out).unlink(missing_ok=True)
    return []


def _again(out: Path, character_id: str) -> str:
    review = review_queue.format_tool("review_character", out, character_id)
    return f"repeat the command with --resume and another --seed or --model, or decide about the rejected texts with {review}"


async def _run_story(
    writer: Writer, out: Path, character_id: str, options: StoryOptions, review: Reviewer | None, say: Say
) -> int:
    """Writes the story unless it is finished; returns the number of sections that are missing."""
    last = Checkpoints(out, character_id).load()
    if last is not None and last.finished and (character_folder(out, character_id) / "story.jsonl").is_file():
        return 0
    begun = read_story_settings(out, character_id)
    begun.pop("seed", None)  # another seed is how a section that failed gets another text
    told = await generate_story(writer, out, character_id, replace(options, resume=last is not None, **begun), review, say=say)
    if told.path is None and not told.missing:
        raise ReviewStopped
    say(f"story: {told.paragraphs} paragraphs, {told.why}")
    return told.missing


async def dry_run_pipeline(writer: DryRun, out: Path, options: PipelineOptions, seed: int) -> None:
    """Runs every step with placeholder texts, so that `writer` records all prompts; `out` is not changed and need not exist.

    Raises:
        UserError: If the constraints cannot be satisfied, or the folder has other content.
    """
    check_folder(out)  # before the copy, because it could be a large folder such as the home folder
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        if out.is_dir():
            shutil.copytree(out, copy, ignore=shutil.ignore_patterns(MAKING))
        open_folder(copy)
        character = select_profile(copy, options, seed, state_file(copy).exists(), None)
        await generate_biography(writer, copy, character, options.biography)
        biography = "\n\n".join([placeholder_text(options.biography.words // PARAGRAPHS)] * PARAGRAPHS)
        profile = replace(read_picked_profile(copy, character), biography=biography, biography_dated=())
        write_jsonl(character_folder(copy, character) / "profile.jsonl", [asdict(profile)])
        await generate_story(writer, copy, character, options.story)
        await build_memories(writer, copy, character)
        await generate_questions(writer, copy, character, options.questions)
