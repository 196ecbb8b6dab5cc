"""Options mentioned in a reply, each with how it is meant: affirmed, denied, or only weighed; and whether it is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    LIST,
    NEGATED,
    OF_KIN,
    OTHERS,
    REST,
    STOP,
    WEIGHS_AFTER,
    WEIGHS_BEFORE,
)
from human_simulacra.replies.option_letters import named_letters
from human_simulacra.replies.option_texts import content_words, named_places, named_texts, quoted_after, tells_more

Meaning = Literal["affirmed", "denied", "weighed"]
Span = tuple[int, int, int]  # option, start, end

OPENING = 16  # characters before a decision in a sentence: "Well, so it was"


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
    """

    option: int
    start: int
    end: int
    meant: Meaning = "affirmed"
    decided: bool = False
    doubtful: bool = False
    quoted: bool = False


def find_mentions(text: str, options: Sequence[str]) -> list[Mention]:
    """Returns the mentions of options in a text in order: letters if it has any, else places, else the options' own words.

    Args:
        text: A plain text, from `plain_text`.
        options: Texts of the options, A first.
    """
    letters = sorted(set(named_letters(text, len(options))), key=lambda span: span[1:])
    # An option's text behind its letter belongs to the letter: "A: Bergen; D: Oslo" is a list.
    spans = [(place, start, quoted_after(text, end, options[place])) for place, start, end in letters]
    if not spans:
        places, texts = sorted(set(named_places(text, len(options))), key=lambda span: span[1:]), named_texts(text, options)
        if not places or (texts and not any(doubtful for *_, doubtful in texts)):
            return _by_sentence(text, options, texts)
        spans = places
    told = REST.search(text, spans[0][2]) if spans else None
    spans = [span for span in spans if not told or span[1] < told.start()]
    return [mention for group in _groups(text, spans) for mention in _meant(text, group, spans)]


def _groups(text: str, spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yields runs of mentions that form one list, such as `A, C and E`, which share what is said of them."""
    group = [spans[0]] if spans else []
    for one, other in pairwise(spans):
        between = text[one[2] : other[1]]
        if LIST.fullmatch(between) and not re.search(r"[.!?;\n:]", between):
            group.append(other)
        else:
            yield group
            group = [other]
    if group:
        yield group


def _by_sentence(text: str, options: Sequence[str], texts: Sequence[tuple[int, int, int, bool]]) -> list[Mention]:
    """Returns the options that sentences name in words; a decision in a sentence holds for all options that it names.

    A last sentence that is an option and nothing else ("Yes: an engraved beaker.") decides, too.
    """
    found: list[Mention] = []
    alone: list[bool] = []
    for _, group in groupby(texts, key=lambda one: len(STOP.findall(text[: one[1]]))):
        mentions = [_meant(text, [span[:3]], (), span[3], bool(NEGATED.search(options[span[0]])))[0] for span in group]
        decided = any(mention.decided for mention in mentions)
        found += [replace(mention, decided=decided, quoted=True) for mention in mentions]
        start, end = min(m.start for m in mentions), max(m.end for m in mentions)
        around = STOP.split(text[:start])[-1] + " " + STOP.split(text[end:])[0]
        alone += [len(mentions) == 1 and len(content_words(around)) <= 1] * len(mentions)
    if found and alone[-1] and not all(alone) and found[-1].meant == "affirmed":
        found = [*(replace(m, quoted=False) for m in found[:-1]), replace(found[-1], decided=True)]
    several = len({mention.option for mention in found if mention.meant == "affirmed"}) > 1
    if several and tells_more(text, [options[place] for place, *_ in texts]):
        return [replace(mention, doubtful=True) for mention in found]
    return found


def _meant(
    text: str, group: Sequence[Span], spans: Sequence[Span], doubtful: bool = False, negated: bool = False
) -> list[Mention]:
    """Returns the mentions of one list with what their clause says of them; `spans` are all letters, none for words.

    Words that have a negation of their own (`negated`) are not denied by one.
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
    if negated or AFFIRMS_AFTER.match(right):
        meant = "affirmed"
    elif (
        (DENIES_AFTER if spans else DENIES_WORDS_AFTER).match(right)
        or DENIES_BEFORE.search(near)
        or re.match(r"[^.;!?\n,]*\b(?:do not|don't|doesn't|does not) fit", right)
        or (not spans and NEGATED.search(text[start:end]))  # "The pay was not good", of the option "The pay was good"
    ):
        meant = "denied"
    elif WEIGHS_AFTER.match(right) or WEIGHS_BEFORE.search(left) or OTHERS.search(left) or _is_set_against(text, left, right):
        meant = "weighed"
    if meant == "affirmed" and any(re.search(r"\bor\b", text[a[2] : b[1]], re.IGNORECASE) for a, b in pairwise(group)):
        meant = "weighed"
    states = DECIDES.search(left)
    if not spans and states and states.start() > OPENING:  # words of an option may look like a decision
        states = None
    decided = bool(states or DECIDES_AFTER.match(following)) or (bool(spans) and _stands_alone(text, start, end, spans))
    return [Mention(option, a, b, meant, decided, doubtful) for option, a, b in group]


def _is_set_against(text: str, left: str, right: str) -> bool:
    """Returns whether a mention is an intention that came to nothing, or is told of a relative beside what the speaker does."""
    contrast = re.search(r"\b(?:but|in the end|instead)\b", right, re.IGNORECASE)
    return bool(contrast and INTENDED.search(left)) or bool(OF_KIN.search(left) and re.search(r"(?:^|[.;!?,]\s|\band )I\b", text))


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
