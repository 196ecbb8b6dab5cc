"""Fixtures for biographies: a profile, a scripted model that obeys and judges, and a data folder with a picked profile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.biography_generation import BiographyOptions, generate_biography
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.workspace import open_folder
from human_simulacra.files import write_jsonl
from human_simulacra.types import Character, Generation, Message
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import people
from tests.construction.scripted_judge import verdict

ADA = replace(
    people(1, 0, "name=Ada Berg", "gender=female", "date_of_birth=1980-03-04", "occupation=baker", "education=high school",
         "family=low-income, nuclear family", "hobbies=hiking,knitting,yoga", "long_term_goal=publishing a book",
         "short_term_goals=learning first aid,seeing the dentist,walking to work")[0],
)  # fmt: skip
SHORT = BiographyOptions(100)
SENTENCES = (
    (1, 1980, "Ada Berg was born on 4 March 1980 in Vik, the second child of a low-income, nuclear family."),
    (1, 1996, "She finished high school in 1996 and carried sacks at the mill."),
    (2, 2001, "In 2001 she became a baker under old Mr Sand."),
    (2, 2019, "She likes hiking, knitting and yoga, and since 2019 she has done all three by the lake."),
    (3, 2025, "She is learning first aid, means to see the dentist, walks to work, and hopes to publish a book one day."),
)
TEXT = "\n\n".join(" ".join(text for number, _, text in SENTENCES if number == wanted) for wanted in (1, 2, 3))
Script = Callable[[Sequence[Message], Generation], Any]


def reply(*sentences: tuple[int, int, str]) -> str:
    """Returns a biography in the form that is asked for."""
    keys = ("paragraph", "year", "text")
    return json.dumps({"sentences": [dict(zip(keys, sentence, strict=True)) for sentence in sentences]})


def obey(messages: Sequence[Message], generation: Generation = Generation(1)) -> str:
    """A docile model."""
    return reply(*SENTENCES)


def is_judged(messages: Sequence[Message]) -> bool:
    return messages[0].content.startswith("You check texts that were written")


def picked(tmp_path: Path, person: Character = ADA) -> Path:
    out = open_folder(tmp_path / "mine")
    write_jsonl(out / "making" / person.id / "profile.jsonl", [asdict(person)])
    return out


def make(out: Path, script: Script = obey, faults: Callable[[str], str] | None = lambda text: "", **more: Any):
    """Generates Ada's biography; `faults` names what the judge finds in a text, and None is a model that cannot judge."""
    asked: list[Sequence[Message]] = []

    def answer(messages: Sequence[Message], generation: Generation) -> Any:
        if is_judged(messages):
            return verdict(messages[-1].content, faults) if faults else "All of this is fine."
        asked.append(messages)
        return script(messages, generation)

    backbone = ScriptedBackbone(answer)
    writer = Writer(backbone, judge=TextJudge(backbone))
    return asked, asyncio.run(generate_biography(writer, out, ADA.id, SHORT, **more))
