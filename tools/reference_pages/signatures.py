"""Tables of the arguments of functions and classes, in the words in which their errors describe a value."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, get_args, get_origin

from human_simulacra.schema import parameters
from human_simulacra.schema_errors import describe_type
from reference_pages.markdown import code, escape, read_docstring, table

HEAD = ("key", "takes", "default", "meaning")


def arguments_table(function: Callable[..., Any], without: Iterable[str] = ()) -> str:
    """Returns the table of the arguments that the docstrings of a function or class tell of.

    Of a class, those of its bases count too, as far as it hands them on.

    Args:
        function: The function or class.
        without: Arguments that a user does not give.
    """
    told = _meanings(function)
    rows = {}
    for name, parameter, hint in parameters(function):
        if name in told and name not in without and name not in rows:
            required = parameter.default is parameter.empty
            default = "required" if required else code(repr(parameter.default))
            rows[name] = (code(name), escape(describe_hint(hint)), default, escape(told[name]))
    return table(HEAD, rows.values())


def describe_hint(hint: Any) -> str:
    """Returns in words what a hint takes; None, which is a default, is not told."""
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if describe_type(hint) == "a list" and get_origin(bare) is Sequence:
        return f"a list, each {describe_hint(get_args(bare)[0])}"
    return describe_type(hint).removesuffix(" or None")


def _meanings(function: Callable[..., Any]) -> dict[str, str]:
    owners = reversed(function.__mro__) if isinstance(function, type) else [function]
    found: dict[str, str] = {}
    for owner in owners:
        if owner.__module__.startswith("human_simulacra."):
            found |= read_docstring(owner).entries | read_docstring(inspect.getattr_static(owner, "__init__", None)).entries
    return found
