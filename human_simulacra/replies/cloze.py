"""Reading whether a free-form reply states an accepted answer to a cloze question (docs/reading.md).

The reply's words are compared as whole words in order, in one form of case, accents, numbers and dates. A mention of the
answer counts unless its clause denies it, gives it as one of several candidates, or tells it of somebody else (`cloze_cues`).
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from text_to_num import alpha2digit

from human_simulacra.replies.cloze_cues import is_stated, leaves_open
from human_simulacra.replies.demanded_form import answer_lines
from human_simulacra.replies.numbers_and_dates import date_spans, number_words_as_digits, roman_numerals
from human_simulacra.replies.plain_text import plain_text
from human_simulacra.replies.units_and_times import MONTHS, UNITS, currencies_in, currency_near, measures, times_of_day
from human_simulacra.word_stems import word_stem

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|\d+[^\W\d_]+")
# Words for a person's gender are one answer, also as a form writes it.
_GENDER = {
    **dict.fromkeys(("woman", "women", "female", "lady", "girl", "she", "f"), "female"),
    **dict.fromkeys(("man", "men", "male", "gentleman", "guy", "bloke", "lad", "boy", "he", "m"), "male"),
}
# Words that the parts of an answer may be joined by in one order or another: "engineer on ships", "a button of my trousers".
_JOINTS = frozenset("of from off for on in at aboard onto by with".split())
_LIGHT = frozenset("of on in at aboard by my your his her our their own some somebodi someon one".split())
_BOX = re.compile(r"[\[(]([ xX]?)[\])]")


def normalised_words(text: str) -> list[str]:
    """Splits a text into words without case, accents, punctuation, articles and `and`, with numbers as digits.

    `Forty-two` equals `42`, `the 3rd` equals `3`, `didn't` equals `did not`.
    """
    return [word for word, *_ in _words(text)]


def states_answer(reply: str, accepted: Sequence[str], question: str = "") -> bool:
    """Returns whether a reply states one of the accepted answers.

    Args:
        reply: The free-form reply.
        accepted: Accepted answers.
        question: The question, if known: a relative that it asks about is nobody else.
    """
    text = _answer_text(reply)
    if leaves_open(text, accepted):
        return False
    text = number_words_as_digits(text)
    words = list(_words(text))
    currencies = {currency for answer in accepted for currency in _read_accepted(answer).currencies}
    return any(
        is_stated(text, start, end, question, repeats="__" in question and _echoes(text[:start], question))
        and not (currencies and currency_near(text, start, end) not in (None, *currencies))
        for answer in accepted
        for start, end in _mentions(text, words, answer)
    )


def is_an_answer_alone(reply: str, accepted: Sequence[str]) -> bool:
    """Returns whether a reply, or its last line `Answer: ...`, is one of the accepted answers and nothing else."""
    said = normalised_words(_answer_text(reply))
    return any(said == _read_accepted(answer).words for answer in accepted)


def _answer_text(reply: str) -> str:
    """Returns the content of a last line `Answer: ...`, or of the ticked boxes, or else the whole reply, as plain text."""
    text = re.sub(r"\b(s?he)/(?:her|him)s?\b", r"\1", plain_text(reply), flags=re.IGNORECASE)
    lines = answer_lines(text)
    text = lines[-1][0] if lines and lines[-1][1] else text
    parts = _BOX.split(text)
    if not any(mark.strip() for mark in parts[1::2]):
        return text
    labels = parts[2::2] if parts[-1].strip() else parts[:-1:2]  # [x] man [ ] woman, or: man [x] woman [ ]
    return "\n".join(label for mark, label in zip(parts[1::2], labels, strict=True) if mark.strip())


class _Accepted(NamedTuple):
    """What an accepted answer is compared by: the readings of its date, time of day or measure, if it is one, and its words."""

    date: frozenset[datetime.date] | None
    time: frozenset[int] | None
    measure: tuple[str, float] | None
    words: list[str]
    currencies: set[str]


@lru_cache(maxsize=4096)
def _read_accepted(answer: str) -> _Accepted:
    """Reads an accepted answer, once for all replies."""
    dates, times = date_spans(answer), times_of_day(number_words_as_digits(answer), bare=False)
    is_time = len(times) == 1 and times[0][1] - times[0][0] >= len(answer) / 3
    number = number_words_as_digits(answer)
    measure = next(((unit, amount) for start, end, unit, amount in measures(number) if end - start == len(number)), None)
    words, currencies = normalised_words(answer), currencies_in(answer)
    return _Accepted(dates[0][2] if dates else None, times[0][2] if is_time else None, measure, words, currencies)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields (word, start, end) in the normal form; positions are those of the text with its numbers as digits."""
    before = ""
    for match in _WORD.finditer(number_words_as_digits(text)):
        plain = "".join(c for c in unicodedata.normalize("NFKD", match[0].casefold()) if not unicodedata.combining(c))
        plain = re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", plain)
        for part in _parts(plain):
            if part not in ("a", "an", "the", "and"):
                word = MONTHS.get(part, part)
                yield UNITS.get(word, word) if before.isdigit() else word, match.start(), match.end()
                before = part.replace(".", "")


@cache
def _parts(word: str) -> tuple[str, ...]:
    if word.endswith("n't"):
        return (word[:-3], "not")
    if (word := word.removesuffix("'s").removesuffix("'")) and re.fullmatch(r"\d+[a-z]+", word):
        return tuple(re.findall(r"\d+|[a-z]+", word))  # 12g
    return (re.sub(r"\.0+$", "", alpha2digit(word, "en", threshold=0)),)


def _stem(word: str) -> str:
    return _GENDER.get(word) or word_stem(word)


def _mentions(text: str, words: Sequence[tuple[str, int, int]], answer: str) -> Iterator[tuple[int, int]]:
    """Yields where a text mentions an accepted answer."""
    date, time, measure, wanted, _ = _read_accepted(answer)
    if date is not None:
        yield from ((start, end) for start, end, readings in date_spans(text) if readings & date)
        return
    if time is not None:
        yield from ((start, end) for start, end, readings in times_of_day(text) if readings <= time)
    if measure is not None:
        yield from ((start, end) for start, end, *amount in measures(text) if tuple(amount) == measure)
    names = answer != answer.casefold()  # a name is not the plural of another
    same = [word if names else _stem(word) for word in wanted]
    found = [(word if names else _stem(word), start, end) for word, start, end in words]
    yield from _runs(found, same)
    if len(wanted) == 2 and wanted[0].isdigit() and [word for word, *_ in words] == wanted[:1]:
        yield words[0][1:]  # the number alone; its unit goes without saying
    if len(wanted) > 1 and not names:  # in one word: "paperboy" for "paper boy"
        yield from ((start, end) for word, start, end in words if word == "".join(wanted))
    if len(wanted) == 1 and wanted[0].isdigit():
        yield from ((start, end) for value, start, end in roman_numerals(text) if value == int(wanted[0]))
    yield from _reordered(text, found, same)


def _runs(words: Sequence[tuple[str, int, int]], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    for n in range(len(words) - len(wanted) + 1) if wanted else ():
        if [word for word, *_ in words[n : n + len(wanted)]] == wanted:
            yield words[n][1], words[n + len(wanted) - 1][2]


def _reordered(text: str, words: Sequence[tuple[str, int, int]], answer: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields where an answer of several words stands with other small words, or its last words first: "engineer, on ships"."""
    heavy = [word for word in answer if word not in _LIGHT]
    if len(heavy) < 2:
        return
    yield from _runs([word for word in words if word[0] not in _LIGHT], heavy)
    joined = len(heavy) > len(wanted := [word for word in heavy if word not in _JOINTS]) or len(answer) > len(heavy)
    words = [word for word in words if word[0] not in _LIGHT | _JOINTS]
    for turn in range(1, len(wanted)) if not any(word.isdigit() for word in wanted) else ():
        for start, end in _runs(words, wanted[turn:] + wanted[:turn]):
            before, after = [word for word in words if start <= word[1] < end][-turn - 1 :][:2]
            between = text[before[2] : after[1]]
            if joined or re.search(r"[,.(]", between) or not _JOINTS.isdisjoint(between.casefold().split()):
                yield start, end


def _echoes(before: str, question: str) -> bool:
    """Returns whether a text repeats the last words of a question before its gap, whose negation is the question's own."""
    said, asked = normalised_words(before), normalised_words(question.split("__")[0])
    return len(asked) > 1 and said[-3:] == asked[-3:]
