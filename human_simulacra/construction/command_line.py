"""The options that all tools which make characters share, and how such a tool runs and ends."""

from __future__ import annotations

import argparse
import math
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache, RetryPolicy
from human_simulacra.construction.checked_writer import DryRun, Writer
from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir

OUT = "my_characters"
EMBEDDED = "embedded"


def add_shared_options(parser: argparse.ArgumentParser, *, out: str = OUT) -> None:
    """Adds the shared options.

    Args:
        parser: A tool's parser.
        out: The default data folder.
    """
    group = parser.add_argument_group("shared options")
    group.add_argument(
        "--backbone",
        metavar="CONFIG.py",
        default=EMBEDDED,
        help="file that defines an OpenCompass model config, FILE.py:NAME where it defines several (default: the embedded model)",
    )
    group.add_argument("--seed", type=int, default=0, metavar="N", help="seed of everything that is drawn (default 0)")
    group.add_argument("--out", type=Path, default=Path(out), metavar="DIR", help=f"your data folder (default {out})")
    group.add_argument("--resume", action="store_true", help="go on where an earlier run stopped")
    group.add_argument("--dry-run", action="store_true", help="print prompts and an estimate of what they take, call nothing")


def run_tool(
    work: Callable[[argparse.Namespace], int], parser: argparse.ArgumentParser, argv: Sequence[str] | None = None
) -> int:
    """Parses the command line and works.

    Returns:
        What `work` returns; 2 for a mistake in what was given or a backbone that failed, 130 if stopped.
    """
    arguments = parser.parse_args(argv)
    try:
        return work(arguments)
    except (UserError, BackboneError) as error:
        sys.stdout.flush()
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; the same command with --resume goes on", file=sys.stderr)
        return 130


def format_command(arguments: argparse.Namespace, tool: str, *given: object) -> str:
    """Returns the command line of a tool that goes on with the same data folder, backbone and seed.

    `--data` is left out: what a tool was given there lies in `--out` from then on.

    Args:
        arguments: What the tool that tells the user was called with.
        tool: The tool's name, for instance `build_memories`.
        given: What else stands in the line: the character, further options.
    """
    parts = ["python", f"tools/{tool}.py", *given, "--out", arguments.out]
    if arguments.backbone != EMBEDDED:
        parts += ["--backbone", arguments.backbone]
    if arguments.seed:
        parts += ["--seed", arguments.seed]
    return shlex.join(map(str, parts))


def open_writer(arguments: argparse.Namespace) -> Writer:
    """Returns who writes: the backbone that `--backbone` names behind the call cache, or a `DryRun`.

    Raises:
        UserError: If the backbone's config cannot be used.
    """
    # OpenCompass takes seconds to import, and the tools' own errors need not wait for it.
    from human_simulacra.plugin.chat_backbone import chat_backbone, model_config
    from human_simulacra.plugin.llm_config import context_of, fingerprint

    llm, where = model_config(arguments.backbone)
    context = context_of(llm)
    if arguments.dry_run:
        return DryRun(_price(llm, where), context, fingerprint(llm))
    # Nobody waits beside these tools: a server that is busy is given more time than in a conversation.
    backbone = chat_backbone(arguments.backbone, RetryPolicy(), empty_is_answer=True).backbone
    cached = CachedBackbone(backbone, CallCache(cache_dir() / "calls.sqlite"))
    return Writer(cached, arguments.seed, context_tokens=context)


def _price(llm: Mapping[str, Any], where: str) -> Mapping[str, float] | None:
    price = llm.get("price")
    if price is None:
        return None
    money = [price.get(key) for key in ("input", "output")] if isinstance(price, Mapping) else [None]
    if not all(isinstance(value, int | float) and 0 <= value < math.inf for value in money):
        raise UserError(
            f"{where}: price must be money for a million tokens, for instance dict(input=0.15, output=0.6), not {price!r}"
        )
    return price
