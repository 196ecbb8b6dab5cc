"""Words by which a mention of an answer does not state it: denied, doubted, one of several, intended, or told of others.

Each has a scope: the clause before the mention, the words behind it, or the rest of its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.replies.relatives import KIN


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_CLAUSE = _words(
    r"[.;!?\n:]+(?=\s|$)|\n|,?\s+\bbut\b|,\s+(?=(?:it|that|he|she|they|i|we|so|no|which|and (?:i|it|he|she))\b)|\s-\s"
)
_DENIES_BEFORE = _words(
    r"(?:\b(?:former(?:ly)?|previously|used to be)\b|\bnot\b|n't\b|\bnor\b|\bneither\b|\bnever\b|\bno\b(?=\s\w+\W*$)|"
    r"\bexcept\b|\brather than\b|\binstead of\b|\bother than\b|\bapart from\b|\balmost (?:said|wrote)\b|"
    r"\bnearly\b(?! \w+ (?:years|months))|\bnothing like\b|\b(?:stopped|quit|gave up|no longer)\b|"
    r"\b(?:mistake|mistook|take|took)(?: \w+){1,2} (?:for|as)\b)[^,]{0,60}$"
)
_ALL_BUT = _words(r"\b(?:any|every|all)\w*(?: \w+)? (?:but|except|save)(?: in| at| for)?\W*$")
_DENIES_AFTER = _words(
    r"[\"')\s]*(?:\?\W*(?:no\b|not\b|wait\b)|\.\.\.\W*no\b|,? (?:no|sorry|wait|actually no)\b,?|"
    r"(?:[^.;!?\n,]{0,30}\b)?(?:isn't|wasn't|is not|was not)\b|\s*(?:is|was) (?:only )?what (?!i\b|we\b)|"
    r",? but (?:it|that|this|he|she|they|there) (?:wasn't|isn't|was not|is not|weren't)|[^.!?\n]{0,60}\bnot (?:him|her|it|"
    r"that|them|me)\b|'s \w|(?: \w+){0,3} (?:is|was|came) (?:wrong|later|my \w+'s|another|someone else))"
)
_ALTERNATIVE = _words(r"^\W*(?:or|and/or|or else|or maybe|or perhaps)\b|^\s*/\s*\w|^ to (?-i:[A-Z])")
_ALTERNATIVE_BEFORE = _words(r"(?:\b(?:or|either|between)|\w\s*/)\s*(?:a|an|the|in|at|of|from)?\s*\W?$")
# Three or more candidates of at most three words, and nothing else.
_CANDIDATE = r"\s*[^\W\d_][^\s\d,.;:!?/]*(?: [^\s\d,.;:!?/]+){0,2}\s*"
_LIST = re.compile(rf"(?:{_CANDIDATE}[,/]){{2,}}(?:\s*(?:and|or)\b)?{_CANDIDATE}\.?")
_NOBODY = _words(r"\W*(?:nobody|no one|nothing|nowhere|none)[.,;:!]")
_UNDECIDED = _words(
    r"\b(?:can't|cannot|couldn't|could not|won't|wouldn't|don't|never)(?: \w+){0,4} (?:say|tell|decide|know|swear|settle|"
    r"put my name|found out|remember)(?: \w+){0,2} (?:which|whether|to any|for any|either)\b|"
    r"\b(maybe|perhaps|possibly|could be|could have been|might have been)\b[^.!?]*\b\1\b|"
    r"\btake your pick\b|\banother (?:says|said|has|gives)\b|\bor something\b"
)
_OTHER_PEOPLE = _words(r"\b(?:the (?:others?|neighbours|rest)|(?:every|some)(?:one|body) else)\b[^.;!?]*$")
_RELATIVE = rf"\b(?:my|our|his|her) (?:\w+ )?({KIN})s?\b(?:(?! says| said| told|, who| and (?:I|mine)\b)[^.;!?\n])*?"
_BEING = r"(?:\b(?:is|was|are|were|has|had)\b|'s (?=(?:an?|the|not|in|at|from|\w+ing) |(?-i:[A-Z\d]))|'s,)"
_RELATIVE_IS = _words(rf"{_RELATIVE}{_BEING}(?:(?! and (?:I|mine)\b)[^.;!?\n])*$")
_RELATIVE_DOES = _words(rf"(?:^|[.;!?,]\s+)\W*{_RELATIVE}$")
_MYSELF = re.compile(r"\b(?:I|[Mm]e|[Ww]e|us|mine)\b")
# What others hold: nothing against it, unless a "but" follows.
_SOURCE = (
    r"(?:papers?|passports?|licen[cs]e|certificates?|records?|forms?|documents?|register|files?|books?|guide\w*|legend|stor(?:y|ies)|"
    r"rumou?rs?|sign|people|folks?|everyone|everybody|they|some|most|neighbours?|villagers|gossip)"
)
_HELD_BY_OTHERS = _words(
    rf"\b(?:according to (?:\w+ )?{_SOURCE}|{_SOURCE}\b(?: \w+){{0,3}} (?:say|says|said|have|has|had|gives?|gave|shows?|puts?|"
    r"claim\w*|reads?|states?|insists?|swears?|tells?|told|lists?|got|thank\w*|credit\w*|praise\w*|blame\w*|reckon\w*))\b[^.;!?]*$"
)
_BELIEVED = _words(
    rf"\b{_SOURCE}\b(?: \w+){{0,5}} (?:thinks?|thought|believes?|believed|assumes?|assumed|suppose|expects?)\b[^.;!?,]*$"
)
# What was intended or said and, as a "but" shows, did not come about; what was only hoped for; a bound.
_INTENDED = _words(
    r"\b(?:wanted|planned|expected|supposed|meant|offered|announced|asked for|used to|tried|hoped|room for|enough for|"
    r"told (?:everyone|everybody|people))\b[^.!?]*$"
)
_HOPED = _words(
    r"(?:\b(?:hoped|wished|longed|dreamed|dreamt) (?:for|of)|(?:\bwould|'d)(?: rather)? (?:have )?(?:liked?|loved?|rather|"
    r"preferred|gone|been)|\bwish)\b[^.!?]*$"
)
_BOUND = _words(
    r"\b(?:(?:less|more|fewer|smaller|bigger|older|younger|later|earlier) than|under|over|above|below|short of|shy of|half|twice|"
    r"double|up to)(?: of)?(?: the| that| those| my| his)?\W*$"
)
_BESIDE = _words(
    r"\b(?:near|close to|next (?:door )?to|far from|across (?:\w+ ){0,3}from|border (?:from|with|of)|outside|"
    r"(?:north|south|east|west|miles?|km|kilometres?|hours?|streets?|minutes) (?:of|from))(?: the)?\W*$"
)
_ONCE = _words(r"(?: \w+){0,2},? (?:once|years ago|long ago|back then|in those days|until (?:I|we)|before I)\b")
_PAST = _words(r"\b(?:was|were|did|had|first|once|used|ago)\b")
_CAME_ABOUT = _words(
    r"[^.!?]*\b(?:but|though|although|in the end|until|and refused|yet|whereas)\b|[^.!?]*[.!?]\s+(?:(?:well|but|no),? )?(?:"
    r"(?:it|that|this|they|he|she|those)(?: \w+)?(?:n't|(?:'s|'re| is| are| was| were) (?:not|wrong|mistaken|an? (?:lie|joke)))|"
    r"(?:the truth|in truth|in fact|actually|wrong|nonsense|rubbish)\b)"
)
_ONLY = _words(
    r"[^.!?]*\b(?:but|though|yet)(?: \w+){1,3} (?:only|just|never|barely|no more than|no further than|stopped at)\b[^.!?]*\d"
)
_ASKED = _words(r"[^.!?\n]*\?\s*\w")  # the sentence is a question, and the reply goes on


def leaves_open(text: str, accepted: Sequence[str]) -> bool:
    """Returns whether a reply as a whole decides for no answer: undecided, a list of candidates, nobody."""
    if _UNDECIDED.search(text) or (_LIST.fullmatch(text) and not any("," in answer for answer in accepted)):
        return True
    return bool(_NOBODY.match(text)) and not any(_NOBODY.match(f"{answer}.") for answer in accepted)


def is_stated(text: str, start: int, end: int, question: str, repeats: bool) -> bool:
    """Returns whether a mention of the answer states it: not denied, no candidate among several, nobody else's.

    Args:
        text: The reply, with its numbers as digits.
        start: Where the mention starts.
        end: Where it ends.
        question: The question.
        repeats: Whether the text before the mention repeats the question, whose negation is the question's own.
    """
    left, right = _CLAUSE.split(text[:start])[-1], text[end:]
    mention = text[start:end]
    number = bool(re.search(r"\d", mention))
    if mention.endswith("'s") and re.match(rf" {KIN}\b", right):
        return False
    if repeats:
        return not _DENIES_AFTER.match(right)
    if _DENIES_BEFORE.search(left) or _DENIES_AFTER.match(right) or _OTHER_PEOPLE.search(left):
        return False
    if (
        _ALL_BUT.search(text[:start])
        or _BELIEVED.search(left)
        or _HOPED.search(left)
        or _ASKED.match(right)
        or (number and _BOUND.search(left))
    ):
        return False
    if (_INTENDED.search(left) or _HELD_BY_OTHERS.search(left)) and _CAME_ABOUT.match(right):
        return False
    if number and _ONLY.match(right):
        return False
    if (mention[0].isupper() and _BESIDE.search(left)) or (_ONCE.match(right) and not _PAST.search(question)):
        return False
    if _ALTERNATIVE.match(right) or _ALTERNATIVE_BEFORE.search(left):
        return False
    if mention.replace(".", "").isdigit() and (
        re.match(r"\s*(?:,|-|to|and)\s*\d+\b(?! \w+ly)", right) or re.search(r"\b\d+\s*(?:,|-|to|and)\s*$", text[:start])
    ):
        return False
    return not _somebody_elses(text, start, left, right, question)


def _somebody_elses(text: str, start: int, left: str, right: str, question: str) -> bool:
    """Returns whether a mention's clause tells of a relative: what he is, or what he did beside what "I" did."""
    if (relative := _RELATIVE_IS.search(left)) is None:
        relative = _RELATIVE_DOES.search(left)
        clause, *rest = re.split(r"[.;!?\n]\s|,? but |, (?:and |while )?(?=I\b)|, (?=while|whereas)", right)
        if relative is None or _MYSELF.search(left[relative.start() :] + clause):
            return False
        if not any(re.match(r"\W*(?:while |whereas |as for |and )?(?:I|[Mm]e|[Ww]e|[Mm]ine|[Mm]y own)\b", part) for part in rest):
            return False
        if re.search(r"\b(?:so did I|as well|too|it|them|that|one)\b", " ".join(rest)):
            return False
    return relative[1].casefold() not in question.casefold()
