"""Options of the steps of making a character: profile, biography and life story."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from human_simulacra.command_checks import EMBEDDED
from human_simulacra.construction.biography import BiographyOptions
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.profiles.constraints import Constraints, parse_constraints, parse_settings, read_profile
from human_simulacra.construction.story import StoryOptions
from human_simulacra.construction.story.checkpoints import read_story_settings
from human_simulacra.construction.story.story_options import SETTINGS, STORY_WORDS
from human_simulacra.errors import UserError

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
    """Reads the options of `add_profile_options`.

    Raises:
        UserError: If an option has an invalid value.
    """
    if arguments.count < 1:
        raise UserError(f"--count {arguments.count} is no number of candidates: give 1 or more")
    settings = (read_profile(arguments.source) if arguments.source else {}) | parse_settings(arguments.set)
    return parse_constraints(settings, pools)


def add_biography_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of biography generation."""
    parser.add_argument(
        "--words", type=int, metavar="N",
        help=f"length of the biography (default {BIOGRAPHY_WORDS}, {EMBEDDED_WORDS} with the embedded model)",
    )  # fmt: skip


def read_biography_options(arguments: argparse.Namespace) -> BiographyOptions:
    """Reads the options of `add_biography_options`.

    Raises:
        UserError: If the number of words is out of range.
    """
    usual = EMBEDDED_WORDS if arguments.backbone == EMBEDDED else BIOGRAPHY_WORDS
    return BiographyOptions(usual if arguments.words is None else arguments.words)


def number(kind: Callable[[str], float], count: int) -> Callable[[str], tuple[float, ...]]:
    """Returns a parser of `count` numbers separated by commas."""

    def read(text: str) -> tuple[float, ...]:
        values = tuple(kind(part) for part in text.split(","))
        if len(values) != count:
            raise argparse.ArgumentTypeError(f"give {count} numbers with commas between them, not '{text}'")
        return values

    return read


def review_interval(text: str) -> int | None:
    """Reads `--review`: `ask`, `none` or a number of iterations."""
    if text == "none":
        return None
    if text in ("ask", "ten"):
        return StoryOptions().review_every
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"give ask, none or a number of iterations, not '{text}'")
    return int(text)


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


def add_story_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a life story."""
    add_plan_options(parser)
    parser.add_argument(
        "--review", type=review_interval, default=StoryOptions().review_every, metavar="ask|none|N",
        help="ask: you review every ten iterations (default); N: every N iterations; none: accept what passes the checks",
    )  # fmt: skip
    story = parser.add_argument_group("story parameters", "a resumed or extended story keeps those that it was started with")
    story.add_argument(
        "--weights", type=number(float, 3), metavar="I,E,R",
        help="weights of importance, elaborateness and redundancy (default 80,100,120)",
    )  # fmt: skip
    story.add_argument("--threshold", type=float, metavar="SCORE", help="stop when no paragraph scores as much (default 50)")
    story.add_argument("--top", type=int, metavar="N", help="number of best paragraphs to draw from (default 5)")
    story.add_argument(
        "--top-share",
        type=float,
        metavar="SHARE",
        help="share to draw from if there are more than 20 paragraphs (default 0.1)",
    )
    story.add_argument(
        "--window", type=int, metavar="N",
        help="unabridged paragraphs around a passage if the story exceeds the backbone's context (default 5)",
    )  # fmt: skip
    story.add_argument("--words", type=int, metavar="N", help="maximum length of an expanded passage (default 250)")


def read_story_options(arguments: argparse.Namespace) -> StoryOptions:
    """Reads the story parameters: as given, else as the story was started, else the defaults."""
    resume = arguments.resume or arguments.resume_at is not None
    begun = read_story_settings(arguments.out, arguments.character, arguments.resume_at) if resume or arguments.extend else {}
    if not begun and arguments.plan is None:
        arguments.plan = "none" if arguments.backbone == EMBEDDED else "outline"
    given = {name: value for name in SETTINGS if (value := getattr(arguments, name)) is not None}
    return StoryOptions(
        iterations=arguments.iterations,
        review_every=arguments.review or StoryOptions().review_every,
        resume=resume,
        resume_at=arguments.resume_at,
        extend=arguments.extend,
        **(begun | given),
    )
