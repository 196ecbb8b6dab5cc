"""Stores the grades that people give, in SQLite."""

from __future__ import annotations

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
LONGEST_COMMENT = 2000  # characters


def check_name(name: str) -> str:
    """Returns a judge's name with normalised spaces; raises a UserError if it is invalid."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise UserError("a judge's name has 1 to 40 letters, digits, spaces, dots or hyphens and starts with a letter or digit")
    return name


class GradeStore:
    """Keeps the latest grade of each judge and part of an item (`judged_items.Part`), and the latest comment on each item.

    What people said cannot be computed again, so nothing is set aside or dropped: every method raises a UserError if the file
    cannot be used.

    Args:
        path: The SQLite file; created if missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        columns = "judge TEXT NOT NULL, item TEXT NOT NULL, grade INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (judge, item)"
        remarks = "judge TEXT NOT NULL, item TEXT NOT NULL, comment TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (judge, item)"
        with self._usable():
            self._connection = open_database(path, "grades", columns)
            self._comments = open_database(path, "comments", remarks)

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
        now = _now()
        lines = ", ".join(["(?, ?, ?, ?)"] * len(grades))
        values = [value for part, grade in grades.items() for value in (judge, part, grade, now)]
        with self._usable():
            self._connection.execute(f"INSERT OR REPLACE INTO grades VALUES {lines}", values)

    def save_comment(self, judge: str, item: str, comment: str) -> None:
        """Saves what a judge remarks on an item, and replaces an earlier comment; an empty one takes it back.

        Raises:
            UserError: If it is too long.
        """
        text = comment.replace("\r\n", "\n").strip()
        if len(text) > LONGEST_COMMENT:
            raise UserError(f"the comment was not saved: it has {len(text)} characters, more than {LONGEST_COMMENT}")
        with self._usable():
            self._comments.execute("INSERT OR REPLACE INTO comments VALUES (?, ?, ?, ?)", (judge, item, text, _now()))

    def comments_of(self, judge: str) -> dict[str, str]:
        """Returns a judge's comments by item."""
        return {item: comment for (name, item), comment in self.all_comments().items() if name == judge}

    def all_comments(self) -> dict[tuple[str, str], str]:
        """Returns the comments by judge and item, without empty ones."""
        with self._usable():
            rows = self._comments.execute("SELECT judge, item, comment FROM comments WHERE comment != '' ORDER BY judge, at")
            return {(str(judge), str(item)): str(comment) for judge, item, comment in rows}

    def grades_of(self, judge: str) -> dict[str, int]:
        """Returns a judge's grades by part."""
        return {item: grade for name, item, grade, _ in self.all_grades() if name == judge}

    def grades_by_judge(self, items: Iterable[JudgedItem]) -> dict[str, dict[str, float]]:
        """Returns the grades of these items by judge and the name of the part."""
        names = {part.id: part.name for item in items for part in item.parts}
        found: dict[str, dict[str, float]] = {}
        for judge, item, grade, _ in self.all_grades():
            if item in names:
                found.setdefault(judge, {})[names[item]] = float(grade)
        return found

    def count_outdated(self, items: Iterable[JudgedItem]) -> int:
        """Returns the number of stored grades of other items, whose text is no longer in the run."""
        known = {part.id for item in items for part in item.parts}
        return sum(item not in known for _, item, _, _ in self.all_grades())

    def all_grades(self) -> list[tuple[str, str, int, str]]:
        """Returns judge, part, grade and time of every grade."""
        with self._usable():
            rows = self._connection.execute("SELECT judge, item, grade, at FROM grades ORDER BY judge, at, item").fetchall()
            for judge, item, grade, at in rows:
                if not (isinstance(grade, int) and all(isinstance(text, str) for text in (judge, item, at))):
                    raise ValueError(f"the grade of judge {judge!r} for item {item!r} is {grade!r}")
            return rows


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
