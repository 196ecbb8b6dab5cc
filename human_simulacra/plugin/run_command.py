"""`python run.py CONFIG ...`: validates the config, runs it with OpenCompass, and reports rows without an answer."""

from __future__ import annotations

import argparse
import logging
import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.plugin.run_arguments import check_run_arguments

_STAMP = re.compile(r"\d{8}_\d{6}")
_NOISE = ("SlurmRunner is not used", "Default to dump eval details", "Reusing experiements")


def main(argv: list[str] | None = None) -> int:
    """Runs a config, with the arguments of OpenCompass's own command.

    Args:
        argv: Command-line arguments; None for the process's own.

    Returns:
        The exit status: 0 if every row was answered, 1 if some are missing, 2 for a user error, 130 if interrupted.
    """
    arguments = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("config", nargs="?")
    parser.add_argument("-w", "--work-dir")
    parser.add_argument("-r", "--reuse", nargs="?", const="latest")
    parser.add_argument("-m", "--mode", default="all")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    known, rest = parser.parse_known_args(arguments)
    if known.help:
        return _opencompass(["--help"])
    resume = ""
    try:
        check_run_arguments(known, rest)
        print("loading OpenCompass ...", file=sys.stderr, flush=True)
        from human_simulacra.plugin.config_checks import check_run, load_config
        from human_simulacra.plugin.run_completeness import find_missing, prepare_resume
        from human_simulacra.plugin.run_description import record_session_start

        config = load_config(known.config)
        work_dir = Path(known.work_dir or config.get("work_dir") or "outputs/default")
        check_run(config, known.config, work_dir)
        stamp = _stamp(known.reuse, work_dir)
        folder = work_dir / stamp
        if known.reuse and not known.dry_run and known.mode in ("all", "infer"):
            prepare_resume(config, folder)
        if not known.dry_run and known.mode != "viz":
            record_session_start(folder, known.mode)
        resume = f"python run.py {known.config} -w {work_dir} -r {stamp}"
        dry = ["--dry-run"] if known.dry_run else []
        status = _opencompass([known.config, "-w", str(work_dir), "-r", stamp, "-m", known.mode, *dry, *rest])
        if status or known.dry_run or known.mode == "viz":
            return status
        missing = find_missing(config, folder)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nstopped; finished rows are saved, resume with: {resume or 'the same command'}", file=sys.stderr)
        return 130
    for part in missing:
        print(f"{part.name}: {part.missing} of {part.total} {part.unit} are missing ({part.error})", file=sys.stderr)
    if missing:
        print(f"{sum(part.missing for part in missing)} missing in total; resume with: {resume}", file=sys.stderr)
    return 1 if missing else 0


def _stamp(reuse: str | None, work_dir: Path) -> str:
    """Returns the name of the run's folder: a new one's, the latest run's, or the given one; raises a UserError."""
    if reuse is None:
        return _make_folder(work_dir)
    runs = sorted(p.name for p in work_dir.iterdir() if _STAMP.fullmatch(p.name)) if work_dir.is_dir() else []
    if reuse == "latest" and runs:
        return runs[-1]
    if reuse not in runs:
        raise UserError(f"there is no run '{reuse}' in {work_dir} to resume: its runs are {', '.join(runs) or 'none'}")
    return reuse


def _make_folder(work_dir: Path) -> str:
    """Makes the folder of a new run and returns its name: the time, or the next second that no other run took.

    Raises:
        UserError: If the folder cannot be made.
    """
    moment = datetime.now()
    while True:
        stamp = moment.strftime("%Y%m%d_%H%M%S")
        try:
            (work_dir / stamp).mkdir(parents=True)
            return stamp
        except FileExistsError:
            moment += timedelta(seconds=1)
        except OSError as error:
            raise UserError(f"the run's folder cannot be made ({error}): choose another with -w") from None


def _opencompass(arguments: list[str]) -> int:
    """Calls OpenCompass's command line in this process, without its irrelevant messages and with secrets redacted."""
    import datasets
    from opencompass.cli.main import main as opencompass_main
    from opencompass.utils import get_logger

    from human_simulacra.plugin.secret_redaction import redact

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
