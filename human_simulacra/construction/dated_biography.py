"""The form of a biography, sentences with years, and what arithmetic finds wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from pydantic import BaseModel, Field

from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.text_faults import find_text_faults
from human_simulacra.types import DatedSentence
from human_simulacra.validation.years_and_ages import years

NEAR, OUT_OF_ORDER = 5, 1 / 3  # years that are no step back in time, and the share of sentences that may step back
LEAST = 4  # a biography has at least a fourth of the words that were asked for


class Sentence(BaseModel):
    """One sentence of a biography."""

    paragraph: int = Field(description="number of its paragraph, from 1")
    year: int = Field(description="the last year that it tells about")
    text: str


class BiographyReply(BaseModel):
    """A biography."""

    sentences: list[Sentence]


def join_sentences(reply: BiographyReply) -> str:
    """Returns the text of a biography, with a blank line between its paragraphs."""
    parts, before = [], None
    for sentence in reply.sentences:
        if text := " ".join(sentence.text.split()):
            parts += ["\n\n" if before not in (None, sentence.paragraph) else " ", text]
            before = sentence.paragraph
    return "".join(parts).strip()


def date_sentences(reply: BiographyReply, life: Lifetime) -> tuple[DatedSentence, ...]:
    """Returns the sentences with the last year that each tells about: the one given, or a later one that it names."""
    texts = ((" ".join(sentence.text.split()), sentence.year) for sentence in reply.sentences)
    return tuple(DatedSentence(max([year, *years(text), *life.stated_years(text)]), text) for text, year in texts if text)


def find_biography_faults(reply: BiographyReply, life: Lifetime, words: int) -> list[str]:
    """Returns the faults of a biography of about so many words as phrases."""
    faults = find_text_faults(join_sentences(reply), words, words // LEAST)
    return [*faults, *find_dating_faults(date_sentences(reply, life), life)]


def find_dating_faults(dated: Sequence[DatedSentence], life: Lifetime) -> Iterator[str]:
    """Yields faults of years: outside the life, out of order, or far from the present at the end."""
    first, last = life.born.year, life.today.year
    if outside := [s for s in dated if not first <= s.year <= last]:
        yield f"'{outside[0].text[:80]}' tells of {outside[0].year}, but {life.first_name}'s life is from {first} to {last}"
    latest = list(accumulate((s.year for s in dated), max))
    if sum(s.year < reached - NEAR for s, reached in zip(dated, latest, strict=True)) > OUT_OF_ORDER * len(dated):
        yield "it does not tell the years in their order"
    if latest and latest[-1] < last - NEAR:
        yield f"it ends in {latest[-1]}, but the present is {last}"
