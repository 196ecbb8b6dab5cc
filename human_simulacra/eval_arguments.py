"""The arguments of `human-simulacra eval` and `human-simulacra list`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from human_simulacra.command_checks import (
    LIMIT_MEANING,
    amount,
    check_backbone,
    check_config_target,
    check_data_folder,
    check_output_folder,
    whole_number,
)

if TYPE_CHECKING:
    from human_simulacra.plugin.run_command import RunOutcome

METHODS = "none,prompt,rag,macm,shuffled"
LISTS = ("characters", "experiments", "methods", "models", "runs")


def add_eval(commands: Any) -> None:
    """Adds the command that evaluates a model.

    Args:
        commands: The subparsers of the console script.
    """
    parser = commands.add_parser(
        "eval",
        help="evaluate a model",
        description="Evaluate a model. `human-simulacra list` shows experiments, methods, characters and forms of MODEL.",
    )
    add = parser.add_argument
    add(
        "--model",
        required=True,
        metavar="MODEL",
        help="openai/NAME, azure/DEPLOYMENT, hf/NAME, vllm/NAME, gguf/PATH, embedded, CONFIG.py[:NAME]",
    )
    add(
        "--base-url",
        metavar="URL",
        help="address of an OpenAI-compatible server, or several with commas (default: OPENAI_BASE_URL, else OpenAI)",
    )
    add("--agent-model", metavar="MODEL", help="another model for the inner agents of macm")
    add("--judge", metavar="MODEL", action="append", help="a model that judges answers; repeat for several")
    add("--method", default=METHODS, metavar="LIST", help=f"methods to compare, with commas (default: {METHODS})")
    add("--experiment", default="self_report", metavar="LIST", help="experiments, with commas, or all (default: self_report)")
    add(
        "--character",
        metavar="LIST",
        help="names or ids of characters, or beginnings, with commas (default: the sample)",
    )
    add("--sample", default="quick", metavar="NAME", help="quick (three characters), life, core or all (default: quick)")
    add("--limit", type=whole_number, metavar="N", help=LIMIT_MEANING)
    add("--runs", type=whole_number, metavar="N", help="how often each question is asked, at a temperature above 0")
    add("--concurrency", type=whole_number, metavar="N", help="concurrent calls (default: 8)")
    add("--data", metavar="FOLDER", help="data folder with the characters (default: the dataset package)")
    add("--max-cost", type=amount, metavar="MONEY", help="ask, or refuse without a terminal, if more is expected; needs a price")
    add("-T", "--set", action="append", metavar="KEY=VALUE", help="another key of a simulacrum, or llm.KEY of its model; repeat")
    add("--work-dir", default="outputs/eval", metavar="FOLDER", help="folder of the runs (default: outputs/eval)")
    add(
        "--resume",
        nargs="?",
        const="latest",
        metavar="RUN",
        help="resume a run with the same arguments: its name, or the path of its folder (default: the latest)",
    )
    add("--quiet", action="store_true", help="print problems, the verdict, the last table and the report's path only")
    add("--wide", action="store_true", help="print all tables, however wide they are")
    add("--write-config", metavar="FILE.py", help="write the OpenCompass config to this file (default: into the folder of runs)")
    parser.set_defaults(run=run_eval)


def add_list(commands: Any) -> None:
    """Adds the command that lists what can be named; arguments as for `add_eval`."""
    parser = commands.add_parser("list", help="list characters, experiments, methods, models or runs", description="List names.")
    parser.add_argument("what", nargs="?", choices=LISTS, help="what to list (default: everything but runs)")
    parser.add_argument("--data", metavar="FOLDER", help="data folder with the characters (default: the dataset package)")
    parser.add_argument("--work-dir", default="outputs", metavar="FOLDER", help="where to look for runs (default: outputs)")
    parser.set_defaults(run=_list)


def run_eval(arguments: argparse.Namespace, outcome: RunOutcome | None = None) -> int:
    """Checks the arguments of `add_eval` and evaluates a model; see `eval_command.evaluate` for arguments and errors."""
    from human_simulacra.plugin.eval_command import evaluate

    check_data_folder(arguments.data)
    for given in filter(None, [arguments.model, arguments.agent_model, *(arguments.judge or ())]):
        if isinstance(given, str) and given.partition(":")[0].endswith(".py"):
            check_backbone(given)
    check_output_folder(Path(arguments.work_dir), "--work-dir")
    if arguments.write_config:
        check_config_target(Path(arguments.write_config), "--write-config")
    return evaluate(arguments, outcome)


def _list(arguments: argparse.Namespace) -> int:
    from human_simulacra.listing import list_names

    print("\n".join(list_names(arguments.what, arguments.data, arguments.work_dir)))
    return 0
