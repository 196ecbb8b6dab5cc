"""Lists of options in a text, such as `A, C and E` or `the last two, and also C`, of which all items are meant alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from human_simulacra.replies.option_cues import LIST

Span = tuple[int, int, int]  # option, start, end

_ADDS = re.compile(r"(?:\b(?:and|plus|also)\b|[&+])\W*(?:(?:an?|the|my)\W+)?\||\|\W*(?:(?:and|plus|also)\b|[&+])", re.IGNORECASE)


def list_groups(text: str, spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yields runs of mentions that form one list, such as `A, C and E`, which share what is said of them."""
    group = [spans[0]] if spans else []
    for one, other in pairwise(spans):
        between = text[one[2] : other[1]]
        if LIST.fullmatch(between) and not re.search(r"[.!?;\n:]", between):
            group.append(other)
        else:
            yield group
            group = [other]
    if group:
        yield group


def with_list_items(text: str, spans: Sequence[Span], places: Sequence[Span], texts: Sequence[Span]) -> list[Span]:
    """Returns letters with the places and the options' words that stand in one list with them: `A, the second and knitting`.

    Args:
        text: The text.
        spans: Options named by letter.
        places: Options named by place; `first` without an article is none beside letters.
        texts: Options named in words.
    """
    named = {place for place, *_ in spans}
    apart = [one for one in places if not re.match(r"(?:first|last|\w+ (?:one|option))", text[one[1] : one[2]], re.IGNORECASE)]
    listed = [one for one in texts if one[0] not in named and _adds(text, [one])]
    mixed = sorted({*spans, *apart, *listed}, key=lambda span: span[1:])
    kept = [g for g in list_groups(text, mixed) if any(one in spans for one in g) or (g[0] in apart and _adds(text, g))]
    return [one for group in kept for one in group]


def _adds(text: str, group: Sequence[Span]) -> bool:
    """Returns whether `and` or the like stands beside a list, as in "B. Oh, and the last one"."""
    return bool(_ADDS.search(text[: group[0][1]] + "|" + text[group[-1][2] :]))
