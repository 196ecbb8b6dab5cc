"""Rewriting of texts that no longer fit: a model proposes new sentences, a person decides on each text."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

from pydantic import BaseModel, Field

from human_simulacra.construction.dry_run import placeholder_text
from human_simulacra.construction.editing.dependent_texts import CharacterText, Dependent
from human_simulacra.construction.editing.edit_files import Change
from human_simulacra.construction.editing.edit_history import EditHistory
from human_simulacra.construction.judging import Person, Standard
from human_simulacra.construction.ledger import describe_personality, format_facts
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.review.terminal_review import Reviewer
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.text_faults import find_date_faults, find_repetition
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.files import digest
from human_simulacra.prompts import render
from human_simulacra.validation.text_statistics import words

SENTENCE_WORDS, MOST_WORDS = 40, 320  # of a sentence, and of all the sentences of a text that a change reaches
KINDS: dict[str, tuple[str, Person]] = {
    "biography": ("a biography", "third"),
    "paragraph": ("a paragraph of the story of a life", "third"),
    "memory": ("a memory: what happened, a summary of it (in the third person), thoughts and feelings", "first"),
    "question": ("a question put to the person as 'you', with notes on it; it is no prose of the life", "second"),
}
FactsOn = Callable[[CharacterText], Sequence[object]]  # what is known of the life on the matter of a text


class NewSentence(BaseModel):
    """A sentence of a text and what stands in its place."""

    old: str = Field(description="one sentence of the text, copied exactly")
    new: str


class Rewriting(BaseModel):
    """The sentences of a text that change."""

    sentences: list[NewSentence] = Field(min_length=1)


async def rewrite_texts(
    writer: Writer, change: Change, wrong: Sequence[Dependent], facts_on: FactsOn, decide: Callable[[Dependent], Dependent]
) -> list[Dependent]:  # fmt: skip
    """Proposes new texts and returns what was decided about each; a memory of a rewritten paragraph, built anew, is left out."""
    proposed = await asyncio.gather(*(_propose(writer, change, d, facts_on(d.of)) for d in wrong))
    decided: list[Dependent] = []
    for d in sorted((d for proposals in proposed for d in proposals), key=lambda d: d.of.kind == "memory"):
        changed = {other.of.id for other in decided if other.accepted}
        if d.of.kind != "memory" or not changed & set(d.of.sources):
            decided.append(decide(d))
    return decided


async def _propose(writer: Writer, change: Change, d: Dependent, facts: Sequence[object]) -> list[Dependent]:
    """Returns the proposals for the fields of a text; if no attempt was accepted, one without a new text that says why."""
    of, known = d.of, change.describe(facts)
    if of.years[1] and any(find_date_faults("", Lifetime.from_character(change.after), *of.years)):
        return [d]  # no text fits its years, which lie before the birth
    kind, person = KINDS[of.kind]
    stated = known["now"] if of.kind == "biography" else ""
    prompt = render(
        "make_edit_rewrite", **known, kind=kind, text=of.text, answers=of.answers or "it has none", reasons=format_facts(d.why)
    )  # fmt: skip
    first = split_sentences(of.text)[0]
    draft = await writer.write(
        Rewriting, prompt, writer.fit_words(2 * min(len(words(of.text)), MOST_WORDS) + SENTENCE_WORDS),
        example=Rewriting(sentences=[NewSentence(old=first, new=placeholder_text(len(words(first))))]),
        system=render("make_edit_system", name=change.after.name, personality=describe_personality(change.after)),
        check=lambda reply: _find_faults(reply, change, of),
        standard=Standard(change.after.name, kind, person, known["true"], stated),
        show=lambda reply: "\n".join(_replace_sentences(of.fields, reply).values()),
    )  # fmt: skip
    if draft.value is None:
        return [replace(d, why=(*d.why, f"no rewriting was accepted: {draft.findings[-1]}"))]
    new = _replace_sentences(of.fields, draft.value)
    return [
        replace(d, field=field, new=new[field], why=(*d.why, *draft.doubts))
        for field, was in of.fields.items()
        if new[field] != was
    ]


def _replace_sentences(fields: Mapping[str, str], reply: Rewriting) -> dict[str, str]:
    """Returns the fields with each old sentence replaced where it first stands."""
    new = dict(fields)
    for sentence in reply.sentences:
        holder = next((field for field, text in new.items() if sentence.old in text), None)
        if holder is not None:
            new[holder] = new[holder].replace(sentence.old, sentence.new.strip(), 1)
    return new


def _find_faults(reply: Rewriting, change: Change, of: CharacterText) -> list[str]:
    faults, sentences = [], [sentence for text in of.fields.values() for sentence in split_sentences(text)]
    for sentence in reply.sentences:
        if sentence.old not in sentences:
            faults.append(f"'{sentence.old[:80]}' is not a sentence of the text, word for word")
        elif sentence.new.strip() in ("", sentence.old):
            faults.append(f"it left '{sentence.old[:80]}' as it was or without a new sentence")
    for field, text in _replace_sentences(of.fields, reply).items():
        faults += [] if [*find_repetition(of.fields[field])] else find_repetition(text)
        faults += find_date_faults(text, Lifetime.from_character(change.after), *of.years) if of.years[1] else []
    return faults


def decide_on(d: Dependent, review: Reviewer | None, history: EditHistory) -> Dependent:
    """Returns a proposal as a person decides on it, now or before an interruption; without a reviewer as it is."""
    if not d.new or review is None:
        return d

    def ask() -> dict[str, str]:
        decision = review(d.new, d.before, notes=[f"{d.name}: {why}" for why in d.why])
        if decision.kind == "stop":
            raise KeyboardInterrupt
        return asdict(decision)

    decided = history.decide_once(digest([d.name, d.field, d.before]), ask)
    if decided["kind"] == "reject":
        return replace(d, new="", why=(*d.why, f"its rewriting was rejected: {decided['reason'] or 'no reason given'}"))
    return replace(d, new=decided["text"] if d.field == "biography" else " ".join(decided["text"].split()), accepted=True)
