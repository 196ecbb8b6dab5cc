"""Reading yes or no in a free-form reply; a reply with neither, or with both, is None, never a guess (docs/reading.md).

The first of these that says something decides:

1. The demanded last line `ANSWER: yes`, or JSON in its place.
2. A reply that says that it is undecided, or that speaks as an AI, is None.
3. The first sentence that ends with an answer after a "but" (`My wife does, but I don't.`), begins with yes, no or a phrase that
   stands for one (`Of course`, `Never`), claims whether the statement fits (`That isn't like me`, `Why would I say no?`), or ends
   with a yes or no of the speaker's own. If a later sentence says the other alone, the reply takes its answer back: the last one
   counts after a word of correction or of the present, else None.
"""

from __future__ import annotations

import re

from human_simulacra.replies.demanded_form import answer_lines, checked_boxes, json_answer
from human_simulacra.replies.plain_text import plain_text, sentences
from human_simulacra.replies.stance_cues import SPEAKS_AS_AI
from human_simulacra.replies.yes_no_claims import ONCE, at_the_end, claims, turn
from human_simulacra.replies.yes_no_cues import STARTS_NO, STARTS_YES, YES_AND_NO, joined, one_spelling

_UNDECIDED = re.compile(
    joined(r"""
        ^\W*(?:both|neither|sometimes)\b|\bnot say (?:yes|no)(?: to \w+)?,? (?:and|n?or|but)\b|
        \b(?:can|could) not (?:tell|say)(?: you| ye)?(?: which| whether| if| either| for (?:sure|certain)|[.,!]|$)|
        \b(?:yes and no|no and yes|true,? (?:or |and )?false|(?:neither|both|either) yes (?:and|n?or) no|half (?:and half|yes|me|
        of it)|(?:it|that|this|rather) depends|depends on|depending on|(?:a )?bit of both|both sides|partly|in part|
        fifty[- ]fifty|50[/-]50|sometimes yes|sometimes no|idk|not sure|(?:not|never)\b[^.!?]{0,20}\bthought (?:about|of)|
        i (?:\w+ )?(?:do not|could not) know(?! (?:who|where|why|an?|any\w*)\b)|(?:a |give you a |
        call it a )?(?:\w+ )?yes or (?:a )?no|one or the other|either way)\b
    """),
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    joined(r"""
        \b(?:wait|(?:hang|hold) (?:on|about)|i tell a lie|mis(?:heard|read|understood)|thought you (?:said|meant)|actually|sorry|
        oops|i mean|come to think|(?:scratch|strike) that|on (?:second thoughts?|reflection|balance)|i take that back|in the end|
        all in all|after all|kidding|joking|so (?:yes|no)|(?:yes|no),? then|but (?:yes|no))\b
    """),
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|nowadays|these days|today|any ?more|no longer|since)\b", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:but|yet|now|nowadays|today|these days|i say)\b", re.IGNORECASE)
_TAKES_BACK = re.compile(rf" but |{_CORRECTS.pattern}", re.IGNORECASE)
_IF = re.compile(r"\W*(?:yes|no),? (?:if|when|on|in|with|for)\b", re.IGNORECASE)
# Between a yes and a "but I don't" stands what somebody else does; "Yes, but no" is neither.
_CONCEDES = re.compile(r"^\W*\w+\W+\w.*\b(?:but|yet|while|whereas)$", re.IGNORECASE | re.DOTALL)


def read_yes_no(reply: str) -> bool | None:
    """Reads yes or no in a reply to whether one would say a statement of oneself.

    Args:
        reply: The free-form reply.

    Returns:
        True for yes, False for no, or None if the reply has neither or both.
    """
    text = plain_text(reply)
    stated = [found for line, _ in answer_lines(text) if (found := _polarity(one_spelling(line))) is not None]
    if stated:
        return stated[-1]
    boxes = [label for label, ticked in checked_boxes(text) if ticked and label.casefold() in ("yes", "no")]
    value = boxes[0] if len(boxes) == 1 else json_answer(text)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _polarity(one_spelling(plain_text(value)))
    text = one_spelling(text)
    if _UNDECIDED.search(text) or SPEAKS_AS_AI.search(text):
        return None
    found = [(polarity, sentence) for sentence in sentences(text) if (polarity := _polarity(sentence)) is not None]
    if not found:
        return None
    opposed = [
        one
        for polarity, one in found
        if polarity != found[0][0] and (len(one.split()) <= 4 or claims(one) or _CORRECTS.search(one) or _IF.match(one))
    ]
    if not opposed:
        return found[0][0]
    return found[-1][0] if _CORRECTS.search(text) or _NOW.search(opposed[-1]) else None


def _polarity(sentence: str) -> bool | None:
    """Returns what one sentence says, or None."""
    if re.fullmatch(r"\W*(?:(?:yes|no|yeah)\?|yeah,? right\.)\W*", sentence, re.IGNORECASE) or ONCE.fullmatch(sentence):
        return None
    starts = False if STARTS_NO.search(sentence) else True if STARTS_YES.search(sentence) else None
    turned, claimed = turn(sentence), claims(sentence)
    if turned and (starts in (None, turned[0]) or _CONCEDES.search(turned[1])):
        return turned[0]
    if YES_AND_NO.search(sentence):
        return claimed[-1] if claimed and _CONTRAST.search(sentence) else None
    if starts is not None:
        return None if claimed and claimed[-1] != starts and _TAKES_BACK.search(sentence) else starts
    if claimed:
        return claimed[-1] if len(set(claimed)) == 1 or _CORRECTS.search(sentence) else None
    return at_the_end(sentence)
