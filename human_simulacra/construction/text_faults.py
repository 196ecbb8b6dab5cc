"""Faults of prose that arithmetic finds: length, repetition, copies, years and ages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.validation.consistency_checks import FORECAST_YEARS
from human_simulacra.validation.text_statistics import lower_words, ngrams, words
from human_simulacra.validation.years_and_ages import ages, years

LONGER = 1.5  # factor by which a text may exceed its maximum length
LOOP, LOOP_GRAM, LOOP_WORDS = 0.2, 4, 24  # share of repeated four-word sequences, in texts of at least so many words
COPIED, COPIED_GRAM = 0.3, 8  # share of eight-word sequences that may stand in other texts


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
    if last < life.born.year:
        yield f"it ends in {last}, before the birth in {life.born.year}"
    for year in years(text):
        if last < year < life.today.year + FORECAST_YEARS:
            yield f"it tells of {year}, but it is to tell of {first} to {last}"
    youngest, oldest = first - life.born.year, last - life.born.year
    for said, age in ages(text, life.first_name):
        if not youngest - 1 <= age <= oldest:
            yield f"it says '{said}', but from {first} to {last} {life.first_name} is {youngest} to {oldest}"
