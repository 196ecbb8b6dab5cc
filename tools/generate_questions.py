"""Generates a character's questions: `python tools/generate_questions.py CHARACTER --out DIR`.

The fifteen core questions come from the profile without a model. The backbone writes the items on the story, and answers each in
fresh calls: without any text, where few may be right, and with the life open, where all must be.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import fields
from pathlib import Path

from human_simulacra.construction.command_line import add_shared_options, open_writer, run_tool
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.questions import QuestionOptions, generate_questions
from human_simulacra.construction.review.review_queue import describe_open_items, open_items
from human_simulacra.construction.workspace import character_folder, copy_character
from human_simulacra.errors import UserError

MOST_SHOWN = 10
LEAST = {"story": 0, "tries": 0, "blind_checks": 1, "decisions": 0, "false_premises": 0}


def work(arguments: argparse.Namespace) -> int:
    """Generates the questions; returns 0."""
    for name, least in LEAST.items():
        if (value := getattr(arguments, name)) is not None and value < least:
            raise UserError(f"--{name.replace('_', '-')} {value} is not possible: give {least} or more")
    options = QuestionOptions(**{field.name: getattr(arguments, field.name) for field in fields(QuestionOptions)})
    character = arguments.character
    out = copy_character(character, arguments.data, arguments.out, arguments.dry_run)
    writer = None if arguments.core_only and not arguments.dry_run else open_writer(arguments)
    made = asyncio.run(generate_questions(writer, out, character, options))
    if isinstance(writer, DryRun):
        print(writer.report())
        return 0
    for sentence in made.left_out[:MOST_SHOWN]:
        print(f"left out: {sentence}")
    if left := len(open_items(out, character)):
        print(describe_open_items(left, out, character))
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in made.counts.items())
    print(f"questions written: {counts}: {character_folder(out, character)}")
    print(f"next: python tools/validate_dataset.py --sound {out}")
    return 0


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
    parser.add_argument("--decisions", type=int, default=default.decisions, metavar="N", help="moments of choice (%(default)s)")
    parser.add_argument(
        "--false-premises", type=int, default=default.false_premises, metavar="N",
        help="questions that take for granted what was not so (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--tries", type=int, metavar="N", help="most scenes to try for a type (default: three times its items)")
    parser.add_argument(
        "--blind-checks", type=int, default=default.blind_checks, metavar="N",
        help="readers without any text for each item; at most two of five may be right (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="replace questions that this tool did not generate")
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
