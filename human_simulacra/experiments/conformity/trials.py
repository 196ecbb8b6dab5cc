"""Prompts of conformity trials: the confederates' answers and the question, or the question alone in the control."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from human_simulacra.prompts import render, template
from human_simulacra.shared_items import Trial
from human_simulacra.stimuli import letter_options, option_order
from human_simulacra.types import Stimulus

Condition = Literal["pressure", "control"]


@dataclass(frozen=True)
class Confederates:
    """The confederates, who answer before the character as instructed; none in the control.

    Args:
        names: Their first names in the order of their seats.
        dissenter: Seat, counted from 1, of the confederate who gives the right answer; 0 for none.
    """

    names: tuple[str, ...] = ()
    dissenter: int = 0

    @property
    def condition(self) -> Condition:
        """`pressure`, or `control` without confederates."""
        return "pressure" if self.names else "control"

    def answers(self, trial: Trial) -> tuple[int, ...]:
        """Returns the position of each confederate's option, in the order of their seats."""
        return tuple(trial.answer if seat == self.dissenter else trial.majority for seat, _ in enumerate(self.names, 1))


def confederate_names() -> tuple[str, ...]:
    """Returns the possible first names of confederates."""
    return tuple(template("conformity_names").split())


def draw_confederate_names(count: int, character: str, seed: int) -> tuple[str, ...]:
    """Draws the names of one character's confederates: the same for every method, and never the character's own.

    Args:
        count: Number of names; less than the number of `confederate_names()`.
        character: The character's name.
        seed: Seed of the draw.
    """
    free = [name for name in confederate_names() if name not in character.split()]
    return tuple(random.Random(f"{seed}:{character}").sample(free, count))


def draw_dissenter(count: int, character_id: str, seed: int) -> int:
    """Draws the seat, from 1 to `count`, of the confederate who gives one character the right answers."""
    return random.Random(f"{seed}:{character_id}:dissenter").randint(1, count)


def shuffle_trial(trial: Trial, character_id: str, seed: int) -> Trial:
    """Returns the trial with its options in the order shown, which depends only on seed, trial and character.

    It differs between characters, so that a preference for a position does not err alike with all of them.
    """
    order = option_order(f"{character_id}:{trial.id}", len(trial.options), seed)
    options = tuple(trial.options[i] for i in order)
    return replace(trial, options=options, answer=order.index(trial.answer), majority=order.index(trial.majority))


def trial_stimulus(row_id: str, character_id: str, trial: Trial, place: str, confederates: Confederates) -> Stimulus:
    """Returns the stimulus of a character's turn.

    `plain` has the confederates' answers without letters, and `neutral` neither the task nor anyone's answer.

    Args:
        row_id: The row's id.
        character_id: The character.
        trial: The trial, with its options in the order to show.
        place: Its position in the conversation, such as `3 of 18`.
        confederates: The confederates.
    """
    asked = {"place": place, "task": trial.stimulus}
    company, lettered_answers, plain_answers = {}, {}, {}
    if confederates.names:
        answered = list(zip(confederates.names, confederates.answers(trial), strict=True))
        company = {"company": "one other person" if len(confederates.names) == 1 else f"{len(confederates.names)} other people"}
        plain_answers = {"answers": "\n".join(f"{name}: {trial.options[option]}" for name, option in answered)}
        lettered_answers = {
            "answers": "\n".join(f"{name}: {_letter(option)}. {trial.options[option]}" for name, option in answered)
        }
    kind = f"conformity_{confederates.condition}"
    text = render(kind, options=letter_options(trial.options), **asked, **company, **lettered_answers)
    plain = render(f"{kind}_plain", **asked, **company, **plain_answers)
    neutral = render("conformity_neutral")
    return Stimulus(row_id, character_id, text, trial.stimulus, options=trial.options, plain=plain, neutral=neutral)


def trial_recap(trial: Trial, place: str, confederates: Confederates) -> str:
    """Returns the one-line summary of a trial for the later trials, which keeps a conversation of 18 trials short."""
    options = ", ".join(letter_options(trial.options).splitlines())
    values = {"place": place, "task": trial.stimulus, "options": options}
    if confederates.names:
        values["answers"] = ", ".join(_letter(option) for option in confederates.answers(trial))
    return render(f"conformity_{confederates.condition}_recap", **values)


def _letter(position: int) -> str:
    return chr(ord("A") + position)
