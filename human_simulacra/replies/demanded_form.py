"""The form that prompts demand, a last line `ANSWER: B`, and the JSON that models give in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from human_simulacra.replies.option_letters import letter_list
from human_simulacra.replies.plain_text import plain_text

# The line's content; a label alone is none. `Final answer`, `My answer` and `Answer (letter)` are the same label.
_LINE = re.compile(
    r"^\W*(?:the |my )?(?:(?:final|correct|best) )?(?:answers?|letters?)(?: is| are)?(?: ?\([^()]*\))?\s*[:=]+[ \t]*(\S.*?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_KEYS = re.compile(r"answer|choice|option|letter|select|chosen|response|verdict", re.IGNORECASE)


def answer_lines(text: str) -> list[tuple[str, bool]]:
    """Returns the content of every line `ANSWER: ...`, in order, each with whether it is the last line of the text.

    Such lines that follow each other are one, joined by commas: a list of answers.

    Args:
        text: A plain text, from `plain_text`.
    """
    found: list[tuple[str, int]] = []
    for line in _LINE.finditer(text):
        if found and not text[found[-1][1] : line.start()].strip():
            found[-1] = (f"{found[-1][0]}, {line[1]}" if line[1] not in found[-1][0] else found[-1][0], line.end())
        else:
            found.append((line[1], line.end()))
    return [(content, not text[end:].strip(" \n\t\"'.)]}")) for content, end in found]


def json_answer(text: str) -> Any:
    """Returns the answer in a JSON object or list within a text: the value of its answer key, or the value itself.

    An object without an answer key stays as it is (`{"A": true, "B": false}`); None if there is no JSON.
    """
    found = re.search(r"\{.*\}|\[.*\]", text, re.DOTALL)
    if not found:
        return None
    try:
        value = json.loads(found[0])
    except ValueError:
        return None
    if isinstance(value, dict):
        named = [inner for key, inner in value.items() if _KEYS.search(str(key))]
        return named[0] if named else value
    return value


def checked_boxes(text: str) -> list[tuple[str, bool]]:
    """Returns the first word after every box of a list, such as `- [x] B`, each with whether the box is ticked."""
    return [(label, bool(mark.strip())) for mark, label in re.findall(r"\[([ xX]?)\]\s*\(?([^\W\d_]+)\b", text)]


def keeps_form(reply: str, options: Sequence[str] = ()) -> bool:
    """Returns whether a reply keeps the form that prompts demand: a last line `ANSWER: B`, JSON or boxes, or a bare answer.

    Args:
        reply: The reply.
        options: The options of a choice, whose letters alone are a bare answer; empty for a statement, where `yes` and `no` are.
    """
    text = plain_text(reply)
    bare = letter_list(text, len(options)) is not None if options else text.strip(" .!").casefold() in ("yes", "no")
    lines = answer_lines(text)
    return bare or bool(lines and lines[-1][1]) or json_answer(text) is not None or bool(checked_boxes(text))
