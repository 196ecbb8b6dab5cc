"""Generates a character's questions: `python tools/generate_questions.py CHARACTER --out DIR`.

The fifteen core questions come from the profile without a model; the backbone writes and checks those on the story.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from human_simulacra.construction.command_line import add_shared_options, open_writer, run_tool
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.questions.question_generation import QuestionOptions, generate_questions
from human_simulacra.construction.questions.question_review import review_question
from human_simulacra.construction.review_queue import review_file as review_path
from human_simulacra.construction.workspace import character_folder, copy_character
from human_simulacra.errors import UserError

MOST_SHOWN = 10


def work(arguments: argparse.Namespace) -> int:
    """Generates the questions; returns 0."""
    options = QuestionOptions(
        story=_at_least(0, "--story", arguments.story),
        tries=None if arguments.tries is None else _at_least(0, "--tries", arguments.tries),
        draws=_at_least(1, "--checks", arguments.checks),
        with_evidence=_share("--with-evidence", arguments.with_evidence),
        without_evidence=_share("--without-evidence", arguments.without_evidence),
        core_only=arguments.core_only,
        resume=arguments.resume,
        replace=arguments.replace,
        seed=arguments.seed,
        decide=review_question if arguments.review == "ask" and not arguments.dry_run else None,
    )
    character = arguments.character
    out = copy_character(character, arguments.data, arguments.out, arguments.dry_run)
    writer = None if arguments.core_only and not arguments.dry_run else open_writer(arguments)
    made = asyncio.run(generate_questions(writer, out, character, options))
    if isinstance(writer, DryRun):
        print(writer.report())
        return 0
    for sentence in made.left_out[:MOST_SHOWN]:
        print(f"left out: {sentence}")
    if made.left_out:
        print(f"{len(made.left_out)} left out, with reasons in {review_path(out, character)}")
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in made.counts.items())
    print(f"questions written: {counts}: {character_folder(out, character)}")
    print(f"next: python tools/validate_dataset.py --sound {out}")
    return 0


def _at_least(least: int, option: str, value: int) -> int:
    if value < least:
        raise UserError(f"{option} {value} is not possible: give {least} or more")
    return value


def _share(option: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise UserError(f"{option} {value} is no share: give a number from 0 to 1")
    return value


def main() -> int:
    """Runs the tool; returns its exit status."""
    default = QuestionOptions()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("character", help="the character's id")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder to copy the character from if --out lacks it")
    parser.add_argument("--core-only", action="store_true", help="generate only the fifteen core questions, without a model")
    parser.add_argument(
        "--story", type=int, default=default.story, metavar="N", help="questions on the story of each type (%(default)s)"
    )
    parser.add_argument("--tries", type=int, metavar="N", help="most passages to try for a type (default: three times --story)")
    parser.add_argument(
        "--checks",
        type=int,
        default=default.draws,
        metavar="N",
        help="self-check answers with and without evidence (%(default)s)",
    )
    parser.add_argument("--with-evidence", type=float, default=default.with_evidence, metavar="SHARE",
                        help="minimum share of right answers with the evidence (%(default)s)")  # fmt: skip
    parser.add_argument("--without-evidence", type=float, default=default.without_evidence, metavar="SHARE",
                        help="maximum share of right answers without it (%(default)s)")  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="replace questions that this tool did not generate")
    parser.add_argument(
        "--review",
        choices=("ask", "none"),
        default="none",
        help="ask: you review rejected questions; none: list them (default)",
    )
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
