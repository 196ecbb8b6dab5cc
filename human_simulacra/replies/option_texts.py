"""Options named by their place or in the reader's own words, where a reply has no letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from human_simulacra.word_stems import word_stem

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
# Words without a content of their own.
STOPWORDS = frozenset(
    "a an the of to and in on at for from by with as is was were are be been being it its this that these those there "
    "here i me my mine we us our you your he him his she her they them their who whom which what when where how why "
    "not no nor or but if so than then too very just only own up out off over under again into about after before had "
    "has have having do does did done would could should can will s t d ll m re ve all any some more most such same "
    "other another".split()
)
_MAY_BE_LEFT_OUT = frozenset("a an the my your our his her their you i we it".split())  # at the beginning of an option
_ORDINAL_ENDING = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")
MOST_UNACCOUNTED = 3  # content words beyond those of options that prose names
ENOUGH, DOUBT = 0.5, 0.34  # shares of an option's telling words that name it, and that leave it in doubt


def named_places(text: str, count: int) -> Iterator[tuple[int, int, int]]:
    """Yields (option, start, end) for options named by place: `the second one`, `option 2`, `the last`, `the first three`."""
    after = (
        r"(?: (?:one|option|answer|choice|of (?:them|these|those)|on (?:your|the|that) list)\b|"
        r"(?=\s*(?:$|[,.;:!?)]| and the | and last)))"
    )
    for place, ordinal in enumerate(ORDINALS[:count]):
        named = rf"\b(?:the )?{ordinal}{after}|\b(?:option|number|answer|choice) (?:{place + 1}|{NUMBERS[place]})\b"
        yield from ((place, match.start(), match.end()) for match in re.finditer(named, text, re.IGNORECASE))
    for match in re.finditer(rf"\b(?:the )?last{after}", text, re.IGNORECASE):
        yield count - 1, match.start(), match.end()
    for match in re.finditer(r"\bthe (first|last) (two|three|four|five)\b(?! \w+s\b)", text, re.IGNORECASE):
        many = min(NUMBERS.index(match[2].lower()) + 1, count)
        places = range(many) if match[1].lower() == "first" else range(count - many, count)
        yield from ((place, match.start(), match.end()) for place in places)


def content_words(text: str) -> list[tuple[str, int, int]]:
    """Returns the stems of a text's content words, each with its start and end; a number in words counts as its digits."""
    found = ((m[0].casefold(), m.start(), m.end()) for m in re.finditer(r"\d+(?:[.,]\d+)*|[^\W_]+(?:'[a-z]+)?", text))
    plain = ((_ORDINAL_ENDING.sub("", word.split("'")[0]).replace(",", ""), start, end) for word, start, end in found)
    return [(word_stem(word), start, end) for word, start, end in plain if word not in STOPWORDS]


def quoted_after(text: str, end: int, option: str) -> int:
    """Returns where an option's text ends that follows its letter, as in `B. A wooden boat` or `B (a boat)`; otherwise `end`."""
    words = re.findall(r"[^\W_]+", option.casefold())
    while len(words) > 1 and words[0] in _MAY_BE_LEFT_OUT:
        words = words[1:]
    found = re.match(r"[).:\]\"'*-]*\s*[-:,(\"']*\s*", text[end:])
    place, left = end + (found.end() if found else 0), list(words)
    for match in re.finditer(r"[^\W_]+", text[place:] if words else ""):
        word = match[0].casefold()
        if word == left[0]:
            left.pop(0)
            if not left:
                closing = re.match(r"[\"')\]]*", text[place + match.end() :])
                return place + match.end() + (closing.end() if closing else 0)
        elif len(left) < len(words) or word not in _MAY_BE_LEFT_OUT:
            break
    return end


def named_texts(text: str, options: Sequence[str]) -> list[tuple[int, int, int, bool]]:
    """Returns (option, start, end, doubtful) for options that sentences of a text name in words of their own.

    A word counts for an option by one over the number of options that have it; words of all options count nothing. A sentence
    names an option if it has at least half of the option's weight; down to a third it is doubtful. An option that a sentence
    quotes whole takes its words from the others.
    """
    wanted = [_Wanted(option, options) for option in options]
    best: dict[int, tuple[float, int, int]] = {}
    unclear: set[int] = set()  # options whose words in the sentence are words of another option as well: "A cat", of two cats
    for match in re.finditer(r"[^.!?;\n]+(?:\.(?=\d)[^.!?;\n]*)*", text):
        words = content_words(match[0])
        quoted = {place: span for place, option in enumerate(wanted) if (span := option.quoted(words))}
        quoted = {
            p: (a, b) for p, (a, b) in quoted.items() if not any(c <= a and b <= d and b - a < d - c for c, d in quoted.values())
        }
        for place, option in enumerate(wanted):
            taken = [span for other, span in quoted.items() if other != place]
            left = [word for n, word in enumerate(words) if not any(a <= n < b for a, b in taken)]
            share, hits, said = option.share(left)
            if share < ENOUGH and words and len(hits) == len(words):
                share = ENOUGH  # the sentence is nothing but words of this option: "Creole, of course."
            if hits and share > best.get(place, (0.0, 0, 0))[0]:
                best[place] = (share, match.start() + hits[0][0], match.start() + hits[-1][1])
                shared = place not in quoted and any(said <= set(o.words) for other, o in enumerate(wanted) if other != place)
                unclear = unclear | {place} if shared else unclear - {place}
    named = {place: found for place, found in best.items() if found[0] >= DOUBT}
    return sorted(
        ((place, start, end, share < ENOUGH or place in unclear) for place, (share, start, end) in named.items()),
        key=lambda o: o[1:3],
    )


def tells_more(text: str, options: Iterable[str]) -> bool:
    """Returns whether a text has many words beyond these options: it may mean others in words that we do not recognise."""
    told = {stem for option in options for stem, *_ in content_words(option)}
    return sum(stem not in told for stem, *_ in content_words(text)) > MOST_UNACCOUNTED


class _Wanted:
    """The content words of one option, with their weights among all options."""

    def __init__(self, option: str, options: Sequence[str]) -> None:
        stems = [{stem for stem, *_ in content_words(other)} for other in options if other]
        self.words = [stem for stem, *_ in content_words(option)]
        counts = {stem: sum(stem in own for own in stems) for stem in self.words}
        self.weights = {s: 1 / n for s, n in counts.items() if n < len(stems)} or dict.fromkeys(self.words, 1.0)
        plain = re.findall(r"[^\W_]+", option.casefold())
        self.compounds = {word_stem(a + b): (word_stem(a), word_stem(b)) for a, b in pairwise(plain)}

    def quoted(self, words: Sequence[tuple[str, int, int]]) -> tuple[int, int] | None:
        """Returns which of a sentence's words quote the option whole, or None."""
        stems, size = [stem for stem, *_ in words], len(self.words)
        return next(((n, n + size) for n in range(len(stems) - size + 1) if size and stems[n : n + size] == self.words), None)

    def share(self, words: Sequence[tuple[str, int, int]]) -> tuple[float, list[tuple[int, int]], set[str]]:
        """Returns the share of the option's weight in these words, where they stand, and which of its words they are."""
        found: set[str] = set()
        hits = []
        for stem, start, end in words:
            same = [stem] if stem in self.weights else [part for part in self.compounds.get(stem, ()) if part in self.weights]
            if same:
                found.update(same)
                hits.append((start, end))
        return sum(self.weights[stem] for stem in found) / (sum(self.weights.values()) or 1.0), hits, found
