"""Prompt templates, one text file each, rendered in a single strict pass.

A placeholder is `{{name}}`. A missing or an unused variable is an error. Values are not rendered again: a question that
contains `{{answer}}` stays as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@cache
def template(name: str) -> str:
    """Returns the text of the prompt template `name`.txt."""
    return files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


@cache
def prompt_names(prefix: str) -> tuple[str, ...]:
    """Returns the names of the prompts that begin with a prefix, sorted."""
    file_names = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in file_names if name.startswith(prefix) and name.endswith(".txt")))


def template_hashes() -> dict[str, str]:
    """Returns the SHA-256 of every template file by name, as `sha256sum` prints it."""
    folder = files(__name__)
    return {name: hashlib.sha256(folder.joinpath(f"{name}.txt").read_bytes()).hexdigest() for name in prompt_names("")}


def render(name: str, /, **values: object) -> str:
    """Renders a prompt template.

    Args:
        name: The template's file name without suffix.
        **values: Exactly one value for each placeholder.

    Raises:
        ValueError: If a placeholder has no value, or a value has no placeholder.
    """
    _check_values(name, values)
    return _fill(template(name), values)


def render_sections(name: str, /, **values: object) -> str:
    """Renders a prompt template without the sections whose values are all empty. Sections are separated by blank lines.

    Arguments and errors as for `render`.
    """
    _check_values(name, values)
    sections = template(name).split("\n\n")
    kept = [s for s in sections if not (named := _PLACEHOLDER.findall(s)) or any(str(values[v]) for v in named)]
    return _fill("\n\n".join(kept), values)


def _check_values(name: str, values: Mapping[str, object]) -> None:
    wanted = set(_PLACEHOLDER.findall(template(name)))
    if wanted != set(values):
        raise ValueError(f"prompt {name}: missing {sorted(wanted - set(values))}, unused {sorted(set(values) - wanted)}")


def _fill(text: str, values: Mapping[str, object]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)
