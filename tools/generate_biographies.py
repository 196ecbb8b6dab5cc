"""Writes biographies from picked profiles: `python tools/generate_biographies.py [CHARACTER ...]`.

A biography states every fact of the profile and contradicts none. The profile with the biography, whole and in dated sentences,
is written to DIR/characters/<id>/profile.jsonl; DIR/making/<id>/biography.jsonl records what was written for which request.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from human_simulacra.construction.biography_generation import generate_biography, has_begun
from human_simulacra.construction.command_line import (
    add_shared_options,
    format_command,
    open_writer,
    run_tool,
)
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.review import review_queue
from human_simulacra.construction.review.terminal_review import review_at_terminal
from human_simulacra.construction.step_options import add_biography_options, read_biography_options
from human_simulacra.construction.workspace import MAKING, PROFILE, character_folder
from human_simulacra.errors import UserError


def waiting(out: Path) -> list[str]:
    """Returns the ids of the picked profiles without a biography.

    Raises:
        UserError: If there are none.
    """
    picked = sorted(path.parent.name for path in (out / MAKING).glob(f"*/{PROFILE}"))
    found = [character for character in picked if not (character_folder(out, character) / PROFILE).is_file()]
    if not found:
        raise UserError(f"{out} has no picked profile without a biography: pick one with tools/generate_profiles.py --out {out}")
    return found


def work(arguments: argparse.Namespace) -> int:
    """Generates the biographies one after another; returns 1 if one failed, else 0, also if the reviewer stopped."""
    options = read_biography_options(arguments)
    characters = arguments.characters or waiting(arguments.out)
    if arguments.resume and not any(has_begun(arguments.out, character) for character in characters):
        raise UserError(f"there is nothing to resume for {', '.join(characters)}: run without --resume")
    writer, status = open_writer(arguments), 0
    for character in characters:
        made = asyncio.run(
            generate_biography(
                writer, arguments.out, character, options, resume=arguments.resume,
                review=review_at_terminal if arguments.review == "ask" else None,
            )
        )  # fmt: skip
        if isinstance(writer, DryRun):
            continue
        if made.failed:
            status = 1
            print(
                f"error: no biography of {character} could be used, the last time because {made.findings[-1]}; the text is in "
                f"{review_queue.review_file(arguments.out, character)}: continue with --resume and another --seed or --model, "
                "or with --resume --review ask to edit it",
                file=sys.stderr,
            )
            continue
        if made.path is None:
            print(f"stopped; continue with: {format_command(arguments, 'generate_biographies', character, '--resume')}")
            return status
        print(f"biography of {character} written to {made.path}")
        if made.findings:
            print(review_queue.describe_open_items(1, arguments.out, character))
        print(f"next: {format_command(arguments, 'generate_life_story', character)}")
    if isinstance(writer, DryRun):
        print(writer.report())
    return status


def main() -> int:
    """Runs the tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("characters", nargs="*", metavar="CHARACTER", help="ids (default: every profile without a biography)")
    parser.add_argument(
        "--review", choices=("ask", "none"), default="ask",
        help="ask: you accept, edit or reject (default); none: use what passes the checks and the judge",
    )  # fmt: skip
    add_biography_options(parser)
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
