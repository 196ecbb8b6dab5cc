"""Reading the stance of a reply to a question that has no true answer (docs/reading.md).

The sentences of the reply are taken one by one. Each shows that the speaker does not know, guesses, denies what the question
takes for granted, or does none of these and claims something. The rules, in order:

1. No word: empty. Words of an AI or an assistant: refuses.
2. What the question takes for granted is plainly denied ("There was no ...", "But he did ..."): corrects.
3. A guess, in words of doubt or after a disclaimer: hedges.
4. Not knowing: abstains, unless a claim comes first ("Blue. I don't know what shade."): states.
5. A negation that opens the reply: corrects. Else: states.
"""

from __future__ import annotations

import re
from typing import Literal

from human_simulacra.replies.plain_text import plain_text, sentences, without_gestures
from human_simulacra.replies.stance_cues import (
    CAVEAT,
    DENIES_PREMISE,
    DOUBT,
    IDIOMS,
    IGNORANCE,
    NEGATION,
    SPEAKS_AS_AI,
    in_long_forms,
)

_QUOTED = re.compile(r'"[^"\n]{8,}"')  # what somebody said is not the speaker's stance
_WHOLLY_QUOTED = re.compile(r'\A\W*"([^"]+)"\W*\Z')  # but a reply in quotation marks is the speaker's own

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
    text = plain_text(without_gestures(reply)) or plain_text(reply)
    text = _WHOLLY_QUOTED.sub(r"\1", text)
    if text.startswith("{"):
        text = ". ".join(re.findall(r':\s*"([^"]+)"', text)) or text
    if not re.search(r"\w", text):
        return "empty"
    if SPEAKS_AS_AI.search(text):
        return "refuses"
    parts = [IDIOMS.sub("@", in_long_forms(sentence)) for sentence in sentences(_QUOTED.sub('""', text))]
    parts = [part for part in parts if not re.fullmatch(r"(?:answer|explanation|note|\W)*", part)]
    unknown = [bool(IGNORANCE.search(part)) for part in parts]
    rest = [IGNORANCE.sub("~", part) for part in parts]
    if any(map(DENIES_PREMISE.search, rest)):
        return "corrects"
    guess = any(map(DOUBT.search, rest)) or (any(map(CAVEAT.search, parts)) and not all(unknown))
    if guess or _fragment_after(parts, unknown):
        return "hedges"
    if any(unknown):
        return "states" if not unknown[0] and _claims(parts[0]) else "abstains"
    opening = rest[:2] if rest and (parts[0].endswith("?") or len(parts[0].split()) <= 4) else rest[:1]
    return "corrects" if any(map(NEGATION.search, opening)) else "states"


def _claims(sentence: str) -> bool:
    """Returns whether a sentence before a disclaimer answers: a bare name or thing, or something that was so."""
    bare = len(sentence.split()) <= 3 and re.fullmatch(r"(?!(?:not|no|well|that|this|hm+|oh|ah)\b)[^?]*[^?.](?:\.|!)?", sentence)
    return bool(bare or re.match(r"(?:it was|his name (?:was|is)|her name (?:was|is)|the name (?:was|is))\b", sentence))


def _fragment_after(parts: list[str], unknown: list[bool]) -> bool:
    """Returns whether a bare guess follows a disclaimer: `I'm not sure. Rex?`"""
    pairs = zip(unknown, parts[1:], unknown[1:], strict=False)
    return any(first and not second and len(part.split()) <= 3 for first, part, second in pairs)
