"""A data folder with what experiments at a point in time need: dated lives, decisions, attitudes, chains of questions."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from human_simulacra.files import write_jsonl
from human_simulacra.items import AttitudeAt, AttitudeQuestion, Decision, InterrogationQuestion, Scene, Turn
from human_simulacra.library import Library
from human_simulacra.point_in_time import ProfileAt
from human_simulacra.shared_items import StatementPair
from human_simulacra.types import DatedSentence

CHARACTERS = ("ada-berg", "bo-crane", "cy-dahl")
ACTS = ("Sell the boat", "Keep the boat", "Sink the boat", "Lend the boat")


def as_rows(values: list[Any]) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(asdict(value))) for value in values]


def date_lives(data: Path) -> None:
    """Dates every paragraph, four years apart, and tells of two past profiles: a child, and from paragraph 5 on a baker."""
    for who in CHARACTERS:
        library, folder = Library(data), data / "characters" / who
        character, born = library.character(who), int(library.character(who).date_of_birth[:4])
        years = {p.id: born + 3 * p.index for p in library.story(who)}
        told = (DatedSentence(born, character.biography),)
        write_jsonl(folder / "profile.jsonl", as_rows([replace(character, biography_dated=told)]))
        write_jsonl(
            folder / "story.jsonl", as_rows([replace(p, year=years[p.id], end_year=years[p.id]) for p in library.story(who)])
        )
        rows = [
            ProfileAt(
                f"{who}-profile_at-{n}", who, year, None, work, "none", "a mother", ("chess",), ("rest",), "a boat", evidence
            )
            for n, (year, work, evidence) in enumerate([(born, "child", ()), (born + 15, "apprentice", (f"{who}-s005",))])
        ]
        write_jsonl(folder / "profile_at.jsonl", as_rows(rows))


def add_decisions(data: Path, blind: float | None = 0.2, informed: float | None = 0.8) -> None:
    """Adds two decisions a life, before paragraphs 7 and 9; what was done is the first act, and the reason differs."""
    date_lives(data)
    for who in CHARACTERS:
        rows = [
            Decision(f"{who}-decisions-{n:02d}", who, f"{who}-s{moment:03d}", f"A dealer asks for the boat, {n}.", ACTS, 0, why,
                     (f"{who}-s{moment:03d}",), kind, blind=blind, blind_readers=5, informed=informed, informed_readers=3)
            for n, moment, kind, why in ((1, 7, "money", "I owed for the flour."), (2, 9, "love", "She was afraid of water."))
        ]  # type: ignore[arg-type]  # fmt: skip
        write_jsonl(data / "characters" / who / "decisions.jsonl", as_rows(rows))


def add_attitudes(data: Path) -> None:
    """Adds two questions a life at the ages 9, 18 and 30: the first changes at each, the second at the last alone."""
    date_lives(data)
    for who in CHARACTERS:
        born = int(Library(data).character(who).date_of_birth[:4])
        rows = [
            AttitudeQuestion(
                f"{who}-growth-{n:02d}", who, f"What is the sea to you, {n}?", ("A wall", "A road", "A debt", "A friend"),
                tuple(AttitudeAt(str(born + age), key, (f"{who}-s002",)) for age, key in zip((9, 18, 30), keys, strict=True)),
            )
            for n, keys in ((1, (0, 1, 2)), (2, (3, 3, 1)))
        ]  # fmt: skip
        write_jsonl(data / "characters" / who / "growth.jsonl", as_rows(rows))


def add_scenes(data: Path) -> None:
    """Adds a scene a life that rests on paragraph 7: a dealer speaks, the person answers, twice."""
    date_lives(data)
    for who in CHARACTERS:
        name = Library(data).character(who).name.split()[0]
        turns = [
            ("Dealer", "What do you want for the boat?", ""), (name, "Nothing, it stays.", "He has cold hands."),
            ("Dealer", "Not even for a hundred?", ""), (name, "Not for a thousand, said long ago.", "My father built it."),
        ]  # fmt: skip
        scene = Scene(
            f"{who}-dialogues-01", who, "The boat", "On the quay", "a morning", 2000, ("Dealer",), tuple(Turn(*turn) for turn in turns),
            ("Take it.", "I hate it.", "Yes, sir."), (f"{who}-s007", f"{who}-s008"),
        )  # fmt: skip
        write_jsonl(data / "characters" / who / "dialogues.jsonl", as_rows([scene]))


def add_interrogation(data: Path) -> None:
    """Adds one chain of three turns a life, whose third asks for the fact of the first again, and labelled pairs."""
    pairs = []
    for who in CHARACTERS:
        turns = [
            ("What was your boat called?", None, ("Alk",), "The boat was called Alk."),
            ("In which town was the bakery?", None, ("Torp",), "The bakery was in Torp."),
            ("Which name stood on the hull?", 1, ("Alk",), "The boat was called Alk."),
        ]
        rows = [
            InterrogationQuestion(
                f"{who}-interrogation-work-{n:02d}", who, "work", n, question, returns, accepted, fact, (f"{who}-s001",)
            )
            for n, (question, returns, accepted, fact) in enumerate(turns, 1)
        ]
        write_jsonl(data / "characters" / who / "interrogation.jsonl", as_rows(rows))
        for n in range(6):
            wrong = n % 2 == 0
            pairs.append(
                StatementPair(f"pair-{who}-{n}", who, "Where?", f"KNOWN in Torp, {n}.", "And where?",
                              f"KNOWN in {'Sund' if wrong else 'Torp'}, {n}.", wrong, "fact" if wrong else "paraphrase", "place")
            )  # fmt: skip
    write_jsonl(data / "contradiction_pairs.jsonl", as_rows(pairs))
