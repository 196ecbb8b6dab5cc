"""Samples candidate profiles and ranks them: `python tools/generate_profiles.py --set age=30-40`, then `--pick ID`.

No model is called. Candidates are saved in DIR/making/candidates.jsonl, the picked one in DIR/making/<id>/profile.jsonl.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from human_simulacra.construction.command_line import (
    SHOWN_CANDIDATES,
    add_profile_options,
    add_shared_options,
    format_command,
    read_profile_options,
    run_tool,
)
from human_simulacra.construction.profiles.attribute_pools import read_pools, read_pools_or_packaged
from human_simulacra.construction.profiles.candidate_ranking import Candidate
from human_simulacra.construction.profiles.candidate_selection import (
    candidates_file,
    draw_candidates,
    find_candidate,
    format_candidates,
    pick_candidate,
    read_candidates,
)
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
    if arguments.dry_run:
        return dry_run(arguments)
    out = open_folder(arguments.out)
    if arguments.pick:
        profile = pick_candidate(out, read_candidates(out), arguments.pick)
        print(f"{profile.name} written to {work_folder(out, profile.id) / PROFILE}")
        print(f"next: {format_command(arguments, 'generate_biographies', profile.id)}")
        return 0
    if arguments.resume:
        candidates = read_candidates(out)
    else:
        constraints = read_profile_options(arguments, read_pools(out))
        candidates = draw_candidates(
            out, constraints, arguments.count, arguments.seed, arguments.locale, replace=arguments.replace
        )
        if len(candidates) < arguments.count:
            print(f"only {len(candidates)} distinct candidates exist for what is set")
    show(candidates, arguments)
    return 0


def dry_run(arguments: argparse.Namespace) -> int:
    """Prints what would be sampled or picked, or shows saved candidates; writes nothing. The data folder need not exist."""
    out = arguments.out
    check_folder(out)
    if arguments.pick:
        profile = find_candidate(out, read_candidates(out), arguments.pick)
        print(f"would write {profile.name} to {work_folder(out, profile.id) / PROFILE}; no model is called")
    elif arguments.resume:
        show(read_candidates(out), arguments)
    else:
        read_profile_options(arguments, read_pools_or_packaged(out))
        path = candidates_file(out)
        kept = ", unless that changes those that are there" if path.is_file() and not arguments.replace else ""
        print(f"would draw {arguments.count} candidates into {path}{kept}; no model is called")
    return 0


def show(candidates: Sequence[Candidate], arguments: argparse.Namespace) -> None:
    """Prints the best candidates and the next command."""
    out, shown = arguments.out, min(arguments.show, len(candidates))
    print(format_candidates(candidates, arguments.show))
    print(f"\n{len(candidates)} candidates in {candidates_file(out)}, the best {shown} above")
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
