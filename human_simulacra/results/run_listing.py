"""Which runs a folder holds, finished or not, and which process still runs in one of them."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from human_simulacra.errors import UserError
from human_simulacra.results.run_folder import read_json
from human_simulacra.results.run_location import DESCRIPTION, RECORD, STAMP

LOCK = "run.lock"
_OF_A_RUN = {"configs", "predictions", "results"}  # subfolders that a run of an earlier version has from its start


def list_run_folders(folder: Path) -> list[Path]:
    """Returns the folders of all runs at or below a folder, finished or not, sorted. Hidden folders and links are skipped."""
    found = []
    for here, folders, files in os.walk(folder):
        path = Path(here)
        begun = RECORD in files or (STAMP.fullmatch(path.name) and not _OF_A_RUN.isdisjoint(folders))
        if begun or (path / DESCRIPTION).is_file():
            found.append(path)
            folders.clear()
        folders[:] = [name for name in folders if not name.startswith(".")]
    return sorted(found)


def read_record(folder: Path) -> dict[str, Any]:
    """Returns what a run recorded when it began (`run_record.json`); empty if it is missing or not valid."""
    try:
        record = read_json(folder / RECORD)
    except (UserError, OSError):
        return {}
    return record if isinstance(record, dict) else {}


def is_running(folder: Path) -> bool:
    """Returns whether a process of this machine still runs in a run's folder."""
    record = read_record(folder)
    if record.get("host") != platform.node() or not (folder / LOCK).is_file() or not _is_alive(record.get("pid")):
        return False
    # The lock is tried only while such a process exists, since a run that starts meanwhile would be refused.
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False  # the process has the number that a process of the run had
    except Timeout:
        return True
    except OSError:
        return False


def _is_alive(process: Any) -> bool:
    if os.name != "posix":  # where signal 0 would end the process
        return True
    try:
        os.kill(int(process), 0)
    except PermissionError:
        return True
    except (OSError, TypeError, ValueError, OverflowError):
        return False
    return True
