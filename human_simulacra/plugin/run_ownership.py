"""The folder of a run: made, found, locked for one process at a time, and recorded with the config that it began with."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_atomically
from human_simulacra.plugin.run_arguments import check_no_space
from human_simulacra.plugin.run_identity import describe_other_config
from human_simulacra.results.run_folder import read_json
from human_simulacra.results.run_listing import LOCK, RECORD
from human_simulacra.results.run_location import find_runs
from human_simulacra.results.tables import to_json

Identity = Mapping[str, Mapping[str, Any]]


@contextmanager
def claim_run(work_dir: Path, reuse: str | None, identity: Identity, dry_run: bool = False) -> Iterator[Path]:
    """Makes the folder of a new run, or finds that of an earlier one, and keeps it from other processes in a `with` block.

    The lock ends with the process, even if it is killed. The record names the process, the start and the config; a dry run
    leaves none.

    Args:
        work_dir: The folder of all runs.
        reuse: The run to resume, as of `find_runs`, of which `latest` is the one that started last; None for a new run.
        identity: What answers depend on, from `run_identity.identify_config`.
        dry_run: Whether nothing will be run.

    Raises:
        UserError: If there is no such run, another process runs in it, or it began with another config.
    """
    folder = _find_run(work_dir, reuse) if reuse else _make_folder(work_dir)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(f"{folder} is in use by {_describe_holder(folder)}: wait until it ends, or start a new run") from None
    except OSError as error:
        raise UserError(f"{folder} cannot be locked ({error}): make it writable, or choose another folder with -w") from None
    try:
        record = _read_record(folder)
        if difference := describe_other_config(record.get("config") or {}, identity):
            raise UserError(
                f"{folder} began with another config ({difference}): resume it with what it began with, or start a new run, "
                "which repeats no call that is in the call cache"
            )
        if not dry_run:
            _write_record(folder, record, identity, new=reuse is None)
        yield folder
    except UserError:
        if reuse is None:
            _remove_unused(folder)
        raise
    finally:
        lock.release()


def _remove_unused(folder: Path) -> None:
    """Removes the folder of a run that was refused before it began, with the folder of all runs if that was made for it."""
    if {path.name for path in folder.iterdir()} <= {RECORD, LOCK}:
        shutil.rmtree(folder)
        with suppress(OSError):
            folder.parent.rmdir()


def now() -> str:
    """Returns the time in UTC, so that no change of the local clock's offset reverses an order."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def _write_record(folder: Path, record: Mapping[str, Any], identity: Identity, new: bool) -> None:
    process = {"host": platform.node(), "pid": os.getpid(), "since": now()}
    if new:
        # Runs are numbered, since the clock may have been set back since the last one.
        number = 1 + max((_start(other)[0] for other in find_runs(folder.parent, "latest") if other != folder), default=0)
        record = {"number": number, "started": process["since"]}
    content = {**record, **process, "config_hash": digest(identity), "config": identity}
    write_atomically(folder / RECORD, to_json(content))


def _read_record(folder: Path) -> dict[str, Any]:
    """Returns the record of a run, which one of an earlier version lacks; raises a UserError if it is not valid."""
    path = folder / RECORD
    record = {} if not path.is_file() else None
    try:
        record = record if record is not None else read_json(path)
    except (UserError, OSError):
        record = None
    config = record.get("config", {}) if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(config, dict) or not all(isinstance(s, dict) for s in config.values()):
        raise UserError(f"{path} is not valid: delete it if the run has the config that you are resuming it with")
    return record


def _describe_holder(folder: Path) -> str:
    try:
        record = _read_record(folder)
    except UserError:
        record = {}
    if "pid" not in record:
        return "another process"
    return f"process {record['pid']} on host {record.get('host')} since {record.get('since')}"


def _start(folder: Path) -> tuple[int, str, str]:
    """Returns what orders runs by their start: number, time and name. A run without a record is before those with one."""
    try:
        record = _read_record(folder)
    except UserError:
        record = {}
    number = record.get("number")
    return number if isinstance(number, int) else 0, str(record.get("started") or ""), folder.name


def _find_run(work_dir: Path, reuse: str) -> Path:
    """Returns the folder of the run that started last, or of the given one; raises a UserError if there is none."""
    folder = max(find_runs(work_dir, reuse), key=_start)
    check_no_space(folder)
    return folder


def _make_folder(work_dir: Path) -> Path:
    """Makes the folder of a new run, named by the time, or the next second that no other run took.

    Raises:
        UserError: If the folder cannot be made.
    """
    moment = datetime.now()
    while True:
        stamp = moment.strftime("%Y%m%d_%H%M%S")
        try:
            (work_dir / stamp).mkdir(parents=True)
            return work_dir / stamp
        except FileExistsError:
            moment += timedelta(seconds=1)
        except OSError as error:
            raise UserError(f"the run's folder cannot be made ({error}): choose another with -w") from None
