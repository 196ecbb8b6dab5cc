"""Writes a character's life story: `python tools/generate_life_story.py CHARACTER`.

An outline of chapters comes first, then their sections. Each further iteration scores the paragraphs of chapters that are short,
draws one of the best and replaces it by an expanded version. With `--plan none` the biography grows by such draws alone. Every
iteration saves a checkpoint in `<out>/making/<id>/story`; the finished story is `<out>/characters/<id>/story.jsonl`.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from human_simulacra.construction.command_line import (
    add_shared_options,
    format_command,
    open_writer,
    run_tool,
)  # fmt: skip
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.review.review_queue import describe_open_items, review_file
from human_simulacra.construction.review.terminal_review import review_at_terminal
from human_simulacra.construction.step_options import add_story_options, read_story_options
from human_simulacra.construction.story import StoryOptions, generate_story
from human_simulacra.construction.workspace import character_folder, read_own_character, work_folder


def main() -> int:
    """Runs the tool; returns 0, 1 if a part is missing, 2 for a user error or a backbone that failed, 130 if interrupted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("character", help="the character's id")
    add_story_options(parser)
    parser.add_argument("--continue", dest="extend", action="store_true", help="extend a finished story, add new profile facts")
    parser.add_argument("--resume-at", type=int, metavar="N", help="continue from iteration N; later checkpoints are set aside")
    add_shared_options(parser)
    parser.set_defaults(seed=None)  # a resumed or extended story keeps its seed
    return run_tool(work, parser)


def work(arguments: argparse.Namespace) -> int:
    """Generates the story, or prints an estimate; returns 0, or 1 if a part of it could not be written."""
    read_own_character(arguments.out, arguments.character)
    options = read_story_options(arguments)
    arguments.seed = options.seed
    writer = open_writer(arguments)
    if isinstance(writer, DryRun):
        return dry_run(writer, arguments, options)
    reviewer = None if arguments.review is None else review_at_terminal
    result = asyncio.run(generate_story(writer, arguments.out, arguments.character, options, reviewer, say=say))
    if result.missing:
        again = format_command(arguments, "generate_life_story", arguments.character, "--resume")
        file = review_file(arguments.out, arguments.character)
        print(
            f"error: {result.missing} sections of the outline could not be written, see {file}; the others are kept: continue "
            f"with another --seed: {again} --seed N",
            file=sys.stderr,
        )
        return 1
    if result.path is None:
        often = [] if arguments.review == StoryOptions().review_every else ["--review", arguments.review]
        again = format_command(arguments, "generate_life_story", arguments.character, "--resume", *often)
        print(f"{result.why}; continue with: {again}")
        return 0
    print(f"{result.why}: {result.paragraphs} paragraphs written to {result.path}")
    if result.review_items:
        print(describe_open_items(result.review_items, arguments.out, arguments.character))
    print(f"next: {format_command(arguments, 'build_memories', arguments.character)}")
    return 0


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


def dry_run(writer: DryRun, arguments: argparse.Namespace, options: StoryOptions) -> int:
    """Runs with placeholder texts in a temporary copy of the folder, then prints the prompts and the estimate."""
    with tempfile.TemporaryDirectory() as folder:
        for of in (character_folder, work_folder):
            source = of(arguments.out, arguments.character)
            if source.is_dir():
                shutil.copytree(source, of(Path(folder), arguments.character))
        asyncio.run(generate_story(writer, Path(folder), arguments.character, options))
    print(writer.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
