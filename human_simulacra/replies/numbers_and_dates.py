"""Numbers and dates in a text in their many spellings: numbers by text2num, dates by dateutil."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from dateutil import parser as date_parser
from text_to_num import alpha2digit

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:\d{4}|'\d{2})"
_NUMERIC = re.compile(r"(?<![\d./-])(?:\d{4}([./-])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2(?:\d{4}|\d{2}))(?![\d/-]|\.\d)")
_NAMED = re.compile(
    rf"\b(?:(?:the )?{_DAY}(?: day)?(?: of)?,?[ -]{_MONTH},?(?: of)?[ -]{_YEAR}|{_MONTH} (?:the )?{_DAY},?(?: of)? {_YEAR}|"
    rf"\d{{4}},? {_MONTH} {_DAY})\b",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(r"\b(\d+(?:\.\d+)?) (100|1000|1000000)\b(?: and (\d{1,2})\b)?")
_SEPARATED = re.compile(r"(?<=\d),(?=\d{3}\b)")
_ROMAN = re.compile(r"(?<![\w'])(?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|VI{0,3}|I{2,3})(?![\w'])")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


def number_words_as_digits(text: str) -> str:
    """Returns a text with its numbers in digits: `thirty-one` is 31, `the twelfth` the 12th, `2.3 million` 2300000.

    `one`, `two` and `three` alone stay words, since they are seldom figures. Separators of thousands go: `3,100` is 3100.
    """
    text = re.sub(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d.,])", lambda m: m[0].replace(" ", ""), text)  # 35 000
    text = re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))(?! )", ".", _SEPARATED.sub("", text))  # 91,5
    text = alpha2digit(text, "en")
    text = re.sub(r"\b(\d+) and a half\b", r"\1.5", text)
    return _MULTIPLIED.sub(_multiplied, text)


def _multiplied(found: re.Match[str]) -> str:
    value = float(found[1]) * int(found[2]) + int(found[3] or 0)
    return str(int(value)) if value.is_integer() else str(value)


def roman_numerals(text: str) -> list[tuple[int, int, int]]:
    """Returns (value, start, end) of the Roman numerals from II to XXXIX in a text, in capitals, and V and X alone."""
    found = []
    for match in _ROMAN.finditer(text):
        values = [_ROMAN_DIGITS[letter] for letter in match[0]]
        value = sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
        found.append((value, match.start(), match.end()))
    return found


def date_spans(text: str) -> list[tuple[int, int, frozenset[datetime.date]]]:
    """Returns (start, end, readings) of the full dates in a text whose numbers are digits, in order.

    `1977-11-08`, `8.11.1977`, `November 8th, '77` and `the eighth of November 1977` have one reading; `11/08/1977` and
    `11-08-1977` have two, since the day or the month may come first.
    """
    text = number_words_as_digits(text)
    spans = sorted((match.start(), match.end(), match[0]) for pattern in (_NUMERIC, _NAMED) for match in pattern.finditer(text))
    return [(start, end, frozenset(found)) for start, end, written in spans if (found := list(_readings(written)))]


def _readings(written: str) -> Iterator[datetime.date]:
    year_first = bool(re.match(r"\d{4}\W", written))
    ambiguous = re.match(r"\d+[/-]", written) and not year_first
    for day_first in (True, False) if ambiguous else (not year_first,):
        try:
            yield date_parser.parse(
                re.sub(r"\b(?:the|day|of)\b", " ", written.replace("'", ""), flags=re.IGNORECASE),
                dayfirst=day_first,
                yearfirst=year_first,
            ).date()
        except (ValueError, OverflowError):
            continue
