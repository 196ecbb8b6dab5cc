"""Strict parsing of judges' replies: the last line states one verdict; everything else is unparseable, never a guess.

Prompts ask for a last line such as `SCORE: 4`. Small models also write `4 = rather alike` or `I would give it a 4.`, so a line
states a verdict in three forms: after a label, alone, or after "I would give it a"; a remark may follow. Judged answers are
untrusted text, and a judge may quote one that looks like a verdict, so text in quotation marks is removed first.

A comparison of several answers has one labelled line for each criterion, such as `VOICE: B > A = C`, and no remark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.judge_models.reading_material import clip_text

LOWEST, HIGHEST = 1, 5
MOST_STATEMENTS, LONGEST_STATEMENT = 8, 300
MOST_COMPARED, MOST_FALSE_FACTS = 26, 9  # letters, and one digit

_MARKUP = re.compile(r"[*_`#]+")
# A quotation that is not closed goes to the end. A single mark stays in its place, so that a line never looks whole without it.
_QUOTATION = re.compile(r'"[^"]*(?:"|\Z)|“[^”]*(?:”|\Z)|«[^»]*(?:»|\Z)|<<.*?(?:>>|\Z)', re.DOTALL)
_LABEL = r"(?:(?:the |my )?(?:final )?(?:score|grade|rating|answer|verdict)(?: is\b)?\s*[:=]?\s*)"
_OPINION = r"(?:I(?:['’]d| would| will)? (?:give|rate|grade|score) (?:it|this|them) (?:as )?(?:an? )?)"
_REMARK = r"(?:\s*[.!]|\s*[-=:,;.()–—](?P<remark>.*))?"
_GRADE = r"(?P<value>[1-5])\b(?:\s*/\s*5\b|\s+out of (?:5|five)\b)?"
_NUMBERED_GRADE = re.compile(rf"(?:statement\s+)?(?P<number>\d{{1,2}})\s*[:.)=-]\s*{_LABEL}?{_GRADE}{_REMARK}", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}\s*[.):]\s*(\S.*)")
_RANKING = re.compile(r"[A-Z](?:[>=][A-Z])*")
_COUNT = r"([A-Z])\s*[:=]?\s*(\d)\b"
_COUNTS = re.compile(rf"{_COUNT}(?:\s*[,;]\s*{_COUNT})*")


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
    for line in _unquoted_lines(text):
        if (match := _NUMBERED_GRADE.fullmatch(line)) and not re.search(r"\d", match["remark"] or ""):
            grades.setdefault(int(match["number"]), set()).add(int(match["value"]))
    return tuple(next(iter(grades[n])) if len(grades.get(n, ())) == 1 else None for n in range(1, count + 1))


def parse_grade(text: str) -> int | None:
    """Parses the grade from 1 to 5 that the last line states; None if another line states another grade."""
    found = _last_verdict(text, _GRADE, r"\d")
    return int(found) if found else None


def parse_choice(text: str, count: int) -> int | None:
    """Parses the position of one of the first `count` letters, which the last line states; None if another line has another."""
    found = _last_verdict(text, r"\(?(?P<value>[A-Z])\b\)?", r"\b[B-HJ-Z]\b")  # "A" and "I" are words
    position = ord(found.upper()) - ord("A") if found else count
    return position if position < count else None


def parse_word(text: str, words: Sequence[str]) -> str | None:
    """Parses one of these words, which the last line states; None if another line states another."""
    either = "|".join(words)
    found = _last_verdict(text, rf"(?P<value>{either})\b", rf"(?i:\b(?:{either})\b)")
    return found.lower() if found else None


def parse_ranking(text: str, label: str, count: int) -> list[float] | None:
    """Parses a line such as `VOICE: B > A = C`, best first.

    Args:
        text: The judge's reply.
        label: The line's label.
        count: Number of answers, whose letters begin with A; 1 to 26.

    Returns:
        The rank of each answer, 1 the best; equal answers share the mean of their ranks. None if there is no such line, there
        are two that differ, or a letter is missing, repeated or unknown.
    """
    line = re.sub(r"\s+", "", _labelled_line(text, label)).upper()
    if not _RANKING.fullmatch(line) or sorted(line[::2]) != _letters(count):
        return None
    ranks: dict[str, float] = {}
    for tied in line.split(">"):
        letters = tied.split("=")
        mean = len(ranks) + (len(letters) + 1) / 2
        ranks |= dict.fromkeys(letters, mean)
    return [ranks[letter] for letter in _letters(count)]


def parse_counts(text: str, label: str, count: int) -> list[int] | None:
    """Parses a line such as `FALSE FACTS: A 0, B 2`, with one digit for each answer; arguments and None as `parse_ranking`."""
    line = _labelled_line(text, label).upper()
    found = re.findall(_COUNT, line) if _COUNTS.fullmatch(line) else []
    by_letter = dict(found)
    if len(found) != count or sorted(by_letter) != _letters(count):
        return None
    return [int(by_letter[letter]) for letter in _letters(count)]


def _labelled_line(text: str, label: str) -> str:
    """Returns what follows a label; empty if no line has it or two lines differ."""
    pattern = re.compile(rf"{label}\s*:\s*(.*?)\s*\.?", re.IGNORECASE)
    found = {match[1] for line in _unquoted_lines(text) if (match := pattern.fullmatch(line))}
    return found.pop() if len(found) == 1 else ""


def _letters(count: int) -> list[str]:
    return [chr(ord("A") + place) for place in range(count)]


def _last_verdict(text: str, value: str, other: str) -> str | None:
    """Returns the value that the last line states, if no line contradicts it.

    A line with a label counts before lines without, since a judge may repeat the scale before `SCORE: 4`.

    Args:
        text: The judge's reply.
        value: Pattern of a value, with the group `value`.
        other: Pattern of what makes a remark ambiguous: another value.
    """
    lines = _unquoted_lines(text)
    for form in (_LABEL, f"(?:{_LABEL}|{_OPINION})?"):
        pattern = re.compile(form + value + _REMARK, re.IGNORECASE)
        matches = [match if (match := pattern.fullmatch(line)) else None for line in lines]
        if matches and (last := matches[-1]):
            stated = {match["value"].lower() for match in matches if match}
            ambiguous = re.search(other, last["remark"] or "")
            return last["value"] if len(stated) == 1 and not ambiguous else None
    return None


def _unquoted_lines(text: str) -> list[str]:
    return _lines(_QUOTATION.sub('"', text))


def _lines(text: str) -> list[str]:
    """Returns the non-blank lines without Markdown markup and list bullets."""
    return [line for raw in text.splitlines() if (line := _MARKUP.sub("", raw).strip().removeprefix("- ").strip())]
