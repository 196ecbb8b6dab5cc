"""The page of what `import human_simulacra` offers, from its `__all__`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import human_simulacra
from reference_pages.markdown import code, escape, join_blocks, paragraphs, read_docstring, table


def python_page() -> str:
    """Returns the page of the Python interface."""
    blocks = ["# Python", "Every name that `import human_simulacra` offers."]
    for name in human_simulacra.__all__:
        found = getattr(human_simulacra, name)
        blocks.append(f"## {name}")
        blocks += _class(name, found) if isinstance(found, type) else _function(name, found)
    return join_blocks(*blocks)


def _class(name: str, kind: type) -> Iterator[str]:
    yield paragraphs(read_docstring(kind).text)
    own_init = kind.__dict__.get("__init__")
    loader = kind.__dict__.get("load")
    if loader is None and inspect.isfunction(own_init):
        yield _signature(name, own_init, skip=1)
    yield _entries(kind)
    rows = []
    for method, member in vars(kind).items():
        if method.startswith("_"):
            continue
        if isinstance(member, classmethod):
            yield from (f"### {name}.{method}", *_function(f"{name}.{method}", member.__func__, skip=1))
            continue
        call = getattr(member, "__wrapped__", member)
        first = read_docstring(getattr(member, "fget", None) or getattr(member, "func", None) or call).text.split("\n\n")[0]
        shown = f"{method}{_parameters(call, 1)}" if inspect.isfunction(call) else method
        rows.append((code(shown), escape(" ".join(first.split()))))
    yield table(("member", "meaning"), rows)


def _function(name: str, function: Callable[..., Any], skip: int = 0) -> Iterator[str]:
    said = read_docstring(function)
    yield _signature(name, function, skip)
    yield paragraphs(said.text)
    yield _entries(function)
    yield f"Returns: {escape(said.returns)}" if said.returns else ""


def _entries(owner: object) -> str:
    return table(("argument", "meaning"), ((code(name), escape(text)) for name, text in read_docstring(owner).entries.items()))


def _signature(name: str, function: Callable[..., Any], skip: int = 0) -> str:
    inner = _parameters(function, skip)
    if len(name + inner) > 100:
        inner = "(\n    " + ",\n    ".join(_each(function, skip)) + ",\n)"
    return f"```python\n{name}{inner}\n```"


def _parameters(function: Callable[..., Any], skip: int) -> str:
    return f"({', '.join(_each(function, skip))})"


def _each(function: Callable[..., Any], skip: int) -> list[str]:
    """Returns names and defaults, with a star where only names follow."""
    shown, starred = [], False
    for parameter in list(inspect.signature(function).parameters.values())[skip:]:
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            shown, starred = [*shown, "*"], True
        starred = starred or parameter.kind is parameter.VAR_POSITIONAL
        stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        shown_default = "..." if " at 0x" in repr(parameter.default) else repr(parameter.default)
        default = "" if parameter.default is parameter.empty else f"={shown_default}"
        shown.append(f"{stars}{parameter.name}{default}")
    return shown
