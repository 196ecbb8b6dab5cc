"""The values of a config as JSON can hold them, for comparing, describing and writing configs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def plain(value: Any) -> Any:
    """Converts a config value to a JSON value; a class becomes its dotted name."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(inner) for inner in (sorted(value, key=str) if isinstance(value, set) else value)]
    if isinstance(value, type):
        return f"{value.__module__}.{value.__name__}"
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
