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
    EMBEDDED,
    add_shared_options,
    format_command,
    open_writer,
    run_tool,
)  # fmt: skip
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.review.review_queue import describe_open_items, review_file
from human_simulacra.construction.review.terminal_review import review_at_terminal
from human_simulacra.construction.step_options import add_plan_options
from human_simulacra.construction.story import StoryOptions, generate_story
from human_simulacra.construction.story.checkpoints import read_story_settings
from human_simulacra.construction.story.story_options import SETTINGS
from human_simulacra.construction.workspace import character_folder, read_own_character, work_folder


def weights(text: str) -> tuple[float, ...]:
    """Reads `--weights`: three numbers separated by commas."""
    values = tuple(map(float, text.split(",")))
    if len(values) != 3:
        raise argparse.ArgumentTypeError(f"give 3 numbers with commas between them, not '{text}'")
    return values


def review_interval(text: str) -> int | None:
    """Reads `--review`: `ask`, `none` or a number of iterations."""
    if text == "none":
        return None
    if text == "ask":
        return StoryOptions().review_every
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"give ask, none or a number of iterations, not '{text}'")
    return int(text)


def add_story_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a life story."""
    add_plan_options(parser)
    parser.add_argument(
        "--review", type=review_interval, default=StoryOptions().review_every, metavar="ask|none|N",
        help="ask: you review every ten iterations (default); N: every N iterations; none: accept what passes the checks",
    )  # fmt: skip
    story = parser.add_argument_group("story parameters", "a resumed or extended story keeps those that it was started with")
    story.add_argument(
        "--weights", type=weights, metavar="I,E,R",
        help="weights of importance, elaborateness and redundancy (default 80,100,120)",
    )  # fmt: skip
    story.add_argument("--threshold", type=float, metavar="SCORE", help="stop when no paragraph scores as much (default 50)")
    story.add_argument("--top", type=int, metavar="N", help="number of best paragraphs to draw from (default 5)")
    story.add_argument(
        "--top-share",
        type=float,
        metavar="SHARE",
        help="share to draw from if there are more than 20 paragraphs (default 0.1)",
    )
    story.add_argument(
        "--window", type=int, metavar="N",
        help="unabridged paragraphs around a passage if the story exceeds the backbone's context (default 5)",
    )  # fmt: skip
    story.add_argument("--words", type=int, metavar="N", help="maximum length of an expanded passage (default 250)")


def read_story_options(arguments: argparse.Namespace) -> StoryOptions:
    """Reads the story parameters: as given, else as the story was started, else the defaults."""
    resume = arguments.resume or arguments.resume_at is not None
    begun = read_story_settings(arguments.out, arguments.character, arguments.resume_at) if resume or arguments.extend else {}
    if not begun and arguments.plan is None:
        arguments.plan = "none" if arguments.backbone == EMBEDDED else "outline"
    given = {name: value for name in SETTINGS if (value := getattr(arguments, name)) is not None}
    return StoryOptions(
        iterations=arguments.iterations,
        review_every=arguments.review or StoryOptions().review_every,
        resume=resume,
        resume_at=arguments.resume_at,
        extend=arguments.extend,
        **(begun | given),
    )


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
