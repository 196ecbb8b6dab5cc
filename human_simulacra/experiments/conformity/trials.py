"""Conformity trials as they are put: a room, what the others in it have said, and the question; alone for the control."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from human_simulacra.items import Trial
from human_simulacra.prompts import render, template
from human_simulacra.stimuli import lettered, shown_order
from human_simulacra.types import Stimulus

Condition = Literal["pressure", "control"]
CONDITIONS: tuple[Condition, ...] = ("pressure", "control")


@dataclass(frozen=True)
class Room:
    """Who answers before the character, in the order of their seats; nobody in the control.

    `dissenter` is the seat, counted from 1, of the one who gives the right answer against the majority, 0 for none.
    """

    others: tuple[str, ...] = ()
    dissenter: int = 0

    @property
    def condition(self) -> Condition:
        """The condition that this room makes."""
        return "pressure" if self.others else "control"

    def said(self, trial: Trial) -> tuple[int, ...]:
        """Returns which option each of the others names, in the order of their seats."""
        return tuple(trial.answer if seat == self.dissenter else trial.majority for seat, _ in enumerate(self.others, 1))


def names() -> tuple[str, ...]:
    """Returns the names that the others in the room can have."""
    return tuple(template("conformity_names").split())


def seated(count: int, name: str, seed: int) -> tuple[str, ...]:
    """Draws the others for one character: the same people for every method, and nobody with the character's own first name.

    Args:
        count: How many; at most one fewer than `names()`.
        name: The character's name.
        seed: Seed of the draw.
    """
    free = [other for other in names() if other not in name.split()]
    return tuple(random.Random(f"{seed}:{name}").sample(free, count))


def shuffled_trial(trial: Trial, seed: int) -> Trial:
    """Returns the trial with its options in the order shown, which depends on seed and trial alone."""
    order = shown_order(trial.id, len(trial.options), seed)
    options = tuple(trial.options[i] for i in order)
    return replace(trial, options=options, answer=order.index(trial.answer), majority=order.index(trial.majority))


def trial_stimulus(row_id: str, character_id: str, trial: Trial, place: str, room: Room) -> Stimulus:
    """Returns the stimulus of a character's turn.

    Where options are weighed by likelihood, the turn names no letters, and the neutral one neither the task nor anyone's
    answer.

    Args:
        row_id: The row's id.
        character_id: Whose turn it is.
        trial: The trial, its options in the order to be shown.
        place: Where it stands in the conversation, `3 of 18`.
        room: Who has answered before.
    """
    asked = {"place": place, "task": trial.stimulus}
    company, lettered_answers, plain_answers = {}, {}, {}
    if room.others:
        heard = list(zip(room.others, room.said(trial), strict=True))
        company = {"company": "one other person" if len(room.others) == 1 else f"{len(room.others)} other people"}
        plain_answers = {"answers": "\n".join(f"{other}: {trial.options[said]}" for other, said in heard)}
        lettered_answers = {"answers": "\n".join(f"{other}: {_letter(said)}. {trial.options[said]}" for other, said in heard)}
    kind = f"conformity_{room.condition}"
    text = render(kind, options=lettered(trial.options), **asked, **company, **lettered_answers)
    plain = render(f"{kind}_plain", **asked, **company, **plain_answers)
    neutral = render("conformity_neutral")
    return Stimulus(row_id, character_id, text, trial.stimulus, (), trial.options, plain=plain, neutral=neutral)


def recap(trial: Trial, place: str, room: Room) -> str:
    """Returns how later trials of the conversation tell this one: a line, so that a prompt of 18 trials stays short."""
    options = ", ".join(lettered(trial.options).splitlines())
    values = {"place": place, "task": trial.stimulus, "options": options}
    if room.others:
        values["answers"] = ", ".join(_letter(option) for option in room.said(trial))
    return render(f"conformity_{room.condition}_recap", **values)


def _letter(position: int) -> str:
    return chr(ord("A") + position)
