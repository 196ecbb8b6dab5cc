"""Texts affected by a change: sentences, paragraphs, memories and questions that state facts that no longer hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from human_simulacra.construction.biography.biography_checks import find_biography_faults
from human_simulacra.construction.biography.stated_facts import Fact, find_missing_facts, list_facts
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.items import OpenDetail, Unanswerable
from human_simulacra.types import Character, Memory, Paragraph, Question
from human_simulacra.validation.text_statistics import stems

# Numbers and pronouns occur in any text, so in a story they do not show that it states an age or a gender.
TOO_COMMON = ("age", "gender")


@dataclass(frozen=True)
class AffectedText:
    """A text that the user should look at: its kind (`what`), id, reason (`why`) and text."""

    what: str
    id: str
    why: str
    text: str


@dataclass(frozen=True)
class CharacterTexts:
    """The texts of a character that may depend on its profile."""

    story: Sequence[Paragraph]
    memories: Sequence[Memory]
    questions: Sequence[Question]
    unanswerable: Sequence[Unanswerable | OpenDetail]


def find_affected_texts(before: Character, after: Character, texts: CharacterTexts, pools: Pools) -> list[AffectedText]:
    """Returns the texts affected by a change of the profile: biography, story, memories, then questions."""
    still = {(fact.key, fact.value) for fact in list_facts(after)}
    gone = [fact for fact in list_facts(before) if (fact.key, fact.value) not in still]
    return [*_biography(before, after, gone, pools), *_elsewhere([fact for fact in gone if fact.key not in TOO_COMMON], texts)]


def _biography(before: Character, after: Character, gone: Sequence[Fact], pools: Pools) -> Iterator[AffectedText]:
    if not after.biography:
        return
    for sentence in split_sentences(after.biography):
        for fact in gone:
            if fact.stated(sentence):
                yield AffectedText("biography", after.id, f"it says what no longer holds: {_named(fact)}", sentence)
    known = set(find_biography_faults(before.biography, before, pools))
    for fault in find_biography_faults(after.biography, after, pools):
        if fault not in known:
            yield AffectedText("biography", after.id, fault, "")
    old = {(fact.key, fact.value) for fact in list_facts(before)}
    for fact in find_missing_facts(after.biography, list_facts(after)):
        if (fact.key, fact.value) not in old or before.biography != after.biography:
            yield AffectedText("biography", after.id, f"it does not say: {_named(fact)}", "")


def _elsewhere(gone: Sequence[Fact], texts: CharacterTexts) -> Iterator[AffectedText]:
    stale = []
    for paragraph in texts.story:
        if fact := _first(gone, paragraph.text):
            stale.append(paragraph.id)
            yield AffectedText("paragraph", paragraph.id, f"it mentions {_named(fact)}", paragraph.text)
    for memory in texts.memories:
        text = " ".join((memory.summary, memory.content, memory.thinking, memory.emotion))
        if fact := _first(gone, text):
            yield AffectedText("memory", memory.id, f"it mentions {_named(fact)}", memory.summary)
    for question in texts.questions:
        if question.source == "profile":
            continue
        text = " ".join((question.question, *question.options, *map(str, question.answer if not question.options else ())))
        if fact := _first(gone, text):
            yield AffectedText("question", question.id, f"it mentions {_named(fact)}", question.question)
        elif named := [i for i in question.evidence if i in stale]:
            yield AffectedText(
                "question", question.id, f"its evidence {named[0]} mentions what no longer holds", question.question
            )


def find_answered_questions(text: str, unanswerable: Iterable[Unanswerable | OpenDetail]) -> list[AffectedText]:
    """Returns the questions without an answer in the texts that a new experience may answer."""
    said = stems(text)
    return [
        AffectedText("question", row.id, "the new experience may answer it", row.question)
        for row in unanswerable
        if 2 * len(stems(row.question) & said) >= max(2, len(stems(row.question)))
    ]


def _first(gone: Sequence[Fact], text: str) -> Fact | None:
    return next((fact for fact in gone if fact.stated(text)), None)


def _named(fact: Fact) -> str:
    return f"{fact.key.replace('_', ' ')} '{fact.value}'"
