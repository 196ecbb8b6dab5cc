"""Contradictions of a text with the profile in dates, ages, names, gender, or by a death; rule-based."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from human_simulacra.construction.text_checks.gender_words import PERSON_NOUNS, other_genders
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.types import Character
from human_simulacra.validation.years_and_ages import NUMBER, ages, number, years

MONTHS = tuple(datetime.date(2000, month, 1).strftime("%B") for month in range(1, 13))
WEEKDAYS = tuple(datetime.date(2024, 1, day).strftime("%A") for day in range(1, 8))  # 1 January 2024 was a Monday
_PLAN = re.compile(
    r"\b(?:will|would|plan\w*|hop(?:e|es|ed|ing)|wants?|wish\w*|mean[st]? to|goals?|expect\w*"
    r"|(?:by|until)(?: \w+){0,3} 20\d\d)\b",
    re.IGNORECASE,
)
_BEFORE_LIFE = re.compile(
    r"\b(?:before|since|ago|built|founded|opened|history|born|(?:grand|great-)?(?:father|mother|parents)|uncle|aunt|family|war)\b",
    re.I,
)
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_DATE = re.compile(
    rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)}),? )?(?:the )?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}"
    rf"|{_MONTH.replace('month', 'month2')} (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?),? (?P<year>[12]\d{{3}})\b"
)


def find_contradictions(text: str, life: Lifetime) -> list[str]:
    """Returns the contradictions, each a phrase for the model's retry prompt or the reviewer."""
    found = [*_dates(text, life), *_ages(text, life), *_names(text, life), *_called(text, life), *_death(text, life)]
    return list(dict.fromkeys(found))


def _dates(text: str, life: Lifetime) -> Iterator[str]:
    subject, birth = re.compile(rf"\b(?:{re.escape(life.first_name)}|I)\b"), _birth(life)
    for sentence in split_sentences(text):
        for year in years(sentence):
            if year > life.today.year and not _PLAN.search(sentence):
                yield f"it tells of {year}, but the present is {life.today.year}"
            if year < life.born.year and subject.search(sentence) and not _BEFORE_LIFE.search(sentence):
                yield f"it tells of {life.first_name} in {year}, before the birth in {life.born.year}"
        born = birth.search(sentence)
        for year in years(born[0]) if born else ():
            if year != life.born.year:
                yield f"it says born in {year}, but the profile says {life.born.isoformat()}"
        for match in _DATE.finditer(sentence):
            of_birth = bool(born and match.start() < born.end() and born.start() < match.end())
            yield from _date(match, of_birth, life)


def _birth(life: Lifetime) -> re.Pattern[str]:
    """Returns a pattern of the person's own birth, with a year just before or after it."""
    who = rf"(?:{re.escape(life.first_name)}(?: [A-Z][\w'’-]+){{0,3}}|I)"
    after = r"(?:(?:[^,;]|(?<=\d),){0,60}?\b[12]\d{3}\b)?"
    return re.compile(rf"(?:\b[12]\d{{3}},? )?\b{who}(?:(?:,[^,;]{{1,40}},)? was(?: \w+ly)? born|,? born)\b{after}")


def _date(match: re.Match[str], of_birth: bool, life: Lifetime) -> Iterator[str]:
    month = MONTHS.index(match["month"] or match["month2"]) + 1
    try:
        day = datetime.date(int(match["year"]), month, int(match["day"] or match["day2"]))
    except ValueError:
        yield f"there is no {match[0]}"
        return
    if match["weekday"] and match["weekday"] != WEEKDAYS[day.weekday()]:
        yield f"{match[0]} was a {WEEKDAYS[day.weekday()]}"
    if of_birth and day != life.born and day.year == life.born.year:
        yield f"it says born on {day}, but the profile says {life.born}"


def _ages(text: str, life: Lifetime) -> Iterator[str]:
    for sentence in split_sentences(text):
        stated = [*ages(sentence, life.first_name), *ages(sentence, "I")]
        who = rf"(?:{re.escape(life.first_name)}|I)"
        for match in re.finditer(rf"\b(?:[Aa]t (?:the age of |age )?|[Aa]ged )({NUMBER}),? {who}\b", sentence):
            stated.append((match[0], number(match[1])))
        named = years(sentence)
        for said, age in stated:
            if age > life.character.age:
                yield f"it says '{said}', but {life.first_name} is {life.character.age} at present"
            elif len(named) == 1 and not 0 <= named[0] - life.born.year - age <= 1:
                yield f"it says '{said}' in {named[0]}, but the birth was in {life.born.year}"


def _names(text: str, life: Lifetime) -> Iterator[str]:
    own = set(re.findall(r"[\w'’-]+", life.character.name))
    known = own | {*MONTHS, *WEEKDAYS, "I"} | set(re.findall(rf"{re.escape(life.first_name)} (\w+)", life.character.biography))
    for match in re.finditer(rf"\b{re.escape(life.first_name)} ([A-Z][\w'’-]+)", text):
        surname = re.sub(r"['’]s?$", "", match[1])
        if surname not in known:
            yield f"it calls {life.character.name} '{life.first_name} {surname}'"
    for match in re.finditer(r"\b[Mm]y name (?:is|was) ([A-Z][\w'’-]+)", text):
        if match[1] not in own:
            yield f"it says 'my name is {match[1]}', but the name is {life.character.name}"


def describe_gender_fault(character: Character, other: str) -> str:
    """Returns the fault of a text that gives the person another gender."""
    return f"it speaks of {character.name} as {other}, but the profile says {character.gender}"


def _called(text: str, life: Lifetime) -> Iterator[str]:
    for other in other_genders(life.character.gender):
        if re.search(rf"\b{_named(life)}(?:,[^.]*,)? (?:is|was) an? (?:[\w-]+ )?(?:{PERSON_NOUNS[other]})\b", text):
            yield describe_gender_fault(life.character, other)


def _death(text: str, life: Lifetime) -> Iterator[str]:
    died = rf"\b{_named(life)}(?:,[^,.;]{{1,40}},)? (?:had )?(?:died|passed away|was buried)\b"
    if re.search(rf"{died}|\bafter {_named(life)}['’]s? death\b", text):
        yield f"it says that {life.first_name} died, who lives"


def _named(life: Lifetime) -> str:
    return rf"{re.escape(life.first_name)}(?: {re.escape(life.character.name.split()[-1])})?"
