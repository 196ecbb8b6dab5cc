"""What makes the options of a question and the positions of its right ones fit each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T", bound=Sequence)


def check_key(options: Sequence[str], answer: Sequence[object]) -> None:
    """Checks options and the positions of the right ones.

    Raises:
        ValueError: If there are fewer than two options, one is empty or there twice, or if there is no position, or one is given
            twice or is none of the options.
    """
    if len(options) < 2:
        raise ValueError(f"a choice needs two or more options, not {len(options)}")
    if not all(option.strip() for option in options):
        raise ValueError("an option is empty: give it a text or remove it")
    if len({option.strip().casefold() for option in options}) != len(options):
        raise ValueError("two options are the same: change or remove one")
    if not answer:
        raise ValueError("there is no answer: give the position of the right option, from 0")
    if any(not isinstance(place, int) or not 0 <= place < len(options) for place in answer):
        raise ValueError(f"answer {list(answer)} is no position in {len(options)} options: give 0 to {len(options) - 1}")
    if len(set(answer)) != len(answer):
        raise ValueError(f"answer {list(answer)} names a position twice: remove one")


def check_question_key(kind: str, options: Sequence[str], answer: Sequence[object], wrong: Sequence[int]) -> None:
    """Checks the key of a question on a life.

    Args:
        kind: Its type, such as `cloze`.
        options: Its options.
        answer: Accepted texts of a cloze question, otherwise positions.
        wrong: The positions that the question explains to be wrong.

    Raises:
        ValueError: If they do not fit each other.
    """
    if kind != "cloze":
        check_key(options, answer)
        if kind == "single_choice" and len(answer) != 1:
            raise ValueError(f"a single choice question has one answer, not {len(answer)}: keep one position")
        if any(place >= len(options) or place in answer for place in wrong):
            raise ValueError("why_wrong names an option that is right or does not exist: remove it")
    elif not answer or not all(isinstance(accepted, str) for accepted in answer):
        raise ValueError("there is no answer: give the accepted texts of a cloze question")
    elif options:
        raise ValueError("a cloze question has no options: leave them empty")


def check_distinct(values: T) -> T:
    """Returns the values; raises a ValueError if one is there twice."""
    if len(set(values)) != len(values):
        raise ValueError(f"{list(values)} names one twice: name each once")
    return values
