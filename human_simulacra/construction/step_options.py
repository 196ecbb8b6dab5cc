"""Options of steps that two tools share: those of the profile, the biography, and the length of the life story."""

from __future__ import annotations

import argparse
from pathlib import Path

from human_simulacra.command_checks import EMBEDDED
from human_simulacra.construction.biography_generation import BiographyOptions
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.profiles.constraints import Constraints, parse_constraints, parse_settings, read_profile
from human_simulacra.construction.story.story_options import STORY_WORDS
from human_simulacra.errors import UserError, located

SHOWN_CANDIDATES = 10
BIOGRAPHY_WORDS, EMBEDDED_WORDS = 450, 120


def add_profile_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that constrain the profile."""
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="fix an attribute (occupation='bus driver'), restrict it (age=30-40, gender='female|male') or list its values "
        "(hobbies='chess, rowing', functions='Ne, Fi'); repeatable",
    )  # fmt: skip
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help=".json or .jsonl profile; --set overrides it")
    parser.add_argument("--locale", default="en_GB", help="Faker locale of the names (default en_GB)")
    parser.add_argument("--count", type=int, default=100, metavar="N", help="candidates to sample (default 100, as in the paper)")


def read_profile_options(arguments: argparse.Namespace, pools: Pools) -> Constraints:
    """Reads the options of `add_profile_options`; raises a UserError if one has an invalid value."""
    if arguments.count < 1:
        raise UserError(f"--count {arguments.count} is no number of candidates: give 1 or more")
    given, read = parse_settings(arguments.set), read_profile(arguments.source) if arguments.source else {}
    kept = {key: value for key, value in read.items() if key not in given}
    with located(arguments.source):
        parse_constraints(kept, pools)
    return parse_constraints(kept | given, pools)


def add_biography_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of biography generation."""
    parser.add_argument(
        "--words", type=int, metavar="N",
        help=f"length of the biography (default {BIOGRAPHY_WORDS}, {EMBEDDED_WORDS} with the embedded model)",
    )  # fmt: skip


def read_biography_options(arguments: argparse.Namespace) -> BiographyOptions:
    """Reads the options of `add_biography_options`; raises a UserError if the number of words is out of range."""
    usual = EMBEDDED_WORDS if arguments.backbone == EMBEDDED else BIOGRAPHY_WORDS
    return BiographyOptions(usual if arguments.words is None else arguments.words)


def add_plan_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that determine how long a life story becomes."""
    parser.add_argument(
        "--iterations", type=int, metavar="N", help="expansions of paragraphs in all, with --continue further ones (default 50)"
    )
    parser.add_argument(
        "--plan", choices=("outline", "none"),
        help="outline: plan chapters and write them first (default); none: let the biography grow, as in the paper (default with "
        "the embedded model)",
    )  # fmt: skip
    parser.add_argument(
        "--story-words", type=int, metavar="N", help=f"words of the whole story, with an outline (default {STORY_WORDS})"
    )
