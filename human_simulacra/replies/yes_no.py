"""Parsing yes or no from free-form replies; a reply with neither or both is None, never a guess."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Literal

YesNo = Literal["yes", "no"]
_STATED = re.compile(r"\banswers?(?:\s+\w+){0,2}?\s*(?:\bis|\bare|:|=)+\W*(.+)", re.IGNORECASE | re.DOTALL)
_CLAUSE = re.compile(r"[^\w\s'’-]+|\n|\s[-–—]+\s|—|–")
_YES = re.compile(r"\b(?:yes|yeah|yep|yup|yea|aye)\b", re.IGNORECASE)
# In "no one" or "no doubt", the word is no answer. An answer precedes punctuation, the end, or a new sentence.
_NO = re.compile(r"\b(?:nope|nah|no(?=\W*$|\s*[^\w\s]|\s+(?:i|it|that|this|not|my|never|thanks)\b))(?!-)\b", re.IGNORECASE)


def read_yes_no(reply: str) -> YesNo | None:
    """Parses a reply as yes or no.

    Text after "answer is" takes precedence. If the first clause is one of the words alone (`Yes, no one ...`), it counts,
    unless the other word alone follows (`No, yes`). Otherwise exactly one of the two must occur. `No one`, `no doubt`,
    `know` and `yesterday` are neither.

    Args:
        reply: The free-form reply.

    Returns:
        `yes`, `no`, or None if the reply has neither or both.
    """
    reply = reply.replace("_", " ")  # emphasis, which \b would treat as a letter
    stated = _STATED.search(reply)
    for part in [stated[1], reply] if stated else [reply]:
        clauses = [clause.strip() for clause in _CLAUSE.split(part) if clause.strip()]
        alone: list[YesNo | None] = [_alone(clause) for clause in clauses]
        if alone and alone[0]:
            return None if len(set(takewhile(bool, alone))) > 1 else alone[0]
        found: list[YesNo] = [word for pattern, word in ((_YES, "yes"), (_NO, "no")) if pattern.search(part)]  # type: ignore[misc]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _alone(clause: str) -> YesNo | None:
    """Returns the answer of a clause that is one of the words alone."""
    return "yes" if _YES.fullmatch(clause) else "no" if _NO.fullmatch(clause) else None
