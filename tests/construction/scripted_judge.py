"""A scripted judge of texts: it finds fault with the known texts that have one, and with what a test names."""

from __future__ import annotations

import json
from collections.abc import Callable

from human_simulacra.construction.judging import Verdict, known_texts

JUDGE = "You check texts that were written"


def is_verdict(prompt: str) -> bool:
    """Returns whether a user message asks for a verdict."""
    return "Judge it point by point." in prompt


def verdict(prompt: str, faults: Callable[[str], str] = lambda text: "") -> str:
    """Returns the verdict on the text between the lines of a judge's prompt.

    Args:
        prompt: The user message.
        faults: Returns the point of the rubric that a text violates, empty if none.
    """
    text = prompt.split("\n-----\n", 1)[1].rsplit("\n-----\n", 1)[0]
    known = {entry["text"]: entry["fault"] for entry in known_texts()}
    fault = known[text] if text in known else faults(text)
    assert fault in ("", *Verdict.model_fields)
    return json.dumps({name: {"why": "as quoted" if name == fault else "", "ok": name != fault} for name in Verdict.model_fields})
