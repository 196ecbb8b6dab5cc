"""Stimuli: the prompt text of questions and statements, the same for every method, with shuffled, lettered options."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.items import Scene, Turn
from human_simulacra.prompts import render, template
from human_simulacra.types import Question, Stimulus

YES_NO = ("Yes", "No")
ABSTAIN_OPTION = "I do not know"


def option_order(item_id: str, count: int, seed: int) -> list[int]:
    """Returns the order in which an item's options are shown, as positions in the stored order.

    It depends only on seed and item, so that it is the same for every method and reproducible.
    """
    order = list(range(count))
    random.Random(f"{seed}:{item_id}").shuffle(order)
    return order


def shuffle_options(question: Question, seed: int) -> Question:
    """Returns the question with its options in the order shown and `answer` as positions in that order."""
    order = option_order(question.id, len(question.options), seed)
    answer = question.answer
    if question.options:
        answer = tuple(sorted(order.index(int(position)) for position in answer))
    return replace(question, options=tuple(question.options[i] for i in order), answer=answer)


def letter_options(options: Sequence[str]) -> str:
    """Returns one line per option, each after its letter."""
    return "\n".join(f"{chr(ord('A') + i)}. {option}" for i, option in enumerate(options))


def question_stimulus(question: Question, abstention: bool = False) -> Stimulus:
    """Returns the stimulus of a question whose options are already in the order to show.

    Args:
        question: The question.
        abstention: Whether "I do not know" is an answer, of a choice question as the last option. If not, the prompt says so.
    """
    plain = render("stimulus_plain", question=question.question)
    abstain_option = ABSTAIN_OPTION if abstention and question.options else ""
    values = {"plain": plain, "not_knowing": _not_knowing(abstention)}
    if question.options:
        values["options"] = letter_options([*question.options, *filter(None, [abstain_option])])
    return Stimulus(
        question.id, question.character, render(f"stimulus_{question.type}", **values), question.question,
        options=question.options, abstain_option=abstain_option, several=question.type == "multiple_choice", plain=plain,
    )  # fmt: skip


def recall_stimulus(item: str, character: str, question: str) -> Stimulus:
    """Returns the stimulus of an open question that may have no answer: both a known fact and not knowing are answers."""
    plain = render("stimulus_plain", question=question)
    text = render("stimulus_unanswerable", plain=plain, not_knowing=_not_knowing(True))
    return Stimulus(item, character, text, question, plain=plain)


def scenario_stimulus(item: str, character: str, situation: str) -> Stimulus:
    """Returns the stimulus of an open situation: what would you do, and why?"""
    plain = render("stimulus_scenario_plain", question=situation)
    return Stimulus(item, character, render("stimulus_scenario", plain=plain), situation, plain=plain)


def talk_stimulus(item: str, character: str, scene: Scene, turns: Sequence[Turn], as_of: str) -> Stimulus:
    """Returns the stimulus of a scene: what does the character say next?

    Args:
        item: The stimulus's id.
        character: Id of the character.
        scene: The scene.
        turns: What was said so far, at least one turn.
        as_of: The point in time.
    """
    said = "\n".join(f"{'You' if turn.thought else turn.speaker}: {turn.text}" for turn in turns)
    plain = render("stimulus_talk_plain", where=scene.where, others=", ".join(scene.others), turns=said)
    return Stimulus(item, character, render("stimulus_talk", plain=plain), turns[-1].text, plain=plain, as_of=as_of)


def decision_stimulus(
    item: str, character: str, situation: str, options: Sequence[str], as_of: str, reason: bool = False
) -> Stimulus:
    """Returns the stimulus of a moment in which the character chooses.

    Args:
        item: The stimulus's id.
        character: Id of the character.
        situation: What the character sees, in the second person.
        options: Four acts, in the order to show.
        as_of: The point in time.
        reason: Whether the character is to say why, before the choice.
    """
    plain = render("stimulus_decision_plain", situation=situation)
    asked = f" {template('stimulus_decision_reason')}" if reason else ""
    text = render("stimulus_decision", plain=plain, options=letter_options(options), reason=asked)
    return Stimulus(item, character, text, situation, options=tuple(options), plain=plain, as_of=as_of)


def attitude_stimulus(item: str, character: str, question: str, options: Sequence[str], as_of: str) -> Stimulus:
    """Returns the stimulus of a question on what the character thinks at a point in time; arguments as `decision_stimulus`."""
    plain = render("stimulus_attitude_plain", question=question)
    text = render("stimulus_attitude", plain=plain, options=letter_options(options))
    return Stimulus(item, character, text, question, options=tuple(options), plain=plain, as_of=as_of)


def interview_stimulus(item: str, character: str, question: str) -> Stimulus:
    """Returns the stimulus of an interviewer's question, which a short answer or not knowing answers."""
    plain = render("stimulus_interrogation_plain", question=question)
    return Stimulus(item, character, render("stimulus_interrogation", plain=plain), question, plain=plain)


def statement_stimulus(row_id: str, character: str, text: str, seed: int) -> Stimulus:
    """Returns the yes/no stimulus of a statement of the personality test.

    The order of the two words depends only on seed and row. Each comes first in about half of the rows, so that a position
    bias of the model does not change how often it says yes.
    """
    first, second = random.Random(f"{seed}:{row_id}").sample(YES_NO, 2)
    words = {"first": first.lower(), "second": second.lower()}
    plain, neutral = (render("stimulus_statement_plain", statement=statement) for statement in (text, "..."))
    return Stimulus(
        row_id, character, render("stimulus_statement", plain=plain, **words), text, options=(first, second), plain=plain,
        scored=render("stimulus_statement_scored", plain=plain, **words),
        neutral=render("stimulus_statement_scored", plain=neutral, **words),
    )  # fmt: skip


def _not_knowing(answers: bool) -> str:
    """Returns the sentence that says whether not knowing is an answer."""
    return render("not_knowing_is_an_answer", option=ABSTAIN_OPTION) if answers else template("not_knowing_is_no_answer")
