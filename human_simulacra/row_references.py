"""What rows of a data folder name: their own ids, their character, and the paragraphs of its story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError


def check_rows(path: Path, rows: Sequence[Any], character: str = "", question_type: str = "") -> None:
    """Checks the rows of one file against each other and against their place. A line of the file is a row.

    Args:
        path: The file.
        rows: Its rows.
        character: Whose rows they must be; empty for those that all characters share.
        question_type: Which type of question they must be, if any.

    Raises:
        UserError: If an id is used twice, or a row belongs elsewhere.
    """
    lines: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 1):
        where = f"{path}, line {number}"
        if character and getattr(row, "character", character) != character:
            raise UserError(f"{where}: key 'character' is '{row.character}', but its folder is '{character}': move the row")
        if question_type and row.type != question_type:
            raise UserError(f"{where}: key 'type' is '{row.type}': move the row to {row.type}.jsonl")
        key = (getattr(row, "id", str(number)), getattr(row, "use", ""))
        if key in lines:
            raise UserError(f"{where}: key 'id' is '{key[0]}', which line {lines[key]} has too: give each row an id of its own")
        lines[key] = number


def find_blanks(path: Path, rows: Iterable[tuple[int, Any]]) -> Iterator[str]:
    """Yields one sentence for each row without an id or a text, which only characters in the making may lack.

    Args:
        path: The file.
        rows: Its rows with their line numbers.
    """
    for number, row in rows:
        for key in ("id", "text"):
            if not getattr(row, key, key).strip():
                yield f"{path}, line {number}: key '{key}' is blank: fill it or remove the line"


def check_paragraphs(files: Mapping[Path, Sequence[Any]], paragraphs: Iterable[str]) -> None:
    """Checks that every paragraph that a row names exists.

    Args:
        files: The rows of a character, by file.
        paragraphs: The ids of its paragraphs.

    Raises:
        UserError: If one does not exist.
    """
    known = set(paragraphs)
    for path, rows in files.items():
        for number, row in enumerate(rows, 1):
            for key, paragraph in named_paragraphs(row):
                if paragraph not in known:
                    raise UserError(
                        f"{path}, line {number}: key '{key}' names paragraph '{paragraph}', which story.jsonl lacks: name one of "
                        "its ids"
                    )


def named_paragraphs(row: Any) -> Iterator[tuple[str, str]]:
    """Yields (key, id) of each paragraph that a row names, with those of its parts."""
    for key in ("paragraphs", "evidence"):
        yield from ((key, paragraph) for paragraph in getattr(row, key, ()))
    if moment := getattr(row, "moment", ""):
        yield "moment", moment
    for key in ("at", "why_wrong"):
        parts: Sequence[Any] = getattr(row, key, ())
        yield from ((f"{key}[{place}].evidence", each) for place, part in enumerate(parts) for each in part.evidence)
