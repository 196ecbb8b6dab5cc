"""Expressions whose scope is wider than an option beside them: double negations, corrections, wishes, comparisons, others."""

from __future__ import annotations

import re

from human_simulacra.replies.relatives import KIN

_CANNOT = r"(?:can't|cannot|can not|couldn't|could not|could never|can never|wouldn't|would not|would never|won't|will not|never)"
_NOT_OFF = (
    r"say no to|(?:do|live|be|go|manage|imagine (?:a )?(?:life|day)) without|give up|resist|refuse|turn down|part with|skip|"
    r"(?:get|have) enough of|help|stop"
)
# Two negations that make a yes, and phrases with a negation that deny no option; each is written as a plain phrase.
_IDIOMS = tuple(
    (re.compile(rf"\b(?:{idiom})\b", re.IGNORECASE), plain)
    for idiom, plain in (
        (rf"{_CANNOT}(?: \w+ly| ever)? (?:{_NOT_OFF})(?: an?)?|(?:don't|do not|wouldn't|never) mind(?: an?)?", "love"),
        (r"(?:never|would never|wouldn't|would not) miss(?:ed)?(?: an?)?", "love"),
        (r"(?:not|no|never|hardly)(?: \w+){0,4} without|nothing (?:beats|better than)", "love"),
        (rf"{_CANNOT}(?: \w+){{0,2}} (?:anything|any) (?:other than|but|except)|(?:nothing|none) (?:but|other than)", "is"),
        (r"anything (?:but|except|other than)", "not"),
        (r"(?:never|not|didn't|did not) (?:got?|went|get|made it|make it) (?:any )?(?:past|beyond|further than)", "reached"),
        (r"not (?:only|just|merely|simply)(?= .*\b(?:but|also|too|as well)\b)|not to mention|not forgetting", "both"),
        (r"n/a", "none"),
        (r"(?:no|without(?: an?y?)?) (?:doubt|question|hesitation)(?: about (?:it|that))?|why not|no wonder", "surely"),
    )
)
# A box before its text is a verdict on it, like "B: yes".
_BOX = re.compile(r"\[([ xX]?)\][ \t]*([^\[\]\n|]*[^\[\]\n|\s,;])")
_CORRECTION = re.compile(
    r"\b(?:scratch that|strike that|no,? wait|wait,? no|hang on|hold on|or rather|i take that back|correction|"
    r"what am i saying|i misread|my mistake|on second thoughts?|sorry,? no|no,? sorry|no,? actually)\b|"
    r"(?:^|[.,;!?-] *)(?:i meant?|make (?:that|it))\b",
    re.IGNORECASE,
)
# What one wishes, or would do if things were otherwise, up to the end of the clause.
_UNREAL = re.compile(
    r"\b(?:wish(?:ed)? (?:i|we|it)|if only|if (?:i|we)(?:'d)? (?:owned|had(?! to)|were(?! (?:to|asked|honest))|"
    r"could(?! (?:choose|pick)))|(?:nearly|almost) (?:\w+ed|said|bought|took|chose|went|got|became)|dream(?:t|ed)|whether|"
    r"(?:would(?:'ve| have)|i'd have) (?:loved|liked|preferred|said|picked)|going to say|(?:i'd|would) need|take me for|"
    r"mistook)\b[^.;!?\n]*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:prefer\w*\b[^.;!?\n]* (?:to|over)|(?:rather|sooner|better|further|higher|more)\b[^.;!?\n]* than|any day over)"
    r"(?: (?:the|an?|my|any|to|go|do))*\s*$",
    re.IGNORECASE,
)
_NOW = r"\b(?:now|nowadays|these days|today|any ?more|since (?:then|the|my|last|that|i|we)|no longer)\b"
_PAST = re.compile(rf"\b(?:used to|formerly|in the past|in those days)\b(?!.*{_NOW})", re.IGNORECASE | re.DOTALL)
_SELF = r"(?:i|me|we|us|mine|ours|myself)\b"
_OTHER = re.compile(
    r"(?:^\s*|[-,;:(]\s*|\b(?:and|but|while|whereas|that|was|because|since|though)\s+)(?:(?:all|both|even|for|only) )?"
    rf"(?:(?:my|our) (?:\w+ )?(?:(?P<kin>{KIN})s?|kids?|children|parents|family|people)|people|everyone|everybody)\b"
    rf"(?!.*\b{_SELF}).*$",
    re.IGNORECASE | re.DOTALL,
)


def plain_idioms(text: str) -> str:
    """Writes idioms with a negation that denies nothing as plain phrases, and boxes as verdicts: `[x] B` is `B: yes`."""
    for idiom, plain in _IDIOMS:
        text = idiom.sub(plain, text)
    return _BOX.sub(lambda box: f"{box[2]}: {'yes' if box[1].strip() else 'no'}", text)


def behind_corrections(text: str) -> list[str]:
    """Returns what stands behind every word of correction, the last first."""
    return [text[found.end() :] for found in reversed(list(_CORRECTION.finditer(text)))]


def is_unreal(clause: str, after: str) -> bool:
    """Returns whether a mention is only wished for, is over, or has something preferred to it.

    Args:
        clause: Its clause before it.
        after: All that follows.
    """
    preferred = re.search(r"\bover (?:the )?$", clause) and re.match(r"[^.;!?\n]*\b(?:any|every) (?:day|time)\b", after)
    compared = (preferred or _COMPARED.search(clause)) and not re.match(r"[^.;!?\n]*\bboth\b", after)
    return bool(_UNREAL.search(clause) or compared or (_PAST.search(clause) and re.search(_NOW, after, re.IGNORECASE)))


def is_of_others(sentence: str, asked: str) -> bool:
    """Returns whether the subject of a sentence, up to here, is a relative, but one that is `asked` for, or other people."""
    found = _OTHER.search(sentence)
    return bool(found) and not (found["kin"] and found["kin"].casefold() in asked)
