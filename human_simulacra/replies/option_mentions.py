"""Options mentioned in a reply, each with how it is meant: affirmed, denied, or only weighed; and whether it is decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from human_simulacra.replies.option_cues import (
    AFFIRMS_AFTER,
    CLAUSE,
    DECIDES,
    DECIDES_AFTER,
    DENIES_AFTER,
    DENIES_BEFORE,
    DENIES_WORDS_AFTER,
    INTENDED,
    NEGATED,
    OTHERS,
    REST,
    STOP,
    WEIGHS_AFTER,
    WEIGHS_BEFORE,
)
from human_simulacra.replies.option_letters import named_letters
from human_simulacra.replies.option_lists import Span, list_groups, with_list_items
from human_simulacra.replies.option_scopes import is_of_others, is_unreal
from human_simulacra.replies.option_texts import named_places, named_texts, quoted_after
from human_simulacra.replies.words_beyond_options import tells_more

Meaning = Literal["affirmed", "denied", "weighed"]

_AND = re.compile(r"\band (?:(?:an?|the|my) )?$", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """An option mentioned in a reply.

    Args:
        option: Its position.
        start: Where the mention begins in the text.
        end: Where it ends.
        meant: Whether the reply affirms it, denies it, or only weighs it (or tells what others say).
        decided: Whether its sentence states a decision.
        doubtful: Whether it is uncertain that the words mean this option.
        quoted: Whether the option is named in words, not by letter or place.
        aside: Whether it is told of another person.
    """

    option: int
    start: int
    end: int
    meant: Meaning = "affirmed"
    decided: bool = False
    doubtful: bool = False
    quoted: bool = False
    aside: bool = False


def find_mentions(text: str, options: Sequence[str]) -> list[Mention]:
    """Returns the mentions of options in a text in order: letters if it has any, else places, else the options' own words.

    Args:
        text: A plain text, from `plain_text`.
        options: Texts of the options, A first.
    """
    letters = sorted(set(named_letters(text, len(options))), key=lambda span: span[1:])
    # An option's text behind its letter belongs to the letter: "A: Bergen; D: Oslo" is a list.
    spans = [(place, start, quoted_after(text, end, options[place])) for place, start, end in letters]
    places, unplaced = sorted(set(named_places(text, len(options))), key=lambda span: span[1:]), text
    for _, start, end in places:  # the number in "the first three" is no word of an option
        unplaced = unplaced[:start] + " " * (end - start) + unplaced[end:]
    texts = named_texts(unplaced, options)
    if spans:
        spans = with_list_items(text, spans, places, [one[:3] for one in texts if not one[3]])
    else:
        if not places or (texts and not any(doubtful for *_, doubtful in texts)):
            return _by_sentence(text, options, texts)
        spans = places
    told = REST.search(text, spans[0][2]) if spans else None
    spans = [span for span in spans if not told or span[1] < told.start()]
    found = _meant_all(text, spans, options)
    if letters and places and all(mention.meant == "denied" for mention in found):  # "Not A and not B. The last one."
        found = _meant_all(text, sorted({*spans, *places}, key=lambda span: span[1:]), options)
    return _set_aside(found)


def _meant_all(text: str, spans: Sequence[Span], options: Sequence[str]) -> list[Mention]:
    return [mention for group in list_groups(text, spans) for mention in _meant(text, group, spans, options)]


def _set_aside(found: list[Mention]) -> list[Mention]:
    """Returns mentions of which those that are told of others are only weighed if the text affirms something else."""
    if not any(mention.meant == "affirmed" and not mention.aside for mention in found):
        return found
    return [replace(m, meant="weighed", decided=False) if m.aside and m.meant == "affirmed" else m for m in found]


def _by_sentence(text: str, options: Sequence[str], texts: Sequence[tuple[int, int, int, bool]]) -> list[Mention]:
    """Returns the options that sentences name in words; a decision in a sentence holds for all options that it names."""
    found: list[Mention] = []
    for _, group in groupby(texts, key=lambda one: len(STOP.findall(text[: one[1]]))):
        own = [_meant(text, [span[:3]], (), options, span[3])[0] for span in group]
        mentions = _shared_denial(text, own)
        decided = any(mention.decided for mention in mentions)
        found += [replace(mention, decided=decided, quoted=True) for mention in mentions]
    found = _set_aside(found)
    several = len({mention.option for mention in found if mention.meant == "affirmed"}) > 1
    if found and tells_more(text, texts, options, several):
        return [replace(mention, doubtful=True) for mention in found]
    return found


def _shared_denial(text: str, mentions: list[Mention]) -> list[Mention]:
    """Returns the mentions of a sentence, in which what is said of one goes on behind `or`, and a denial may behind `and`."""
    for place, (one, other) in enumerate(pairwise(mentions)):
        between = text[one.end : other.start]
        if one.meant == "affirmed" or other.meant != "affirmed" or DENIES_WORDS_AFTER.match(between):
            continue
        if re.search(r"\b(?:or|nor)\b", between, re.IGNORECASE) and not CLAUSE.search(between):
            mentions[place + 1] = replace(other, meant=one.meant, decided=False)
        elif DENIES_BEFORE.search(CLAUSE.split(text[: one.start])[-1]) and _AND.search(between):
            mentions[place + 1] = replace(other, meant="weighed", decided=False)
    return mentions


def _meant(
    text: str, group: Sequence[Span], spans: Sequence[Span], options: Sequence[str], doubtful: bool = False
) -> list[Mention]:
    """Returns the mentions of one list with what their clause says of them; `spans` are all letters, none for words.

    Words of an option that has a negation of its own are not denied by one, and what is told of a relative whom an option names
    is an answer.
    """
    start, end = group[0][1], max(span[2] for span in group)
    left, right = CLAUSE.split(text[:start])[-1], text[end:]
    if right.lstrip().startswith("("):  # an explanation in brackets is not what is said of the option
        right = re.sub(r"^\s*\([^()]*\)", "", right)
    near = re.split(r",\s", left)[-1]  # a negation ends at a comma: "I don't know, B"
    if text[start] == "(":  # the letter stands behind the words that it means, which may have a negation of their own
        near = near[-12:]
    following = CLAUSE.split(right)[0]
    meant: Meaning = "affirmed"
    if (not spans and NEGATED.search(options[group[0][0]])) or AFFIRMS_AFTER.match(right):
        meant = "affirmed"
    elif (
        (DENIES_AFTER if spans else DENIES_WORDS_AFTER).match(right)
        or DENIES_BEFORE.search(near)
        or (not spans and NEGATED.search(text[start:end]))  # "The pay was not good", of the option "The pay was good"
    ):
        meant = "denied"
    elif (
        WEIGHS_AFTER.match(right)
        or WEIGHS_BEFORE.search(left)
        or OTHERS.search(left)
        or is_unreal(left, text[end:])
        or (re.search(r"\b(?:but|in the end|instead)\b", right, re.IGNORECASE) and INTENDED.search(left))
    ):
        meant = "weighed"
    if meant == "affirmed" and any(re.search(r"\bor\b", text[a[2] : b[1]], re.IGNORECASE) for a, b in pairwise(group)):
        meant = "weighed"
    decided = bool(DECIDES.search(left) or DECIDES_AFTER.match(following)) or (
        bool(spans) and _stands_alone(text, start, end, spans)
    )
    aside = text[start] != "(" and is_of_others(STOP.split(text[:start])[-1], " ".join(options).casefold())
    if meant == "affirmed" and aside and re.search(r"(?:^|[.;!?,]\s|\band )I\b", text):
        meant, decided = "weighed", False
    return [Mention(option, a, b, meant, decided, doubtful, aside=aside) for option, a, b in group]


def _stands_alone(text: str, start: int, end: int, spans: Sequence[Span]) -> bool:
    """Returns whether a list of letters is all of the last line or sentence, or opens the reply and is no item of a list."""
    opens = re.search(r"(?:^|[.!?\n:>\u2192])[^\w(]*$", text[:start])
    if not opens or (text[start] == "(" and len(spans) > 1):
        return False
    if re.fullmatch(r"\W*(?:\w{1,6}\W*)?", text[end:]) and not re.search(r"\w{2,}", text[end:]):
        return True
    if AFFIRMS_AFTER.match(text[end:]) or DENIES_AFTER.match(text[end:]):
        return False
    first_in_line = [span for span in spans if re.search(r"(?:^|\n)\W*$", text[: span[1]])]
    return (
        not text[:start].strip(" \"'(") and len(first_in_line) == 1 and bool(re.match(r"[)\"']*\s*(?:[.!:;\n]|- )", text[end:]))
    )
