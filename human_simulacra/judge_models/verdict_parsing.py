"""Strict parsing of judges' replies: a verdict must fill a line; everything else is unparseable, never a guess.

Judged answers are untrusted text, and a judge may quote one that looks like a verdict. So a grade counts only if it fills a
line and no other line contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.judge_models.reading_material import clip_text

LOWEST, HIGHEST = 1, 5
MOST_STATEMENTS, LONGEST_STATEMENT = 8, 300

_MARKUP = re.compile(r"[*_`#]+")
_LABEL = r"(?:(?:the |my )?(?:score|grade|answer|verdict)(?: is)?\s*[:=]?\s*)?"
_GRADE = re.compile(_LABEL + r"([1-5])(?:\s*/\s*5)?\s*\.?", re.IGNORECASE)
_NUMBERED_GRADE = re.compile(r"(?:statement\s+)?(\d{1,2})\s*[:.)=-]\s*([1-5])(?:\s*/\s*5)?\s*\.?", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}\s*[.):]\s*(\S.*)")
_LETTER = re.compile(_LABEL + r"\(?([A-Z])[).]?\s*\.?", re.IGNORECASE)


def parse_statements(text: str) -> tuple[str, ...]:
    """Returns the numbered statements of a description in order; lines without letters, such as `1: 4`, are ignored."""
    found = [match[1].strip() for line in _lines(text) if (match := _NUMBERED.fullmatch(line))]
    return tuple(clip_text(one, LONGEST_STATEMENT) for one in found if re.search(r"[^\W\d_]", one))[:MOST_STATEMENTS]


def parse_grades(text: str, count: int) -> tuple[int | None, ...]:
    """Parses one grade per statement.

    Args:
        text: The judge's reply, with lines such as `2: 4`.
        count: Number of statements.

    Returns:
        A grade from 1 to 5 for each statement; None if its number is missing or has two different grades.
    """
    grades: dict[int, set[int]] = {}
    for line in _lines(text):
        if match := _NUMBERED_GRADE.fullmatch(line):
            grades.setdefault(int(match[1]), set()).add(int(match[2]))
    return tuple(next(iter(grades[n])) if len(grades.get(n, ())) == 1 else None for n in range(1, count + 1))


def parse_grade(text: str) -> int | None:
    """Parses one grade from 1 to 5 in the last line; None if another line also has a grade."""
    return int(found) if (found := _only_last(text, _GRADE)) else None


def parse_choice(text: str, count: int) -> int | None:
    """Parses the position of one of the first `count` letters in the last line; None if another line also has a letter."""
    found = _only_last(text, _LETTER)
    position = ord(found.upper()) - ord("A") if found else count
    return position if position < count else None


def parse_word(text: str, words: Sequence[str]) -> str | None:
    """Parses one of these words in the last line, after `Verdict:` or alone; None if another line also has one."""
    found = _only_last(text, re.compile(_LABEL + f"({'|'.join(words)})" + r"\s*\.?", re.IGNORECASE))
    return found.lower() if found else None


def _only_last(text: str, pattern: re.Pattern[str]) -> str | None:
    matches = [pattern.fullmatch(line) for line in _lines(text)]
    if not matches or matches[-1] is None or any(matches[:-1]):
        return None
    return matches[-1][1]


def _lines(text: str) -> list[str]:
    """Returns the non-blank lines without Markdown markup and list bullets."""
    return [line for raw in text.splitlines() if (line := _MARKUP.sub("", raw).strip().removeprefix("- ").strip())]
