"""Texts of a character that depend on a change: those near to it by meaning are read by a model that can judge, or listed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel

from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.editing.edit_files import Change
from human_simulacra.construction.ledger import LedgerFact
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.structured_writing import Writer, form_request_tokens
from human_simulacra.construction.text_faults import find_date_faults
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import KINDS
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.query_scores import Queries
from human_simulacra.memory.retrieval_indexes import build_index
from human_simulacra.prompts import render, template
from human_simulacra.types import QUESTION_TYPES

NOUNS = {"profile": "biography", "story": "paragraph", "memories": "memory"}
FIELDS: dict[str, tuple[str, ...]] = {
    "profile": ("biography",), "story": ("text",), "memories": ("content", "summary", "thinking", "emotion"),
    **dict.fromkeys(QUESTION_TYPES, ("question",)), "unanswerable": ("question", "why"), "open_detail": ("question", "why"),
    "decisions": ("situation", "why"), "growth": ("question",), "interrogation": ("question", "fact"),
}  # fmt: skip
READ, LISTED = 200, 40  # texts near a change that a model reads, and those that are listed where no model can judge
BATCH, FINDING_WORDS, MARGIN = 20, 45, 40  # texts in one request at most, words of a finding, tokens around a text
UNDECIDED = "it is near the change, and no model could judge whether it depends on it"


@dataclass(frozen=True)
class CharacterText:
    """A row of a character's file with its texts by field. Its `kind` is biography, paragraph, memory or question.

    A question has its right `answers`. `sources` are the paragraphs that the row rests on, `years` the first and last year of
    what a paragraph tells, zeros elsewhere.
    """

    file: str
    id: str
    kind: str
    fields: Mapping[str, str]
    answers: str
    sources: tuple[str, ...]
    years: tuple[int, int]

    @property
    def text(self) -> str:
        """All texts of the row."""
        return "\n".join(self.fields.values())


def read_texts(folder: Path) -> list[CharacterText]:
    """Reads the texts of a character's folder, without the core questions, whose keys follow the profile."""
    found = []
    for name, fields in FIELDS.items():
        path = folder / f"{name}.jsonl"
        for row in read_rows(KINDS[name], path) if path.is_file() else ():
            texts = {field: text for field in fields if (text := getattr(row, field))}
            if texts and getattr(row, "source", "") != "profile":
                sources = getattr(row, "paragraphs", getattr(row, "evidence", ()))
                kind, years = NOUNS.get(name, "question"), (0, 0)
                if kind == "paragraph":  # of its date, or of its chapter
                    years = (row.year or row.first_year, row.end_year or row.last_year)
                found.append(CharacterText(path.name, row.id, kind, texts, _answers(row), sources, years))
    return found


def _answers(row: Any) -> str:
    options, answer = getattr(row, "options", ()), getattr(row, "answer", getattr(row, "accepted", ()))
    return "; ".join(str(options[a] if options else a) for a in (answer if isinstance(answer, tuple) else (answer,)))


class Finding(BaseModel):
    """The verdict on one text."""

    text: int
    why: str
    verdict: Literal["says what no longer holds", "presupposes it", "is answered by it", "fine"]


class Findings(BaseModel):
    """The verdicts on the texts of one request."""

    texts: list[Finding]


@dataclass(frozen=True)
class Dependent:
    """A text that depends on a change, or may, with the reasons.

    `wrong` tells that it no longer fits, `new` is what is proposed for `field` (empty if nothing is), and `accepted` that a
    person wants it there.
    """

    of: CharacterText
    field: str
    why: tuple[str, ...]
    wrong: bool = False
    new: str = ""
    accepted: bool = False

    @property
    def name(self) -> str:
        """What it is, for people, such as `paragraph ada-berg-s012`."""
        return f"{self.of.kind} {self.of.id}"

    @property
    def before(self) -> str:
        """The field's text as it is."""
        return self.of.fields[self.field]


def find_near_texts(
    texts: Sequence[CharacterText], change: Change, facts: Sequence[LedgerFact], embedder: CachedEmbedder
) -> list[Dependent]:
    """Returns the texts that may depend on a change: those with wrong dates, the biography, and the nearest by meaning and words.

    A paragraph is as near as the nearest of its text and its facts.
    """
    found = [Dependent(text, next(iter(text.fields)), _date_faults(change, text)) for text in texts]
    if len(texts) > LISTED:
        passages = [[text.text, *(fact.what for fact in facts if fact.source == text.id)] for text in texts]
        # Without the name, as all texts are on this person.
        queries = [fact.replace(change.after.name, "") for known in change.facts() for fact in known]
        asked = Queries(queries, embedder.inner.encode(queries))
        nearness = build_index("hybrid", passages, embedder, exact=True).scores(asked).max(axis=0)
        found = [found[place] for place in np.argsort(-np.round(nearness, 5), kind="stable")]
    first = [d for d in found if d.why or d.of.kind == "biography"]
    return [*first, *[d for d in found if d not in first][:READ]]


def _date_faults(change: Change, text: CharacterText) -> tuple[str, ...]:
    """Returns what a new date of birth makes wrong: years and ages in a text, and what lies before the birth."""
    was, life = Lifetime.from_character(change.before), Lifetime.from_character(change.after)
    first, last = (life.born.year, life.today.year) if text.kind == "biography" else text.years
    if was.born == life.born or not last:
        return ()
    known = {*find_date_faults(text.text, was, first, last)}
    return tuple(fault for fault in find_date_faults(text.text, life, first, last) if fault not in known)


async def open_reader(writer: Writer) -> Writer | None:
    """Returns the judge's model as a writer, if it is fit to judge, which a dry run takes for granted."""
    if writer.judge is None or isinstance(writer, DryRun):
        return writer if writer.judge else None
    judge = Writer(writer.judge.backbone, writer.seed, temperature=0.0, context_tokens=writer.context_tokens)
    return judge if await writer.can_judge() else None


async def find_dependent_texts(reader: Writer | None, change: Change, near: Sequence[Dependent]) -> list[Dependent]:
    """Returns the texts that a reader finds to depend on a change; without one those with a wrong age, and the nearest."""
    if reader is None:
        return [replace(d, why=d.why or (UNDECIDED,)) for place, d in enumerate(near) if d.why or place < LISTED]
    most = reader.fit_words(BATCH * FINDING_WORDS) // FINDING_WORDS
    room = reader.context_tokens // 2 - form_request_tokens(Findings) - estimate_tokens(_render(change, []))
    size = max(1, min(most, room // max((estimate_tokens(d.of.text) + MARGIN for d in near), default=1)))
    batches = [near[start : start + size] for start in range(0, len(near), size)]
    return [d for found in await asyncio.gather(*(_read(reader, change, batch) for batch in batches)) for d in found]


def _render(change: Change, batch: Sequence[Dependent]) -> str:
    answers = [f" (right: {d.of.answers})" if d.of.answers else "" for d in batch]
    shown = [f"{n}. {d.of.kind}: {d.of.text}{right}" for n, (d, right) in enumerate(zip(batch, answers, strict=True), 1)]
    return render("make_edit_dependent", **change.describe(), texts="\n\n".join(shown))


async def _read(reader: Writer, change: Change, batch: Sequence[Dependent]) -> list[Dependent]:
    def check(findings: Findings) -> list[str]:
        whole = [finding.text for finding in findings.texts] == list(range(1, len(batch) + 1))
        return [] if whole else [f"it did not have one entry for each of the {len(batch)} texts, in their order"]

    # In a dry run the first text of each request is rewritten.
    example = [Finding(text=n, why="", verdict="fine" if n > 1 else "presupposes it") for n in range(1, len(batch) + 1)]
    draft = await reader.write(
        Findings, _render(change, batch), len(batch) * FINDING_WORDS, example=Findings(texts=example),
        system=template("make_edit_dependent_system"), check=check,
    )  # fmt: skip
    if draft.value is None:
        return [replace(d, why=(*d.why, UNDECIDED)) for d in batch]
    found = []
    for d, said in zip(batch, draft.value.texts, strict=True):
        why = () if said.verdict == "fine" else (f"it {said.verdict}{f': {said.why}' if said.why else ''}",)
        if d.why or why:
            found.append(replace(d, why=(*d.why, *why), wrong=bool(d.why) or said.verdict != "is answered by it"))
    return found
