"""Writing of one question on passages of the story, with its self-check; the outcome is a row for the result store."""

from __future__ import annotations

from dataclasses import asdict, replace

from human_simulacra.construction.checked_writer import Writer, find_oversized_paragraph
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.questions.passage_sampling import SourcePassages
from human_simulacra.construction.questions.question_parsing import MOST_WORDS, parse_question
from human_simulacra.construction.questions.self_check import run_self_check
from human_simulacra.construction.result_store import Row
from human_simulacra.files import digest
from human_simulacra.memory.chunking import chunk_text
from human_simulacra.prompts import render
from human_simulacra.types import Question, QuestionType

ONE_PLACE = "Ask about something that matters in this life or that only this person would know."
TWO_PLACES = "The answer must need both the first and the last of the passages, which come from different times of this life."


def outcome_key(writer: Writer, kind: QuestionType, unit: SourcePassages, seed: int, draws: int) -> str:
    """Returns the store key of an outcome: the digest of all that determines it, the backbone included."""
    return digest([kind, unit.two_parts, [[p.id, p.text] for p in unit.passages], seed, draws, writer.backbone.fingerprint])


async def write_question(writer: Writer, name: str, kind: QuestionType, unit: SourcePassages, draws: int) -> Row:
    """Generates a question, and checks it by `draws` answers of the same backbone with and without evidence.

    Returns:
        A row: `question` (or None and a `reason`), the shares of right answers `with_evidence` and `without_evidence`, and
        `rejected` texts.

    Raises:
        BackboneError: If the backbone gives no answer.
    """
    listed = "\n".join(f"[{number}] {paragraph.text}" for number, paragraph in enumerate(unit.passages, 1))
    scope = TWO_PLACES if unit.two_parts else ONE_PLACE
    prompt = render(f"make_questions_{kind}", name=name, passages=listed, scope=scope)

    def fault(reply: str) -> str | None:
        found = parse_question(reply, kind, unit.passages, unit.two_parts)
        return found if isinstance(found, str) else None

    row: Row = {"type": kind, "paragraphs": [p.id for p in unit.passages], "rejected": []}
    if reason := find_oversized_paragraph(writer, unit.passages, prompt, MOST_WORDS[kind]):
        return {**row, "question": None, "reason": reason}
    draft = await writer.write(prompt, MOST_WORDS[kind], check=fault)
    row["rejected"] = list(draft.rejected)
    if isinstance(writer, DryRun):
        question: Question | str = _placeholder(kind, unit)
    else:
        question = parse_question(draft.text, kind, unit.passages, unit.two_parts) if draft.text else draft.findings[-1]
    if isinstance(question, str):
        return {**row, "question": None, "reason": question}
    question = replace(
        question, id=f"{question.character}-{kind}-{digest([question.question, question.options, question.evidence])[:8]}"
    )
    evidence = [p for p in unit.passages if p.id in question.evidence]
    outcome = await run_self_check(writer, name, question, evidence, draws)
    return {**row, "question": asdict(question), "reason": None, **asdict(outcome)}


def _placeholder(kind: QuestionType, unit: SourcePassages) -> Question:
    """Returns a question of typical length for the estimate of a dry run."""
    text = " ".join(chunk_text(unit.passages).split()[:15])
    options = {"cloze": 0, "single_choice": 4, "multiple_choice": 6}[kind]
    answer = (text,) if kind == "cloze" else (0,)
    ids = tuple(p.id for p in unit.passages)
    return Question("", unit.passages[0].character, kind, text, (text,) * options, answer, ids, "story", False)
