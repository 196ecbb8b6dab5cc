"""The pipeline of `tools/new_character.py`: profile, biography, story, memories and questions, each step resumable."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from human_simulacra.construction import review_queue
from human_simulacra.construction.biography import BiographyOptions, generate_biography
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.memories.checked_agent_calls import ReviewAgentText
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.profiles.candidate_ranking import Candidate
from human_simulacra.construction.profiles.candidate_selection import draw_candidates, pick_candidate, read_candidates
from human_simulacra.construction.profiles.constraints import Constraints
from human_simulacra.construction.questions.question_generation import QuestionOptions, generate_questions
from human_simulacra.construction.questions.question_review import ReviewQuestion as DecideQuestion
from human_simulacra.construction.result_store import ResultStore
from human_simulacra.construction.story import StoryOptions, generate_story
from human_simulacra.construction.story.checkpoints import Checkpoints
from human_simulacra.construction.story.initial_draft import read_story_settings
from human_simulacra.construction.terminal_review import Reviewer
from human_simulacra.construction.workspace import MAKING, PROFILE, character_folder, check_resumable, work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically

STATE = "new-character.json"
# Shows the candidates and returns the id of the chosen one, or None to stop.
ChooseCandidate = Callable[[Sequence[Candidate]], str | None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Reviewers:
    """The reviewer of each step; None accepts what passes the checks."""

    choose: ChooseCandidate | None = None
    biography: Reviewer | None = None
    story: Reviewer | None = None
    memories: ReviewAgentText | None = None
    questions: DecideQuestion | None = None


@dataclass(frozen=True)
class PipelineOptions:
    """The options of each step: `count` candidates with names of the Faker `locale`, and those of the later steps."""

    constraints: Constraints
    count: int
    locale: str
    biography: BiographyOptions
    story: StoryOptions
    questions: QuestionOptions


class Stopped(Exception):
    """The user stopped a step; finished work is kept."""


def state_file(out: Path) -> Path:
    """Returns the file that exists while the pipeline is unfinished."""
    return out / MAKING / STATE


def select_profile(out: Path, options: PipelineOptions, seed: int, resume: bool, reviewers: Reviewers) -> str:
    """Samples candidates and picks one, unless the resumed run has done so; returns the character's id.

    Raises:
        UserError: If an earlier run is unfinished, or there is none to resume.
        Stopped: If the user picked none.
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
        chosen = reviewers.choose(candidates) if reviewers.choose else candidates[0].id
        if chosen is None:
            raise Stopped
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
    writer: Writer, out: Path, character_id: str, options: PipelineOptions, reviewers: Reviewers, say: Say
) -> None:
    """Runs the steps after the profile; finished steps are skipped.

    Raises:
        Stopped: If the user stopped a step.
        UserError: If a step cannot be done.
        BackboneError: If the backbone gives no answer.
    """
    say("step 2 of 5: biography")
    made = await generate_biography(writer, out, character_id, options.biography, resume=True, review=reviewers.biography)
    if made.path is None:
        raise Stopped
    if made.faults:
        say(f"biography: {review_queue.describe_open_findings(made.faults, out, character_id)}")
    say("step 3 of 5: life story")
    await _run_story(writer, out, character_id, options.story, reviewers, say)
    say("step 4 of 5: memories")
    await _run_memories(writer, out, character_id, reviewers)
    say("step 5 of 5: questions")
    resume = ResultStore(out, character_id, "questions").partial.is_file()
    asked = await generate_questions(
        writer, out, character_id, replace(options.questions, resume=resume, decide=reviewers.questions)
    )
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in asked.counts.items())
    say(f"questions: {counts}; {len(asked.left_out)} attempts were left out")


def finish_pipeline(out: Path) -> None:
    """Marks the pipeline as finished."""
    state_file(out).unlink(missing_ok=True)


async def _run_story(writer: Writer, out: Path, character_id: str, options: StoryOptions, reviewers: Reviewers, say: Say) -> None:
    last = Checkpoints(out, character_id).load()
    if last is not None and last.finished and (character_folder(out, character_id) / "story.jsonl").is_file():
        return
    options = replace(options, resume=last is not None, **read_story_settings(out, character_id))
    told = await generate_story(writer, out, character_id, options, reviewers.story, say=say)
    if told.path is None:
        raise Stopped
    say(f"story: {told.paragraphs} paragraphs, {told.why}")


async def _run_memories(writer: Writer, out: Path, character_id: str, reviewers: Reviewers) -> None:
    resume = ResultStore(out, character_id, "memories").partial.is_file()
    built = await build_memories(
        writer, out, character_id, resume=resume, extract=reviewers.memories is None, decide=reviewers.memories
    )
    if not built.complete:
        raise UserError(
            f"{len(built.failed)} chunks of the story have no memory because their texts were rejected: "
            "repeat the command with --resume, with another --seed to sample other texts"
        )
