"""Reading JSONL files into dataclasses, with errors that name file, line and key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from human_simulacra.errors import UserError
from human_simulacra.schema import parse_json

T = TypeVar("T")
# The tools that make files which a character can lack at first, as one that was imported does.
MADE_BY = {
    "story": "generate_life_story", "memories": "build_memories",
    **dict.fromkeys(("cloze", "single_choice", "multiple_choice"), "generate_questions"),
}  # fmt: skip


def read_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yields the lines of a JSONL file, each with its place (file and line) for messages.

    Raises:
        UserError: If the file is missing, cannot be read, or is not UTF-8 without a byte order mark.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        tool = MADE_BY.get(path.stem)
        mend = f"make it with tools/{tool}.py" if tool else "remove its character's folder"
        raise UserError(f"{path} is missing: restore it or {mend}") from None
    except OSError as error:  # a folder, a file of another user, a symbolic link to itself
        raise UserError(f"{path} cannot be read ({error.strerror}): replace it by a readable file") from None
    if content.startswith(b"\xef\xbb\xbf"):
        raise UserError(f"{path}, line 1: begins with a byte order mark, save the file as UTF-8 without one")
    for number, line in enumerate(content.removesuffix(b"\n").split(b"\n") if content else (), 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            raise UserError(f"{path}, line {number}: byte {error.start + 1} is not UTF-8, save the file as UTF-8") from None
        yield f"{path}, line {number}", line


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields (line number, object) of a JSONL file.

    Raises:
        UserError: If the file cannot be read or a line is not a JSON object; the message names file and line.
    """
    for number, (where, line) in enumerate(read_lines(path), 1):
        yield number, parse_object(line, where)


def parse_object(line: bytes | str, where: str) -> dict[str, Any]:
    """Parses a line that holds a JSON object; raises a UserError that begins with `where` if it holds none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise UserError(f"{where}: not a JSON object, mend or remove the line")
    return row


def parse_row(kind: type[T], row: dict[str, Any], location: str) -> T:
    """Builds a dataclass from a row; a field may be left out if it is keyword-only.

    Args:
        kind: The dataclass.
        row: The row's fields.
        location: File and line, the beginning of an error message.

    Raises:
        UserError: If a field is missing or unknown, or a value does not fit.
    """
    return parse_json(kind, json.dumps(row).encode(), location)


def read_located_rows(kind: type[T], path: Path) -> tuple[list[tuple[int, T]], list[str]]:
    """Returns the valid lines of a JSONL file with their numbers, and one sentence for each fault."""
    rows: list[tuple[int, T]] = []
    faults: list[str] = []
    try:
        for number, (where, line) in enumerate(read_lines(path), 1):
            try:
                rows.append((number, parse_json(kind, line, where)))
            except UserError as error:
                faults.append(str(error))
    except UserError as error:  # the file itself
        faults.append(str(error))
    return rows, faults


def read_rows(kind: type[T], path: Path) -> list[T]:
    """Returns the lines of a JSONL file as dataclasses, in order.

    Args:
        kind: The dataclass.
        path: The file.

    Raises:
        UserError: If the file is missing or a line is invalid; the message names file and line.
    """
    return [parse_json(kind, line, where) for where, line in read_lines(path)]
