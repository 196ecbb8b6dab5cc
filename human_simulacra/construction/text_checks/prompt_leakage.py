"""Replies that go on with the prompt instead of answering it: its headings, labels and sentences, read from the templates."""

from __future__ import annotations

import re
from functools import cache

from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.prompts import names, template
from human_simulacra.validation.text import lower_words

LEAST_WORDS = 5  # of a template's sentence that nobody else would write by chance
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}")
_HEAD = re.compile(r"(?:\{\{\w+\}\})*([A-Z][^:.?]*):(?: |$)")


def find_prompt_leakage(reply: str, instruction: str) -> str | None:
    """Returns what of a reply imitates a prompt of the tools that make characters, or None.

    Args:
        reply: The model's text.
        instruction: What it was asked; labels that it asks for ("Evidence:") are no imitation.
    """
    asked = instruction.casefold()
    for match in _heads().finditer(reply):
        if match[0].strip().casefold() not in asked:
            return match[0].strip()
    said = f" {' '.join(lower_words(reply))} "
    return next((sentence for sentence in _fixed() if f" {sentence} " in said), None)


@cache
def _lines() -> tuple[str, ...]:
    return tuple(line for kind in ("make_", "construct_") for name in names(kind) for line in template(name).splitlines())


@cache
def _heads() -> re.Pattern[str]:
    """Returns what finds a heading or a label with its colon, at the beginning of a line or behind a sentence."""
    found = {match[1] for line in _lines() if (match := _HEAD.match(line))}
    patterns = {r"[^\n:]{1,80}?".join(map(re.escape, _PLACEHOLDER.split(head))) for head in found}
    return re.compile(rf"(?:^|(?<=[.!?]\s))\W*(?:{'|'.join(sorted(patterns))})\s*:", re.MULTILINE | re.IGNORECASE)


@cache
def _fixed() -> tuple[str, ...]:
    """Returns the words of each sentence of the templates, as far as no value is put into it."""
    parts = {
        " ".join(lower_words(part)) for line in _lines() if not _HEAD.fullmatch(line)
        for sentence in split_sentences(line) for part in _PLACEHOLDER.split(sentence)
    }  # fmt: skip
    return tuple(sorted(part for part in parts if part.count(" ") + 1 >= LEAST_WORDS))
