"""The paper's observer protocol with judge models: description matching and response similarity, and an identity check.

In the paper, two judges write and two others grade. Here every judge writes, and the judges that follow it in a ring grade
its text: half of the panel, but at least two if there are two others, since agreement needs two grades. A single judge
grades its own text.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

from human_simulacra.experiments.observer import judge_prompts
from human_simulacra.experiments.observer.judge_prompts import JudgedAnswer, similarity_messages
from human_simulacra.judge_models import reading_material as material
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, gather_entries
from human_simulacra.judge_models.verdict_parsing import parse_statements
from human_simulacra.library import Library
from human_simulacra.types import Message

# Maximum reply tokens by kind of judgement, unless a judge sets its own.
REPLY_TOKENS = {"description": 240, "matching": 64, "answer": 160, "similarity": 16, "identity": 16}


@dataclass(frozen=True)
class AnswerSet:
    """One character's answers by one model, and whether the method knows who the character is."""

    model: str
    character: str
    answers: tuple[JudgedAnswer, ...]
    knows_character: bool = True


@dataclass(frozen=True)
class JudgingSettings:
    """Settings of a panel; see `plugin.observer.ObserverEvaluator`."""

    reads: material.ReadingChoice = "auto"
    statements: int = 5
    lives: int = 4
    reading_tokens: int | None = None
    seed: int = 0


@dataclass
class JudgePanel:
    """A panel of judges.

    Args:
        judges: The judges of one model.
        library: The characters.
        settings: Settings of the judgements.
        calls: Asks the judges.
    """

    judges: Sequence[Judge]
    library: Library
    settings: JudgingSettings
    calls: JudgeCalls = field(default_factory=JudgeCalls)
    _readings: dict[tuple[int, str], material.ReadingMaterial] = field(default_factory=dict)

    def scorers(self, place: int) -> list[Judge]:
        """Returns the judges that grade the text of the judge at this position."""
        count = len(self.judges)
        scoring = max(1, min(count - 1, max(2, count // 2)))
        return [self.judges[(place + step) % count] for step in range(1, scoring + 1)]

    def count_judgements(self, answer_sets: Sequence[AnswerSet]) -> int:
        """Returns the number of judgements of these answer sets."""
        each, scorers = len(self.judges), len(self.scorers(0))
        sets, answers = len(answer_sets), sum(len(answer_set.answers) for answer_set in answer_sets)
        checked = sum(answer_set.knows_character for answer_set in answer_sets) if len(self.library.ids) > 1 else 0
        return each * (sets * (1 + scorers) + answers * (1 + 2 * scorers) + checked)

    async def judge_answers(self, answer_sets: Sequence[AnswerSet]) -> list[Entry]:
        """Judges every answer set, in an order that depends only on answer sets and judges.

        A failed call leaves an entry with its error.
        """
        jobs: list[Awaitable[list[Entry]]] = []
        for answer_set in answer_sets:
            places = range(len(self.judges))
            jobs += [self._description(answer_set, place) for place in places]
            jobs += [self._answer(answer_set, judged, place) for judged in answer_set.answers for place in places]
            if answer_set.knows_character and len(self.library.ids) > 1:
                jobs += [self._identity(answer_set, judge) for judge in self.judges]
        return await gather_entries(jobs)

    def reading(self, context: int, character: str, beside: int = 0) -> material.ReadingMaterial:
        """Returns what a judge reads of a character; raises as `reading_material` does.

        Args:
            context: The judge's context in tokens.
            character: The character.
            beside: Length of other long texts in the same prompt, in characters of text.
        """
        room = material.available_characters(context) - beside
        if self.settings.reading_tokens is not None:
            room = min(room, int(self.settings.reading_tokens * material.CHARACTERS_PER_TOKEN))
        key = (room, character)
        if key not in self._readings:
            self._readings[key] = material.reading_material(self.library, character, self.settings.reads, room)
        return self._readings[key]

    async def _description(self, answer_set: AnswerSet, place: int) -> list[Entry]:
        writer, scorers = self.judges[place], self.scorers(place)
        asked = judge_prompts.description_messages(answer_set.answers, self.settings.statements, writer.context)
        description = await self._ask(writer, "description", asked)
        statements = parse_statements(description["text"] or "")

        async def match(scorer: Judge) -> dict[str, Any]:
            life = self.reading(scorer.context, answer_set.character)
            asked = judge_prompts.matching_messages(self._name(answer_set), life.text, statements)
            return await self._ask(scorer, "matching", asked, writer=writer.name, reads=life.kind)

        if not statements:
            self.calls.skip(len(scorers))
            scorers = []
        found = await asyncio.gather(*(match(scorer) for scorer in scorers))
        return [(answer_set.answers[0].row, entry) for entry in (description, *found)]

    async def _answer(self, answer_set: AnswerSet, judged: JudgedAnswer, place: int) -> list[Entry]:
        writer, scorers = self.judges[place], self.scorers(place)
        life = self.reading(writer.context, answer_set.character)
        asked = judge_prompts.answer_messages(self._name(answer_set), life.text, judged)
        answer = await self._ask(writer, "answer", asked, reads=life.kind)
        other = answer["text"] or ""
        pairs = [(scorer, swapped) for scorer in scorers for swapped in (False, True)]
        if not other.strip():
            self.calls.skip(len(pairs))
            pairs = []
        found = await asyncio.gather(*(
            self._ask(scorer, "similarity", similarity_messages(judged, other, swapped), writer=writer.name, swapped=swapped)
            for scorer, swapped in pairs
        ))  # fmt: skip
        return [(judged.row, entry) for entry in (answer, *found)]

    async def _identity(self, answer_set: AnswerSet, judge: Judge) -> list[Entry]:
        order = random.Random(f"{self.settings.seed}:{judge.name}:{answer_set.model}:{answer_set.character}")
        others = [character for character in self.library.ids if character != answer_set.character]
        lives = [answer_set.character, *order.sample(others, min(self.settings.lives - 1, len(others)))]
        order.shuffle(lives)
        tokens = self.settings.reading_tokens or judge.context
        asked = judge_prompts.identity_messages(
            answer_set.answers, lives, self.library, judge.context, int(tokens * material.CHARACTERS_PER_TOKEN)
        )
        return [(answer_set.answers[0].row, await self._ask(judge, "identity", asked, options=lives))]

    def _name(self, answer_set: AnswerSet) -> str:
        return self.library.character(answer_set.character).name

    async def _ask(self, judge: Judge, kind: str, messages: Sequence[Message], **more: Any) -> dict[str, Any]:
        return await self.calls.ask(judge, kind, messages, REPLY_TOKENS[kind], **more)
