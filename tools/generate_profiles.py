"""Samples candidate profiles and ranks them: `python tools/generate_profiles.py --set age=30-40`, then `--pick ID`.

No model is called. Candidates are saved in DIR/making/candidates.jsonl, the picked one in DIR/making/<id>/profile.jsonl.
"""

from __future__ import annotations

import argparse
import sys

from human_simulacra.construction.command_line import add_shared_options, format_command, run_tool
from human_simulacra.construction.profiles.attribute_pools import read_pools_or_packaged
from human_simulacra.construction.profiles.candidates import (
    candidates_file,
    draw_candidates,
    format_candidates,
    pick_candidate,
    read_candidates,
)
from human_simulacra.construction.step_options import SHOWN_CANDIDATES, add_profile_options, read_profile_options
from human_simulacra.construction.workspace import PROFILE, check_folder, open_folder, work_folder
from human_simulacra.errors import UserError


def work(arguments: argparse.Namespace) -> int:
    """Samples, shows or picks candidates; returns 0."""
    if arguments.replace and (arguments.resume or arguments.pick):
        raise UserError(
            f"--replace overwrites candidates, {'--pick' if arguments.pick else '--resume'} keeps them: leave out one"
        )
    if arguments.show < 1:
        raise UserError(f"--show {arguments.show} is no number of candidates: give 1 or more")
    out, dry_run = arguments.out, arguments.dry_run
    if dry_run:
        check_folder(out)
    else:
        open_folder(out)
    if arguments.pick:
        profile = pick_candidate(out, read_candidates(out), arguments.pick, dry_run=dry_run)
        path = work_folder(out, profile.id) / PROFILE
        print(f"would write {profile.name} to {path}; no model is called" if dry_run else f"{profile.name} written to {path}")
        if not dry_run:
            print(f"next: {format_command(arguments, 'generate_biographies', profile.id)}")
    elif arguments.resume:
        show(arguments)
    else:
        draw(arguments)
    return 0


def draw(arguments: argparse.Namespace) -> None:
    """Draws and shows candidates; a dry run tells what would be drawn and writes nothing."""
    out, count, path = arguments.out, arguments.count, candidates_file(arguments.out)
    constraints = read_profile_options(arguments, read_pools_or_packaged(out))
    if arguments.dry_run:
        kept = ", unless that changes those that are there" if path.is_file() and not arguments.replace else ""
        print(f"would draw {count} candidates into {path}{kept}; no model is called")
        return
    drawn = draw_candidates(out, constraints, count, arguments.seed, arguments.locale, replace=arguments.replace)
    if len(drawn) < count:
        print(f"only {len(drawn)} distinct candidates exist for what is set")
    show(arguments)


def show(arguments: argparse.Namespace) -> None:
    """Prints the best candidates and the next command."""
    candidates = read_candidates(arguments.out)
    shown = min(arguments.show, len(candidates))
    print(format_candidates(candidates, shown))
    print(f"\n{len(candidates)} candidates in {candidates_file(arguments.out)}, the best {shown} above")
    print(f"next: {format_command(arguments, 'generate_profiles', '--pick', candidates[0].id)}")


def main() -> int:
    """Runs the tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add_profile_options(parser)
    parser.add_argument(
        "--show", type=int, default=SHOWN_CANDIDATES, metavar="N", help=f"candidates to show (default {SHOWN_CANDIDATES})"
    )
    parser.add_argument("--pick", metavar="ID", help="pick a candidate as the profile, or 'best'")
    parser.add_argument("--replace", action="store_true", help="overwrite candidates of another draw")
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
