"""Options named by their place or in the reader's own words, where a reply has no letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from human_simulacra.replies.option_words import JOINT, NEUTRAL, SENTENCE, content_words
from human_simulacra.replies.words_beyond_options import unknown_words
from human_simulacra.word_stems import word_stem

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_MAY_BE_LEFT_OUT = frozenset("a an the my your our his her their you i we it".split())  # at the beginning of an option
ENOUGH, DOUBT = 0.5, 0.34  # shares of an option's telling words that name it, and that leave it in doubt


def named_places(text: str, count: int) -> Iterator[tuple[int, int, int]]:
    """Yields (option, start, end) for options named by place: `the second one`, `option 2`, `the last`, `the first three`."""
    after = (
        rf"(?: (?:one|option|answer|choice|of (?:them|these|those|(?:the )?(?:{'|'.join(NUMBERS)}|lot|list))|on (?:your|the|that)"
        r" list)\b|"
        r"(?=\s*(?:$|[,.;:!?)]| and the | and last)))"
    )
    for place, ordinal in enumerate(ORDINALS[:count]):
        named = rf"\b(?:the )?{ordinal}{after}|\b(?:option|number|answer|choice) (?:{place + 1}|{NUMBERS[place]})\b"
        yield from ((place, match.start(), match.end()) for match in re.finditer(named, text, re.IGNORECASE))
    for match in re.finditer(rf"\b(?:the )?last{after}", text, re.IGNORECASE):
        yield count - 1, match.start(), match.end()
    for match in re.finditer(r"\bthe (first|last) (two|three|four|five)\b(?! (?!plus\b)\w+s\b)", text, re.IGNORECASE):
        many = min(NUMBERS.index(match[2].lower()) + 1, count)
        places = range(many) if match[1].lower() == "first" else range(count - many, count)
        yield from ((place, match.start(), match.end()) for place in places)


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
    found = _best_by_sentence(text, re.finditer(SENTENCE, text), wanted)
    if any(doubtful for *_, doubtful in found) and not re.search(r"\b(?:not?|never|neither|but)\b|n't\b|\?", text):
        # Sentences that each leave it open may name one option together: "Low income. A single parent, that is."
        whole = [one for one in _best_by_sentence(text, re.finditer(r"(?s).+", text), wanted) if not one[3]]
        clear = {place for place, *_ in whole}
        if (
            clear
            and {place for place, *_, doubtful in found if not doubtful} <= clear
            and len(unknown_words(text, options, clear)) < 3
        ):
            return whole
    return found


def _best_by_sentence(text: str, parts: Iterable[re.Match[str]], wanted: Sequence[_Wanted]) -> list[tuple[int, int, int, bool]]:
    best: dict[int, tuple[float, int, int]] = {}
    unclear: set[int] = set()  # options whose words in the sentence are words of another option as well: "A cat", of two cats
    for match in parts:
        words = content_words(match[0])
        quoted = {place: span for place, option in enumerate(wanted) if (span := option.quoted(words))}
        quoted = {
            p: (a, b) for p, (a, b) in quoted.items() if not any(c <= a and b <= d and b - a < d - c for c, d in quoted.values())
        }
        shares: dict[int, tuple[float, list[tuple[int, int]], set[str]]] = {}
        for place, option in enumerate(wanted):
            taken = [span for other, span in quoted.items() if other != place]
            shares[place] = option.share([word for n, word in enumerate(words) if not any(a <= n < b for a, b in taken)])
        alone = _named_alone(match[0], words, wanted)
        for place, (share, hits, said) in shares.items():
            if place in alone:
                share = max(share, ENOUGH)
            elif place not in quoted and any(said < more and rate >= ENOUGH for rate, _, more in shares.values()):
                continue  # all that may name it are words of an option that has more of them
            if place in quoted:  # "Natural history, not history"
                (start, *_), (*_, end) = words[quoted[place][0]][1:], words[quoted[place][1] - 1][1:]
                hits = [(start, end)]
            if hits and share > best.get(place, (0.0, 0, 0))[0]:
                best[place] = (share, match.start() + hits[0][0], match.start() + hits[-1][1])
                shared = place not in quoted and any(said <= set(o.words) for other, o in enumerate(wanted) if other != place)
                unclear = unclear | {place} if shared else unclear - {place}
    named = {place: found for place, found in best.items() if found[0] >= DOUBT}
    return sorted(
        ((place, start, end, share < ENOUGH or place in unclear) for place, (share, start, end) in named.items()),
        key=lambda o: o[1:3],
    )


def _named_alone(sentence: str, words: Sequence[tuple[str, int, int]], wanted: Sequence[_Wanted]) -> set[int]:
    """Returns the options of which a part of a list has words and nothing else: `the radio` in "The radio and the harbour"."""
    ends = [0, *(joint.start() for joint in JOINT.finditer(sentence)), len(sentence) + 1]
    found = set()
    for start, end in pairwise(ends):
        part = {s for s, a, b in words if start <= a < end and sentence[a:b].casefold() not in NEUTRAL}
        owners = [place for place, option in enumerate(wanted) if part and part <= option.weights.keys()]
        found |= set(owners) if len(owners) == 1 else set()
    return found


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
