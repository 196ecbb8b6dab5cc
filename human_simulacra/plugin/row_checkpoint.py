"""Checkpoint file of finished rows, written row by row, so that an interrupted run can resume without losing any.

OpenCompass 0.5.4 discards its own temporary file for one truncated line or a U+2028 in a text, and identifies rows by
position. This file is ASCII, append-only and keyed; damaged lines are set aside, and their rows asked again. Of a row that is on
disk only its place is held in memory.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, model_validator

from human_simulacra.damaged_files import UNREADABLE, iterate_lines, read_lines, warn
from human_simulacra.files import write_atomically
from human_simulacra.json_reading import parse
from human_simulacra.plugin.saved_rows import SavedRow, hold
from human_simulacra.results.run_folder import is_part
from human_simulacra.traces import Trace


class _Row(BaseModel):
    """What a saved row must have, so that it can stand for its answer: a reply, or why there is none."""

    model_config = ConfigDict(extra="allow")

    key: str = Field(min_length=1)
    prediction: str | None
    error: str | None
    trace: Trace | None = None
    recap: str = ""

    @model_validator(mode="after")
    def _has_reply_or_error(self) -> _Row:
        if self.prediction is None and self.error is None:
            raise ValueError("a row has a prediction or an error")
        return self


class RowCheckpoint:
    """Finished rows of one model and dataset, or of one part of it where OpenCompass splits a dataset into tasks.

    Rows that other parts have finished, or the whole dataset before it was split, are read too: a key covers all that an answer
    depends on, so a run that is resumed with other parts asks for nothing twice. No fault of the file or the disk stops a run or
    loses an answer while it lasts.

    Args:
        path: The JSONL file; it and its folder are created if missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, SavedRow] = {}
        self._stream: BinaryIO | None = None
        self._size = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for other in sorted(path.parent.glob("*.jsonl")):
                if other != path and any(is_part(other.stem, dataset) for dataset in (path.stem, _whole(path.stem))):
                    self._add(row for row in _read_others(other) if not row.failed)
            self._add(read_lines(path, lambda line, start: _read(path, line, start)))
            self._stream = _open_at_line_start(path)
            self._size = path.stat().st_size
        except OSError as error:
            self._hold(error)

    @property
    def keys(self) -> list[str]:
        """The keys of the rows, in the order in which they were finished first."""
        return list(self._rows)

    def find(self, key: str) -> SavedRow | None:
        """Returns the row with a key, or None. A row of another part is copied, since that part may write its file anew."""
        row = self._rows.get(key)
        if row is None or row.path in (None, self.path):
            return row
        with suppress(OSError, *UNREADABLE):
            if (values := row.load()).get("key") == key:
                return self.append(key, values)
        return None

    def append(self, key: str, row: dict[str, Any]) -> SavedRow:
        """Writes a finished row with its key. If the file takes no more, the row is held in memory."""
        saved = hold({**row, "key": key}, key)
        if self._stream is not None:
            try:
                self._stream.write(saved.text)
                self._stream.flush()
                saved = SavedRow(key, saved.failed, self.path, self._size, len(saved.text))
                self._size += saved.size
            except OSError as error:
                self._hold(error)
        self._rows[key] = saved
        return saved

    def close(self) -> Path | None:
        """Closes the file and tries once more to write what it did not take; otherwise all rows go to a temporary folder.

        Returns:
            The file that has all rows; None if none can be written.
        """
        unsaved = [row for row in self._rows.values() if row.path is None]
        if self._stream is not None:
            try:
                self._stream.close()
            except OSError:
                unsaved = list(self._rows.values())  # the disk may have taken none
            self._stream = None
        if not unsaved:
            return self.path
        with suppress(OSError):
            lines = [row.read() for row in unsaved]
            with _open_at_line_start(self.path) as stream:
                stream.writelines(lines)
            return self.path
        with suppress(OSError):
            rescued = Path(tempfile.mkdtemp(prefix="human_simulacra_rows_")) / self.path.name
            write_atomically(rescued, (row.read() for row in self._rows.values()))
            warn(f"{self.path} still cannot be written: the finished rows are in {rescued}; copy it there before you resume")
            return rescued
        return None

    def _add(self, rows: Iterable[SavedRow]) -> None:
        for row in rows:
            if not row.failed or row.key not in self._rows:
                self._rows[row.key] = row

    def _hold(self, error: OSError) -> None:
        """Goes on in memory after the first fault, since a file that takes some rows only would seem whole."""
        warn(f"{self.path} cannot be used ({error.strerror}): finished rows are held in memory until the end of this dataset")
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
        self._stream = None


def _read(path: Path, line: bytes, start: int) -> SavedRow:
    row = parse(line)
    _Row.model_validate(row)
    return SavedRow(row["key"], row["error"] is not None, path, start, len(line))


def _read_others(path: Path) -> Iterator[SavedRow]:
    """Yields the rows of another part. Its own process may be writing to it, and sets its damaged lines aside."""
    for line, start in iterate_lines(path):
        with suppress(*UNREADABLE):
            yield _read(path, line, start)


def _open_at_line_start(path: Path) -> BinaryIO:
    """Opens a file for appending. An incomplete last line, which a full disk leaves, is ended, so that it damages no other."""
    stream = path.open("ab+")
    try:
        if stream.seek(0, os.SEEK_END):
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
                stream.flush()
    except BaseException:
        stream.close()
        raise
    return stream


def _whole(name: str) -> str:
    """Returns the abbr of the dataset of which `name` may be a part."""
    return re.sub(r"_\d+$", "", name)
