"""Writing of one item on a scene, with all of its tests."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from human_simulacra.construction.dry_run import DryRun, placeholder_text
from human_simulacra.construction.judging import FAULTS, NOT_JUDGED, Standard
from human_simulacra.construction.ledger import state_person
from human_simulacra.construction.questions.item_analysis import Life, Tested, put_to_readers
from human_simulacra.construction.questions.item_forms import OPTIONS, Item, Option, Scene, Slot, find_faults, to_question
from human_simulacra.construction.review.review_queue import ReviewItem
from human_simulacra.construction.structured_writing import Check, Writer, find_oversized_paragraph
from human_simulacra.prompts import render, template
from human_simulacra.stimuli import letter_options
from human_simulacra.types import QUESTION_TYPES, Question
from human_simulacra.validation.later_names import NamesOfLife
from human_simulacra.validation.text_statistics import stems

WORDS = {"cloze": 90, "single_choice": 240, "multiple_choice": 340, "decisions": 340, "false_premises": 120}
TOOL = "generate_questions"
KIND = (
    "an item of a test: a question or a situation that speaks to the person as 'you', and options for an answer, one a line, "
    "with a note in brackets, in any person, on why an option is right or wrong"
)


class Texts(BaseModel):
    """The texts of all options of an item, in order."""

    texts: list[str]


@dataclass(frozen=True)
class Outcome:
    """What came of one scene: the last item that could be read, its question, and the reason for which it is left out."""

    slot: Slot
    scene: Scene
    item: Item | None
    question: Question | None
    reason: str | None

    def to_review_item(self) -> ReviewItem:
        """Returns the item for the review queue, as JSON, an option a line; it has no place in the character."""
        shown = json.dumps(self.item.model_dump(), ensure_ascii=False).replace('{"text"', '\n{"text"') if self.item else ""
        what = f"{self.slot.type} on {', '.join(passage.id for part in self.scene.parts for passage in part)}"
        return ReviewItem(TOOL, what, "", "", "item", shown, "", (str(self.reason),))


async def write_item(writer: Writer, life: Life, slot: Slot, scene: Scene, blind: int) -> Outcome:
    """Writes an item and tests it, with `blind` readers without any text; raises what `Writer.write` does.

    An item that they guess is written once more, with that as the reason.
    """
    prompt = _render_prompt(life.character.name, slot, scene)
    if reason := find_oversized_paragraph(writer, scene.passages, prompt, WORDS[slot.type]):
        return Outcome(slot, scene, None, None, reason)
    outcome, guessed = await _write_once(writer, life, slot, scene, prompt, blind)
    if guessed and outcome.item:
        shown = {"item": _show(outcome.item), "guessed": guessed, "readers": blind, "name": life.character.name}
        again = "\n\n".join([prompt, render("make_questions_guessed", **shown)])
        outcome, _ = await _write_once(writer, life, slot, scene, again, blind)
    return outcome


async def _write_once(writer: Writer, life: Life, slot: Slot, scene: Scene, prompt: str, blind: int) -> tuple[Outcome, int]:
    """Returns what came of one writing, and how many readers without any text guessed it, if they were too many."""

    def moment(item: Item) -> int:
        return min(scene.passages[number - 1].index for number in item.key)

    def check(item: Item) -> list[str]:
        faults = find_faults(item, slot, scene)
        if slot.type == "decisions" and not faults:
            names, shown = NamesOfLife(life.story, (life.character.name,)), " ".join([item.question, *item.texts])
            later = names.find_later(shown, lambda paragraph: paragraph.index < moment(item))
            faults = [f"{later}, not before the choice"] if later else []
        return faults

    # Whether an item is true is found out by its readers, so that the judge is given no facts.
    standard = Standard(life.character.name, KIND, "second", state_person(life.character))
    draft = await writer.write(
        Item, prompt, WORDS[slot.type], example=_example(slot, scene), system=template("make_questions_system"), check=check,
        standard=standard, show=_show,
    )  # fmt: skip
    if draft.value is None or draft.doubts:
        return Outcome(slot, scene, draft.last, None, "; ".join(draft.doubts or draft.findings[-1:])), 0
    item = draft.value
    if slot.type not in ("cloze", "false_premises"):
        item = await _equalise(writer, item, check, standard)
    question = to_question(item, slot, scene)
    if slot.type == "false_premises":
        tested = Tested({}, await _doubt_falsity(writer, life, question, item.texts[0]))
    else:
        tested = await put_to_readers(writer, life, question, blind, moment(item) if slot.type == "decisions" else None)
    passed = tested.reason is None and slot.type in QUESTION_TYPES
    return Outcome(slot, scene, item, replace(question, life=passed, **tested.columns), tested.reason), tested.guessed


def _render_prompt(name: str, slot: Slot, scene: Scene) -> str:
    listed = (f"[{number}] {passage.text}" for number, passage in enumerate(scene.passages, 1))
    heads = ["The scene"] if len(scene.parts) == 1 else ["The scene, first part", "The scene, second part"]
    heads.append("What was before" if slot.type == "decisions" else "Other scenes of the same life")
    shown = [(head, part) for head, part in zip(heads, (*scene.parts, scene.others), strict=True) if part]
    values = {
        "name": name, "kinds": ", ".join(slot.kinds), "count": OPTIONS.get(slot.type), "right": slot.right,
        "passages": "\n\n".join("\n".join([f"{head}:", *(next(listed) for _ in part)]) for head, part in shown),
        "scope": template(f"make_questions_{'two_scenes' if len(scene.parts) > 1 else 'one_scene'}"),
    }  # fmt: skip
    prompt = f"make_questions_{'choice' if slot.type.endswith('choice') else slot.type}"
    return render(prompt, **{key: value for key, value in values.items() if f"{{{{{key}}}}}" in template(prompt)})


def _show(item: Item) -> str:
    return "\n".join([item.question, *(f"{option.text} [{option.why}]" for option in item.options)])


async def _equalise(writer: Writer, item: Item, check: Check[Item], standard: Standard) -> Item:
    """Has all options made equal in a context that does not know the right ones; keeps the old texts if that fails."""
    options = random.Random(item.question).sample(item.options, len(item.options))
    texts = [option.text for option in options]

    def rewrite(reply: Texts) -> Item:
        new = [option.model_copy(update={"text": text}) for option, text in zip(options, reply.texts, strict=True)]
        return item.model_copy(update={"options": new})

    def find(reply: Texts) -> Sequence[str]:
        if len(reply.texts) != len(texts):
            return [f"there were {len(reply.texts)} texts, it must be {len(texts)}"]
        shared = [[len(stems(new) & stems(old)) for old in texts] for new in reply.texts]
        moved = any(counts[place] < max(counts) for place, counts in enumerate(shared))
        return check(rewrite(reply)) or (["the options were not in the same order"] if moved else [])

    prompt = render("make_questions_equal", question=item.question, options=letter_options(texts), count=len(texts))
    draft = await writer.write(
        Texts, prompt, 20 * len(texts), example=Texts(texts=texts), check=find, standard=standard,
        show=lambda reply: "\n".join([item.question, *reply.texts]),
    )  # fmt: skip
    return rewrite(draft.value) if draft.value else item


async def _doubt_falsity(writer: Writer, life: Life, question: Question, premise: str) -> str | None:
    """Returns why a false premise is left out: nobody could judge it, or it contradicts nothing in the life; None if it does."""
    told = life.tell(writer.context_tokens, question.evidence)
    standard = Standard(life.character.name, "a statement on this life", "third", told)
    faults = await writer.judge_text(premise, standard)
    if faults is None:
        return NOT_JUDGED
    false = isinstance(writer, DryRun) or any(fault.startswith(FAULTS["consistent"]) for fault in faults)
    return None if false else "what it takes for granted is not plainly false"


def _example(slot: Slot, scene: Scene) -> Item:
    """Returns an item of typical length for the estimate of a dry run."""
    numbers, size, why = [*range(1, len(scene.passages) - len(scene.others) + 1)], OPTIONS.get(slot.type, 1), placeholder_text(12)
    texts = [f"{number} {placeholder_text(7)}" for number in range(size)]
    options = [Option(text=text, why=why, passages=numbers, right=number < slot.right) for number, text in enumerate(texts)]
    return Item(kind=slot.kinds[0], question=placeholder_text(80 if slot.type == "decisions" else 12), options=options)
