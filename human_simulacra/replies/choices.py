"""Parsing which lettered options a free-form reply chooses; an unparseable reply is None, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.replies.cloze import contains_phrase, normalised_words

_STATED = re.compile(r"\banswers?\s*(?:is|are|:|=)+\s*(.+)", re.IGNORECASE)
_LONE_LETTER = re.compile(r"(?<![^\W_])(?P<before>[(\[*]*)(?P<letter>[A-Z])(?P<after>[)\]*.:,]|\s*$)?(?![^\W_'’])", re.MULTILINE)


def read_choices(reply: str, options: Sequence[str]) -> tuple[int, ...] | None:
    """Parses which lettered options a reply chooses.

    Text after "answer is" takes precedence; then letters in any form (`B`, `(b)`, `A, C and E`, `ACE`, `**D**`,
    `B. because ...`); then the texts of the options. "A" and "I" inside a sentence are words, not letters.

    Args:
        reply: The free-form reply.
        options: Texts of the options, A first.

    Returns:
        Positions of the chosen options in ascending order, or None if the reply is unparseable.
    """
    letters = [chr(ord("A") + position) for position in range(len(options))]
    stated = _STATED.search(reply)
    for part in [stated[1], reply] if stated else [reply]:
        chosen = _letter_list(part, letters) or _letters_in_prose(part, letters)
        if chosen:
            return tuple(sorted(letters.index(letter) for letter in chosen))
    reply_words, option_words = normalised_words(reply), [normalised_words(option) for option in options]
    return tuple(i for i, wanted in enumerate(option_words) if wanted and contains_phrase(reply_words, wanted)) or None


def _letter_list(text: str, letters: Sequence[str]) -> set[str]:
    """Parses a text of distinct letters and nothing else: `b`, `A, C and E`, `(A) (C)`, or a run of capitals, `ACE`."""
    tokens = [t for t in re.findall(r"[^\W_]+", text) if t.casefold() not in ("and", "option", "options", "letter", "letters")]
    if len(tokens) == 1 and tokens[0].isupper():
        tokens = list(tokens[0])
    run = [token.upper() for token in tokens]
    return set(run) if len(set(run)) == len(run) and all(token in letters for token in run) else set()


def _letters_in_prose(text: str, letters: Sequence[str]) -> set[str]:
    """Parses single capital letters in a sentence; A and I only if punctuation shows that they are not words."""
    found = set()
    for match in _LONE_LETTER.finditer(text):
        letter, set_off = match["letter"], bool(match["before"] or match["after"])
        if letter in letters and (set_off or letter not in "AI"):
            found.add(letter)
    return found
