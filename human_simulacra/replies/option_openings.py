"""An answer that opens a reply: options that stand there without a verb, "Oysters, and the liver. Tripe I can't stand"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.replies.option_cues import NEGATED
from human_simulacra.replies.option_texts import named_texts
from human_simulacra.replies.option_words import JOINT, SENTENCE, content_words
from human_simulacra.replies.words_beyond_options import tells_more

# Words that may stand before an option: "Well, just the hens", "Don't laugh: a diesel engine", "and in summer rowing".
_OPENER = re.compile(
    r"(?:[^:,.]{0,24}:)?(?:\W*\b(?:well|oh|ah|ha|hm+|honestly|so|and|then|also|the|an?|my|our|his|her|their|old|just|only|mostly|"
    r"mainly|usually|always|sometimes|later|earlier|now|definitely|probably|certainly|easy|easily|down|up|out|in|at|on|by|with|"
    r"for|from|of course|in the end|these days|since last year|a (?:few|little|bit of|pinch of)|some)\b)*\W*",
    re.IGNORECASE,
)
# How what is no sentence goes on behind the option; a verb or a subject would make it one: "Oysters are", "Oysters I".
_GOES_ON = re.compile(
    r"['\"]*\s*(?:$|[.,;:!?(-]|\b(?:for|because|since|when|if|as|in|on|at|from|with|without|of|to|by|over|under|near|after|before|"
    r"until|then|now|first|mostly|mainly|always|every|all|though|please|too|also|once|twice|indeed|obviously|naturally|instead|that|"
    r"which|who|the \w+ (?:after|before)|(?:and|or|plus)(?! (?:i|we|he|she|they|you|it)\b))\b)",
    re.IGNORECASE,
)
# What is set against the answer, or gives its reason: "Limestone, though marble has the fame".
_ASIDE = re.compile(
    r"\W*(?:since|because|though|although|while|whereas|than|not|never|but|unlike|instead|as|when|if|who|which)\b", re.IGNORECASE
)
_VERB = re.compile(r"\b(?:is|was|are|were|has|have|had|do|does|did|would|will|can|could)\b|n't\b", re.IGNORECASE)


def opening_answer(text: str, options: Sequence[str]) -> tuple[set[int], int] | None:
    """Returns the options in the sentences without a verb that open a text, and where these end; None if there are none.

    Args:
        text: A plain text, from `plain_text`.
        options: Texts of the options, A first.
    """
    found, end = set[int](), 0
    for sentence in re.finditer(rf"{SENTENCE}[.!?;\n]*\s*", text):
        named = [] if sentence[0].rstrip().endswith("?") else named_texts(sentence[0], options)
        if not named or any(doubtful for *_, doubtful in named) or not _opens(sentence[0], *named[0][:3], options):
            break
        if tells_more(sentence[0], named, options, several=False):
            return None
        for place, start, stop, _ in named:
            part = max((joint.end() for joint in JOINT.finditer(sentence[0], 0, start)), default=0)
            if _opens(sentence[0][part:], place, start - part, stop - part, options):
                found.add(place)
            elif not _ASIDE.match(sentence[0][part:]):
                return None  # it may be one more answer, or not
        end = sentence.end()
    return (found, end) if found else None


def _opens(text: str, place: int, start: int, stop: int, options: Sequence[str]) -> bool:
    """Returns whether a text begins with a mention: a phrase of the option's words, no sentence, and no "none of these"."""
    own, said = ({stem: one[a:b].casefold() for stem, a, b in content_words(one)} for one in (options[place], text[start:stop]))
    phrase = all(stem in own for stem in said) and not _VERB.search(text[start:stop])
    # "Cows lying down" is a phrase; "the cows lie down" is a sentence.
    phrase = phrase and all(said[stem] == word for stem, word in own.items() if word.endswith("ing") and stem in said)
    around = _OPENER.fullmatch(text[:start]) and _GOES_ON.match(text[stop:])
    return bool(phrase and around and not NEGATED.search(options[place]))
