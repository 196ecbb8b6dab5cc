"""Builds a character's long-term memories from its story: `python tools/build_memories.py CHARACTER --out DIR`.

Chunks with a memory of the same text are skipped, and every finished chunk is saved at once.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from human_simulacra.construction.command_line import add_shared_options, format_command, open_writer, run_tool
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.review.review_queue import review_file as review_path
from human_simulacra.construction.review.terminal_review import review_at_terminal
from human_simulacra.construction.workspace import character_folder, copy_character


def work(arguments: argparse.Namespace) -> int:
    """Builds the memories; returns 0, or 1 if chunks have no memory."""
    character = arguments.character
    out = copy_character(character, arguments.data, arguments.out, arguments.dry_run)
    writer = open_writer(arguments)
    review = review_at_terminal if arguments.review == "ask" else None
    built = asyncio.run(build_memories(writer, out, character, resume=arguments.resume, rebuild=arguments.rebuild, review=review))
    if isinstance(writer, DryRun):
        print(writer.report())
        return 0
    if built.adopted:
        print(f"{built.kept} memories have no record of their text and are assumed to match the story; --rebuild rebuilds all")
    for sentence in built.failed:
        print(sentence)
    if not built.complete:
        print(
            f"error: {len(built.failed)} chunks have no memory, so memories.jsonl is not written; finished chunks are kept, and "
            f"the rejected texts are in {review_path(out, character)}: continue with --resume and another --seed, or with "
            "--resume --review ask to decide about rejected texts yourself",
            file=sys.stderr,
        )
        return 1
    print(f"{built.made} memories built, {built.kept} kept: {character_folder(out, character) / 'memories.jsonl'}")
    if built.doubted:
        print(f"{built.doubted} memories are used though nobody judged them: see {review_path(out, character)}")
    print(f"next: {format_command(arguments, 'generate_questions', character)}")
    return 0


def main() -> int:
    """Runs the tool; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("character", help="the character's id")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder to copy the character from if --out lacks it")
    parser.add_argument("--rebuild", action="store_true", help="rebuild all chunks, also unchanged ones")
    parser.add_argument(
        "--review",
        choices=("ask", "none"),
        default="none",
        help="ask: you review rejected texts; none: list them (default)",
    )
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
