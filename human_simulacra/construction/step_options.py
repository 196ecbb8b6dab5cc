"""Options of the steps that have a tool of their own and are in the whole way as well: who is wanted, and which biography."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from human_simulacra.construction.biography import BiographyOptions
from human_simulacra.construction.command_line import EMBEDDED
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.profiles.constraints import Constraints, parse_constraints, parse_settings, read_profile
from human_simulacra.construction.terminal_review import Decision, review_at_terminal
from human_simulacra.errors import UserError

SHOWN_CANDIDATES = 10  # candidates


def add_profile_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say who is wanted."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="fix an attribute (occupation='bus driver'), narrow it (age=30-40, gender='female|male') or list its values "
        "(hobbies='chess, rowing', functions='Ne, Fi'); repeatable",
    )
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help=".json or .jsonl profile; --set overrules it")
    parser.add_argument("--locale", default="en_GB", help="where names come from, a locale of Faker's (default en_GB)")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="candidates to draw (default 100, as in the paper)")


def read_profile_options(arguments: argparse.Namespace, pools: Pools) -> Constraints:
    """Reads the options of `add_wishes`.

    Raises:
        UserError: If one makes no sense.
    """
    if arguments.count < 1:
        raise UserError(f"--count {arguments.count} is no number of candidates: give 1 or more")
    settings = (read_profile(arguments.source) if arguments.source else {}) | parse_settings(arguments.set)
    return parse_constraints(settings, pools)


def add_biography_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say how a biography is made."""
    parser.add_argument(
        "--form",
        choices=("whole", "parts"),
        help="ask for the biography whole, or for a part each group of attributes (default: parts with the embedded model)",
    )
    parser.add_argument("--words", type=int, default=450, metavar="N", help="most words of the biography (default 450)")
    parser.add_argument("--no-judge", action="store_true", help="leave out the check of the biography by the backbone itself")


def read_biography_options(arguments: argparse.Namespace) -> BiographyOptions:
    """Reads the options of `add_biography`."""
    form = arguments.form or ("parts" if arguments.backbone == EMBEDDED else "whole")
    return BiographyOptions(form, arguments.words, not arguments.no_judge)


def review_biography(text: str, notes: Sequence[str]) -> Decision:
    """Shows a biography to the person at the terminal."""
    return review_at_terminal(text, "", notes=notes)
