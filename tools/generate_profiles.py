"""Draws candidate profiles and ranks them: `python tools/generate_profiles.py --set age=30-40`, then `--pick ID`.

No model is called. Candidates lie in DIR/making/candidates.jsonl; the one that is picked becomes DIR/making/<id>/profile.jsonl.
"""

from __future__ import annotations

import argparse
import sys

from human_simulacra.construction.candidates import candidates_file, draw_ranked, kept_candidates, pick, table
from human_simulacra.construction.folder import open_folder
from human_simulacra.construction.options import add_options, run_tool
from human_simulacra.construction.pools import read_pools
from human_simulacra.construction.step_options import SHOWN, add_wishes, read_wishes


def work(arguments: argparse.Namespace) -> int:
    """Draws, shows or picks."""
    out = open_folder(arguments.out)
    if arguments.pick:
        profile = pick(out, kept_candidates(out), arguments.pick)
        print(f"{profile.name} written to {out / 'making' / profile.id / 'profile.jsonl'}")
        print(f"next: python tools/generate_biographies.py {profile.id} --out {out}")
        return 0
    if arguments.resume:
        candidates = kept_candidates(out)
    else:
        wishes = read_wishes(arguments, read_pools(out))
        if arguments.dry_run:
            print(f"would draw {arguments.count} candidates into {candidates_file(out)}; no model is called")
            return 0
        candidates = draw_ranked(out, wishes, arguments.count, arguments.seed, arguments.locale)
        if len(candidates) < arguments.count:
            print(f"only {len(candidates)} distinct candidates exist for what is set")
    print(table(candidates, arguments.show))
    print(f"\n{len(candidates)} candidates in {candidates_file(out)}, the best {min(arguments.show, len(candidates))} above")
    print(f"next: python tools/generate_profiles.py --out {out} --pick {candidates[0].id}")
    return 0


def main() -> int:
    """Runs the tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    add_wishes(parser)
    parser.add_argument("--show", type=int, default=SHOWN, metavar="N", help=f"candidates to show (default {SHOWN})")
    parser.add_argument("--pick", metavar="ID", help="make a candidate that was drawn the profile to go on with; or 'best'")
    add_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
