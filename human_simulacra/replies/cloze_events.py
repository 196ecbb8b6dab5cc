"""Which of several dates, numbers or names in a reply is told of what the question asks, and which of something else.

"I was married in 1987; I was born in 1961": of several values of one kind, the one counts whose clause has the question's words.
A mention is told of another event only if its own clause has none of them, but a verb of its own, and another value's clause
has one, or another value opens the reply alone ("Second. The third place went to the Danes").
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from human_simulacra.replies.relatives import KIN
from human_simulacra.word_stems import word_stem

# Verbs whose past is another word, each with its forms; the first stands for all.
_FORMS = (
    "born birthday birth bday|build built|buy bought|sell sold|leave left|go went gone|meet met|get got|write wrote written|"
    "take took taken|give gave given|lose lost|find found|make made|pay paid|begin began begun|come came|bring brought|"
    "teach taught|tear tore torn|weave wove woven|win won|steal stole stolen|break broke broken|send sent|read|"
    "strike struck|sing sang sung|swim swam|run ran|hold held|stand stood|sit sat|sleep slept|drive drove driven|eat ate eaten|"
    "fall fell fallen|grow grew grown|lay laid|lend lent|hide hid|shoot shot|spend spent|throw threw thrown|wear wore worn|"
    "become became|catch caught|draw drew drawn|feed fed|fly flew|keep kept|learn learnt|marry wed wedding|cost|bite bit|"
    "ride rode|rise rose|sink sank sunk|choose chose|shake shook|bear bore|put|cut|set|hit|let"
)
_LEMMAS = {word_stem(form): forms.split()[0] for forms in _FORMS.split("|") for form in forms.split()}
_NO_EVENT = frozenset("need indeed red bed counted called named used supposed agreed".split())
_COMMON = frozenset(
    "the and but for not you your what when where which who whom whose how did does was were are is has had have been be do in "
    "of on at to a an i me my we our he his she her it its they their that this there with from by as many much long far old "
    "really actually one two three up out".split()
)
_BREAK = (
    r"[.;!?:]+(?=\s|$)|\n|,(?=\s)|\s-\s|\b(?:but|and|while|whereas|though|although{})\b",
    "|when|after|before|until|because|since|so",
)
_BREAKS_OF_NAMES, _BREAKS_OF_NUMBERS = re.compile(_BREAK[0].format("")), re.compile(_BREAK[0].format(_BREAK[1]))
_NAME = re.compile(r"(?<![\w'])(?!(?:Mrs?|Sister|Brother|Uncle|Aunt|Saint)\b)[A-Z][\w'-]+")
_NUMBER = re.compile(r"\b\d[\d.:/-]*(?:st|nd|rd|th)?\b|\b(?:first|second|third)\b", re.IGNORECASE)
# Who or what it was after all: "it was Peter who", "but the priest was the one who".
_THE_ONE = re.compile(
    r"\b(?:[Ii]t was|[Ii]t's|[Ii]t is)(?: \w+ly)? ((?:[A-Z][\w-]+\b(?!') ?)+)|"
    r"(?:[;.,]|\b(?:but|though|while|whereas))\s+(?!s?he|it|that)((?:[\w'-]+ ){1,4})(?:was|is) the one\b"
)
_OPENING = re.compile(r"\W*((?:\w[\w'-]* ?){1,4})[.;,](?=\s)")
_INTERJECTION = re.compile(
    r"\W*(?:yes|yeah|no|nope|well|oh|ah|hm+|easy|simple|sure|sorry|right|ok|okay|wait|let|good|long|not|i|it|god|dear|look|now|in|"
    r"on|at)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\W*(?:the |my |an? )?(?:sister |brother |mr |mrs )?", re.IGNORECASE)
_IT_WAS = re.compile(r"\b(?:it was|it's|it is)\W*$", re.IGNORECASE)
_IS = re.compile(r"\W*(?:is|was|were|are)\b(?! (?:it|the (?:one|name|answer))\b)", re.IGNORECASE)
_CORRECTED = re.compile(r"\b(?:but|actually|no|wait|sorry|rather|in fact|in the end|finally|I mean)\b[^.;!?]*$", re.IGNORECASE)


def tells_of_another(text: str, start: int, end: int, accepted: Collection[tuple[int, int]], question: str) -> bool:
    """Returns whether a mention of the answer is told of another event, or another thing, than the question's.

    Args:
        text: The reply, with its numbers as digits.
        start: Where the mention starts.
        end: Where it ends.
        accepted: Where all mentions of accepted answers start and end.
        question: The question.
    """

    def is_another(at: int) -> bool:
        return not any(a <= at < b for a, b in accepted)

    number, name = bool(re.search(r"\d", text[start:end])), text[start].isupper()
    clauses = _clauses(text, _BREAKS_OF_NUMBERS if number else _BREAKS_OF_NAMES)
    left, right = next((a, b) for a, b in clauses if start < b)
    before, after = text[left:start], text[end:right]
    subject, asked, said = _SUBJECT.fullmatch(before), _lemmas(question), _lemmas(f"{before} {after}")
    for found in _THE_ONE.finditer(text[end:]) if name and not _IT_WAS.search(before) else ():
        did = text[end + found.end() :].split(".")[0]
        if is_another(end + found.start(found.lastindex or 0)) and (not asked & said or asked & _lemmas(did)):
            return True
    following = re.match(r" ([a-z]{3,})\b", after)
    verb = _has_event(f"{before} {after}") or bool((subject or number) and following and following[1] not in _COMMON)
    if _CORRECTED.search(text[:start]):
        return False
    if verb and (subject or (number and not asked & said)) and _opens_alone(text, start, accepted, number):
        return True
    if asked & said or not (verb or (subject and _IS.match(after))) or not (number or name):
        return False
    others = [(a, b) for a, b in clauses if (a, b) != (left, right) and asked & _lemmas(text[a:b])]
    return any(
        is_another(a + found.start()) and _lemmas(found[0]).isdisjoint(asked) and found[0].casefold() not in _COMMON
        for a, b in others
        for found in (_NUMBER if number else _NAME).finditer(text[a:b])
    )


def _clauses(text: str, breaks: re.Pattern[str]) -> list[tuple[int, int]]:
    spans = [(0, 0), *(match.span() for match in breaks.finditer(text)), (len(text), len(text))]
    return [(before[1], after[0]) for before, after in pairwise(spans)]


def _lemmas(text: str) -> set[str]:
    stems = {word_stem(word) for word in re.findall(r"[^\W\d_]+", text.casefold()) if word not in _COMMON}
    return {_LEMMAS.get(stem, stem) for stem in stems}


def _has_event(text: str) -> bool:
    """Returns whether a text has a verb of some event, or a relative of the speaker."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(re.search(rf"\bmy {KIN}\b", text)) or any(
        word not in _NO_EVENT and (re.search(r"\w\wed$", word) or word_stem(word) in _LEMMAS) for word in words
    )


def _opens_alone(text: str, start: int, accepted: Collection[tuple[int, int]], number: bool) -> bool:
    """Returns whether a reply opens with something else than an accepted answer, in a few words without a verb."""
    opening = _OPENING.match(text)
    if not opening or opening.end() > start or _INTERJECTION.match(text) or _has_event(opening[1]):
        return False
    return all(a >= opening.end() for a, _ in accepted) and (not number or bool(_NUMBER.search(opening[1])))
