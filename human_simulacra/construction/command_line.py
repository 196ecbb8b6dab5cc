"""Command-line options that several tools share, and how a tool runs and reports errors."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache, RetryPolicy
from human_simulacra.command_checks import (
    EMBEDDED,
    check_backbone,
    check_data_folder,
    check_output_folder,
    is_model_name,
    whole_number,
)
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.review.terminal_review import ReviewStopped
from human_simulacra.construction.structured_writing import CONCURRENCY, Writer
from human_simulacra.construction.workspace import MAKING
from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir
from human_simulacra.redacted_output import redacted_output

OUT, NO_JUDGE = "my_characters", "none"
# Tokens that the longest text of these tools takes, and the least with which they work: a config made for answers may give fewer.
ROOMY, LEAST_TOKENS = 2000, 1000


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of all construction tools: backbone, seed, output folder, resume and dry run."""
    group = parser.add_argument_group("shared options")
    group.add_argument(
        "--model", "--backbone", dest="backbone", metavar="MODEL", default=EMBEDDED,
        help="openai/NAME, azure/DEPLOYMENT, hf/NAME, vllm/NAME, gguf/PATH or CONFIG.py[:NAME] (default: the embedded model)",
    )  # fmt: skip
    group.add_argument(
        "--judge", metavar="CONFIG.py",
        help="model that judges the texts, named as --model is, or none (default: the model itself)",
    )  # fmt: skip
    group.add_argument(
        "--concurrency", type=whole_number, metavar="N",
        help=f"texts in progress and calls of a model at once (default: `max_workers` of its config, otherwise {CONCURRENCY})",
    )  # fmt: skip
    group.add_argument("--seed", type=int, default=0, metavar="N", help="random seed (default 0)")
    group.add_argument("--out", type=Path, default=Path(OUT), metavar="DIR", help=f"your data folder (default {OUT})")
    group.add_argument("--resume", action="store_true", help="continue an interrupted run")
    group.add_argument("--dry-run", action="store_true", help="print the prompts and a cost estimate without calling a model")


@redacted_output
def run_tool(
    work: Callable[[argparse.Namespace], int], parser: argparse.ArgumentParser, argv: Sequence[str] | None = None
) -> int:
    """Parses the command line and runs a tool.

    Returns:
        The exit status: that of `work`, 2 for a user error or a failed backbone, 130 if interrupted or stopped in a review.
    """
    arguments, begun = parser.parse_args(argv), time.time()
    try:
        check_backbone(getattr(arguments, "backbone", None))
        if getattr(arguments, "judge", None) != NO_JUDGE:
            check_backbone(getattr(arguments, "judge", None), "--judge")
        check_output_folder(getattr(arguments, "out", Path(OUT)), "--out")
        check_data_folder(getattr(arguments, "data", None))
        return work(arguments)
    except (UserError, BackboneError) as error:
        sys.stdout.flush()
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, ReviewStopped):
        progress = (arguments.out / MAKING).rglob("*.json*") if hasattr(arguments, "resume") else ()
        saved = any(path.stat().st_mtime >= begun for path in progress)
        print(f"\nstopped; {'continue with the same command and --resume' if saved else 'repeat the command'}", file=sys.stderr)
        return 130


def format_command(arguments: argparse.Namespace, tool: str, *given: object) -> str:
    """Returns the command line of a tool, such as `build_memories`, with the same data folder, backbone, judge and seed.

    `given` is the character and further options. `--data` is left out: the character has been copied to `--out` by then.
    """
    parts = ["python", f"tools/{tool}.py", *given, "--out", arguments.out]
    if arguments.backbone != EMBEDDED:
        parts += ["--model", arguments.backbone]
    for name in ("judge", "seed"):
        if value := getattr(arguments, name):
            parts += [f"--{name}", value]
    return shlex.join(map(str, parts))


def open_writer(arguments: argparse.Namespace) -> Writer:
    """Returns a writer with the model of `--model` and the judge of `--judge` behind the call cache, or a `DryRun`.

    Raises a UserError if a model's config cannot be used.
    """
    # OpenCompass takes seconds to import, and errors of the tool itself should not wait for it.
    from human_simulacra.plugin.chat_backbone_loader import read_model_config
    from human_simulacra.plugin.llm_config import context_tokens, fingerprint

    llm, _ = read_model_config(arguments.backbone)
    context = context_tokens(llm)
    # The embedded model's limit is that of an answer; a text may take what its context holds.
    given = None if arguments.backbone == EMBEDDED or is_model_name(arguments.backbone) else llm.get("max_out_len")
    longest = max(given, LEAST_TOKENS) if given else None
    if arguments.dry_run:
        return DryRun(llm.get("price"), context, fingerprint(llm), longest, judged=arguments.judge != NO_JUDGE)
    if given and given < ROOMY:
        print(
            f"note: max_out_len {given} in the model's config bounds a text, to {longest} tokens: {ROOMY} or more make fewer "
            "and longer ones"
        )
    cache = CallCache(cache_dir() / "calls.sqlite")
    backbone, concurrency = _open_backbone(arguments.backbone, arguments.concurrency, cache)
    judge = None
    if arguments.judge != NO_JUDGE:
        other = arguments.judge and arguments.judge != arguments.backbone
        judging = _open_backbone(arguments.judge, arguments.concurrency, cache)[0] if other else backbone
        judge = TextJudge(judging, arguments.seed or 0)
    return Writer(backbone, arguments.seed or 0, context_tokens=context, longest=longest, judge=judge, concurrency=concurrency)


def _open_backbone(config: str, concurrency: int | None, cache: CallCache) -> tuple[CachedBackbone, int]:
    """Returns a backbone behind the call cache, and how many of its calls are made at once."""
    from human_simulacra.plugin.chat_backbone_loader import load_chat_backbone, read_model_config

    at_once: int = concurrency or read_model_config(config)[0].get("max_workers") or CONCURRENCY
    # These tools run unattended, so a busy server is given more time than in a conversation.
    loaded = load_chat_backbone(config, RetryPolicy(), empty_is_answer=True, concurrency=at_once)
    return CachedBackbone(loaded.backbone, cache), at_once
