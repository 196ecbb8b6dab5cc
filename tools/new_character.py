"""Creates a character and prints the command that evaluates it: `python tools/new_character.py --set age=30-40`.

The steps are profile, biography, life story, memories and questions; --resume continues an interrupted one. You review every
step unless you give `--review none`. At the end the validator checks the character.
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from human_simulacra.construction.command_line import (
    EMBEDDED,
    SHOWN_CANDIDATES,
    add_biography_options,
    add_profile_options,
    add_shared_options,
    open_writer,
    read_biography_options,
    read_profile_options,
    run_tool,
)
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.memories.checked_agent_calls import review_agent_text as decide_memory
from human_simulacra.construction.pipeline import (
    PipelineOptions,
    Reviewers,
    Stopped,
    finish_pipeline,
    run_later_steps,
    select_profile,
)
from human_simulacra.construction.pipeline_dry_run import dry_run_pipeline
from human_simulacra.construction.profiles.attribute_pools import read_pools_or_packaged
from human_simulacra.construction.profiles.candidate_ranking import Candidate
from human_simulacra.construction.profiles.candidate_selection import format_candidates
from human_simulacra.construction.questions.question_generation import QuestionOptions
from human_simulacra.construction.questions.question_review import review_question as decide_question
from human_simulacra.construction.review_queue import review_file as review_path
from human_simulacra.construction.story import StoryOptions
from human_simulacra.construction.terminal_review import review_at_terminal
from human_simulacra.construction.workspace import open_folder
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.validation.quality_gate import format_gates
from human_simulacra.validation.run_checks import run_checks

QUICK_ITERATIONS, QUICK_QUESTIONS, QUICK_CHECKS = 5, 1, 1


def choose(candidates: Sequence[Candidate]) -> str | None:
    """Shows the best candidates and asks the user for one; returns its id, or None to stop."""
    print(format_candidates(candidates, SHOWN_CANDIDATES))
    known = {candidate.id for candidate in candidates}
    while True:
        try:
            answer = input(f"which one? (an id, nothing for {candidates[0].id}, s to stop) ").strip() or candidates[0].id
        except EOFError:
            return None
        if answer in known:
            return answer
        if answer in ("s", "stop"):
            return None
        print(f"there is no candidate '{answer}'")


def read_pipeline_options(arguments: argparse.Namespace, folder: Path) -> PipelineOptions:
    """Reads the options of each step; `folder` has the pools, or will get those of the dataset package."""
    quick, seed = arguments.quick, arguments.seed
    iterations, asked = arguments.iterations, arguments.story_questions
    if asked is not None and asked < 0:
        raise UserError(f"--story-questions {asked} is not possible: give 0 or more")
    questions = QuestionOptions(QUICK_QUESTIONS, draws=QUICK_CHECKS, seed=seed) if quick else QuestionOptions(seed=seed)
    return PipelineOptions(
        constraints=read_profile_options(arguments, read_pools_or_packaged(folder)),
        count=arguments.count,
        locale=arguments.locale,
        biography=read_biography_options(arguments),
        story=StoryOptions(iterations=iterations if iterations is not None else QUICK_ITERATIONS if quick else None, seed=seed),
        questions=questions if asked is None else replace(questions, story=asked),
    )


def work(arguments: argparse.Namespace) -> int:
    """Creates the character; returns 0, or 1 if a gate of the validator fails."""
    out = arguments.out
    if arguments.dry_run:
        writer = open_writer(arguments)
        assert isinstance(writer, DryRun)
        asyncio.run(dry_run_pipeline(writer, out, read_pipeline_options(arguments, out), arguments.seed))
        print(writer.report())
        return 0
    options = read_pipeline_options(arguments, open_folder(out))
    asked = arguments.review == "ask"
    reviewers = (
        Reviewers(choose, review_at_terminal, review_at_terminal, decide_memory, decide_question) if asked else Reviewers()
    )
    try:
        character = select_profile(out, options, arguments.seed, arguments.resume, reviewers)
        say(f"step 1 of 5: profile of {character}")
        # All steps share one backbone, so that the embedded model's server starts once.
        asyncio.run(run_later_steps(open_writer(arguments), out, character, options, reviewers, say))
    except Stopped:
        print("stopped; continue with the same command and --resume")
        return 0
    finish_pipeline(out)
    return report(arguments, character)


def report(arguments: argparse.Namespace, character: str) -> int:
    """Prints the validator's result and the next commands; returns the exit status."""
    out = arguments.out
    library = Library(out)
    found = list(run_checks(library, full=False))
    print(f"\n{format_gates(found)}\n")
    if review_path(out, character).is_file():
        print(f"findings for you to review: {review_path(out, character)}")
    failed = sum(not gate.passed for gate in found)
    if failed:
        print(f"{out}: {failed} of {len(found)} gates fail")
        return 1
    print(f"{library.character(character).name} is ready: {out / 'characters' / character}")
    print(f"evaluate: HUMAN_SIMULACRA_DATA={out.resolve()} python run.py configs/eval_own_characters.py")
    backbone = [] if arguments.backbone == EMBEDDED else ["--backbone", arguments.backbone]
    print(f"talk: {shlex.join(['human-simulacra', 'chat', character, '--data', str(out), *backbone])}")
    return 0


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


def main() -> int:
    """Runs the tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add_profile_options(parser)
    add_biography_options(parser)
    parser.add_argument("--iterations", type=int, metavar="N", help="iterations of the life story (default 50)")
    parser.add_argument("--story-questions", type=int, metavar="N", help="questions on the story of each type (default 6)")
    parser.add_argument(
        "--quick", action="store_true",
        help=f"quick trial of all steps: {QUICK_ITERATIONS} iterations, {QUICK_QUESTIONS} question of each type on the story",
    )  # fmt: skip
    parser.add_argument("--review", choices=("ask", "none"), default="ask", help="ask: you review every step; none: unattended")
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
