"""Words of a reply beyond those of the options it names: it may mean others in words that we do not recognise."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise

from human_simulacra.replies.option_words import JOINT, NEUTRAL, content_words

# How a sentence goes on with more about the same: "..., and never looked back".
_SAYS_MORE = re.compile(
    r"\s*(?:then |so |yes |there |that )*(?:i|it|we|he|she|they|you|there|that|this|what|so|never|not|no|now|is|was|are|were|"
    r"got|left|have|had|did|do|always|if|when|because|my|as|would|will|could|can|always|happy|proud|my|\w+ed)\b",
    re.IGNORECASE,
)
MOST_UNACCOUNTED = 3  # content words beyond those of options that prose names
MOST_OF_A_LIST = 5  # content words of a reply that is a list and nothing else


def tells_more(text: str, named: Sequence[tuple[int, int, int, bool]], options: Sequence[str], several: bool) -> bool:
    """Returns whether a text may mean further options, in words that we do not recognise.

    It may if the sentences that name none have many words of their own, or if one item of a list has nothing but such words.
    """
    told = {place for place, *_ in named}
    beyond, bare = (
        0,
        len(content_words(text)) <= MOST_OF_A_LIST and bool(re.search(r"\band\b|[&+]", text)) and "between" not in text,
    )
    for sentence in re.finditer(r"[^.!?;\n]+[.!?;\n]*", text):
        within = [(start - sentence.start(), end - sentence.start()) for _, start, end, _ in named]
        if any(0 <= start < len(sentence[0]) for start, _ in within):
            ends = [(0, 0), *(joint.span() for joint in JOINT.finditer(sentence[0])), (len(sentence[0]),) * 2]
            for (joint, start), (end, _) in pairwise(ends):
                item = sentence[0][start:end]
                if (
                    (bare or sentence[0][joint:start].lower() == "or")
                    and not any(start <= place < end or place < start < to for place, to in within)
                    and unknown_words(item, options, told)
                    and not _SAYS_MORE.match(item)
                ):
                    return True
        if not sentence[0].rstrip().endswith("?"):
            beyond += len(unknown_words(sentence[0], options, told))
    return several and beyond > MOST_UNACCOUNTED


def unknown_words(text: str, options: Sequence[str], told: Set[int]) -> list[str]:
    """Returns the words of a text that are neither neutral nor of the options `told`."""
    own = {stem for place in told for stem, *_ in content_words(options[place])}
    return [stem for stem, start, end in content_words(text) if stem not in own and text[start:end].casefold() not in NEUTRAL]
