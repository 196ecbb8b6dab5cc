"""The words of a reply or an option that count: stems of words with a content of their own."""

from __future__ import annotations

import re

from human_simulacra.word_stems import word_stem

# Words without a content of their own.
STOPWORDS = frozenset(
    "a an the of to and in on at for from by with as is was were are be been being it its this that these those there "
    "here i me my mine we us our you your he him his she her they them their who whom which what when where how why "
    "not no nor or but if so than then too very just only up out off over under again into about after before had "
    "has have having do does did done would could should can will s t d ll m re ve all any some more most such same "
    "other another".split()
)
# Words of content that mean no option beside one: of liking and choosing, of address and emphasis.
NEUTRAL = frozenset(
    "course please picked chose chosen said sure surely yes yeah yep aye one ones thing things bit love like likes enjoy adore "
    "keen mostly mainly really "
    "definitely probably certainly honestly actually think guess reckon say suppose pick choose take go goes going dear mate "
    "hon thank thanks oh well hmm ah always often usually sometimes never much lot lots plenty let see now nowadays days time "
    "free friend afraid just prefer care mind too also answer option options list rather still even quite both every day week "
    "night home days ha gosh lord god honest first second close ever".split()
)
SENTENCE = r"[^.!?;\n]+(?:\.(?=\d)[^.!?;\n]*)*"  # a pattern; the point in a number ends none
JOINT = re.compile(r",|\s-\s|\b(?:and|or|plus|also|then)\b|[&+/:()]", re.IGNORECASE)
_ORDINAL_ENDING = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")


def content_words(text: str) -> list[tuple[str, int, int]]:
    """Returns the stems of a text's content words, each with its start and end; a number in words counts as its digits."""
    found = ((m[0].casefold(), m.start(), m.end()) for m in re.finditer(r"\d+(?:[.,]\d+)*|[^\W_]+(?:'[a-z]+)?", text))
    plain = ((_ORDINAL_ENDING.sub("", word.split("'")[0]).replace(",", ""), start, end) for word, start, end in found)
    return [(word_stem(word), start, end) for word, start, end in plain if word not in STOPWORDS]
