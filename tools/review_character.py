"""Shows what a character's making left open, and takes your decisions: `python tools/review_character.py CHARACTER --out DIR`.

At the terminal or, with --page, in a browser. Each decision is saved at once in DIR/making/<id>/decisions.jsonl.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from human_simulacra.construction.command_line import OUT, run_tool
from human_simulacra.construction.review.review_page import make_server
from human_simulacra.construction.review.review_queue import (
    Decisions,
    ReviewItem,
    SavedDecision,
    describe_decision,
    describe_open_items,
    is_open,
    open_items,
    read_decided,
    review_file,
)
from human_simulacra.construction.review.terminal_review import review_at_terminal
from human_simulacra.construction.workspace import read_own_character
from human_simulacra.errors import UserError
from human_simulacra.web_pages.page_server import serve


def work(arguments: argparse.Namespace) -> int:
    """Lists or reviews the open texts; returns 0 if none is open at the end, or else 1."""
    out, character = arguments.out, arguments.character
    if not review_file(out, character).is_file():
        read_own_character(out, character)
    if not arguments.list:
        Decisions(out, character).apply()
    entries = read_decided(out, character).values()
    waiting = [entry for entry in entries if is_open(*entry)]
    if not entries:
        print(f"{character} has no text to review")
    elif arguments.page:
        serve(make_server(out, character, arguments.port), "decision")
    else:
        try:
            for place, (item, saved) in enumerate(waiting, len(entries) - len(waiting) + 1):
                title = f"{item.what}, {item.field} ({item.tool}, {'in the character' if item.in_character else 'left out'})"
                notes = [*([f"{saved.describe()}: {saved.reason}"] if saved else []), *item.findings]
                if arguments.list:
                    print(f"{title}: {'; '.join(notes)}")
                else:
                    print(f"\n{place} of {len(entries)}: {title}")
                    _ask(arguments, item, saved, notes)
        except KeyboardInterrupt:
            print("\nstopped; the same command goes on here")
    if left := len(open_items(out, character)):
        print(describe_open_items(left, out, character))
    elif entries:
        print(f"every text of {character} is decided")
    return 1 if left else 0


def _ask(arguments: argparse.Namespace, item: ReviewItem, saved: SavedDecision | None, notes: Sequence[str]) -> None:
    """Asks about an open text and saves the answer; raises a KeyboardInterrupt if the user stops."""
    decision = review_at_terminal(item.text, item.before, notes=notes)
    if decision.kind == "stop":
        raise KeyboardInterrupt
    decisions, seen = Decisions(arguments.out, arguments.character), saved.at if saved else ""
    try:
        new = decisions.save(item, decision.kind, decision.text, decision.reason, "someone at the terminal", seen)
        print(describe_decision(item, new, arguments.out, arguments.character))
    except UserError as error:
        print(f"error: {error}")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the tool; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("character", metavar="CHARACTER", help="the character's id")
    parser.add_argument("--out", type=Path, default=Path(OUT), metavar="DIR", help=f"your data folder (default {OUT})")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--page", action="store_true", help="review on a local web page instead of at the terminal")
    way.add_argument("--list", action="store_true", help="list the open texts")
    parser.add_argument("--port", type=int, default=7862, metavar="N", help="port of the page (default 7862; 0: any free one)")
    return run_tool(work, parser, argv)


if __name__ == "__main__":
    sys.exit(main())
