"""Markdown from docstrings and plain values, the same on every Python version and terminal."""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields):$", re.MULTILINE)
_ENTRY = re.compile(r"^\*{0,2}(\w+): (.*)$")


@dataclass(frozen=True)
class Docstring:
    """A Google-style docstring: its text before the sections, the entries of `Args` or `Attributes`, and what it returns."""

    text: str
    entries: dict[str, str]
    returns: str


def read_docstring(owner: object) -> Docstring:
    """Reads the docstring that a function, class or module itself has; an empty one if it has none."""
    text = inspect.cleandoc(getattr(owner, "__doc__", None) or "")
    head, *sections = _SECTION.split(text)
    named = dict(zip(sections[::2], sections[1::2], strict=True))
    entries = {name: said for part in ("Args", "Attributes") for name, said in _entries(named.get(part, "")).items()}
    return Docstring(head.strip(), entries, " ".join(named.get("Returns", "").split()))


def _entries(section: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(section).splitlines():
        if found := _ENTRY.match(line):
            name = found[1]
            entries[name] = found[2].strip()
        elif name and line.strip():
            entries[name] += f" {line.strip()}"
    return entries


def escape(text: str) -> str:
    """Returns plain text as Markdown: what is not in backquotes is shown as it is written."""
    return "".join(code(part[1:-1]) if part.startswith("`") else _escape(part) for part in re.split(r"(`[^`]+`)", text))


def _escape(text: str) -> str:
    text = text.replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\*\[\]|]|(?<!\w)_|_(?!\w))", r"\\\1", text)


def code(value: object) -> str:
    """Returns a value as a code span; one with a bar as HTML, since Markdown dialects read bars in tables differently."""
    text = str(value)
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>" if "|" in text else f"`{text}`"


def paragraphs(text: str) -> str:
    """Returns a docstring's text as Markdown paragraphs; indented blocks stay code."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(block if block.startswith("    ") else escape(block) for block in blocks if block)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a Markdown table; its cells are Markdown already. Empty if it has no rows."""
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines]) if lines else ""


def join_blocks(*blocks: str) -> str:
    """Returns the blocks that are not empty, with blank lines between them and a line feed at the end."""
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"
