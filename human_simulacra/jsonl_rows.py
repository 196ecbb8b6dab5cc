"""Reading JSONL files into dataclasses, with errors that name file, line and key."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import jsonlines

from human_simulacra.errors import UserError

T = TypeVar("T")
_hints = cache(typing.get_type_hints)  # resolving the types of a dataclass's fields takes longer than reading a row


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields (line number, object) of a JSONL file.

    Raises:
        UserError: If the file is missing or a line is not a JSON object; the message names file and line.
    """
    if not path.is_file():
        raise UserError(f"{path} is missing: restore it or remove its character's folder")
    with jsonlines.open(path) as reader:
        try:
            yield from enumerate(reader.iter(type=dict), 1)
        except jsonlines.InvalidLineError as error:
            raise UserError(f"{path}, line {error.lineno}: not a JSON object, mend or remove the line") from None


def _coerce(value: Any, hint: Any, read: Callable[[type, dict[str, Any]], Any]) -> Any:
    """Converts a JSON value to the annotated type; raises TypeError if it does not fit."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType or origin is typing.Union:
        for option in args:
            try:
                return _coerce(value, option, read)
            except TypeError:
                continue
        raise TypeError
    if origin in (tuple, list):
        if not isinstance(value, list):
            raise TypeError
        return origin(_coerce(item, args[0], read) for item in value)
    if origin is typing.Literal:
        if value not in args:
            raise TypeError
        return value
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise TypeError
        return read(hint, value)
    if not isinstance(value, typing.cast(type, hint)) or (hint is int and isinstance(value, bool)):
        raise TypeError
    return value


def parse_row(kind: type[T], row: dict[str, Any], location: str) -> T:
    """Builds a dataclass from a row and checks that every field is present, unless it is keyword-only, and has the right type.

    Args:
        kind: The dataclass.
        row: The row's fields.
        location: File and line, the beginning of an error message.

    Raises:
        UserError: If a field is missing, unknown or of the wrong type.
    """
    hints = _hints(kind)
    fields = dataclasses.fields(typing.cast(Any, kind))
    names = [field.name for field in fields]
    missing = [field.name for field in fields if field.name not in row and not field.kw_only]
    extra = [name for name in row if name not in names]
    if missing or extra:
        problem = f"key '{missing[0]}' is missing" if missing else f"key '{extra[0]}' is unknown"
        raise UserError(f"{location}: {problem}; a {kind.__name__} has {', '.join(names)}")
    values = {}
    for name in filter(row.__contains__, names):
        try:
            values[name] = _coerce(row[name], hints[name], lambda inner, value: parse_row(inner, value, location))
        except TypeError:
            raise UserError(f"{location}: key '{name}' has the wrong type ({type(row[name]).__name__})") from None
    return kind(**values)


def read_rows(kind: type[T], path: Path) -> list[T]:
    """Returns the lines of a JSONL file as dataclasses, in order.

    Args:
        kind: The dataclass.
        path: The file.

    Raises:
        UserError: If the file is missing or a line is invalid; the message names file and line.
    """
    return [parse_row(kind, row, f"{path}, line {number}") for number, row in read_jsonl(path)]
