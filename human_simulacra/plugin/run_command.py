"""`python run.py CONFIG ...`: validates the config, runs it with OpenCompass, and says what the run lacks."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.plugin.run_arguments import OVERRIDES, add_overrides, check_run_arguments
from human_simulacra.redacted_output import redacted_output

_NOISE = ("SlurmRunner is not used", "Default to dump eval details", "Reusing experiements")


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
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("config", nargs="?", help="the config, such as configs/eval_human_simulacra.py")
    parser.add_argument("-w", "--work-dir", help="folder of the runs (default: that of the config)")
    parser.add_argument("-r", "--reuse", nargs="?", const="latest", help="resume a run (default: the latest)")
    parser.add_argument("-m", "--mode", default="all", help="all; infer, eval or viz for answers, scores or tables alone")
    parser.add_argument("-h", "--help", action="store_true", help="list OpenCompass's options")
    parser.add_argument("--dry-run", action="store_true", help="check the config and print its tasks, and run none")
    add_overrides(parser)
    known, rest = parser.parse_known_args(arguments)
    if known.help:
        return _opencompass(["--help"])
    resume = ""
    try:
        check_run_arguments(known, rest)
        print("loading OpenCompass ...", file=sys.stderr, flush=True)
        from human_simulacra.plugin.config_checks import check_run, load_config
        from human_simulacra.plugin.config_overrides import write_overridden
        from human_simulacra.plugin.model_probe import probe_models
        from human_simulacra.plugin.partition_checks import forget_dataset_sizes
        from human_simulacra.plugin.resuming import prepare_resume
        from human_simulacra.plugin.run_completeness import find_problems
        from human_simulacra.plugin.run_description import record_session_start
        from human_simulacra.plugin.run_identity import identify_config
        from human_simulacra.plugin.run_ownership import claim_run

        config = load_config(known.config)
        work_dir = Path(known.work_dir or config.get("work_dir") or "outputs/default")
        if any(getattr(known, name) is not None for name in OVERRIDES):
            known.config = write_overridden(config, known, work_dir)
            config = load_config(known.config)
        loaded = check_run(config, known.config, work_dir)
        if agree is not None and not known.reuse:
            agree(config, loaded)
        with claim_run(work_dir, known.reuse, identify_config(config), known.dry_run) as folder:
            if outcome is not None:
                outcome.folder = folder
            if not known.dry_run:
                forget_dataset_sizes(config)
                if known.reuse:
                    prepare_resume(config, folder, known.mode)
                else:  # a run that is resumed may need no model any more
                    probe_models(config, known.mode)
                if known.mode != "viz":
                    record_session_start(folder, known.mode)
            mode = ["-m", known.mode] if known.mode in ("infer", "viz") else []
            resume = " ".join(["python run.py", known.config, "-w", str(work_dir), "-r", folder.name, *mode])
            dry = ["--dry-run"] if known.dry_run else []
            arguments = [known.config, "-w", str(work_dir), "-r", folder.name, "-m", known.mode, *dry, *rest]
            status, failure = _run_opencompass(arguments, folder)
            if known.dry_run or (status and not failure):
                return status
            problems = find_problems(config, folder, known.mode, failure)
    except UserError as error:
        if outcome is not None:
            raise
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nstopped; finished rows are saved, resume with: {resume or 'the same command'}", file=sys.stderr)
        return 130
    if outcome is not None:
        outcome.problems = tuple(map(str, problems))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems or status:
        print(f"the run is not complete; resume with: {resume}", file=sys.stderr)
    return 1 if problems or status else 0


def _run_opencompass(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Runs OpenCompass; returns its exit status, and what ended it as one line if that was an unexpected exception."""
    from human_simulacra.plugin.output_redaction import redact_outputs
    from human_simulacra.plugin.task_failures import describe_error, write_failure

    try:
        return _opencompass(arguments), ""
    except UserError:
        raise
    except Exception as error:
        failure, path = describe_error(error), folder / "logs" / "failure.txt"
        write_failure(path, error)
        print(f"error: the run stopped early: {failure}; see {path}", file=sys.stderr)
        return 1, failure
    finally:
        redact_outputs(folder)


def _opencompass(arguments: list[str]) -> int:
    """Calls OpenCompass's command line in this process, without its irrelevant messages and with secrets redacted."""
    import datasets
    from opencompass.cli.main import main as opencompass_main
    from opencompass.utils import get_logger

    from human_simulacra.secret_redaction import redact

    class NoiseFilter(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            record.msg, record.args = redact(record.getMessage()), ()
            return not record.msg.startswith(_NOISE)

    datasets.disable_progress_bars()
    get_logger().addFilter(NoiseFilter())
    before, sys.argv = sys.argv, ["run.py", *arguments]
    try:
        opencompass_main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        sys.argv = before
    return 0
