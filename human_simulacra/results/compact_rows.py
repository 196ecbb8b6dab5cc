"""Scored rows in little memory: equal texts are held once, rows of one kind share their keys, and lists in traces are packed."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, KeysView, Mapping, Sequence
from typing import Any, overload

# What a trace tells at length; figures are made of the rest.
_LONG = ("thoughts", "feelings", "choices")


class Record(Mapping[str, Any]):
    """A mapping that cannot be changed and shares its keys with others of the same kind.

    Args:
        places: The place of each key's value.
        values: The values.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: tuple[Any, ...]) -> None:
        self._places, self._values = places, values

    def __getitem__(self, key: str) -> Any:
        return self._values[self._places[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key, or `default`."""
        place = self._places.get(key)
        return default if place is None else self._values[place]

    def keys(self) -> KeysView[str]:
        """Returns the keys, in order."""
        return self._places.keys()

    def __repr__(self) -> str:
        return repr(dict(self.items()))


class PackedList(Sequence[dict[str, Any]]):
    """A list of dictionaries that is held as bytes and made anew each time that it is read.

    Args:
        rows: The dictionaries, of values that JSON has.
    """

    __slots__ = ("_count", "_packed")

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        # Not orjson: its results keep a buffer of 4 kB each.
        self._count, self._packed = len(rows), pickle.dumps(rows)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(pickle.loads(self._packed))

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return pickle.loads(self._packed)[place]

    def __repr__(self) -> str:
        return repr(list(self))


class Compactor:
    """Makes compact rows of those that a run's files hold; use one for all rows that are held together."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, ...], dict[str, int]] = {}
        self._shared: dict[Any, Any] = {}

    def row(self, row: Mapping[str, Any], trace: Mapping[str, Any] | None) -> Record:
        """Returns a row with its trace, of which the long texts are left out.

        Args:
            row: The columns and scores.
            trace: The trace as `Trace.as_dict` writes it, or None.
        """
        return self._record({**row, "trace": trace and self.trace(trace)})

    def trace(self, trace: Mapping[str, Any]) -> Record:
        """Returns a trace without its long texts."""
        found = {key: value for key, value in trace.items() if key not in _LONG}
        if calls := trace.get("calls"):
            found["calls"] = PackedList([_without_texts(call) for call in calls])
        if memories := trace.get("memories"):
            found["memories"] = PackedList([_without(memory, "text") for memory in memories])
        return self._record(found)

    def _record(self, values: Mapping[str, Any]) -> Record:
        keys, share = tuple(values), self._shared
        places = self._places.get(keys)
        if places is None:
            places = self._places[keys] = {key: place for place, key in enumerate(keys)}
        return Record(places, tuple([share.setdefault(v, v) if type(v) is str else self._value(v) for v in values.values()]))

    def _value(self, value: Any) -> Any:
        """Returns an equal value, the same object for the same text or list of texts; nested mappings stay dictionaries."""
        kind = type(value)
        if kind is str:
            return self._shared.setdefault(value, value)
        if kind is list:
            if all(type(inner) is str for inner in value):
                return self._shared.setdefault(tuple(value), value)
            return [self._value(inner) for inner in value]
        if kind is dict:
            return {key: self._value(inner) for key, inner in value.items()}
        return value


def _without_texts(call: Mapping[str, Any]) -> dict[str, Any]:
    return {**_without(call, "prompt"), "completion": _without(call["completion"], "text")}


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
