"""Which sentences of a text are about the person, and which mention somebody else; rule-based."""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import MONTHS, WEEKDAYS
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.validation.text_statistics import STOP_WORDS

SUBJECT_PRONOUNS = {"female": "She", "male": "He", "nonbinary": "They"}
WOMEN = r"women|woman|girls?|mother|mum|mom|grandmother|sisters?|daughters?|aunts?|wife|widow|nieces?|lady|queen|Mrs|Ms|Miss"
MEN = r"men|man|boys?|father|dad|grandfather|brothers?|sons?|uncles?|husband|widower|nephews?|gentleman|king|Mr|priest|pastor"
_ANYBODY = (
    r"people|persons?|somebody|someone|anyone|nobody|everybody|everyone|who|child|children|bab(?:y|ies)|parents?|cousins?|friends?"
    r"|partner|spouse|couple|guests?|students?|pupils?|boss|chef|cook|clerk|guard|nurse|judge|captain|chief|colleagues?|crew|team"
    r"|patients?|(?:the|an?|her|his|their|my|our|this|that|another|one)(?: \w+)? \w*(?:man|woman|er|or|ist|ian|ant|ent)"
)
# Nouns that end like those of people and are things.
_THINGS = re.compile(
    r"\b(?:water|winter|summer|river|letter|paper|butter|corner|number|order|weather|flower|matter|dinner|supper|door|floor|motor"
    r"|colou?r|harbor|answer|power|shower|silver|computer|counter|moment|present|apartment|document|instrument|restaurant|accident)\b",
    re.I,
)
_PLACED = re.compile(
    r"\b(?:in|at|to|from|of|near|on|across|over|through|into|around|by|for|between|towards?)\s+(?:the\s+)?\Z", re.I
)


def sentences_about_person(text: str, life: Lifetime) -> Iterator[str]:
    """Yields the sentences whose subject is the person: by name, by I, or by a pronoun without another antecedent."""
    opening = r"(?:(?:In|At|By|On|After|Since|From|During|Later|Then|That|When)\b[^.!?]{0,40}?,? )?"
    subject = SUBJECT_PRONOUNS[life.character.gender]
    named = re.compile(rf"{opening}(?:{re.escape(life.first_name)}\b(?!['’]s)|I\b)")
    pronoun = re.compile(rf"{opening}(?:{subject}|{subject.lower()})\b")
    meant = True
    for sentence in split_sentences(text):
        goes_on = pronoun.match(sentence) or not mentions_somebody_else(sentence, life, f"{WOMEN}|{MEN}")
        meant = bool(named.match(sentence)) or (meant and bool(goes_on))
        if meant:
            yield sentence


def mentions_somebody_else(text: str, life: Lifetime, theirs: str) -> bool:
    """Returns whether a text may mention another person, by a name or by a noun of the alternation `theirs`."""
    plain = _THINGS.sub("", text)
    if re.search(rf"\b(?:{theirs}|{_ANYBODY})\b(?!['’]s)", plain, re.I):
        return True
    own = {*re.findall(r"[\w'’-]+", life.character.name), *MONTHS, *WEEKDAYS, *(f"{day}s" for day in WEEKDAYS)}
    for match in re.finditer(r"\b[A-Z][\w’'-]+", text):
        word = re.sub(r"['’]s?\Z", "", match[0])
        if word not in own and word.casefold() not in STOP_WORDS and not _PLACED.search(text[: match.start()]):
            return True
    return False
