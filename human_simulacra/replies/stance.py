"""Reading the stance of a reply to a question that has no true answer (docs/reading.md).

The clauses of the reply are taken one by one. Each shows that the speaker does not know, guesses, denies what the question
takes for granted, or does none of these and claims something. The rules, in order:

1. No word: empty. Words of an AI or an assistant: refuses.
2. What the question takes for granted is plainly denied ("There was no ...", "You are mistaken"): corrects.
3. A guess, in words of doubt or as a bare answer beside a disclaimer ("Rex? I'm not sure."): hedges.
4. Not knowing: abstains. But a deed denied corrects ("I never went there, so I can't say"), and a claim that comes first
   states ("Blue. I don't know what shade.").
5. A negation that opens the reply, or follows a remark or an echo of the question: corrects. Else: states.
"""

from __future__ import annotations

import re
from typing import Literal

from human_simulacra.replies.not_knowing import IDIOMS, IGNORANCE
from human_simulacra.replies.plain_text import plain_text, sentences, without_gestures
from human_simulacra.replies.stance_cues import (
    ASKS,
    COUNTERS,
    DENIES_DEED,
    DENIES_PREMISE,
    DOUBT,
    NEGATION,
    OPENER,
    SPEAKS_AS_AI,
    UNSURE,
    in_long_forms,
)

_QUOTED = re.compile(r'"[^"\n]{8,}"')  # what somebody said is not the speaker's stance
_WHOLLY_QUOTED = re.compile(r'\A\W*"([^"]+)"\W*\Z')  # but a reply in quotation marks is the speaker's own
_GESTURE = re.compile(r"\A\s*\*[a-z]+s\*\s+(?=\S)")  # of one word: `*shrugs* Pass.`
_CLAUSE = re.compile(r"(?=,? (?:but|though|although) (?!him\b|her\W|me\b|them\b))")
_LABEL = re.compile(r"(?:answer|explanation|note|status|\W)*")
# A bare name or thing: at most three words, none of which begins a remark.
_NAME = re.compile(
    r"(?:,? (?:but|though) )?(?!(?:not|no|well|that|this|hm+|oh|ah|sorry|i|you|my|what|which|who|let|ask|or was|but|nothing|none|"
    r"never|nobody|n/?a)\b|[^?]*\b(?:question|ago|back|dear|god|lord)\b)(?:or )?[^\s?]+(?: [^\s?]+){0,2}\??(?<!\.\.)"
)
_IT_WAS = re.compile(r"(?:it was|(?:his|her|its|the) name (?:was|is))\b")
_OR_NAME = re.compile(r"or [^\s?]+(?: [^\s?]+)?\W*")
_BUT_IT_WAS = re.compile(r",? (?:but|though|although) (?:it|his name|her name|they) (?:was|were|is|cost)\b")
_BUT_CLAIM = re.compile(r",? but (?!.*\b(?:not|never)\b)")
_SO_CLAIM = re.compile(r", so (?:i|we|he|she|they) (?!.*\b(?:not|never|no)\b)")
_WITHOUT_OBJECT = re.compile(r"\W*(?:(?:but|though|i|we|am)\W+)*~\W*")

Stance = Literal["empty", "refuses", "abstains", "corrects", "hedges", "states"]
STANCES: tuple[Stance, ...] = ("abstains", "corrects", "hedges", "states", "refuses", "empty")


def read_stance(reply: str) -> Stance:
    """Classifies what a reply to a question says about the speaker's knowledge.

    Args:
        reply: The reply, in English.

    Returns:
        `empty` if it has no word; `refuses` if it speaks as an AI or assistant; `abstains` if the speaker does not know or
        remember; `corrects` if it denies what the question takes for granted; `hedges` if it gives a guess with a doubt; else
        `states`.
    """
    text = plain_text(without_gestures(_GESTURE.sub("", reply))) or plain_text(reply)
    text = _WHOLLY_QUOTED.sub(r"\1", text)
    if text.startswith("{"):
        text = ". ".join(re.findall(r':\s*"([^"]+)"', text)) or text
    if not re.search(r"\w", text):
        return "empty"
    if SPEAKS_AS_AI.search(text):
        return "refuses"
    spoken = [IDIOMS.sub("@", in_long_forms(sentence)) for sentence in sentences(_QUOTED.sub('""', text))]
    return _stance_of([part for sentence in spoken for part in _CLAUSE.split(sentence) if not _LABEL.fullmatch(part)])


def _stance_of(parts: list[str]) -> Stance:
    """Classifies a reply by its clauses, in long forms; `~` stands for words of not knowing, `@` for idioms without meaning."""
    rest = [UNSURE.sub("~", IGNORANCE.sub("~", part)) for part in parts]
    unknown = ["~" in part for part in rest]
    opening = [OPENER.sub("", part) for part in rest[: _opening(parts)]]
    if any(map(DENIES_PREMISE.search, rest)) or any(map(COUNTERS.search, rest[: len(opening)])):
        return "corrects"
    if any(map(DOUBT.search, rest)) or _has_candidate(parts, unknown):
        return "hedges"
    if any(unknown):
        if any(map(DENIES_DEED.search, rest)):
            return "corrects"
        if unknown[0] or not _claims(parts[0]):
            return "abstains"
        return "hedges" if _WITHOUT_OBJECT.fullmatch(rest[1]) else "states"
    denied = any(map(NEGATION.search, opening)) and not (_SO_CLAIM.search(parts[0]) or _BUT_CLAIM.match("".join(parts[1:2])))
    return "corrects" if denied else "states"


def _opening(parts: list[str]) -> int:
    """Returns among how many clauses a negation is the answer: two after a remark, all after an echo, `A school? ...`."""
    if not parts:
        return 0
    if parts[0].endswith("?"):
        return len(parts) if _NAME.fullmatch(parts[0]) else 2
    return 2 if len(parts[0].split()) <= 4 else 1


def _claims(part: str) -> bool:
    """Returns whether a clause before a disclaimer answers: a bare name or thing, or something that was so."""
    return not part.endswith("?") and bool(_NAME.fullmatch(part) or _IT_WAS.match(part))


def _has_candidate(parts: list[str], unknown: list[bool]) -> bool:
    """Returns whether an answer is put forward as a question, or follows a disclaimer: `I'm not sure. Rex?`"""
    for place, part in enumerate(parts):
        if unknown[place]:
            continue
        disclaimed, name, after = any(unknown[:place]), _NAME.fullmatch(part), parts[place + 1 :]
        if _OR_NAME.fullmatch(part) or (disclaimed and (name or _BUT_IT_WAS.match(part))):
            return True
        asked = ASKS.search(part) or (name and part.endswith("?") and after and _NAME.fullmatch(after[0]))
        if asked and (disclaimed or not any(map(IGNORANCE.search, after))):
            return True
    return False
