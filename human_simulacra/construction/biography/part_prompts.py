"""The parts in which a biography is requested (one, or one for each group of attributes for small models) and their prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from human_simulacra.construction.biography.stated_facts import Fact, format_date, list_facts, state_facts
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.prompts import render
from human_simulacra.types import Character

Form = Literal["whole", "parts"]
BEFORE_WORDS = 60  # of the preceding text in a part's prompt
STRONG_RANKS = 2  # of the functions whose statements the prompt contains
_GROUPS = (
    ("origin", "birth and childhood", ("name", "gender", "date_of_birth", "family")),
    ("education", "school years and education", ("education",)),
    ("work", "working life up to the present", ("occupation", "age")),
    ("leisure", "free time and hobbies", ("hobbies",)),
    ("aims", "plans and hopes for the years to come", ("short_term_goals", "long_term_goal")),
)


@dataclass(frozen=True)
class BiographyPart:
    """A part of a biography: its key, its topic, the facts that it must state, and its maximum length."""

    key: str
    topic: str
    facts: tuple[Fact, ...]
    max_words: int


def plan_parts(character: Character, form: Form, words: int) -> list[BiographyPart]:
    """Returns the parts of a biography of at most `words` words."""
    every = list_facts(character)
    if form == "whole":
        return [BiographyPart("whole", "the whole life", tuple(every), words)]
    return [
        BiographyPart(key, topic, tuple(fact for fact in every if fact.key in keys), words // len(_GROUPS))
        for key, topic, keys in _GROUPS
    ]


def render_part_prompt(part: BiographyPart, character: Character, before: str, reasons: tuple[str, ...]) -> str:
    """Renders the prompt of a part, with the text before it and the reasons for which earlier versions were rejected."""
    advice = "".join(render("make_biography_rejection_reason", reason=reason) + "\n\n" for reason in reasons)
    stated = state_facts(character, part.facts)
    if part.key == "whole":
        traits = " ".join(trait.text for trait in character.traits if trait.rank <= STRONG_RANKS)
        return render(
            "make_biography", name=character.name, facts=stated, traits=traits or "(nothing is known of it)", advice=advice,
            reference_date=format_date(character.reference_date), words=part.max_words,
        )  # fmt: skip
    told = render("make_biography_preceding_text", name=character.name, text=_last(before)) + "\n\n" if before else ""
    return render(
        "make_biography_part", before=told, name=character.name, facts=stated, topic=part.topic, advice=advice,
        words=part.max_words,
    )  # fmt: skip


def _last(text: str) -> str:
    """Returns the last sentences of a text, up to the one that reaches `BEFORE_WORDS` words."""
    kept: list[str] = []
    for sentence in reversed(split_sentences(text)):
        kept.insert(0, sentence)
        if sum(len(s.split()) for s in kept) >= BEFORE_WORDS:
            break
    return " ".join(kept)
