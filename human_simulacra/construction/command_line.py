"""Command-line options that several tools share, and how a tool runs and reports errors."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache, RetryPolicy
from human_simulacra.command_checks import EMBEDDED, check_backbone, check_data_folder, check_output_folder
from human_simulacra.construction.biography import BiographyOptions
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.profiles.constraints import Constraints, parse_constraints, parse_settings, read_profile
from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir
from human_simulacra.redacted_output import redacted_output

OUT = "my_characters"
SHOWN_CANDIDATES = 10


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of all construction tools: backbone, seed, output folder, resume and dry run."""
    group = parser.add_argument_group("shared options")
    group.add_argument(
        "--backbone", metavar="CONFIG.py", default=EMBEDDED,
        help="file that defines an OpenCompass model config, FILE.py:NAME if it defines several (default: the embedded model)",
    )  # fmt: skip
    group.add_argument("--seed", type=int, default=0, metavar="N", help="random seed (default 0)")
    group.add_argument("--out", type=Path, default=Path(OUT), metavar="DIR", help=f"your data folder (default {OUT})")
    group.add_argument("--resume", action="store_true", help="continue an interrupted run")
    group.add_argument("--dry-run", action="store_true", help="print the prompts and a cost estimate without calling a model")


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
        "--form", choices=("whole", "parts"),
        help="request the biography as a whole, or one part per group of attributes (default: parts with the embedded model)",
    )  # fmt: skip
    parser.add_argument("--words", type=int, default=450, metavar="N", help="maximum length of the biography (default 450)")
    parser.add_argument("--no-judge", action="store_true", help="skip the check of the biography by the backbone itself")


def read_biography_options(arguments: argparse.Namespace) -> BiographyOptions:
    """Reads the options of `add_biography_options`.

    Raises:
        UserError: If the number of words is out of range.
    """
    form = arguments.form or ("parts" if arguments.backbone == EMBEDDED else "whole")
    return BiographyOptions(form, arguments.words, not arguments.no_judge)


@redacted_output
def run_tool(
    work: Callable[[argparse.Namespace], int], parser: argparse.ArgumentParser, argv: Sequence[str] | None = None
) -> int:
    """Parses the command line and runs a tool.

    Returns:
        The exit status: that of `work`, 2 for a user error or a backbone that failed, 130 if interrupted.
    """
    arguments = parser.parse_args(argv)
    try:
        check_backbone(getattr(arguments, "backbone", None))
        check_output_folder(getattr(arguments, "out", Path(OUT)), "--out")
        check_data_folder(getattr(arguments, "data", None))
        return work(arguments)
    except (UserError, BackboneError) as error:
        sys.stdout.flush()
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; continue with the same command and --resume", file=sys.stderr)
        return 130


def format_command(arguments: argparse.Namespace, tool: str, *given: object) -> str:
    """Returns the command line of a tool, such as `build_memories`, with the same data folder, backbone and seed.

    `given` is the character and further options. `--data` is left out: the character has been copied to `--out` by then.
    """
    parts = ["python", f"tools/{tool}.py", *given, "--out", arguments.out]
    if arguments.backbone != EMBEDDED:
        parts += ["--backbone", arguments.backbone]
    if arguments.seed:
        parts += ["--seed", arguments.seed]
    return shlex.join(map(str, parts))


def open_writer(arguments: argparse.Namespace) -> Writer:
    """Returns a writer with the backbone of `--backbone` behind the call cache, or a `DryRun`.

    Raises:
        UserError: If the backbone's config cannot be used.
    """
    # OpenCompass takes seconds to import, and errors of the tool itself should not wait for it.
    from human_simulacra.plugin.chat_backbone_loader import load_chat_backbone, read_model_config
    from human_simulacra.plugin.llm_config import context_tokens, fingerprint

    llm, _ = read_model_config(arguments.backbone)
    context = context_tokens(llm)
    if arguments.dry_run:
        return DryRun(llm.get("price"), context, fingerprint(llm))
    # These tools run unattended, so a busy server is given more time than in a conversation.
    backbone = load_chat_backbone(arguments.backbone, RetryPolicy(), empty_is_answer=True).backbone
    cached = CachedBackbone(backbone, CallCache(cache_dir() / "calls.sqlite"))
    return Writer(cached, arguments.seed, context_tokens=context)
