"""What an answer calls the options of a stimulus: their letters where the stimulus shows letters, otherwise their texts."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.answer_form import AnswerForm
from human_simulacra.types import Stimulus


def _letters(stimulus: Stimulus) -> tuple[str, ...]:
    """Returns the letters of the options, that of not knowing last if it is offered; empty if the stimulus shows none."""
    options = (*stimulus.options, *filter(None, [stimulus.abstain_option]))
    letters = tuple(chr(ord("A") + place) for place in range(len(options)))
    shown = all(f"{letter}. {option}" in stimulus.text for letter, option in zip(letters, options, strict=True))
    return letters if shown else ()


def format_choice(stimulus: Stimulus, chosen: Sequence[int]) -> str:
    """Formats the chosen options as a reply, in the order given.

    Args:
        stimulus: The stimulus with the options.
        chosen: Positions of the chosen options.
    """
    labels = _letters(stimulus) or stimulus.options
    return ", ".join(labels[place] for place in chosen)


def answer_form(stimulus: Stimulus) -> AnswerForm:
    """Returns the form of a structured answer: the letters of what is offered, or the options' texts in lower case (yes, no)."""
    return AnswerForm(_letters(stimulus) or tuple(option.lower() for option in stimulus.options), stimulus.several)
