"""Draws candidate profiles and ranks them: `python tools/generate_profiles.py --set age=30-40`, then `--pick ID`.

No model is called. Candidates lie in DIR/making/candidates.jsonl; the one that is picked becomes DIR/making/<id>/profile.jsonl.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from human_simulacra.construction.command_line import add_options, command, run_tool
from human_simulacra.construction.profiles.attribute_pools import pools_for, read_pools
from human_simulacra.construction.profiles.candidate_ranking import Candidate
from human_simulacra.construction.profiles.candidate_selection import (
    PROFILE,
    candidates_file,
    draw_ranked,
    find,
    kept_candidates,
    pick,
    table,
)
from human_simulacra.construction.step_options import SHOWN, add_wishes, read_wishes
from human_simulacra.construction.workspace import check_folder, making_folder, open_folder
from human_simulacra.errors import UserError


def work(arguments: argparse.Namespace) -> int:
    """Draws, shows or picks."""
    if arguments.replace and (arguments.resume or arguments.pick):
        raise UserError(f"--replace draws anew, {'--pick' if arguments.pick else '--resume'} keeps what was drawn: leave out one")
    if arguments.show < 1:
        raise UserError(f"--show {arguments.show} is no number of candidates: give 1 or more")
    if arguments.dry_run:
        return dry_run(arguments)
    out = open_folder(arguments.out)
    if arguments.pick:
        profile = pick(out, kept_candidates(out), arguments.pick)
        print(f"{profile.name} written to {making_folder(out, profile.id) / PROFILE}")
        print(f"next: {command(arguments, 'generate_biographies', profile.id)}")
        return 0
    if arguments.resume:
        candidates = kept_candidates(out)
    else:
        wishes = read_wishes(arguments, read_pools(out))
        candidates = draw_ranked(out, wishes, arguments.count, arguments.seed, arguments.locale, replace=arguments.replace)
        if len(candidates) < arguments.count:
            print(f"only {len(candidates)} distinct candidates exist for what is set")
    show(candidates, arguments)
    return 0


def dry_run(arguments: argparse.Namespace) -> int:
    """Says what would be drawn or picked, or shows what was; writes nothing, the data folder need not exist."""
    out = arguments.out
    check_folder(out)
    if arguments.pick:
        profile = find(out, kept_candidates(out), arguments.pick)
        print(f"would write {profile.name} to {making_folder(out, profile.id) / PROFILE}; no model is called")
    elif arguments.resume:
        show(kept_candidates(out), arguments)
    else:
        read_wishes(arguments, pools_for(out))
        path = candidates_file(out)
        kept = ", unless that changes those that are there" if path.is_file() and not arguments.replace else ""
        print(f"would draw {arguments.count} candidates into {path}{kept}; no model is called")
    return 0


def show(candidates: Sequence[Candidate], arguments: argparse.Namespace) -> None:
    """Prints the best candidates and what comes next."""
    out, shown = arguments.out, min(arguments.show, len(candidates))
    print(table(candidates, arguments.show))
    print(f"\n{len(candidates)} candidates in {candidates_file(out)}, the best {shown} above")
    print(f"next: {command(arguments, 'generate_profiles', '--pick', candidates[0].id)}")


def main() -> int:
    """Runs the tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add_wishes(parser)
    parser.add_argument("--show", type=int, default=SHOWN, metavar="N", help=f"candidates to show (default {SHOWN})")
    parser.add_argument("--pick", metavar="ID", help="make a candidate that was drawn the profile to go on with; or 'best'")
    parser.add_argument("--replace", action="store_true", help="draw anew where other candidates were drawn before")
    add_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
