"""Conformity trials as they are put: what the confederates have answered, and the question; alone for the control."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from human_simulacra.items import Trial
from human_simulacra.prompts import render, template
from human_simulacra.stimuli import letter_options, option_order
from human_simulacra.types import Stimulus

Condition = Literal["pressure", "control"]
CONDITIONS: tuple[Condition, ...] = ("pressure", "control")


@dataclass(frozen=True)
class Confederates:
    """Those who answer before the character, as instructed; nobody in the control.

    Args:
        names: Their first names in the order of their seats.
        dissenter: The seat, counted from 1, of the one who gives the right answer against the majority; 0 for none.
    """

    names: tuple[str, ...] = ()
    dissenter: int = 0

    @property
    def condition(self) -> Condition:
        """`pressure`, or `control` where nobody answers before the character."""
        return "pressure" if self.names else "control"

    def answers(self, trial: Trial) -> tuple[int, ...]:
        """Returns the option that each confederate names, in the order of their seats, as positions."""
        return tuple(trial.answer if seat == self.dissenter else trial.majority for seat, _ in enumerate(self.names, 1))


def confederate_names() -> tuple[str, ...]:
    """Returns the first names that confederates can have."""
    return tuple(template("conformity_names").split())


def draw_confederate_names(count: int, character: str, seed: int) -> tuple[str, ...]:
    """Draws the confederates of one character: the same for every method, and none with the character's own first name.

    Args:
        count: How many; at most one fewer than `confederate_names()`.
        character: The character's name.
        seed: Seed of the draw.
    """
    free = [name for name in confederate_names() if name not in character.split()]
    return tuple(random.Random(f"{seed}:{character}").sample(free, count))


def shuffle_trial(trial: Trial, seed: int) -> Trial:
    """Returns the trial with its options in the order shown, which depends on seed and trial alone."""
    order = option_order(trial.id, len(trial.options), seed)
    options = tuple(trial.options[i] for i in order)
    return replace(trial, options=options, answer=order.index(trial.answer), majority=order.index(trial.majority))


def trial_stimulus(row_id: str, character_id: str, trial: Trial, place: str, confederates: Confederates) -> Stimulus:
    """Returns the stimulus of a character's turn.

    Where options are scored by likelihood, the turn names no letters, and the neutral one neither the task nor anyone's
    answer.

    Args:
        row_id: The row's id.
        character_id: Whose turn it is.
        trial: The trial, its options in the order to be shown.
        place: Where it stands in the conversation, `3 of 18`.
        confederates: Who answers before the character.
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
    return Stimulus(row_id, character_id, text, trial.stimulus, (), trial.options, plain=plain, neutral=neutral)


def trial_recap(trial: Trial, place: str, confederates: Confederates) -> str:
    """Returns the one line by which later trials of the conversation recall this one, so that 18 trials stay short."""
    options = ", ".join(letter_options(trial.options).splitlines())
    values = {"place": place, "task": trial.stimulus, "options": options}
    if confederates.names:
        values["answers"] = ", ".join(_letter(option) for option in confederates.answers(trial))
    return render(f"conformity_{confederates.condition}_recap", **values)


def _letter(position: int) -> str:
    return chr(ord("A") + position)
