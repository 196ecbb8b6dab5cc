"""Stores the grades that people give, in SQLite."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.judging.judged_items import JudgedItem
from human_simulacra.sqlite_files import open_database

# A name appears in URLs and CSV files, where a spreadsheet would read a leading sign as a formula.
_NAME = re.compile(r"[^\W_][\w .-]{0,39}")


def check_name(name: str) -> str:
    """Returns a judge's name with normalised spaces; raises a UserError if it is invalid."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise UserError("a judge's name has 1 to 40 letters, digits, spaces, dots or hyphens and starts with a letter or digit")
    return name


class GradeStore:
    """Keeps the latest grade of each judge and part of an item (`judged_items.Part`).

    What people said cannot be computed again, so nothing is set aside or dropped: every method raises a UserError if the file
    cannot be used.

    Args:
        path: The SQLite file; created if missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        columns = "judge TEXT NOT NULL, item TEXT NOT NULL, grade INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (judge, item)"
        with self._usable():
            self._connection = open_database(path, "grades", columns)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (OSError, ValueError, sqlite3.Error) as error:
                raise UserError(
                    f"{self._path} cannot be used for judgements ({error}): mend it or name another with --db"
                ) from None

    def save(self, judge: str, grades: Mapping[str, int]) -> None:
        """Saves a judge's grades by part at once, all or none, and replaces earlier ones."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        lines = ", ".join(["(?, ?, ?, ?)"] * len(grades))
        values = [value for part, grade in grades.items() for value in (judge, part, grade, now)]
        with self._usable():
            self._connection.execute(f"INSERT OR REPLACE INTO grades VALUES {lines}", values)

    def grades_of(self, judge: str) -> dict[str, int]:
        """Returns a judge's grades by part."""
        return {item: grade for name, item, grade, _ in self._all() if name == judge}

    def grades_by_judge(self, items: Iterable[JudgedItem]) -> dict[str, dict[str, float]]:
        """Returns the grades of these items by judge and the name of the part."""
        names = {part.id: part.name for item in items for part in item.parts}
        found: dict[str, dict[str, float]] = {}
        for judge, item, grade, _ in self._all():
            if item in names:
                found.setdefault(judge, {})[names[item]] = float(grade)
        return found

    def count_outdated(self, items: Iterable[JudgedItem]) -> int:
        """Returns the number of stored grades of other items, whose text is no longer in the run."""
        known = {part.id for item in items for part in item.parts}
        return sum(item not in known for _, item, _, _ in self._all())

    def as_csv(self, items: Iterable[JudgedItem]) -> str:
        """Returns the grades of these items as CSV, including the model, which the page does not show."""
        known = {part.id: (item, part) for item in items for part in item.parts}
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(["judge", "half", "item", "grade", "at", "model", "dataset", "character", "writer"])
        for judge, identity, grade, at in self._all():
            if identity in known:
                item, part = known[identity]
                name = part.name.split("|", 2)[2]
                writer.writerow([judge, item.half, name, grade, at, part.model, item.dataset, item.character, item.writer])
        return buffer.getvalue()

    def _all(self) -> list[tuple[str, str, int, str]]:
        with self._usable():
            rows = self._connection.execute("SELECT judge, item, grade, at FROM grades ORDER BY judge, at, item").fetchall()
            for judge, item, grade, at in rows:
                if not (isinstance(grade, int) and all(isinstance(text, str) for text in (judge, item, at))):
                    raise ValueError(f"the grade of judge {judge!r} for item {item!r} is {grade!r}")
            return rows
