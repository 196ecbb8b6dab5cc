"""Files of which a part is damaged: that part is set aside beside the file and told in one line, and the rest is used."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from human_simulacra.files import write_atomically
from human_simulacra.messages import warn

T = TypeVar("T")
# What reading a damaged text, number or nested value raises.
UNREADABLE = (ValueError, RecursionError)


@cache
def warn_once(message: str) -> None:
    """Tells a message once in this process, however many objects use the file."""
    warn(message)


def set_aside(path: Path, companions: tuple[str, ...] = ()) -> Path:
    """Renames a file or folder to the first free name `<name>.damaged-1`, `<name>.damaged-2`, ... and returns the new path.

    Args:
        path: What is renamed.
        companions: Suffixes of files that belong to it, such as `-wal`, and keep their suffix behind the new name.

    Raises:
        OSError: If the folder cannot be changed.
    """
    target = next(name for name in _damaged_names(path) if not os.path.lexists(name))
    for suffix in (*companions, ""):
        if os.path.lexists(f"{path}{suffix}"):
            os.rename(f"{path}{suffix}", f"{target}{suffix}")
    return target


def iterate_lines(path: Path) -> Iterator[tuple[bytes, int]]:
    """Yields each line of a file with its line end, and its place in bytes; raises an OSError if the file cannot be read."""
    start = 0
    with path.open("rb") as stream:
        for line in stream:
            yield line, start
            start += len(line)


def read_lines(path: Path, read: Callable[[bytes, int], T]) -> list[T]:
    """Reads a file of lines. Lines that cannot be read are moved to a new file beside it, and the others are returned.

    Args:
        path: The file; a missing one has no lines.
        read: Reads a line with its line end, given its place in bytes, or raises one of `UNREADABLE`.

    Raises:
        OSError: If the file cannot be read.
    """
    if not os.path.lexists(path):
        return []
    if not path.is_file():
        warn(f"{path} is no file: it now lies in {set_aside(path)}")
        return []
    values: list[T] = []
    bad: list[bytes] = []
    for line, start in iterate_lines(path):
        try:
            values.append(read(line, start))
        except UNREADABLE:
            bad.append(line)
    if not bad:
        return values
    what = f"{path}: {len(bad)} of {len(bad) + len(values)} lines cannot be read"
    try:
        target = _move_lines(path, bad)
    except OSError as error:
        warn(f"{what} nor be set aside ({error.strerror}); the others are used")
        return values
    warn(f"{what} and now lie in {target}; the others are used")
    return read_lines(path, read)


def _move_lines(path: Path, bad: list[bytes]) -> Path:
    """Moves lines to the first free name beside the file and returns it."""
    for target in _damaged_names(path):
        try:
            moved = target.open("xb")
        except FileExistsError:
            continue
        try:
            with moved, path.open("rb") as stream:
                moved.writelines(bad)
                unreadable = set(bad)
                write_atomically(path, (line.removesuffix(b"\n") + b"\n" for line in stream if line not in unreadable))
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return target
    raise AssertionError("there is always a next name")


def _damaged_names(path: Path) -> Iterator[Path]:
    return (path.with_name(f"{path.name}.damaged-{number}") for number in itertools.count(1))
