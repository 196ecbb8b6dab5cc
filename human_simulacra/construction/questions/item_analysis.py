"""Tests of items: readers without any text and with the life open, and whether an item stands beside the others."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import create_model

from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.questions.profile_questions import place_options
from human_simulacra.construction.structured_writing import Rejected, Writer
from human_simulacra.prompts import render
from human_simulacra.stimuli import letter_options, option_order
from human_simulacra.types import Character, Paragraph, Question, QuestionType
from human_simulacra.validation.guessing_checks import GUESSERS, SLACK
from human_simulacra.validation.reader_checks import (
    MOST_BLIND,
    MOST_RIGHT,
    OPEN_BOOK_READERS,
    ReaderAnswers,
    is_right,
    measure_readers,
)
from human_simulacra.validation.text_statistics import lower_words

READER_TOKENS = 80
LIFE_SHARE = 0.7  # of the context; the rest is for the question, and for tokens of fewer than four characters
LETTERS = "ABCDEF"
_HINTS: dict[QuestionType, Any] = {
    "cloze": str, "single_choice": Literal["A", "B", "C", "D"], "multiple_choice": list[Literal["A", "B", "C", "D", "E", "F"]]
}  # fmt: skip
ANSWERS = {kind: create_model("Answer", answer=(hint, ...)) for kind, hint in _HINTS.items()}


@dataclass(frozen=True)
class Life:
    """A life as readers get it."""

    character: Character
    story: tuple[Paragraph, ...]

    def tell(self, context_tokens: int, near: Sequence[str], before: int | None = None) -> str:
        """Returns the story up to the paragraph with the index `before`, or what the context has room for: nearest to `near`."""
        told = [paragraph for paragraph in self.story if before is None or paragraph.index < before]
        at = [paragraph.index for paragraph in self.story if paragraph.id in near]
        room, chosen = int(LIFE_SHARE * context_tokens), set[str]()
        for paragraph in sorted(told, key=lambda paragraph: min((abs(paragraph.index - index) for index in at), default=0)):
            if (room := room - estimate_tokens(paragraph.text)) < 0:
                break
            chosen.add(paragraph.id)
        return "\n\n".join(paragraph.text for paragraph in told if paragraph.id in chosen)


@dataclass(frozen=True)
class Tested:
    """What readers made of a question.

    Attributes:
        columns: The columns `blind`, `blind_readers`, `open_book` and `open_book_readers`.
        reason: Why the question is left out, or None.
        guessed: How many readers without any text were right, if they were too many; else 0.
    """

    columns: Mapping[str, Any]
    reason: str | None = None
    guessed: int = 0


async def put_to_readers(writer: Writer, life: Life, question: Question, blind: int, before: int | None = None) -> Tested:
    """Puts a question to `blind` readers without any text and, if few of them are right, to readers of the life.

    The life is open up to the paragraph with the index `before`: what a person then did may surprise its readers, so that they
    only have to be right more often than those without any text. Readers of the whole life (None) must all be right.
    """
    if before is not None:
        question = replace(question, question=f"{question.question} What do you do?")
    name, dry, reason = life.character.name, isinstance(writer, DryRun), None
    told = life.tell(writer.context_tokens, question.evidence, before)
    guesses = await asyncio.gather(*(_ask(writer, name, question, reader) for reader in range(blind)))
    found = ReaderAnswers(question.id, tuple(guess or "" for guess in guesses), ())
    guessed = sum(is_right(question, guess) for guess in found.blind)
    too_many = None not in guesses and guessed > MOST_RIGHT * blind
    if None in guesses:
        reason = "a reader without the life gave an answer without the form asked for"
    elif too_many:
        reason = f"{guessed} of {blind} readers without the life answered it rightly"
    if reason is None or dry:
        answers = await asyncio.gather(*(_ask(writer, name, question, n, told) for n in range(OPEN_BOOK_READERS)))
        found = replace(found, open_book=tuple(answer or "" for answer in answers))
        right = sum(is_right(question, answer) for answer in found.open_book)
        if right < OPEN_BOOK_READERS if before is None else right / OPEN_BOOK_READERS <= guessed / blind:
            reason = f"{right} of {OPEN_BOOK_READERS} readers of the life answered it rightly"
    columns = measure_readers(question, found)
    return Tested(columns) if dry else Tested(columns, reason, guessed if too_many else 0)


async def _ask(writer: Writer, name: str, question: Question, reader: int, life: str = "") -> str | None:
    """Returns a reader's answer: the letters of the stored order, or words; None if it does not have the form."""
    order, asked = option_order(question.id, len(question.options), writer.seed + reader), question.question
    if order:
        shown = letter_options([question.options[place] for place in order])
        asked = render(f"make_questions_read_{question.type}", question=asked, options=shown)
    prompt = render("make_questions_blind", asked=asked)
    if life:
        prompt = render("make_questions_open_book", asked=asked, name=name, life=life)
    form, example = ANSWERS[question.type], ANSWERS[question.type].model_construct(answer="A")
    try:
        answer = dict(await writer.ask(form, prompt, READER_TOKENS, example=example, sample=reader))["answer"]
    except Rejected:
        return None
    return "".join(sorted({LETTERS[order[LETTERS.index(letter)]] for letter in answer})) if order else answer


def balance_positions(questions: Sequence[Question], seed: str) -> list[Question]:
    """Moves the right options of each question to the positions that were right least often in the questions before it.

    All questions are of one type; `seed` breaks ties, and shuffles the wrong options. Cloze questions stay as they are.
    """
    found, counts = [], Counter[int]()
    for question in questions:
        rng, size = random.Random(f"{seed}:{question.id}"), len(question.options)
        right = [question.options[int(place)] for place in question.answer] if size else []
        wrong = [option for place, option in enumerate(question.options) if place not in question.answer]
        places = sorted(rng.sample(range(size), size), key=counts.__getitem__)[: len(right)]
        options, answer = place_options(right, rng.sample(wrong, len(wrong)), places)
        counts.update(answer)
        moved = [replace(why, option=options.index(question.options[why.option])) for why in question.why_wrong]
        why_wrong = tuple(sorted(moved, key=lambda why: why.option))
        found.append(replace(question, options=options, answer=answer, why_wrong=why_wrong) if size else question)
    return found


def find_superfluous(candidates: Iterable[Question], others: Sequence[Question]) -> dict[str, str]:
    """Returns the reasons against candidates of one type, by id; the first are preferred, and `others` of any type are in use."""
    dropped, taken = dict[str, str](), list[Question]()
    # Questions that no guesser answers come first, because only these allow for some that a guesser does answer.
    for question in sorted(candidates, key=lambda question: sum(_guess(name, question) for name in GUESSERS)):
        if reason := _find_reason(question, taken, others):
            dropped[question.id] = reason
        else:
            taken.append(question)
    while (blind := [q.blind for q in taken if q.blind is not None]) and sum(blind) / len(blind) > MOST_BLIND[taken[0].type]:
        easiest = max(taken, key=lambda question: question.blind or 0.0)
        taken.remove(easiest)
        dropped[easiest.id] = "with it, readers without the life would be too far above chance: it is the most guessable one"
    return dropped


def _find_reason(question: Question, taken: Sequence[Question], others: Sequence[Question]) -> str | None:
    """Returns why a question cannot stand beside those that are taken, or None."""
    there = [*others, *taken]
    if any(_list_matters(question) & _list_matters(q) for q in there):
        return "it asks what another question asks"
    used = {option for q in there for option in _wrong_options(q)}
    if repeated := next((option for option in _wrong_options(question) if option in used), None):
        return f"the wrong answer '{repeated}' is used in another question"
    together = [q for q in (*taken, question) if q.options]
    limit = sum(len(q.answer) / len(q.options) + SLACK for q in together)
    over = next((name for name in GUESSERS if sum(_guess(name, q) for q in together) > limit), None)
    return f"the right answer could be told by its form: it is the {over}" if over else None


def _list_matters(question: Question) -> set[tuple[object, ...]]:
    """Returns what no other question may ask: these words, and in a cloze question any of its answers from these paragraphs."""
    answers = question.answer if question.type == "cloze" else ()
    return {tuple(lower_words(question.question)), *((question.evidence, *lower_words(str(answer))) for answer in answers)}


def _wrong_options(question: Question) -> list[str]:
    return [option.casefold() for place, option in enumerate(question.options) if place not in question.answer]


def _guess(guesser: str, question: Question) -> float:
    """Returns the share of a guesser's guess that is right; 0 for a cloze question."""
    values = [GUESSERS[guesser](option, question) for option in question.options]
    top = [place for place, value in enumerate(values) if value == max(values)]
    return sum(place in question.answer for place in top) / max(len(top), 1)
