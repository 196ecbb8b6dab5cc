"""Reading whether a free-form reply states an accepted answer to a cloze question (docs/reading.md).

The reply's words are compared as whole words in order, in one form of case, accents, numbers and dates. A mention of the
answer counts unless its clause denies it, gives it as one of several candidates, or tells it of somebody else.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from text_to_num import alpha2digit

from human_simulacra.replies.demanded_form import answer_lines
from human_simulacra.replies.numbers_and_dates import date_spans, number_words_as_digits, roman_numerals
from human_simulacra.replies.plain_text import plain_text
from human_simulacra.replies.relatives import KIN
from human_simulacra.replies.units_and_times import MONTHS, UNITS, currencies_in, currency_near, times_of_day
from human_simulacra.word_stems import word_stem

_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|\d+[^\W\d_]+")
# Words for a person's gender are one answer, also as a form writes it.
_GENDER = {
    **dict.fromkeys(("woman", "women", "female", "lady", "girl", "she", "f"), "female"),
    **dict.fromkeys(("man", "men", "male", "gentleman", "guy", "bloke", "lad", "boy", "he", "m"), "male"),
}
_CLAUSE = re.compile(
    r"[.;!?\n:]+(?=\s|$)|\n|,?\s+\bbut\b|,\s+(?=(?:it|that|he|she|they|i|we|so|no|which|and (?:i|it|he|she))\b)|\s-\s",
    re.IGNORECASE,
)
_DENIES_BEFORE = re.compile(
    r"(?:\b(?:everyone|everybody|people|they|most|some)\b(?: \w+){0,2} (?:thinks?|says?|said|believes?|assumes?)\b|"
    r"\b(?:former(?:ly)?|previously|used to be)\b|\bnot\b|n't\b|\bnor\b|\bneither\b|\bnever\b|\bno\b(?=\s\w+\W*$)|"
    r"\b(?:anywhere|anything|anyone|everywhere|everything|everyone|all|any \w+) (?:but|except)\b|"
    r"\bexcept\b|\brather than\b|\binstead of\b|\bother than\b|\bapart from\b|\bnearly\b|\balmost (?:said|wrote)\b|"
    r"\bnothing like\b)[^,]{0,60}$",
    re.IGNORECASE,
)
_DENIES_AFTER = re.compile(
    r"[\"')\s]*(?:\?\W*(?:no\b|not\b|wait\b)|\.\.\.\W*no\b|,? (?:no|sorry|wait|actually no)\b,?|"
    r"(?:[^.;!?\n,]{0,30}\b)?(?:isn't|wasn't|is not|was not)\b|\s*(?:is|was) (?:only )?what (?!i\b|we\b)|"
    r",? but (?:it|that|this|he|she|they|there) (?:wasn't|isn't|was not|is not|weren't)|[^.!?\n]{0,60}\bnot (?:him|her|it|"
    r"that|them|me)\b|'s \w|(?: \w+){0,3} (?:is|was|came) (?:wrong|later|my \w+'s|another|someone else))",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"^\W*(?:or|and/or|or else|or maybe|or perhaps)\b|^\s*/\s*(?!her|him)\w|^ to (?-i:[A-Z])", re.IGNORECASE
)
_ALTERNATIVE_BEFORE = re.compile(r"(?:\b(?:or|either|between)|\w\s*/)\s*(?:a|an|the|in|at|of|from)?\s*\W?$", re.IGNORECASE)
_OTHERS = re.compile(
    rf"\b(?:my|our|his|her) (?:\w+ )?({KIN})s?\b(?:(?! says| said| told|, who)[^.;!?\n])*\b(?:is|was|are|were|has|had|"
    rf"'s)\b[^.;!?\n]*$",
    re.IGNORECASE,
)
# Three or more candidates of at most three words, and nothing else.
_CANDIDATE = r"\s*[^\W\d_][^\s\d,.;:!?/]*(?: [^\s\d,.;:!?/]+){0,2}\s*"
_LIST = re.compile(rf"(?:{_CANDIDATE}[,/]){{2,}}(?:\s*(?:and|or)\b)?{_CANDIDATE}\.?")
_NOBODY = re.compile(r"\W*(?:nobody|no one|nothing|nowhere|none)[.,;:!]", re.IGNORECASE)
_OTHER_PEOPLE = re.compile(r"\b(?:the (?:others?|neighbours|rest)|(?:every|some)(?:one|body) else)\b[^.;!?]*$", re.IGNORECASE)
# What was intended or said and, as a "but" shows, did not come about; what was only hoped for.
_INTENDED = re.compile(
    r"\b(?:wanted|planned|expected|supposed|meant|offered|announced|asked for|used to|"
    r"told (?:everyone|everybody|people))\b[^.!?]*$",
    re.IGNORECASE,
)
_HOPED = re.compile(r"\b(?:hoped|wished|longed) for\b[^.!?]*$|\b(?:less|more|fewer|under|over) than\W*$", re.IGNORECASE)
_CAME_ABOUT = re.compile(r"[^.!?]*\b(?:but|in the end|until|and refused)\b", re.IGNORECASE)
_ASKED = re.compile(r"[^.!?\n]*\?\s*\w")  # the sentence is a question, and the reply goes on
_UNDECIDED = re.compile(
    r"\b(?:can't|cannot|couldn't|could not|won't|wouldn't|don't|never)(?: \w+){0,4} (?:say|tell|decide|know|swear|settle|"
    r"put my name|found out|remember)(?: \w+){0,2} (?:which|whether|to any|for any|either)\b|"
    r"\btake your pick\b|\banother (?:says|said|has|gives)\b|\bor something\b",
    re.IGNORECASE,
)


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
    if _UNDECIDED.search(text) or (_LIST.fullmatch(text) and not any("," in answer for answer in accepted)):
        return False
    if _NOBODY.match(text) and not any(_NOBODY.match(f"{answer}.") for answer in accepted):
        return False
    text = number_words_as_digits(text)
    words = list(_words(text))
    currencies = {currency for answer in accepted for currency in _read_accepted(answer).currencies}
    return any(
        _stated(text, start, end, question) and not (currencies and currency_near(text, start, end) not in (None, *currencies))
        for answer in accepted
        for start, end in _mentions(text, words, answer)
    )


def is_an_answer_alone(reply: str, accepted: Sequence[str]) -> bool:
    """Returns whether a reply, or its last line `Answer: ...`, is one of the accepted answers and nothing else."""
    said = normalised_words(_answer_text(reply))
    return any(said == _read_accepted(answer).words for answer in accepted)


def _answer_text(reply: str) -> str:
    """Returns the content of a last line `Answer: ...`, or else the whole reply, as plain text."""
    text = plain_text(reply)
    lines = answer_lines(text)
    return lines[-1][0] if lines and lines[-1][1] else text


class _Accepted(NamedTuple):
    """What an accepted answer is compared by: the readings of its date and of its time of day, if it is one, and its words."""

    date: frozenset[datetime.date] | None
    time: frozenset[int] | None
    words: list[str]
    currencies: set[str]


@lru_cache(maxsize=4096)
def _read_accepted(answer: str) -> _Accepted:
    """Reads an accepted answer, once for all replies."""
    dates, times = date_spans(answer), times_of_day(number_words_as_digits(answer), bare=False)
    is_time = len(times) == 1 and times[0][1] - times[0][0] >= len(answer) / 3
    words, currencies = normalised_words(answer), currencies_in(answer)
    return _Accepted(dates[0][2] if dates else None, times[0][2] if is_time else None, words, currencies)


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
    date, time, wanted, _ = _read_accepted(answer)
    if date is not None:
        yield from ((start, end) for start, end, readings in date_spans(text) if readings & date)
        return
    if time is not None:
        yield from ((start, end) for start, end, readings in times_of_day(text) if readings <= time)
    names = answer != answer.casefold()  # a name is not the plural of another
    same = [word if names else _stem(word) for word in wanted]
    found = [word if names else _stem(word) for word, *_ in words]
    for n in range(len(found) - len(same) + 1) if same else ():
        if found[n : n + len(same)] == same:
            yield words[n][1], words[n + len(same) - 1][2]
    if len(wanted) == 2 and wanted[0].isdigit() and [word for word, *_ in words] == wanted[:1]:
        yield words[0][1:]  # the number alone; its unit goes without saying
    if len(wanted) > 1 and not names:  # in one word: "paperboy" for "paper boy"
        yield from ((start, end) for word, start, end in words if word == "".join(wanted))
    if len(wanted) == 1 and wanted[0].isdigit():
        yield from ((start, end) for value, start, end in roman_numerals(text) if value == int(wanted[0]))


def _stated(text: str, start: int, end: int, question: str) -> bool:
    """Returns whether a mention of the answer states it: not denied, no candidate among several, nobody else's."""
    left, right = _CLAUSE.split(text[:start])[-1], text[end:]
    if text[start:end].endswith("'s") and re.match(rf" {KIN}\b", right):
        return False
    if "__" in question and _echoes(text[:start], question):
        return not _DENIES_AFTER.match(right)
    if _DENIES_BEFORE.search(left) or _DENIES_AFTER.match(right) or _OTHER_PEOPLE.search(left):
        return False
    if _HOPED.search(left) or (_INTENDED.search(left) and _CAME_ABOUT.match(right)) or _ASKED.match(right):
        return False
    if _ALTERNATIVE.match(right) or _ALTERNATIVE_BEFORE.search(left):
        return False
    if text[start:end].replace(".", "").isdigit() and (
        re.match(r"\s*(?:,|-|to|and)\s*\d+\b(?! \w+ly)", right) or re.search(r"\b\d+\s*(?:,|-|to|and)\s*$", text[:start])
    ):
        return False
    if re.search(r"\b(?:any|every|all)\w*(?: \w+)? (?:but|except|save)(?: in| at| for)?\W*$", text[:start], re.IGNORECASE):
        return False
    others = _OTHERS.search(left)
    return not others or others[1].casefold() in question.casefold()


def _echoes(before: str, question: str) -> bool:
    """Returns whether a text repeats the last words of a question before its gap, whose negation is the question's own."""
    said, asked = normalised_words(before), normalised_words(question.split("__")[0])
    return len(asked) > 1 and said[-3:] == asked[-3:]
