"""Numbers and dates in a text in their many spellings: numbers by text2num, dates by dateutil."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from dateutil import parser as date_parser
from text_to_num import alpha2digit

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:(?:in )?\d{4}|'\d{2}|19 and \d{2}|(?<!, )\d{2}(?![\d:.,]?\d))"
_OF = r"(?: day)?(?: of| o')?,?[ -]"
_DAY_MONTH = rf"(?:(?:the )?{_DAY}{_OF}{_MONTH}|{_MONTH},?(?: the)? {_DAY})"
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:\d{4}([./-])\d{1,2}\1\d{1,2}|\d{1,2} ?([./-]) ?\d{1,2} ?\2 ?(?:\d{4}|\d{2}))(?![\d/-]|\.\d)"
)
_NAMED = re.compile(rf"\b(?:{_DAY_MONTH},?(?: of)?[ -]{_YEAR}|\d{{4}},?(?: on)? {_DAY_MONTH})\b", re.IGNORECASE)
_WITHOUT_YEAR = re.compile(rf"\b{_DAY_MONTH}\b", re.IGNORECASE)
_YEAR_ALONE = re.compile(r"(?<![\d.,/-])(?:1[5-9]|20)\d{2}(?![\d/-])")
_TELLS_MORE = re.compile(r"\b(?:I|we|he|she|they)\b(?!(?:'m| was| am| were)? born)", re.IGNORECASE)
_MULTIPLIED = re.compile(
    r"\b\d+(?:\.\d+)? (?:1000000|1000|100)\b(?:(?:,? and|,)? \d+ (?:1000|100)\b)*(?:,? and \d{1,2}\b(?! 100))?", re.IGNORECASE
)
_SMALL_DAY = re.compile(rf"\b(?:first|second|third)(?={_OF}{_MONTH})", re.IGNORECASE)
_SEPARATED = re.compile(r"(?<=\d),(?=\d{3}\b)")
_SMALL = {"half a": 0.5, "a": 1, "one": 1, "two": 2, "three": 3}
_COUNT = r"\d+|one|two|three"
_DOZEN = re.compile(rf"\b({_COUNT}|half a|a) dozen\b(?: and ({_COUNT})\b)?", re.IGNORECASE)
_HALF = re.compile(rf"\b({_COUNT}) and a half\b", re.IGNORECASE)
_FROM_ANOTHER = re.compile(
    rf"\b({_COUNT}) (?:(more)|less|fewer|short|shy)(?: than| of) ((?:the |my )?\W?)(\d+)\b(?!\.\d)", re.IGNORECASE
)
_CENTS = re.compile(r"\b(\d+) ([^\W\d_]+),? (?:and )?(\d{1,2}) (?:cents?|pence|p)\b", re.IGNORECASE)
_SAID_YEAR = re.compile(r"(?<![\d.:/-])(1[5-9]|20) (?:oh (?=\d\b))?(\d{1,2})\b(?![-.:]?\w| \d)")
_ROMAN = re.compile(r"(?<![\w'])(?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|VI{0,3}|I{2,3})(?![\w'])")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


def number_words_as_digits(text: str) -> str:
    """Returns a text with its numbers in digits: `thirty-one` is 31, `the twelfth` the 12th, `2.3 million` 2300000.

    `one`, `two` and `three` alone stay words, since they are seldom figures. Separators of thousands go: `3,100` is 3100. What a
    number is counted from is no number of its own: `one more than thirty` is 31, `two dozen` 24, `nineteen eighty-seven` 1987.
    """
    text = re.sub(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?![\d.,])", lambda m: m[0].replace(" ", ""), text)  # 35 000
    text = re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))(?! )", ".", _SEPARATED.sub("", text))  # 91,5
    text = _SMALL_DAY.sub(lambda m: {"first": "1st", "second": "2nd", "third": "3rd"}[m[0].lower()], text)
    text = alpha2digit(re.sub(r"(?<=\d) ?(?:k|grand)\b", " 1000", text), "en")
    text = _HALF.sub(lambda m: f"{int(_value(m[1]))}.5", text)
    text = _DOZEN.sub(lambda m: str(int(12 * _value(m[1]) + _value(m[2] or "0"))), text)
    text = _SAID_YEAR.sub(lambda m: m[1] + m[2].zfill(2), _MULTIPLIED.sub(_multiplied, text))
    text = _CENTS.sub(lambda m: f"{m[1]}.{m[3].zfill(2)} {m[2]}", text)
    return _FROM_ANOTHER.sub(lambda m: m[3] + str(int(int(m[4]) + _value(m[1]) * (1 if m[2] else -1))), text)


def _value(number: str) -> float:
    return _SMALL.get(number.lower()) or float(number)


def _multiplied(found: re.Match[str]) -> str:
    value, numbers = 0.0, [float(number) for number in re.findall(r"\d+(?:\.\d+)?", found[0])]
    for factor, power in zip(numbers[::2], [*numbers[1::2], 1], strict=False):
        value += factor * power
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
    `11-08-1977` have two, since the day or the month may come first. A day and month alone and a year alone, if the text has no
    others, are one date, unless the year's clause tells something else.
    """
    text = number_words_as_digits(text)
    spans = sorted((match.start(), match.end(), match[0]) for pattern in (_NUMERIC, _NAMED) for match in pattern.finditer(text))
    days, years = list(_WITHOUT_YEAR.finditer(text)), list(_YEAR_ALONE.finditer(text))
    if not spans and days and len(years) == 1 and not _TELLS_MORE.search(_clause(text, years[0].start())):
        spans = [(day.start(), day.end(), f"{day[0]} {years[0][0]}") for day in days[:1]]
    return [(start, end, frozenset(found)) for start, end, written in spans if (found := list(_readings(written)))]


def _clause(text: str, at: int) -> str:
    return re.split(r"[.;!?,]\s", text[:at])[-1] + re.split(r"[.;!?,]\s", text[at:])[0]


def _readings(written: str) -> Iterator[datetime.date]:
    year_first = bool(re.match(r"\d{4}\W", written))
    ambiguous = re.match(r"\d+ ?[/-]", written) and not year_first
    plain = re.sub(r"(?<=\d)\s+and\s+(?=\d)", "", re.sub(r" ?([./-]) ?(?=\d)", r"\1", written))
    plain = re.sub(r"\b(?:the|day|of|on|in|o')(?!\w)", " ", plain, flags=re.IGNORECASE).replace("'", "")
    for day_first in (True, False) if ambiguous else (not year_first,):
        try:
            day = date_parser.parse(plain, dayfirst=day_first, yearfirst=year_first).date()
            future = day > datetime.date.today() and not re.search(r"\d{4}", plain)  # '74 is a year that has been
            yield day.replace(year=day.year - 100) if future else day
        except (ValueError, OverflowError):
            continue
