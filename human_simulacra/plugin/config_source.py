"""A config as Python source, and what of it OpenCompass cannot write: it writes the whole config into a run's folder."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from human_simulacra.errors import UserError

_WIDTH = 120
_INDENT = 4


def config_source(config: Mapping[str, Any]) -> str:
    """Returns the source of a config.

    Args:
        config: The config's values by name, as `plain_values.plain` returns them.
    """
    return "".join(f"{name} = {_write(value, 0, len(name) + 3)}\n" for name, value in config.items())


def check_keys(config: Mapping[str, Any], file: str) -> None:
    """Raises a UserError if a config has a key that OpenCompass writes as no valid Python.

    It writes `dict(key=...)`, also of a keyword, and `{'key': ...}` only where another key of the dictionary is no identifier.
    """
    for path, keys in _dictionaries(config, ""):
        names = [str(key) for key in keys]
        named = all(name.isidentifier() for name in names)
        for name in names:
            if keyword.iskeyword(name) if named else {"'", "\\", "\n"} & set(name):
                what = "is a keyword of Python" if named else "has a quote, a backslash or a line break"
                raise UserError(
                    f"{file}: {path} has the key {name!r}, which {what}: OpenCompass cannot write it into the run's folder, "
                    "leave it out or give it another name"
                )


def _dictionaries(value: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    """Yields the path and the keys of each dictionary in a value."""
    if isinstance(value, Mapping):
        yield path or "the config", list(value)
        for key, inner in value.items():
            yield from _dictionaries(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _dictionaries(inner, f"{path}[{place}]")


def _write(value: Any, indent: int, before: int) -> str:
    """Returns the source of a value: one line, if it fits after so many characters, else a line for each of its parts."""
    line = _write_line(value)
    if not isinstance(value, Mapping | list) or before + len(line) <= _WIDTH:
        return line
    opened, closed, parts = _parts(value)
    deeper = indent + _INDENT
    lines = [f"{' ' * deeper}{label}{_write(inner, deeper, deeper + len(label) + 1)}," for label, inner in parts]
    return "\n".join([opened, *lines, " " * indent + closed])


def _write_line(value: Any) -> str:
    if not isinstance(value, Mapping | list):
        return repr(value)
    opened, closed, parts = _parts(value)
    return opened + ", ".join(label + _write_line(inner) for label, inner in parts) + closed


def _parts(value: Mapping[str, Any] | Sequence[Any]) -> tuple[str, str, list[tuple[str, Any]]]:
    """Returns how a dictionary or list begins and ends, and its values with what stands before each."""
    if not isinstance(value, Mapping):
        return "[", "]", [("", inner) for inner in value]
    if all(key.isidentifier() and not keyword.iskeyword(key) for key in value):
        return "dict(", ")", [(f"{key}=", inner) for key, inner in value.items()]
    return "{", "}", [(f"{key!r}: ", inner) for key, inner in value.items()]
