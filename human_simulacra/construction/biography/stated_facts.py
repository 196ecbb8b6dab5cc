"""The facts of a profile: a test whether a text states each of them, and plain sentences that state them."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from human_simulacra.construction.text_checks.gender_words import GENDER_WORDS, count_words
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.types import Character
from human_simulacra.validation.text_statistics import NUMBER_WORDS, STOP_WORDS, words

ENOUGH = 2 / 3  # of a value's content words, within two consecutive sentences
KINDS = {"female": "a woman", "male": "a man", "nonbinary": "nonbinary and goes by they"}
_ENDING = re.compile(r"(?<=...)(?:ings?|ers?|ies|ed|es|s|e|y)$")


@dataclass(frozen=True)
class Fact:
    """A fact: its key in the profile, its value, and a test whether a text states it."""

    key: str
    value: str
    stated: Callable[[str], bool]


def list_facts(character: Character) -> list[Fact]:
    """Returns the facts that a biography must state, in the order of a life."""
    born = datetime.date.fromisoformat(character.date_of_birth)
    return [
        Fact("name", character.name, lambda text: character.name.casefold() in text.casefold()),
        Fact("date_of_birth", character.date_of_birth, lambda text: states_date(text, born)),
        Fact("gender", character.gender, lambda text: count_words(text, GENDER_WORDS[character.gender]) > 0),
        _phrase("family", character.family),
        _phrase("education", character.education),
        _phrase("occupation", character.occupation),
        # The age follows from the date of birth, so either is enough.
        Fact("age", str(character.age), lambda text: states_date(text, born) or states_number(text, character.age)),
        *(_phrase("hobbies", hobby) for hobby in character.hobbies),
        *(_phrase("short_term_goals", goal) for goal in character.short_term_goals),
        _phrase("long_term_goal", character.long_term_goal),
    ]


def find_missing_facts(text: str, wanted: Iterable[Fact]) -> list[Fact]:
    """Returns the facts that a text does not state."""
    return [fact for fact in wanted if not fact.stated(text)]


def name_facts(facts: Iterable[Fact]) -> str:
    """Returns facts as a phrase for a finding: "the occupation (baker)"."""
    return ", ".join(f"the {fact.key.replace('_', ' ')} ({fact.value})" for fact in facts)


def state_facts(character: Character, wanted: Iterable[Fact]) -> str:
    """Returns plain sentences that state the facts in order; the sentence on the birth also gives the full name."""
    wanted = list(wanted)
    if any(fact.key == "date_of_birth" for fact in wanted):
        wanted = [fact for fact in wanted if fact.key != "name"]
    return " ".join(_sentence(character, key, [f.value for f in group]) for key, group in groupby(wanted, lambda f: f.key))


def _sentence(character: Character, key: str, values: list[str]) -> str:
    first, value = character.name.split()[0], values[0]
    if key == "name":
        return f"The full name is {value}."
    if key == "gender":
        return f"{first} is {KINDS[value]}."
    if key == "date_of_birth":
        return f"{character.name} was born on {format_date(value)}."
    if key == "age":
        return f"On {format_date(character.reference_date)} {first} is {value} years old."
    if key == "hobbies":
        return f"{first} likes {_and(values)}."
    if key == "short_term_goals":
        return f"For the near future {first} plans on {_and(values)}."
    if key == "long_term_goal":
        return f"In the long run {first} aims at {value}."
    if key == "family":
        return f"{first} grew up in {_article(value)}."
    if key == "occupation":
        return f"{first} works as {_article(value)}."
    return f"{first} {_educated(value)}."


def _educated(education: str) -> str:
    if education.startswith(("no ", "some ")):
        return f"has had {education}"
    if education.endswith("school"):
        return f"finished {education}"
    if education.endswith(("degree", "doctorate", "diploma", "certificate")):
        return f"holds {_article(education)}"
    return f"has this education: {education}"


def _article(text: str) -> str:
    if re.match(r"(?:an?|the|no|some) ", text, re.I):
        return text
    return f"{'an' if text[0].lower() in 'aeiou' else 'a'} {text}"


def _and(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


def format_date(date: str) -> str:
    """Formats an ISO date as in prose: 4 March 1980."""
    day = datetime.date.fromisoformat(date)
    return f"{day.day} {day:%B} {day.year}"


def states_date(text: str, day: datetime.date) -> bool:
    """Returns whether a text names a day: 4 March 1980, March 4th, 1980, the 4th of March 1980 or 1980-03-04."""
    number = rf"0?{day.day}(?:st|nd|rd|th)?"
    forms = (rf"{number}(?: day)?(?: of)? {day:%B},? (?:in )?{day.year}", rf"{day:%B} (?:the )?{number},? (?:in )?{day.year}")
    return any(re.search(rf"\b{form}\b", text, re.I) for form in (*forms, re.escape(day.isoformat())))


def states_number(text: str, value: int) -> bool:
    """Returns whether a text contains a number, in figures or words."""
    named = [str(value), *(word for word, number in NUMBER_WORDS.items() if number == value)]
    return any(re.search(rf"\b{name}\b", text, re.I) for name in named)


def _phrase(key: str, value: str) -> Fact:
    wanted = content_roots(value)
    need = math.ceil(ENOUGH * len(wanted))

    def stated(text: str) -> bool:
        if value.casefold() in text.casefold():
            return True
        found = [content_roots(sentence) for sentence in split_sentences(text)]
        return bool(wanted) and any(
            len(wanted & (one | two)) >= need for one, two in zip(found, [*found[1:], set()], strict=True)
        )

    return Fact(key, value, stated)


def content_roots(text: str) -> set[str]:
    """Returns the content words of a text without their endings, so that hiking, hikes and hiked are equal."""
    return {
        re.sub(r"([^aeiou])\1$", r"\1", _ENDING.sub("", word))
        for word in (w.casefold() for w in words(text.replace("-", " ").replace("’", "'")))
        if word not in STOP_WORDS and (len(word) > 2 or word.isdigit())
    }
