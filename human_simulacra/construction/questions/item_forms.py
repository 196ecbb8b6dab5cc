"""An item on a life: what it is to be, the form in which a model writes it, and the faults that arithmetic finds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import BaseModel, StringConstraints

from human_simulacra.files import digest
from human_simulacra.items import Decision
from human_simulacra.types import QUESTION_TYPES, Paragraph, Question, WrongOption
from human_simulacra.validation.question_checks import matches_in, stated_figures
from human_simulacra.validation.question_kinds_checks import UNDERSTANDING
from human_simulacra.validation.text_statistics import words

KINDS = (*UNDERSTANDING, "event", "detail")
DECISION_KINDS: tuple[str, ...] = get_args(get_type_hints(Decision)["kind"])
ITEM_TYPES = (*QUESTION_TYPES, "decisions", "false_premises")
OPTIONS = {"single_choice": 4, "multiple_choice": 6, "decisions": 4, "false_premises": 1}
ANSWER_WORDS, OPTION_WORDS, QUESTION_WORDS, SITUATION_WORDS = 5, 20, 45, 160
LONGEST, SHORT = 2, 12  # factor between the lengths of two options; shorter ones count as so many letters
_MENTIONS = re.compile(r"\b(?:the|these|this|both) (?:passages?|paragraphs?|excerpts?|scenes?|texts?)\b|\[\d", re.IGNORECASE)
_ADDRESS = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Option(BaseModel):
    """An option; of a cloze question an accepted answer, of a false premise the premise."""

    text: Line
    why: str
    passages: list[int]
    right: bool


class Item(BaseModel):
    """An item; the question of a decision is its situation."""

    kind: str
    question: Line
    options: list[Option]

    @property
    def texts(self) -> list[str]:
        """The texts of the options."""
        return [option.text for option in self.options]

    @property
    def key(self) -> set[int]:
        """The numbers of the passages that answer it: those of the right options, or of all where none is right."""
        right = [option for option in self.options if option.right] or self.options
        return {number for option in right for number in option.passages}


@dataclass(frozen=True)
class Scene:
    """The one or two parts of the story that an item is about, and other scenes; their passages are numbered together from 1."""

    parts: tuple[tuple[Paragraph, ...], ...]
    others: tuple[Paragraph, ...]

    @property
    def passages(self) -> tuple[Paragraph, ...]:
        """All passages in the order of their numbers."""
        return tuple(passage for part in (*self.parts, self.others) for passage in part)

    def ids(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Returns the ids of the passages with these numbers, in order; numbers without a passage are ignored."""
        return tuple(passage.id for number, passage in enumerate(self.passages, 1) if number in set(numbers))


@dataclass(frozen=True)
class Slot:
    """What an item is to be: its type and number, the kinds that it may have, its right options, and whether on two scenes."""

    type: str
    number: int
    kinds: tuple[str, ...]
    right: int
    two_scenes: bool


def find_faults(item: Item, slot: Slot, scene: Scene) -> list[str]:
    """Returns what is wrong with an item as phrases, an empty list if nothing is."""
    text, texts, options = item.question, item.texts, item.options
    cloze, decision = slot.type == "cloze", slot.type == "decisions"
    most, longest = (ANSWER_WORDS if cloze else OPTION_WORDS), (SITUATION_WORDS if decision else QUESTION_WORDS)
    wanted, right = OPTIONS.get(slot.type, max(1, len(options))), sum(option.right for option in options)
    wanted_right = wanted if cloze else slot.right
    lengths = [max(len(option), SHORT) for option in texts] or [0]
    there, evidence = len(scene.passages), scene.ids(item.key)
    parts = [{passage.id for passage in part} for part in scene.parts]
    rests = all(part & set(evidence) for part in parts) and (not decision or parts[0] >= set(evidence))
    shown = " ".join(passage.text for passage in scene.passages if passage.id in evidence)
    figures = {tuple(found) for answer in texts if len(found := stated_figures(answer)) == 1}
    first = texts[0] if texts else ""
    faults = {
        "the question was not one sentence with one question mark at its end": not decision and text.find("?") != len(text) - 1,
        f"the question was longer than {longest} words": len(words(text)) > longest,
        "the question did not speak to the person as 'you'": not _ADDRESS.search(text),
        "the question mentioned the passages": _MENTIONS.search(text),
        f"its kind '{item.kind}' was none of {', '.join(slot.kinds)}": item.kind not in slot.kinds,
        f"there were {len(options)} options, it must be {wanted}": len(options) != wanted,
        f"{right} options were right, it must be {wanted_right}": right != wanted_right,
        "two options were the same": len({" ".join(t.casefold().split()).rstrip(".") for t in texts}) < len(texts),
        "one option was more than twice as long as another": not cloze and max(lengths) > LONGEST * min(lengths),
        f"an option was not of one to {most} words": not all(1 <= len(words(option)) <= most for option in texts),
        "an option had no 'why'": not cloze and not all(option.why.strip() for option in options),
        f"it named a passage that is not there (there are {there})":
            not all(1 <= number <= there for option in options for number in option.passages),
        f"the answer did not rest on {'both parts of ' if len(parts) > 1 else ''}the scene": not rests,
        "a wrong option named no passage of another scene than the answer's":
            slot.right and not decision and any(item.key.issuperset(o.passages) for o in options if not o.right),
        f"the answer '{first}' does not stand in the passages named": cloze and not matches_in(shown, first),
        "the question gave the answer away": cloze and any(matches_in(text, answer) for answer in texts),
        "the answers name different numbers": cloze and len(figures) > 1,
    }  # fmt: skip
    return [fault for fault, found in faults.items() if found]


def to_question(item: Item, slot: Slot, scene: Scene) -> Question:
    """Returns an item without faults as a question with an id of its own.

    A decision is a single choice question, and a false premise a cloze question, whose answer is what was so instead.
    """
    text, *texts = (" ".join(text.split()) for text in (item.question, *item.texts))
    kind: Any = {"decisions": "single_choice", "false_premises": "cloze"}.get(slot.type, slot.type)
    answer: Any = tuple(option.why for option in item.options) if slot.type == "false_premises" else tuple(texts)
    if kind != "cloze":
        answer = tuple(place for place, option in enumerate(item.options) if option.right)
    wrong = [(place, option) for place, option in enumerate(item.options) if kind == slot.type != "cloze" and not option.right]
    name, who = digest([item.model_dump(), [passage.id for passage in scene.passages]])[:8], scene.passages[0].character
    return Question(
        f"{who}-{slot.type}-{name}", who, kind, text, tuple(texts) if kind != "cloze" else (), answer, scene.ids(item.key),
        "story", False, kind=item.kind,
        why_wrong=tuple(WrongOption(place, option.why, scene.ids(option.passages)) for place, option in wrong),
    )  # fmt: skip
