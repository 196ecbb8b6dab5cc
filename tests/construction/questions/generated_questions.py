"""Questions that the tool makes for Ida Holm with a scripted backbone, and what it leaves for review."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.questions import QuestionOptions, QuestionResult, generate_questions
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Generation, Message, Question
from tests.conftest import ScriptedBackbone
from tests.construction.invented_characters import IDA
from tests.construction.scripted_questions import answer

QUESTIONS_ONLY: dict[str, Any] = {"decisions": 0, "false_premises": 0}
Script = Callable[[Sequence[Message], Generation], str]


def made(out: Path, script: Script = answer, **options: Any) -> tuple[QuestionResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(script)
    return asyncio.run(
        generate_questions(Writer(backbone, judge=TextJudge(backbone)), out, IDA, QuestionOptions(**options))
    ), backbone


def story_questions(out: Path) -> list[Question]:
    library = Library(out)
    return [q for kind in QUESTION_TYPES for q in library.questions(IDA, kind) if q.source == "story"]


def for_review(out: Path) -> list[dict[str, Any]]:
    path = out / "making" / IDA / "for-review.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def findings(out: Path) -> Counter[str]:
    return Counter(finding for row in for_review(out) for finding in row["findings"])
