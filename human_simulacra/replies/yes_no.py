"""Reading yes or no in a free-form reply; a reply with neither, or with both, is None, never a guess (docs/reading.md).

The first of these that says something decides:

1. The demanded last line `ANSWER: yes`, or JSON in its place.
2. A reply that says that it is undecided, or that speaks as an AI, is None.
3. The first sentence that begins with yes, no or a phrase that stands for one (`Of course`, `Never`), or says whether the
   statement fits (`That's me`, `That isn't like me`), or ends with a bare auxiliary (`I would.`, `I wouldn't.`). If a later
   sentence says the other alone, the reply takes its answer back: the last one counts after a word of correction, else None.
"""

from __future__ import annotations

import re

from human_simulacra.replies.demanded_form import answer_lines, checked_boxes, json_answer
from human_simulacra.replies.plain_text import plain_text, sentences
from human_simulacra.replies.stance_cues import SPEAKS_AS_AI

_YES_WORDS = (
    r"yes|yeah|yea|yep|yup|aye|ja|sure|of course|certainly|absolutely|definitely|indeed|agreed|correct|true|exactly|precisely|"
    r"guilty|gladly|happily|totally|undoubtedly|without (?:a )?(?:doubt|question)|no doubt|always|spot on|naturally|"
    r"affirmative|y|uh-?huh|mm-?hm+|right you are|in a heartbeat|no (?:question|two ways about it|denying it|exceptions?)|"
    r"(?:can't|cannot|couldn't|won't) (?:deny|argue with|say no)|i'd be lying if i said no|you know (?:me too well|i (?:do|"
    r"would|am))|"
    r"i (?:think|suppose|believe|guess|reckon|hope) so|nothing could be truer|"
    r"sounds (?:\w+ )?like me|(?:very|quite) likely|pretty much|i suppose so"
)
_NO_WORDS = (
    r"no(?! (?:doubt|question|one|matter|wonder|idea|less|more|longer|sooner|secret|way of|two ways|denying|exceptions?))|nope|"
    r"nah|naw|nae|"
    r"never(?! mind)|hardly|"
    r"scarcely|not(?! (?:sure|certain|only|just|long|everyone|that i|to (?:mention|brag)))|far from it|false|wrong|negative|"
    r"on the contrary|(?:quite )?the (?:opposite|contrary|reverse)|nothing of the (?:sort|kind)|(?:good )?(?:god|heavens|"
    r"lord),? no|"
    r"by no means|in no way|not by any means|n|nay|nuh-?uh|uh-?uh|nothing like me|anything but|when pigs fly|as if(?=[.!]*$)|"
    r"not (?:a chance|on your life)|"
    r"i'd be lying if i said yes|i'd be the last (?:person|one)|(?:couldn't|could not) be further|i (?:don't|do not) (?:think|"
    r"believe) so|"
    r"i doubt it|you (?:must|have to) (?:be thinking of|mean) (?!me\b)|(?:of course|certainly|absolutely|definitely|probably|"
    r"mostly|"
    r"usually) not"
)
# Words that may stand before the answer: "Oh, well, to be honest, no".
_BEFORE = (
    r"(?:(?:oh|ah+|och|ha+h?a?|well|h+m+|eh|um|so|now|honestly|frankly|honest|tbh|look|listen|lord|friend|pal|lad|love|my dear|"
    r"(?:great|good) question|i (?:think|suppose|guess|reckon|admit|must say|have to say|would say)|i'd (?:have to )?say|"
    r"i'm afraid|hard to admit|"
    r"ok(?:ay)?|actually|but|and|then|to be honest|(?:my|the)? ?answer(?: is| would be| must be)?|it's|it is|that's|"
    r"that would be|mostly|largely|usually|"
    r"only|sadly|absolutely|100 ?%|100|an? (?:\w+ )?|for me|me|wait|sorry|i do|i would|i am)(?:\b|(?<=%))[\s,.:!-]*)*"
)
_YES, _NO = (re.compile(rf"^\W*{_BEFORE}(?:{words})(?![\w-])", re.IGNORECASE) for words in (_YES_WORDS, _NO_WORDS))
_IT = r"\b(?:that|it|this|the (?:statement|description|sentence))"
_FITS = re.compile(
    rf"{_IT}(?:'s| is| would be|'d be)(?: \w+){{0,3}}? (?:me|true|right|accurate|correct|like me|how i\b.*)(?! to (?!a t))\b|"
    rf"{_IT} (?:\w+ )?(?:fits|describes me|sounds (?:\w+ )*like me|applies|suits me|sums me up|rings true)|guilty as charged|"
    r"\bme (?:to a t|all over)\b|\bi (?:do|would)(?: indeed)?[.!]*$|\bi(?:'d| would) say so\b|\bi agree\b|\b(?:a yes from|"
    r"i(?:'d| would| must)? say yes)\b|"
    r"\bnods?\b(?: my head| slowly| vigorously)?$|,? (?:yes|yeah|aye)[.!]*$|^\W*(?:oh,? |that )?i am[.!]*$|"
    r"^\W*(?:oh,? )?i (?:would|do),? \w+[.!]*$|"
    r"\bfits? me\b|\bsounds about right\b|\b(?:i )?could have (?:written|said) that myself\b|\U0001f44d",
    re.IGNORECASE,
)
_FITS_NOT = re.compile(
    rf"{_IT}(?: \w+)? (?:(?:isn't|wasn't|is not|was not|wouldn't be|would not be)(?: \w+)? (?:me|true|right|like|how|"
    rf"something|what|so|"
    rf"the (?:sort|kind|way))|(?:doesn't|does not|wouldn't)(?: \w+)? (?:sound|fit|describe|apply|match|ring|suit)|"
    rf"is nothing like|is far|"
    rf"describes some(?:one|body) else)\b|\bthat's not (?:me|true|right|like|how|something|what)\b|"
    r"\bi(?:'m| am) not (?:like that|the (?:sort|kind|type)|that)\b|\bi disagree\b|\b(?:a|the) no (?:from|for)\b|\bi(?:'d|"
    r" would| must)? say no\b|"
    r"\bi (?:wouldn't|would not|don't|do not|couldn't|didn't|won't)(?: really| say so)?[.!]*$|\bi(?:'d| would)n?'?t? never[.!]*$|"
    r"\b(?:can't|cannot|couldn't|wouldn't|would not) say (?:so|that|yes)\b|\bbut no[.!]*$|\bit's a no\b|\U0001f44e|"
    r"\b(?:answer|truth) is no\b|\bshakes? (?:my |his |her |the )?head\b",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"^\W*(?:both|neither|sometimes)\b|\b(?:can't|cannot|couldn't) say yes and\b|\b(?:yes and no|no and yes|(?:neither|both|"
    r"either) yes (?:and|n?or) no|half (?:and half|yes|me|of it)|(?:it|that|this|rather) depends|"
    r"depends on|depending on|(?:a )?bit of both|both sides|partly|in part|fifty[- ]fifty|50[/-]50|sometimes yes|"
    r"sometimes no|idk|"
    r"not sure|i (?:\w+ )?(?:don't|do not) know|(?:a |give you a |call it a )?(?:\w+ )?yes or (?:a )?no|one or the other|"
    r"either way)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\byes\W+(?:(?:or|and)\W+)?no\b(?!\W*\w)|\bno\W+(?:(?:or|and|no)\W+)*yes\b(?!\W*\w)", re.IGNORECASE)
_CORRECTS = re.compile(
    r"\b(?:wait|actually|sorry|scratch that|on second thoughts?|i take that back|on balance|in the end|all in all|but yes|"
    r"but no)\b",
    re.IGNORECASE,
)


def read_yes_no(reply: str) -> bool | None:
    """Reads yes or no in a reply to whether one would say a statement of oneself.

    Args:
        reply: The free-form reply.

    Returns:
        True for yes, False for no, or None if the reply has neither or both.
    """
    text = plain_text(reply)
    stated = [found for line, _ in answer_lines(text) if (found := _polarity(line)) is not None]
    if stated:
        return stated[-1]
    boxes = [label for label, ticked in checked_boxes(text) if ticked and label.casefold() in ("yes", "no")]
    value = boxes[0] if len(boxes) == 1 else json_answer(text)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _polarity(plain_text(value))
    if _UNDECIDED.search(text) or _BOTH.search(text) or SPEAKS_AS_AI.search(text):
        return None
    found = [(polarity, sentence) for sentence in sentences(text) if (polarity := _polarity(sentence)) is not None]
    if not found:
        return None
    opposed = [
        one
        for polarity, one in found
        if polarity != found[0][0] and (len(one.split()) <= 3 or _FITS.search(one) or _FITS_NOT.search(one))
    ]
    if not opposed:
        return found[0][0]
    return found[-1][0] if _CORRECTS.search(text) else None


def _polarity(sentence: str) -> bool | None:
    """Returns what one sentence says, or None."""
    if _BOTH.search(sentence) or re.fullmatch(r"\W*(?:yes|no|yeah)\?\W*", sentence, re.IGNORECASE):
        return None
    if _NO.search(sentence):
        return bool(re.search(r"\bnot no\b|\bbut yes\b", sentence, re.IGNORECASE))
    if _YES.search(sentence):
        return True
    fits, fits_not = bool(_FITS.search(sentence)), bool(_FITS_NOT.search(sentence))
    return fits if fits != fits_not else False if fits_not else None
