"""What pydantic finds wrong, as one sentence for the user: which key, what it must be, and what it is."""

from __future__ import annotations

import dataclasses
import operator
import re
import reprlib
import types
import typing
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, get_args, get_origin, get_type_hints

from annotated_types import BaseMetadata, Ge, Gt, Interval, Le, Lt, MinLen
from pydantic import BaseModel, ValidationError

from human_simulacra.errors import unknown

_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_WORDS = {
    int: "a whole number", float: "a number", str: "a text", bool: "True or False", type(None): "None", list: "a list",
    tuple: "a list", Sequence: "a list", dict: "a dict", Mapping: "a dict", Any: "something else",
}  # fmt: skip
_SECRET = re.compile(r"key|token$|secret|password", re.IGNORECASE)


def describe_problem(error: ValidationError, kind: Any, path: str = "", skip: int = 0) -> str:
    """Returns one sentence on what does not fit.

    Args:
        error: What pydantic raised. An unknown key is told first, since where it is misspelt, another is missing.
        kind: The type hint that the value was checked against.
        path: The value's place in what the user wrote; empty for a row of a file.
        skip: How many leading parts of a location are not the user's.
    """
    problems = [(problem, *_follow(kind, problem["loc"][skip:])) for problem in error.errors(include_url=False)]
    first = problems[0][0]["loc"][: skip + 1]
    # Of the arms of a union, that which fits furthest is meant.
    order = [(p["type"] not in _UNKNOWN, p["loc"][: skip + 1] != first, -len(steps)) for p, steps, _ in problems]
    found, steps, hint = problems[order.index(min(order))]
    inner = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    inner = inner.removeprefix(".")
    if found["type"] in _UNKNOWN:
        return str(unknown(f"key of {inner}" if inner else "key", found["loc"][-1], _keys(hint)))
    shown = inner if path else f"key '{inner}'" if inner else "the line"
    if found["type"] == "missing":
        return f"{shown} is missing"
    if found["type"] == "value_error" and (said := str(found.get("ctx", {}).get("error"))) and not _told(hint):
        return f"{inner}: {said}" if inner else said
    value, known = found["input"], _literals(hint)
    if known and isinstance(value, str):
        return str(unknown(inner or "value", value, known))
    told = "(not shown)" if inner and _SECRET.search(inner.rsplit(".", 1)[-1]) else reprlib.repr(value)
    return f"{shown} must be {describe_type(hint)}, not {told}"


def describe_type(hint: Any) -> str:
    """Returns in words what a type hint takes."""
    if told := _told(hint):
        return told
    if get_origin(hint) is typing.Annotated:
        inner, *limits = get_args(hint)
        return describe_type(inner) + _limits(limits)
    if arms := _arms(hint):
        return " or ".join(dict.fromkeys(map(describe_type, arms)))
    if known := _literals(hint):
        return f"one of {', '.join(map(repr, known))}"
    return _WORDS.get(get_origin(hint) or hint, "a dict")


def _limits(limits: Sequence[Any]) -> str:
    parts: list[BaseMetadata] = []
    for limit in limits:
        parts += [*limit] if isinstance(limit, Interval) else [limit]
    low = next((f" of at least {part.ge}" for part in parts if isinstance(part, Ge) and part.ge > -(2**53)), "")  # type: ignore[operator]
    low = low or next((f" above {part.gt}" for part in parts if isinstance(part, Gt)), "")
    low = low or next((f" of at least {part.min_length}" for part in parts if isinstance(part, MinLen)), "")
    high = next((f"at most {part.le}" for part in parts if isinstance(part, Le) and part.le < 2**53), "")  # type: ignore[operator]
    high = high or next((f"below {part.lt}" for part in parts if isinstance(part, Lt)), "")
    return low + (f" and {high}" if low and high else f" of {high}" if high else "")


def _told(hint: Any) -> str:
    """Returns the description that a hint's annotations give, if any."""
    return next((part for part in get_args(hint)[1:] if isinstance(part, str)), "") if _is_annotated(hint) else ""


def _is_annotated(hint: Any) -> bool:
    return get_origin(hint) is typing.Annotated


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if _is_annotated(hint) else hint


def _arms(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (types.UnionType, typing.Union) else ()


def _literals(hint: Any) -> tuple[Any, ...]:
    hint = _bare(hint)
    if arms := _arms(hint):
        found = [_literals(arm) for arm in arms if arm is not type(None)]
        return sum(found, ()) if all(found) else ()
    return get_args(hint) if get_origin(hint) is typing.Literal else ()


def _keys(hint: Any) -> list[str]:
    """Returns the keys of the dataclass or pydantic model in a hint."""
    return list(next((_fields(arm) for arm in (_bare(a) for a in _arms(_bare(hint)) or (hint,)) if _fields(arm)), {}))


def _fields(kind: Any) -> dict[str, Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: _restore(field) for name, field in kind.model_fields.items()}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    return {}


def _restore(field: Any) -> Any:
    """Returns the hint of a pydantic field, which keeps its annotations apart."""
    return typing.Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation  # type: ignore[misc]


def _follow(hint: Any, location: Sequence[int | str]) -> tuple[list[int | str], Any]:
    """Returns the steps of a location that a user sees, without pydantic's names of a union's arms, and the hint at its end."""
    steps: list[int | str] = []
    for step in location:
        after = [found for arm in _arms(_bare(hint)) or (hint,) for found in _step(_bare(arm), step)]
        if after:
            steps.append(step)
            hint = reduce(operator.or_, after)
    return steps, hint


def _step(hint: Any, step: int | str) -> list[Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(step, int):
        return [inner[0]] if origin in (list, tuple, Sequence) and inner else []
    if origin in (dict, Mapping):
        return [inner[1]]
    fields = _fields(hint)
    return [fields[step]] if step in fields else []
