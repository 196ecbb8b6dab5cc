"""Prompts, one text file each, rendered strictly in a single pass.

A placeholder is `{{name}}`. A missing or an unused variable is an error, and what a value contains is never looked
at again: a question that contains `{{answer}}` stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@cache
def template(name: str) -> str:
    """Returns the text of the prompt file `name`.txt."""
    return files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


@cache
def prompt_names(prefix: str) -> tuple[str, ...]:
    """Returns the names of the prompts that begin with a prefix, sorted."""
    files_of = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in files_of if name.startswith(prefix) and name.endswith(".txt")))


def render(name: str, /, **values: object) -> str:
    """Renders a prompt.

    Args:
        name: The prompt's file name without suffix.
        **values: One value for each placeholder, no more and no fewer.

    Raises:
        ValueError: If a placeholder has no value or a value no placeholder.
    """
    text = template(name)
    wanted = set(_PLACEHOLDER.findall(text))
    if wanted != set(values):
        raise ValueError(f"prompt {name}: missing {sorted(wanted - set(values))}, unused {sorted(set(values) - wanted)}")
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)
