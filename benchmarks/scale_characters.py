"""Synthetic characters and a scripted model for `benchmarks/scale.py`.

A synthetic character is a packaged one under another id, with a number in every text and question, so that no text and no call is
like another's: nothing is cached that a run of real characters would not cache.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from opencompass.models.base_api import BaseAPIModel

from human_simulacra.files import write_jsonl
from human_simulacra.library import packaged_path
from human_simulacra.types import QUESTION_TYPES

TEXTS = ("text", "content", "summary", "thought", "emotion", "biography", "question")
WORDS = " ".join(["harbour"] * 30)  # as long as thoughts and feelings may be


def write_characters(folder: Path, characters: int, questions: int) -> None:
    """Writes a data folder.

    Args:
        folder: The folder.
        characters: Number of characters.
        questions: Number of questions of each, a third of each type.
    """
    models = sorted((packaged_path() / "characters").iterdir())
    for number, model in zip(range(characters), cycle(models), strict=False):
        name = f"{model.name}-{number}"
        target = folder / "characters" / name
        for kind in ("profile", "story", "memories"):
            rows = _read(model, kind, name)
            write_jsonl(target / f"{kind}.jsonl", [_mark(row, f"({number})") for row in rows])
        for kind in QUESTION_TYPES:
            rows = islice(zip(cycle(_read(model, kind, name)), count(1), strict=False), questions // len(QUESTION_TYPES))
            asked = [{**_mark(row, f"({number}, {place})"), "id": f"{name}-{kind}-{place}"} for row, place in rows]
            write_jsonl(target / f"{kind}.jsonl", asked)


def _read(model: Path, kind: str, name: str) -> list[dict[str, Any]]:
    text = (model / f"{kind}.jsonl").read_text(encoding="utf-8").replace(model.name, name)
    return [json.loads(line) for line in text.splitlines()]


def _mark(row: dict[str, Any], mark: str) -> dict[str, Any]:
    return {key: f"{value} {mark}" if key in TEXTS and value else value for key, value in row.items()}


class ScriptedModel(BaseAPIModel):
    """Answers every agent at once, in the form and length of a real model's replies."""

    is_api = True

    def __init__(self, path: str = "scripted") -> None:
        super().__init__(path)

    def generate(self, inputs: Sequence[Any], max_out_len: int = 0) -> list[str]:
        """Returns a reply to each prompt."""
        return [_answer("".join(turn["prompt"] for turn in prompt)) for prompt in inputs]


def _answer(prompt: str) -> str:
    if "Which of your memories" in prompt:
        return ", ".join(re.findall(r"^(\d+)\. ", prompt, re.MULTILINE)[:3])
    if "THOUGHTS:" in prompt:
        return f"THOUGHTS: {WORDS}\nFEELINGS: {WORDS}"
    return WORDS if "Do not answer yet" in prompt else "ANSWER: A"
