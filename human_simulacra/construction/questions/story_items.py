"""The items of one type on a story: what is missing is tried on further scenes, and what passed its tests is selected."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.questions.item_analysis import Life, find_superfluous
from human_simulacra.construction.questions.item_forms import DECISION_KINDS, KINDS, Scene, Slot
from human_simulacra.construction.questions.item_writing import Outcome, write_item
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunk_text, chunks
from human_simulacra.progress import Progress
from human_simulacra.types import QUESTION_TYPES, Paragraph, Question
from human_simulacra.validation.decision_checks import PARAGRAPHS_BEFORE
from human_simulacra.validation.question_checks import FAR_APART
from human_simulacra.validation.question_kinds_checks import NUMBERS_RIGHT, UNDERSTANDING
from human_simulacra.validation.text_statistics import stems

TRIES, OTHERS = 3, 4  # scenes for an item at most, and other scenes in a prompt


@dataclass(frozen=True)
class QuestionOptions:
    """Options of `generate_questions`.

    `story` is the number of questions on the story of each type, `tries` the most scenes to try for a type (None: three times its
    items), `blind_checks` the number of readers without any text for each item. With `core_only` only core questions are made,
    and items on the story are kept. `replace` allows to replace questions that the tool did not generate.
    """

    story: int = 6
    tries: int | None = None
    blind_checks: int = 5
    decisions: int = 4
    false_premises: int = 4
    core_only: bool = False
    resume: bool = False
    replace: bool = False
    seed: int = 0


def plan_slots(kind: str, count: int, numbers: Sequence[int]) -> list[Slot]:
    """Plans the items of one type: a third of the questions needs two scenes, one in four choice questions may ask for anything.

    `numbers` are those of right options of multiple choice, which take turns.
    """
    right = {"multiple_choice": numbers, "false_premises": (0,)}.get(kind, (1,))
    asked = [*[UNDERSTANDING] * 3, KINDS] if kind.endswith("choice") else [DECISION_KINDS if kind == "decisions" else KINDS]
    return [
        Slot(kind, n, asked[n % len(asked)], right[n % len(right)], n % 3 == 0 and kind in QUESTION_TYPES) for n in range(count)
    ]


class SceneSampler:
    """Draws the scenes of a story, whose paragraphs are in order, without replacement."""

    def __init__(self, story: Sequence[Paragraph], seed: str, moments: bool = False) -> None:
        self._cut, self._seed, self._moments = chunks(story), seed, moments
        self._stems = [stems(chunk_text(chunk)) for chunk in self._cut]
        places = range(len(self._cut))
        if moments:  # a decision needs a life before it, and spans two chunks
            before = min(PARAGRAPHS_BEFORE, len(story) // 2)
            places = [place for place in places[:-1] if place * CHUNK_PARAGRAPHS >= before][::2]
        self._order = random.Random(seed).sample(places, len(places))

    def draw(self, two_scenes: bool) -> Scene | None:
        """Returns the next scene, of two distant parts if asked for and possible; None if there are no more."""
        if not self._order:
            return None
        place, cut, found = self._order.pop(0), self._cut, self._stems
        if self._moments:
            return Scene((cut[place] + cut[place + 1],), tuple(p for chunk in cut[max(0, place - 2) : place] for p in chunk))
        far = [other for other in range(len(cut)) if abs(other - place) * CHUNK_PARAGRAPHS > FAR_APART]
        # Distant scenes that share words are likely to share a matter.
        partner = max(far, key=lambda other: len(found[place] & found[other]), default=place) if two_scenes else place
        key = sorted({place, partner})
        rest = [other for other in range(len(cut)) if other not in key]
        others = sorted(random.Random(f"{self._seed}:{place}").sample(rest, min(OTHERS, len(rest))))
        return Scene(tuple(cut[one] for one in key), tuple(p for one in others for p in cut[one]))


async def write_items(
    writer: Writer, life: Life, kind: str, options: QuestionOptions, others: Sequence[Question]
) -> tuple[list[Outcome], list[Outcome]]:
    """Tries scenes for all items of a type that are missing, until none is or `tries` is reached; a dry run tries each once.

    Returns the selected items and the outcomes of all other attempts, both in order of the story.
    """
    count = getattr(options, kind, options.story)
    tries = TRIES * count if options.tries is None else options.tries
    seed = f"{options.seed}:{life.character.id}:{kind}"
    slots = plan_slots(kind, count, random.Random(seed).sample(NUMBERS_RIGHT, len(NUMBERS_RIGHT)))
    scenes = SceneSampler(life.story, seed, kind == "decisions")
    at_once = asyncio.Semaphore(writer.concurrency)
    progress = Progress(f"items ({kind.replace('_', ' ')}) on {life.character.name}", tries, unit="tries at most")

    async def one(slot: Slot) -> Outcome | None:
        if (scene := scenes.draw(slot.two_scenes)) is None:
            return None
        async with at_once:
            outcome = await write_item(writer, life, slot, scene, options.blind_checks)
        progress.step(failed=outcome.reason is not None)
        return outcome

    found, missing = list[Outcome](), slots
    latest, dropped, reasons = dict[int, Question](), dict[str, str](), dict[str, str]()
    try:
        while wave := missing[: tries - len(found)]:
            written = [outcome for outcome in await asyncio.gather(*map(one, wave)) if outcome]
            found += written
            # A slot is tried again only if its item was not selected: the last one that passed its tests stands for it.
            latest |= {o.slot.number: o.question for o in written if o.question and o.reason is None}
            ordered = sorted(latest.values(), key=lambda question: question.evidence)
            dropped = {} if isinstance(writer, DryRun) else find_superfluous(ordered, others)
            reasons |= dropped
            missing = [s for s in slots if written and (s.number not in latest or latest[s.number].id in dropped)]
    finally:
        progress.close()
    selected = {question.id for question in latest.values()} - dropped.keys()
    ordered = sorted(found, key=lambda outcome: outcome.scene.passages[0].index)
    chosen = [o for o in ordered if o.question and o.question.id in selected]
    left = [replace(o, reason=o.reason or reasons[o.question.id if o.question else ""]) for o in ordered if o not in chosen]
    return chosen, left
