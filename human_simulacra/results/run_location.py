"""Where a run lies: in a folder of runs, under the time of its start, or anywhere else under any name, after it was moved."""

from __future__ import annotations

import os
import re
from pathlib import Path

from human_simulacra.errors import UserError

STAMP = re.compile(r"\d{8}_\d{6}")  # the name that a run's folder gets
RECORD, DESCRIPTION = "run_record.json", "summary/run.json"


def find_runs(work_dir: Path, wanted: str) -> list[Path]:
    """Returns the folders of the runs that can be meant.

    Args:
        work_dir: The folder of runs.
        wanted: The name of one of them; the path of the folder of any run, which may have been moved and renamed; or `latest`
            for all in `work_dir`, sorted by name.

    Raises:
        UserError: If there is none.
    """
    found = sorted(work_dir.iterdir()) if work_dir.is_dir() else []
    runs = [path for path in found if STAMP.fullmatch(path.name) and path.is_dir()]
    if wanted == "latest" and runs:
        return runs
    for path in (work_dir / wanted, Path(os.path.abspath(wanted))) if wanted != "latest" else ():
        if path.is_dir() and is_run(path):
            return [path]
    named = "" if wanted == "latest" else f" '{wanted}'"
    mend = f"its runs are {', '.join(path.name for path in runs)}" if runs else "start one without resuming"
    raise UserError(f"there is no run{named} in {work_dir} to resume: {mend}, or give the path of a run's folder")


def is_run(folder: Path) -> bool:
    """Returns whether a folder is that of a run, finished or not."""
    return bool(STAMP.fullmatch(folder.name)) or any((folder / name).is_file() for name in (RECORD, DESCRIPTION))


def resume_command(path: Path, mode: str = "") -> str:
    """Returns the command that resumes the run to whose folder a path leads, wherever the folder is.

    Args:
        path: The folder of a run, or a file in it.
        mode: What to write again, `eval` or `viz`; empty for everything that is missing.
    """
    folder = next((parent for parent in (path, *path.parents) if is_run(parent)), path)
    return f"python run.py CONFIG -r {folder}" + (f" -m {mode}" if mode else "")
