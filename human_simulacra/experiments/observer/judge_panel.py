"""The paper's protocol with judge models: who describes, who scores, who answers as the character, who compares.

The paper has two fixed halves of two judges. Here every judge takes both parts, but never both on the same piece: what a
judge wrote is scored by the judges that follow it in a ring: half of the panel, but two where there are two others, since one
grade of a piece says nothing of agreement. A single judge scores itself.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from human_simulacra.backbones.base import Backbone, BackboneError
from human_simulacra.experiments.observer import judge_prompts as questions
from human_simulacra.experiments.observer.judge_prompts import JudgedAnswer
from human_simulacra.experiments.observer.judge_reading_material import (
    CHARACTERS_PER_TOKEN,
    ReadingChoice,
    ReadingMaterial,
    reading_material,
)
from human_simulacra.experiments.observer.verdict_parsing import parse_statements
from human_simulacra.library import Library
from human_simulacra.types import Generation, Message

# Tokens of a judge's reply, by kind of judgement; a judge's own cap takes their place.
REPLY_TOKENS = {"description": 240, "matching": 64, "answer": 160, "similarity": 16, "identity": 16}

OnJudgement = Callable[[bool], None]
Entry = tuple[str, dict[str, Any]]  # the row it belongs to, and what `evaluation.judgements.Judgement` describes


@dataclass(frozen=True)
class Judge:
    """A judge model.

    Args:
        name: Its name in the report.
        backbone: The model.
        context: Its context in tokens.
        own: Whether it is a model that it judges, the speaking one or its agents'.
        reply_tokens: Cap of every reply (a model that reasons aloud needs room); None for `REPLY_TOKENS`.
    """

    name: str
    backbone: Backbone
    context: int
    own: bool = False
    reply_tokens: int | None = None


@dataclass(frozen=True)
class AnswerSet:
    """One character as one model plays it: its answers, and whether the method was told who the character is."""

    model: str
    character: str
    answers: tuple[JudgedAnswer, ...]
    knows_character: bool = True


@dataclass(frozen=True)
class JudgingSettings:
    """How judging is done; see `plugin.observer.ObserverEvaluator`."""

    reads: ReadingChoice = "auto"
    statements: int = 5
    lives: int = 4
    reading_tokens: int | None = None
    seed: int = 0


@dataclass
class JudgePanel:
    """Judges over a library.

    Args:
        judges: The judges of one model.
        library: The characters.
        rules: How judging is done.
        concurrency: Judgements under way at once.
        step: Told of every judgement that is finished, and whether it failed.
    """

    judges: Sequence[Judge]
    library: Library
    settings: JudgingSettings
    concurrency: int = 8
    on_judgement: OnJudgement = lambda failed: None
    _readings: dict[tuple[int, str], ReadingMaterial] = field(default_factory=dict)

    def scorers(self, place: int) -> list[Judge]:
        """Returns who scores what the judge at this place wrote."""
        count = len(self.judges)
        scoring = max(1, min(count - 1, max(2, count // 2)))
        return [self.judges[(place + step) % count] for step in range(1, scoring + 1)]

    def count_judgements(self, respondents: Sequence[AnswerSet]) -> int:
        """Returns the number of judgements that these respondents take."""
        each, scorers = len(self.judges), len(self.scorers(0))
        sets, answers = len(respondents), sum(len(respondent.answers) for respondent in respondents)
        checked = sum(respondent.knows_character for respondent in respondents) if len(self.library.ids) > 1 else 0
        return each * (sets * (1 + scorers) + answers * (1 + 2 * scorers) + checked)

    async def judge_answers(self, respondents: Sequence[AnswerSet]) -> list[Entry]:
        """Has every respondent judged; a call that failed leaves an entry with its error.

        Returns:
            Entries in an order that depends on respondents and judges alone.
        """
        self._gate = asyncio.Semaphore(self.concurrency)
        jobs: list[Awaitable[list[Entry]]] = []
        for respondent in respondents:
            places = range(len(self.judges))
            jobs += [self._description(respondent, place) for place in places]
            jobs += [self._answer(respondent, said, place) for said in respondent.answers for place in places]
            if respondent.knows_character and len(self.library.ids) > 1:
                jobs += [self._identity(respondent, judge) for judge in self.judges]
        tasks = [asyncio.ensure_future(job) for job in jobs]
        try:
            return [entry for entries in await asyncio.gather(*tasks) for entry in entries]
        finally:
            for task in tasks:
                task.cancel()

    def reading(self, context: int, character: str) -> ReadingMaterial:
        """Returns what a judge with a context of so many tokens reads of a character; see `reading` for errors."""
        room = questions.available_characters(context)
        if self.settings.reading_tokens is not None:
            room = min(room, int(self.settings.reading_tokens * CHARACTERS_PER_TOKEN))
        key = (room, character)
        if key not in self._readings:
            self._readings[key] = reading_material(self.library, character, self.settings.reads, room)
        return self._readings[key]

    async def _description(self, respondent: AnswerSet, place: int) -> list[Entry]:
        writer, scorers = self.judges[place], self.scorers(place)
        asked = questions.description_messages(respondent.answers, self.settings.statements, writer.context)
        description = await self._ask(writer, "description", asked)
        statements = parse_statements(description["text"] or "")

        async def match(scorer: Judge) -> dict[str, Any]:
            life = self.reading(scorer.context, respondent.character)
            asked = questions.matching_messages(self._name(respondent), life.text, statements)
            return await self._ask(scorer, "matching", asked, writer=writer.name, reads=life.kind)

        if not statements:
            self._skip(len(scorers))
            scorers = []
        found = await asyncio.gather(*(match(scorer) for scorer in scorers))
        return [(respondent.answers[0].row, entry) for entry in (description, *found)]

    async def _answer(self, respondent: AnswerSet, said: JudgedAnswer, place: int) -> list[Entry]:
        writer, scorers = self.judges[place], self.scorers(place)
        life = self.reading(writer.context, respondent.character)
        asked = questions.answer_messages(self._name(respondent), life.text, said)
        answer = await self._ask(writer, "answer", asked, reads=life.kind)
        other = answer["text"] or ""
        pairs = [(scorer, swapped) for scorer in scorers for swapped in (False, True)]
        if not other.strip():
            self._skip(len(pairs))
            pairs = []
        found = await asyncio.gather(*(
            self._ask(s, "similarity", questions.similarity_messages(said, other, swapped), writer=writer.name, swapped=swapped)
            for s, swapped in pairs
        ))  # fmt: skip
        return [(said.row, entry) for entry in (answer, *found)]

    async def _identity(self, respondent: AnswerSet, judge: Judge) -> list[Entry]:
        order = random.Random(f"{self.settings.seed}:{judge.name}:{respondent.model}:{respondent.character}")
        others = [character for character in self.library.ids if character != respondent.character]
        lives = [respondent.character, *order.sample(others, min(self.settings.lives - 1, len(others)))]
        order.shuffle(lives)
        tokens = self.settings.reading_tokens or judge.context
        asked = questions.identity_messages(
            respondent.answers, lives, self.library, judge.context, int(tokens * CHARACTERS_PER_TOKEN)
        )
        return [(respondent.answers[0].row, await self._ask(judge, "identity", asked, options=lives))]

    def _name(self, respondent: AnswerSet) -> str:
        return self.library.character(respondent.character).name

    async def _ask(self, judge: Judge, kind: str, messages: Sequence[Message], **more: Any) -> dict[str, Any]:
        entry: dict[str, Any] = {"kind": kind, "judge": judge.name, **more, "own": judge.own, "text": None, "error": None}
        entry["took"] = None
        generation = Generation(judge.reply_tokens or REPLY_TOKENS[kind], seed=self.settings.seed)
        async with self._gate:
            try:
                completion = asdict(await judge.backbone.complete(messages, generation))
                entry["text"] = completion.pop("text")
                entry["took"] = completion
            except BackboneError as error:
                entry["error"] = str(error)
        self.on_judgement(entry["text"] is None)
        return entry

    def _skip(self, count: int) -> None:
        """Counts judgements that cannot be made, since there is nothing to judge."""
        for _ in range(count):
            self.on_judgement(False)
