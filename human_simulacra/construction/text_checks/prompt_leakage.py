"""Prompt leakage: headings, labels and sentences of the prompt templates that appear in a reply."""

from __future__ import annotations

import re
from functools import cache

from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.prompts import prompt_names, template
from human_simulacra.validation.text_statistics import lower_words

LEAST_WORDS = 5  # of a template's sentence that is unlikely to occur by chance
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}")
_HEAD = re.compile(r"(?:\{\{\w+\}\})*([A-Z][^:.?]*):(?: |$)")


def find_prompt_leakage(reply: str, instruction: str) -> str | None:
    """Returns what a reply repeats of a construction prompt template, or None; labels that `instruction` has are allowed."""
    asked = instruction.casefold()
    for match in _heads().finditer(reply):
        if match[0].strip().casefold() not in asked:
            return match[0].strip()
    said = f" {' '.join(lower_words(reply))} "
    return next((sentence for sentence in _fixed() if f" {sentence} " in said), None)


@cache
def _lines() -> tuple[str, ...]:
    return tuple(line for kind in ("make_", "construct_") for name in prompt_names(kind) for line in template(name).splitlines())


@cache
def _heads() -> re.Pattern[str]:
    """Returns a pattern of the templates' headings and labels, at the beginning of a line or after a sentence."""
    found = {match[1] for line in _lines() if (match := _HEAD.match(line))}
    patterns = {r"[^\n:]{1,80}?".join(map(re.escape, _PLACEHOLDER.split(head))) for head in found}
    return re.compile(rf"(?:^|(?<=[.!?]\s))\W*(?:{'|'.join(sorted(patterns))})\s*:", re.MULTILINE | re.IGNORECASE)


@cache
def _fixed() -> tuple[str, ...]:
    """Returns the words of each template sentence, split at placeholders."""
    parts = {
        " ".join(lower_words(part)) for line in _lines() if not _HEAD.fullmatch(line)
        for sentence in split_sentences(line) for part in _PLACEHOLDER.split(sentence)
    }  # fmt: skip
    return tuple(sorted(part for part in parts if part.count(" ") + 1 >= LEAST_WORDS))
