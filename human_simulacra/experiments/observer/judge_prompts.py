"""What judges are asked: the messages of each kind of judgement, cut so that they fit the judge's context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.experiments.observer.judge_reading_material import CHARACTERS_PER_TOKEN, quote_untrusted
from human_simulacra.library import Library
from human_simulacra.prompts import render
from human_simulacra.types import Message

LONGEST_ANSWER, SHORTEST_ANSWER = 1500, 80  # characters
# Tokens that a prompt takes beside the life or the answers in it, with the reply: the longest is a description's grading.
RESERVE = 1200
# In less, twelve answers cut to the shortest and their situations leave no room for lives to choose from.
MIN_CONTEXT = 4096


@dataclass(frozen=True)
class JudgedAnswer:
    """One answer under judgement: its row, the situation, the prompt it was put in, and what was said."""

    row: str
    situation: str
    prompt: str
    reply: str


def available_characters(context: int) -> int:
    """Returns how many characters of life or answers a prompt may hold in a context of so many tokens."""
    return int((context - RESERVE) * CHARACTERS_PER_TOKEN)


def description_messages(said: Sequence[JudgedAnswer], count: int, context: int) -> list[Message]:
    """Asks for a description of whoever gave these answers."""
    user = render("judge_describe", answers=_answers(said, available_characters(context)), count=count)
    return [Message("system", render("judge_blind")), Message("user", user)]


def matching_messages(name: str, life: str, statements: Sequence[str]) -> list[Message]:
    """Asks for a grade of each statement about the person whose life was read."""
    lines = "\n".join(f"{place}: <<{quote_untrusted(text, len(text))}>>" for place, text in enumerate(statements, 1))
    return [_reader(name, life), Message("user", render("judge_match", name=name, statements=lines))]


def answer_messages(name: str, life: str, said: JudgedAnswer) -> list[Message]:
    """Asks for the answer that the person whose life was read would give."""
    return [_reader(name, life), Message("user", render("judge_answer", name=name, question=said.prompt))]


def similarity_messages(said: JudgedAnswer, other: str, swapped: bool) -> list[Message]:
    """Asks how alike the respondent's answer and another are; `swapped` puts the other first."""
    pair = [quote_untrusted(said.reply, LONGEST_ANSWER), quote_untrusted(other, LONGEST_ANSWER)]
    first, second = reversed(pair) if swapped else pair
    user = render("judge_compare", question=quote_untrusted(said.situation, LONGEST_ANSWER), first=first, second=second)
    return [Message("system", render("judge_blind")), Message("user", user)]


def identity_messages(
    said: Sequence[JudgedAnswer], lives: Sequence[str], library: Library, context: int, life_room: int
) -> list[Message]:
    """Asks which of these characters gave the answers.

    Args:
        said: The answers.
        lives: Ids of the characters, in the order shown.
        library: The characters.
        context: The judge's context in tokens; half of its room goes to the lives.
        life_room: Characters that all lives together may take, where that is less.
    """
    half = available_characters(context) // 2
    each = min(half, life_room) // len(lives)
    people = "\n\n".join(
        f"{chr(ord('A') + place)}. {quote_untrusted(library.character(life).biography, each)}" for place, life in enumerate(lives)
    )
    user = render("judge_identify", answers=_answers(said, half), people=people)
    return [Message("system", render("judge_blind")), Message("user", user)]


def _reader(name: str, life: str) -> Message:
    return Message("system", render("judge_reader", name=name, reading=life))


def _answers(said: Sequence[JudgedAnswer], characters: int) -> str:
    """Renders situations and answers, every answer cut alike where they do not all fit."""
    around = len("Question 12: <<>>\nAnswer 12: <<>>\n\n")
    spent = sum(min(len(one.situation), LONGEST_ANSWER) + around for one in said)
    each = max(SHORTEST_ANSWER, min(LONGEST_ANSWER, (characters - spent) // len(said)))
    return "\n\n".join(
        f"Question {place}: <<{quote_untrusted(one.situation, LONGEST_ANSWER)}>>\nAnswer {place}: <<{quote_untrusted(one.reply, each)}>>"
        for place, one in enumerate(said, 1)
    )
