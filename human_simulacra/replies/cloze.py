"""Parsing a free-form reply to a cloze question: whether it states an accepted answer."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def normalised_words(text: str) -> list[str]:
    """Splits a text into words without case, accents, punctuation and articles, with numbers as digits.

    `Forty-two` equals `42`, and `the 3rd` equals `3`.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    found = _WORD.findall(plain.replace("'s ", " ").replace("’s ", " "))
    return [w for w in _numbers([re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", w) for w in found]) if w not in ("a", "an", "the")]


def _numbers(found: Sequence[str]) -> list[str]:
    result: list[str] = []
    position = 0
    while position < len(found):
        word = found[position]
        following = found[position + 1] if position + 1 < len(found) else ""
        if word in _TENS[2:]:
            value = _TENS.index(word) * 10
            if following in _UNITS[1:10]:
                value += _UNITS.index(following)
                position += 1
            result.append(str(value))
        else:
            result.append(str(_UNITS.index(word)) if word in _UNITS else word)
        position += 1
    return result


def find_dates(text: str) -> list[datetime.date]:
    """Returns every full date in a text: ISO, `8 November 1977`, `November 8th, 1977`, `1977/11/08`, `08.11.1977`."""
    found = [_date(y, m, d) for y, m, d in re.findall(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b", text)]
    found += [_date(y, m, d) for d, m, y in re.findall(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", text)]
    tokens = [re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", w) for w in _WORD.findall(text.casefold()) if w not in ("of", "the")]
    for first, second, year in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if re.fullmatch(r"\d{4}", year):
            for day, month in ((first, second), (second, first)):
                if month in _MONTHS and day.isdigit():
                    found.append(_date(year, _MONTHS[month], day))
    return [date for date in found if date is not None]


def _date(year: str | int, month: str | int, day: str | int) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None


def states_answer(reply: str, accepted: Sequence[str]) -> bool:
    """Returns whether a reply states one of the accepted answers.

    Matches whole words in order, never a substring ("male" is not in "female"), and dates in any usual form. A numeric
    answer must be the only number in the reply, so that a list of guesses does not match.

    Args:
        reply: The free-form reply.
        accepted: Accepted answers.
    """
    reply_dates, reply_words = find_dates(reply), normalised_words(reply)
    for answer in accepted:
        answer_dates = find_dates(answer)
        if answer_dates:
            if set(reply_dates) == set(answer_dates):
                return True
            continue
        wanted = normalised_words(answer)
        guesses = len(wanted) == 1 and wanted[0].isdigit() and any(w.isdigit() and w != wanted[0] for w in reply_words)
        if wanted and contains_phrase(reply_words, wanted) and not guesses:
            return True
    return False


def contains_phrase(text: Sequence[str], phrase: Sequence[str]) -> bool:
    """Returns whether the words of a phrase occur consecutively in the words of a text."""
    size = len(phrase)
    return any(list(text[i : i + size]) == list(phrase) for i in range(len(text) - size + 1))
