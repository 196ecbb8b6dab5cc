"""Prompts of judges: the messages of each kind of judgement, clipped to the judge's context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.judge_models.reading_material import available_characters, quote_untrusted
from human_simulacra.library import Library
from human_simulacra.prompts import render
from human_simulacra.types import Message

LONGEST_ANSWER, SHORTEST_ANSWER = 1500, 80  # characters


@dataclass(frozen=True)
class JudgedAnswer:
    """One answer to judge: its row id, the scenario, the prompt and the reply."""

    row: str
    situation: str
    prompt: str
    reply: str


def description_messages(answers: Sequence[JudgedAnswer], count: int, context: int) -> list[Message]:
    """Returns the messages that ask for a description, in `count` statements, of whoever gave these answers."""
    user = render("judge_describe", answers=_answers(answers, available_characters(context)), count=count)
    return [Message("system", render("judge_blind")), Message("user", user)]


def matching_messages(name: str, life: str, statements: Sequence[str]) -> list[Message]:
    """Returns the messages that ask for a grade of each statement about the person whose life is shown."""
    lines = "\n".join(f"{place}: <<{quote_untrusted(text, len(text))}>>" for place, text in enumerate(statements, 1))
    return [_reader(name, life), Message("user", render("judge_match", name=name, statements=lines))]


def answer_messages(name: str, life: str, judged: JudgedAnswer) -> list[Message]:
    """Returns the messages that ask for the answer of the person whose life is shown."""
    return [_reader(name, life), Message("user", render("judge_answer", name=name, question=judged.prompt))]


def similarity_messages(judged: JudgedAnswer, other: str, swapped: bool) -> list[Message]:
    """Returns the messages that ask how similar two answers are; `swapped` shows the other answer first."""
    pair = [quote_untrusted(judged.reply, LONGEST_ANSWER), quote_untrusted(other, LONGEST_ANSWER)]
    first, second = reversed(pair) if swapped else pair
    user = render("judge_compare", question=quote_untrusted(judged.situation, LONGEST_ANSWER), first=first, second=second)
    return [Message("system", render("judge_blind")), Message("user", user)]


def comparison_messages(name: str, life: str, situation: str, replies: Sequence[str], context: int) -> list[Message]:
    """Returns the messages that ask to rank several answers to one situation by what is known of the person.

    Args:
        name: The person's name.
        life: What the judge reads about the person.
        situation: The situation.
        replies: The answers in the order of their letters, A first.
        context: The judge's context in tokens; if the answers do not fit, all are clipped to the same length.
    """
    each = _compared_length(context, len(replies))
    answers = "\n\n".join(f"Answer {_letter(place)}: <<{quote_untrusted(reply, each)}>>" for place, reply in enumerate(replies))
    question = quote_untrusted(situation, LONGEST_ANSWER)
    user = render("judge_rank", name=name, question=question, answers=answers, count=len(replies))
    return [_reader(name, life), Message("user", user)]


def comparison_room(context: int, count: int) -> int:
    """Returns how many characters of text a comparison of `count` answers may take beside the life."""
    return LONGEST_ANSWER + count * (_compared_length(context, count) + len("Answer A: <<>>\n\n"))


def _compared_length(context: int, count: int) -> int:
    """Returns the greatest length of one of `count` compared answers, which may take a third of the text together."""
    return max(SHORTEST_ANSWER, min(LONGEST_ANSWER, available_characters(context) // 3 // count))


def identity_messages(
    answers: Sequence[JudgedAnswer], lives: Sequence[str], library: Library, context: int, life_room: int
) -> list[Message]:
    """Returns the messages that ask which of these characters gave the answers.

    Args:
        answers: The answers.
        lives: Ids of the characters, in the order shown.
        library: The characters.
        context: The judge's context in tokens; half of the available text is for biographies.
        life_room: Maximum length of all biographies together, in characters of text.
    """
    half = available_characters(context) // 2
    each = min(half, life_room) // len(lives)
    people = "\n\n".join(
        f"{_letter(place)}. {quote_untrusted(library.character(life).biography, each)}" for place, life in enumerate(lives)
    )
    user = render("judge_identify", answers=_answers(answers, half), people=people)
    return [Message("system", render("judge_blind")), Message("user", user)]


def _reader(name: str, life: str) -> Message:
    return Message("system", render("judge_reader", name=name, reading=life))


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _answers(answers: Sequence[JudgedAnswer], characters: int) -> str:
    """Renders scenarios and answers; if they do not fit, every answer is clipped to the same length."""
    around = len("Question 12: <<>>\nAnswer 12: <<>>\n\n")
    spent = sum(min(len(one.situation), LONGEST_ANSWER) + around for one in answers)
    each = max(SHORTEST_ANSWER, min(LONGEST_ANSWER, (characters - spent) // len(answers)))
    quoted = [(quote_untrusted(one.situation, LONGEST_ANSWER), quote_untrusted(one.reply, each)) for one in answers]
    return "\n\n".join(f"Question {n}: <<{asked}>>\nAnswer {n}: <<{reply}>>" for n, (asked, reply) in enumerate(quoted, 1))
