"""`python run.py CONFIG ...`: validates the config, runs it with OpenCompass, and says what the run lacks."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.display.display import Display, current_display
from human_simulacra.errors import UserError
from human_simulacra.messages import tell
from human_simulacra.plugin.opencompass_command import call_opencompass, check_arguments
from human_simulacra.plugin.run_arguments import OVERRIDES, add_display_options, add_overrides, check_run_arguments
from human_simulacra.redacted_output import redacted_output

LOG = Path("logs", "opencompass.log")  # in the run's folder


@dataclass
class RunOutcome:
    """What a caller in this process learns of a run besides its exit status: its folder, once it has one, and what it lacks."""

    folder: Path | None = None
    problems: tuple[str, ...] = ()


@redacted_output
def main(
    argv: list[str] | None = None, agree: Callable[[Any, Any], None] | None = None, outcome: RunOutcome | None = None
) -> int:
    """Runs a config, with the arguments of OpenCompass's own command and those of `run_arguments.OVERRIDES`.

    Args:
        argv: Command-line arguments; None for the process's own.
        agree: Called before a new run makes anything or calls a model, with the config and the rows of its datasets
            (`config_checks.check_run`); it raises a UserError if the run must not be.
        outcome: Filled in on the way, if given; user errors are then raised instead of printed.

    Returns:
        The exit status: 0 if the run is complete, 1 if it lacks something (`run_completeness.find_problems`), 2 for a user
        error, 130 if interrupted.

    Raises:
        UserError: Only with an `outcome`.
    """
    arguments = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser("python run.py", add_help=False, description="Check a config, and run it with OpenCompass.")
    parser.add_argument("config", nargs="?", help="the config, such as configs/eval_human_simulacra.py")
    parser.add_argument("-w", "--work-dir", help="folder of the runs (default: that of the config)")
    parser.add_argument(
        "-r", "--reuse", nargs="?", const="latest", help="resume a run: its name, or the path of its folder (default: the latest)"
    )
    parser.add_argument("-m", "--mode", default="all", help="all; infer, eval or viz for answers, scores or tables alone")
    parser.add_argument("-h", "--help", action="store_true", help="list these options and OpenCompass's")
    parser.add_argument("--dry-run", action="store_true", help="check the config and print its tasks, and run none")
    add_overrides(parser)
    add_display_options(parser)
    known, rest = parser.parse_known_args(arguments)
    if known.help:
        parser.print_help()
        print("\nFurther options are those of OpenCompass's own command:\n", flush=True)
        return call_opencompass(["--help"])
    resume, display = "", Display(quiet=known.quiet, wide=known.wide)
    try:
        with display.opened():
            check_run_arguments(known, rest)
            tell("loading OpenCompass ...")
            from human_simulacra.plugin.config_checks import check_form, check_run
            from human_simulacra.plugin.config_overrides import describe_overrides, override, write_overridden
            from human_simulacra.plugin.config_reading import load_config, read_work_dir
            from human_simulacra.plugin.finished_work import Finished, find_finished, record_finished
            from human_simulacra.plugin.model_probe import probe_models
            from human_simulacra.plugin.partition_checks import forget_dataset_sizes
            from human_simulacra.plugin.resuming import prepare_resume
            from human_simulacra.plugin.run_completeness import find_problems
            from human_simulacra.plugin.run_description import record_session_start
            from human_simulacra.plugin.run_identity import identify_config
            from human_simulacra.plugin.run_ownership import claim_run

            check_arguments([known.config, *rest], parser.format_help())
            config = load_config(known.config)
            work_dir = Path(known.work_dir or read_work_dir(config, known.config) or "outputs/default")
            other = any(getattr(known, name) is not None for name in OVERRIDES)
            if other:
                check_form(config, known.config)
                config = override(config, known)
            loaded = check_run(config, describe_overrides(known), work_dir)
            if agree is not None and not known.reuse:
                agree(config, loaded)
            del loaded  # the rows, which each task loads for itself
            if other:
                known.config = write_overridden(config, known, work_dir)
            identity = identify_config(config)
            with claim_run(work_dir, known.reuse, identity, known.dry_run) as folder:
                if outcome is not None:
                    outcome.folder = folder
                if not known.dry_run:
                    forget_dataset_sizes(config)
                    how = {"quiet": known.quiet, "wide": known.wide, "width": display.result_width}
                    if known.reuse:
                        # OpenCompass's own options may change a model or a dataset.
                        wanted = how if known.mode == "all" else None
                        finished = Finished() if rest else find_finished(config, folder, identity, wanted)
                        if finished.printed:
                            tell(f"{folder} is complete, and nothing that it depends on has changed")
                            for text in finished.printed:
                                display.write_result(text)
                            return 0
                        prepare_resume(config, folder, known.mode, finished)
                    else:  # a run that is resumed may need no model any more
                        probe_models(config, known.mode)
                    if known.mode != "viz":
                        record_session_start(folder, known.mode)
                mode = ["-m", known.mode] if known.mode in ("infer", "viz") else []
                resume = " ".join(["python run.py", known.config, "-w", str(folder.parent), "-r", folder.name, *mode])
                dry = ["--dry-run"] if known.dry_run else []
                arguments = [known.config, "-w", str(folder.parent), "-r", folder.name, "-m", known.mode, *dry, *rest]
                _tell_of_other_processes(config, folder, known.mode)
                earlier = _stock_summaries(folder)
                status, failure = _run_opencompass(arguments, folder, None if known.dry_run else folder / LOG, known.mode)
                for path in sorted(_stock_summaries(folder) - earlier):
                    display.write_result(_stock_table(path))
                if known.dry_run or (status and not failure):
                    return status
                problems = find_problems(config, folder, known.mode, failure)
                if known.mode in ("all", "eval") and not rest:
                    lacking = {problem.name for problem in problems}
                    every = [(m["abbr"], d["abbr"]) for m in config["models"] for d in config["datasets"]]
                    whole = [pair for pair in every if "/".join(pair) not in lacking]
                    printed = {"how": how, "texts": display.written} if not problems and not status else None
                    record_finished(config, folder, identity, whole, printed)
    except UserError as error:
        if outcome is not None:
            raise
        display.warn(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        print(f"\nstopped; finished rows are saved, resume with: {resume or 'the same command'}", file=sys.stderr)
        return 130
    if outcome is not None:
        outcome.problems = tuple(map(str, problems))
    for problem in problems:
        display.warn(str(problem))
    if problems or status:
        print(f"the run is not complete; resume with: {resume}", file=sys.stderr)
    return 1 if problems or status else 0


def _run_opencompass(arguments: list[str], folder: Path, log: Path | None, mode: str) -> tuple[int, str]:
    """Runs OpenCompass; returns its exit status, and what ended it as one line if that was an unexpected exception."""
    from human_simulacra.plugin.output_redaction import redact_outputs
    from human_simulacra.plugin.summarizer import SCORED_NOW
    from human_simulacra.plugin.task_failures import describe_error, write_failure

    now = SCORED_NOW.set(mode != "viz")
    try:
        return call_opencompass(arguments, log), ""
    except UserError:
        raise
    except Exception as error:
        failure, path = describe_error(error), folder / "logs" / "failure.txt"
        write_failure(path, error)
        (current_display() or Display()).warn(f"error: the run stopped early: {failure}; see {path}")
        return 1, failure
    finally:
        SCORED_NOW.reset(now)
        redact_outputs(folder)


def _stock_summaries(folder: Path) -> set[Path]:
    """Returns the files that OpenCompass's own summarizers wrote, whose printed table went to the log."""
    return set((folder / "summary").glob("summary_*.txt"))


def _stock_table(path: Path) -> str:
    """Returns the table of such a file: what stands between its first line of ^ and the next line of $."""
    return re.split(r"^\^+\n|\n\$+$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]


def _tell_of_other_processes(config: Any, folder: Path, mode: str) -> None:
    """Says where to look while a runner of OpenCompass runs tasks, of whose progress this process knows nothing."""
    from human_simulacra.plugin.config_classes import find_subclass
    from human_simulacra.plugin.llm_config import type_name
    from human_simulacra.plugin.runner import InProcessRunner

    for stage in ("infer", "eval") if mode == "all" else {mode} & {"infer", "eval"}:
        runner = (config.get(stage) or {}).get("runner") or {}
        if runner and not find_subclass(runner, InProcessRunner):
            name = type_name(runner).rsplit(".", 1)[-1]
            tell(f"{name} runs the tasks of '{stage}' in other processes; each writes to {folder / 'logs' / stage}")
