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
    add_shared_options,
    open_writer,
    run_tool,
)
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.pipeline import PipelineOptions, dry_run_pipeline, run_later_steps, select_profile
from human_simulacra.construction.profiles.attribute_pools import read_pools_or_packaged
from human_simulacra.construction.profiles.candidates import Candidate, format_candidates
from human_simulacra.construction.questions import QuestionOptions
from human_simulacra.construction.review.readiness import find_open_work
from human_simulacra.construction.review.review_queue import describe_open_items, open_items
from human_simulacra.construction.review.terminal_review import ReviewStopped, review_at_terminal
from human_simulacra.construction.step_options import (
    SHOWN_CANDIDATES,
    add_biography_options,
    add_plan_options,
    add_profile_options,
    read_biography_options,
    read_profile_options,
)
from human_simulacra.construction.story import StoryOptions
from human_simulacra.construction.story.story_options import STORY_WORDS
from human_simulacra.construction.workspace import open_folder
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.validation.quality_gate import format_gates
from human_simulacra.validation.run_checks import run_checks

QUICK_ITERATIONS, QUICK_QUESTIONS, QUICK_CHECKS, QUICK_WORDS = 5, 1, 1, 1200
MAX_FAILURES = 0.05


def share(text: str) -> float:
    """Reads a share from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"give a share from 0 to 1, such as 0.05, not '{text}'")
    return value


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
    questions = QuestionOptions(seed=seed)
    if quick:
        one = QUICK_QUESTIONS
        questions = replace(questions, story=one, decisions=one, false_premises=one, blind_checks=QUICK_CHECKS)
    plan = arguments.plan or ("none" if arguments.backbone == EMBEDDED else "outline")
    if iterations is None and quick:
        iterations = QUICK_ITERATIONS
    length = arguments.story_words or (QUICK_WORDS if quick else STORY_WORDS)
    return PipelineOptions(
        constraints=read_profile_options(arguments, read_pools_or_packaged(folder)),
        count=arguments.count,
        locale=arguments.locale,
        biography=read_biography_options(arguments),
        story=StoryOptions(
            iterations if iterations is not None else QUICK_ITERATIONS if quick else None, plan, length, seed=seed
        ),
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
    picker, reviewer = (choose, review_at_terminal) if asked else (None, None)
    try:
        character = select_profile(out, options, arguments.seed, arguments.resume, picker)
        say(f"step 1 of 5: profile of {character}")
        # All steps share one backbone, so that the embedded model's server starts once.
        unfinished = asyncio.run(run_later_steps(open_writer(arguments), out, character, options, reviewer, say))
    except ReviewStopped:
        print("stopped; continue with the same command and --resume")
        return 0
    if unfinished:
        return fail(f"{character} is not finished", unfinished)
    return report(arguments, character)


def fail(what: str, reasons: Sequence[str]) -> int:
    """Prints why a character cannot be used yet; returns 1."""
    for reason in reasons:
        print(f"error: {what}: {reason}", file=sys.stderr)
    return 1


def report(arguments: argparse.Namespace, character: str) -> int:
    """Prints the validator's result and the next commands; returns 1 if the character is not ready."""
    out = arguments.out
    library = Library(out)
    found = list(run_checks(library, full=False))
    print(f"\n{format_gates(found)}\n")
    if items := open_items(out, character):
        print(describe_open_items(len(items), out, character))
    if reasons := find_open_work(out, character, arguments.max_failures):
        return fail(f"{library.character(character).name} is not ready", reasons)
    failed = sum(not gate.passed for gate in found)
    if failed:
        print(f"{out}: {failed} of {len(found)} gates fail")
        return 1
    print(f"{library.character(character).name} is ready: {out / 'characters' / character}")
    print(f"evaluate: HUMAN_SIMULACRA_DATA={out.resolve()} python run.py configs/eval_own_characters.py")
    backbone = [] if arguments.backbone == EMBEDDED else ["--model", arguments.backbone]
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
    add_plan_options(parser)
    parser.add_argument("--story-questions", type=int, metavar="N", help="questions on the story of each type (default 6)")
    parser.add_argument(
        "--quick", action="store_true",
        help=f"quick trial of all steps: a story of {QUICK_WORDS} words, {QUICK_ITERATIONS} expansions, "
        f"{QUICK_QUESTIONS} question of each type on the story",
    )  # fmt: skip
    parser.add_argument("--review", choices=("ask", "none"), default="ask", help="ask: you review every step; none: unattended")
    parser.add_argument(
        "--max-failures", type=share, default=MAX_FAILURES, metavar="SHARE",
        help=f"largest share of texts that may be open for a character to be ready (default {MAX_FAILURES})",
    )  # fmt: skip
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
