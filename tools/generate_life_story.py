"""Grows a character's life story out of its biography: `python tools/generate_life_story.py CHARACTER`.

Each iteration scores the paragraphs, draws one of the best and has it told again at greater length in its place. Every
iteration is a checkpoint in `<out>/making/<id>/story`; the finished story is `<out>/characters/<id>/story.jsonl`.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from human_simulacra.construction.folder import character_folder, making_folder
from human_simulacra.construction.options import add_options, open_writer, run_tool
from human_simulacra.construction.review import review
from human_simulacra.construction.story import StoryOptions, generate
from human_simulacra.construction.writing import DryRun
from human_simulacra.errors import UserError
from human_simulacra.library import Library

DEFAULTS = StoryOptions()


def number(kind: Callable[[str], float], count: int) -> Callable[[str], tuple[float, ...]]:
    """Returns a reader of `count` numbers with commas between them."""

    def read(text: str) -> tuple[float, ...]:
        values = tuple(kind(part) for part in text.split(","))
        if len(values) != count:
            raise argparse.ArgumentTypeError(f"give {count} numbers with commas between them, not '{text}'")
        return values

    return read


def review_interval(text: str) -> int | None:
    """Reads `--review`: `none`, `ten` or a number of iterations."""
    words = text.removeprefix("every ").strip()
    if words == "none":
        return None
    if words == "ten":
        return 10
    if not words.isdigit() or int(words) < 1:
        raise argparse.ArgumentTypeError(f"give none, ten or a number of iterations, not '{text}'")
    return int(words)


def main() -> int:
    """Runs the tool; returns 0, 2 for a mistake in what was given or a backbone that failed, 130 if stopped."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0], conflict_handler="resolve")
    parser.add_argument("character", help="the character's id")
    parser.add_argument(
        "--iterations", type=int, metavar="N", help="iterations in all, with --continue more of them (default 50)"
    )
    parser.add_argument(
        "--review", type=review_interval, default=10, metavar="N|none",
        help="let you review after every N iterations (default ten); none: what passes the checks stands",
    )  # fmt: skip
    parser.add_argument("--review-interval", type=int, metavar="N", help="the same interval as a number")
    parser.add_argument(
        "--weights", type=number(float, 3), default=DEFAULTS.weights, metavar="I,E,R",
        help="what importance, elaborateness and redundancy count (default 80,100,120)",
    )  # fmt: skip
    parser.add_argument("--threshold", type=float, default=DEFAULTS.threshold, help="done when the best scores less (default 50)")
    parser.add_argument("--top", type=int, default=DEFAULTS.top, help="draw among so many best paragraphs (default 5)")
    parser.add_argument(
        "--top-share", type=float, default=DEFAULTS.top_share, help="share of them where there are more than 20 (default 0.1)"
    )
    parser.add_argument(
        "--window", type=int, default=DEFAULTS.window,
        help="paragraphs around a passage that are shown whole where the story exceeds the backbone's context (default 5)",
    )  # fmt: skip
    parser.add_argument("--words", type=int, default=DEFAULTS.words, help="most words of an expansion (default 250)")
    parser.add_argument(
        "--summariser", default=DEFAULTS.summariser, metavar="NAME", help="extractive (default), backbone or hf:MODEL"
    )
    parser.add_argument("--continue", dest="extend", action="store_true", help="extend a finished story, weave in what is new")
    add_options(parser)
    parser.add_argument(
        "--resume", nargs="?", type=int, const=-1, metavar="ITERATION", help="go on where an earlier run stopped, or from there"
    )
    return run_tool(work, parser)


def work(arguments: argparse.Namespace) -> int:
    """Generates the story, or says what that would take."""
    if not (arguments.out / "characters").is_dir():
        raise UserError(f"{arguments.out} has no characters: make one with tools/new_character.py, or name its folder with --out")
    Library(arguments.out).character(arguments.character)
    options = StoryOptions(
        iterations=arguments.iterations, review_every=arguments.review_interval or arguments.review or 10,
        weights=arguments.weights, threshold=arguments.threshold, top=arguments.top, top_share=arguments.top_share,
        window=arguments.window, words=arguments.words, summariser=arguments.summariser, seed=arguments.seed,
        resume=arguments.resume is not None, resume_at=arguments.resume if (arguments.resume or 0) >= 0 else None,
        extend=arguments.extend,
    )  # fmt: skip
    writer = open_writer(arguments)
    if isinstance(writer, DryRun):
        return dry_run(writer, arguments, options)
    reviewer = None if arguments.review is None else review
    result = asyncio.run(generate(writer, arguments.out, arguments.character, options, reviewer, say=say))
    if result.path is None:
        print(f"{result.why}; go on with: {command(arguments)} --resume")
        return 0
    print(f"{result.why}: {result.paragraphs} paragraphs written to {result.path}")
    if result.for_review:
        file = making_folder(arguments.out, arguments.character) / "for-review.jsonl"
        print(f"{result.for_review} passages are left to you in {file}")
    print(f"next: python tools/build_memories.py {arguments.character} --out {arguments.out}")
    return 0


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


def command(arguments: argparse.Namespace) -> str:
    """Returns how the tool was called, as far as another call needs it."""
    return f"python tools/generate_life_story.py {arguments.character} --out {arguments.out}"


def dry_run(writer: DryRun, arguments: argparse.Namespace, options: StoryOptions) -> int:
    """Plays the whole way with placeholders in a copy of the folder, then prints the prompts and what they would take."""
    with tempfile.TemporaryDirectory() as folder:
        for of in (character_folder, making_folder):
            source = of(arguments.out, arguments.character)
            if source.is_dir():
                shutil.copytree(source, of(Path(folder), arguments.character))
        asyncio.run(generate(writer, Path(folder), arguments.character, options))
    print(writer.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
