"""One way to check what a user wrote: a value against a dataclass, or arguments against a function's signature.

The type hints are the schema. A hint can be narrowed, `Annotated[int, Ge(0)]`; a plain text among the annotations replaces the
description of the type in error messages.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

from annotated_types import Ge, Gt, Interval, MinLen
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from human_simulacra.errors import UserError
from human_simulacra.schema_errors import describe_problem

T = TypeVar("T")
# Larger numbers fit into no column of a table, and none of ours comes near.
LARGEST = 2**53


def _check_date(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError
    return text


Text = Annotated[str, Field(pattern=r"\S"), "a text that is not empty"]
Address = Annotated[str, Field(pattern=r"^https?://[^/\s]"), "an address that begins with http:// or https://"]
Date = Annotated[str, AfterValidator(_check_date), "a date as YYYY-MM-DD"]
Whole = Annotated[int, Interval(ge=-LARGEST, le=LARGEST)]
Count = Annotated[int, Interval(ge=0, le=LARGEST)]
AtLeastOne = Annotated[int, Interval(ge=1, le=LARGEST)]
Year = Annotated[int, Interval(ge=0, le=9999)]
Month = Annotated[int, Interval(ge=1, le=12)]
Rank = Annotated[int, Interval(ge=1, le=8)]
TraitRank = Annotated[int, Interval(ge=0, le=8)]
Share = Annotated[float, Interval(ge=0, le=1)]
Ratio = Annotated[float, Interval(gt=0, le=1)]
NotNegative = Annotated[float, Ge(0)]
Positive = Annotated[float, Gt(0)]
Config = Annotated[Mapping[str, Any], MinLen(1), "a dict such as dict(type=...)"]
Configs = Annotated[Sequence[Config], MinLen(1), "a list of dicts such as dict(type=...)"]
Arguments = Annotated[Mapping[str, Any], "a dict"]
PathLike = Annotated[str | os.PathLike[str], "a path"]
Names = Annotated[Sequence[Text], MinLen(1), "a list of at least one name"]

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, protected_namespaces=(), arbitrary_types_allowed=True)


def parse_json(kind: type[T], text: bytes, where: str) -> T:
    """Reads a JSON object as a dataclass.

    Args:
        kind: The dataclass.
        text: The object, UTF-8.
        where: Its place, the beginning of an error message.

    Raises:
        UserError: If it is no object, a key is missing or unknown, or a value does not fit.
    """
    problem = "not a JSON object, mend or remove the line"
    try:
        found = _adapter(kind).validate_json(b"[" + text + b"]")
        if len(found) == 1:
            return found[0]
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        if first["type"] != "json_invalid" and (len(first["loc"]) > 1 or first["type"] != "dataclass_type"):
            problem = describe_problem(error, kind, skip=1)
    raise UserError(f"{where}: {problem}")


def check_value(kind: Any, value: Any, where: str, path: str = "") -> None:
    """Checks a value against a type hint.

    Args:
        kind: The hint.
        value: The value.
        where: The file or command line that it is from, the beginning of an error message.
        path: Its place there, such as `models[0].llm`.

    Raises:
        UserError: If it does not fit.
    """
    try:
        _adapter(kind).validate_python([plain(value)])
    except ValidationError as error:
        raise UserError(f"{where}: {describe_problem(error, kind, path, skip=1)}") from None


def check_arguments(
    function: Callable[..., Any],
    given: Mapping[str, Any],
    where: str,
    path: str = "",
    without: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
) -> None:
    """Checks the arguments of a function or class against its signature, without calling it.

    Args:
        function: The function or class. Where a constructor hands further arguments on, those of its base classes count too.
        given: The arguments by name.
        where: The file that they are from, the beginning of an error message.
        path: Their place there.
        without: Parameters that a user does not give.
        also: Further names that a user can give, which are checked elsewhere.

    Raises:
        UserError: If one is unknown, missing or does not fit.
    """
    check_value(signature_schema(function, without, also), given, where, path)


@cache
def signature_schema(function: Callable[..., Any], without: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> type[BaseModel]:
    """Returns the parameters of a function or class, and the names `also`, as a pydantic model."""
    fields: dict[str, Any] = {name: (Any, None) for name in also}
    for name, parameter, hint in parameters(function):
        if name not in without:
            optional = hint | None if parameter.default is None and not isinstance(hint, str) and hint is not Any else hint
            fields.setdefault(name, (optional, ... if parameter.default is parameter.empty else parameter.default))
    return create_model("Arguments", __config__=STRICT, **fields)


def parameters(function: Callable[..., Any]) -> list[tuple[str, inspect.Parameter, Any]]:
    """Returns the named parameters with their type hints; of a class those of its bases too, as far as it hands arguments on."""
    calls: list[Callable[..., Any]] = [function]
    if isinstance(function, type):
        calls = [kind.__dict__["__init__"] for kind in function.__mro__ if "__init__" in kind.__dict__]
    found = []
    for call in calls:
        signed, hints = inspect.signature(call), get_type_hints(call, include_extras=True)
        own = [p for p in signed.parameters.values() if p.name != "self"]
        named = [p for p in own if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        found += [(p.name, p, hints.get(p.name, Any)) for p in named]
        if not any(p.kind is p.VAR_KEYWORD for p in own):
            break
    return found


def plain(value: Any) -> Any:
    """Returns a config value with its dictionaries and lists as plain ones."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return type(value)(map(plain, value)) if type(value) in (list, tuple) else value


@cache
def _adapter(kind: Any) -> TypeAdapter[list[Any]]:
    # A dataclass takes its settings from what contains it.
    return TypeAdapter(list[kind], config=STRICT)
