"""Prose: its paragraphs and sentences, and faults that arithmetic finds: length, repetition, copies, years and ages."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.validation.consistency_checks import FORECAST_YEARS
from human_simulacra.validation.text_statistics import lower_words, ngrams, words
from human_simulacra.validation.years_and_ages import ages, years

LONGEST_PARAGRAPH = 150  # words; two of them make a memory, and the dataset package keeps to it
LONGER = 1.5  # factor by which a text may exceed its maximum length
LOOP, LOOP_GRAM, LOOP_WORDS = 0.2, 4, 24  # share of repeated four-word sequences, in texts of at least so many words
COPIED, COPIED_GRAM = 0.3, 8  # share of eight-word sequences that may stand in other texts
_BLANK_LINES = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r".+?(?:(?<=[.!?…])[\"'”’)]*(?=\s)|$)")


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[str, ...]:
    """Splits a paragraph into sentences. Joined by spaces, they are the paragraph with its white space folded."""
    return tuple(sentence.strip() for sentence in _SENTENCE.findall(" ".join(text.split())))


def split_paragraphs(text: str) -> list[str]:
    """Splits a text at blank lines, and paragraphs of more than `LONGEST_PARAGRAPH` words into parts of similar length."""
    return [part for block in _BLANK_LINES.split(text) if block.strip() for part in _split_long_block(block)]


def _split_long_block(block: str) -> list[str]:
    total = len(words(block))
    wanted = math.ceil(total / LONGEST_PARAGRAPH)
    parts: list[list[str]] = [[]]
    used = 0
    for sentence in split_sentences(block):
        # A sentence opens the next part once the parts so far have had their share.
        if parts[-1] and used >= len(parts) * total / max(wanted, 1):
            parts.append([])
        parts[-1].append(sentence)
        used += len(words(sentence))
    return [" ".join(part) for part in parts]


def find_text_faults(text: str, most: int, least: int = 1) -> list[str]:
    """Returns the faults of any prose: fewer words than `least`, far more than `most`, and repetition."""
    count, found = len(words(text)), list(find_repetition(text))
    if count < least:
        return ["it was empty" if not count else f"it had only {count} words, at least {least} are needed", *found]
    return [f"it had {count} words, at most {most} were asked for", *found] if count > LONGER * most else found


def find_repetition(text: str) -> Iterator[str]:
    """Yields a fault if a text repeats a sentence or runs in a loop."""
    sentences = (tuple(lower_words(sentence)) for line in text.splitlines() for sentence in split_sentences(line))
    counts = Counter(sentence for sentence in sentences if len(sentence) > LOOP_GRAM)
    if counts and counts.most_common(1)[0][1] > 1:
        yield f"it repeated the sentence '{' '.join(counts.most_common(1)[0][0])[:80]}'"
    grams = list(ngrams(lower_words(text), LOOP_GRAM))
    if len(grams) > LOOP_WORDS and 1 - len(set(grams)) / len(grams) > LOOP:
        yield "it repeated itself"


def find_copies(text: str, others: Iterable[str]) -> Iterator[str]:
    """Yields a fault if a large part of a text stands word for word in other texts."""
    grams = list(ngrams(lower_words(text), COPIED_GRAM))
    told = {gram for other in others for gram in ngrams(lower_words(other), COPIED_GRAM)}
    if sum(gram in told for gram in grams) > COPIED * len(grams):
        yield "it repeated what other passages already tell"


def find_date_faults(text: str, life: Lifetime, first: int, last: int) -> Iterator[str]:
    """Yields a fault for each year or age in a text that does not fit the years `first` to `last` that it tells of.

    The rule is that of the dataset's validator: a text looks back as far as it likes, and ahead only in plans.
    """
    for year in years(text):
        if last < year < life.today.year + FORECAST_YEARS:
            yield f"it tells of {year}, but it is to tell of {first} to {last}"
    youngest, oldest = first - life.born.year, last - life.born.year
    for said, age in ages(text, life.first_name):
        if not youngest - 1 <= age <= oldest:
            yield f"it says '{said}', but from {first} to {last} {life.first_name} is {youngest} to {oldest}"
