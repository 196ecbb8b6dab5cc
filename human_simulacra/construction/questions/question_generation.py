"""Question generation for a character: core questions, questions on the story, and unanswerable questions."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.construction import review_queue
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.questions.answer_positions import balance_positions
from human_simulacra.construction.questions.passage_sampling import SourcePassages, sample_passages
from human_simulacra.construction.questions.profile_attribute_questions import build_core_questions
from human_simulacra.construction.questions.question_review import ReviewQuestion
from human_simulacra.construction.questions.question_selection import select_questions
from human_simulacra.construction.questions.question_writer import outcome_key, write_question
from human_simulacra.construction.questions.self_check import SelfCheck
from human_simulacra.construction.questions.unanswerable_questions import build_open_details, build_unanswerable_questions
from human_simulacra.construction.result_store import ResultStore, Row
from human_simulacra.construction.workspace import character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library
from human_simulacra.progress import Progress
from human_simulacra.types import QUESTION_TYPES, Character, Paragraph, Question, QuestionType

TOOL = "generate_questions"


@dataclass(frozen=True)
class QuestionOptions:
    """Options of `generate_questions`.

    Args:
        story: Number of questions on the story, of each type.
        tries: Maximum number of passages to try for a type; None for three times `story`.
        draws: Answers sampled in the self-check with and without evidence.
        with_evidence: Minimum share of right answers with the evidence.
        without_evidence: Maximum share of right answers without it.
        core_only: Whether to generate only core questions; existing questions on the story are kept.
        resume: Whether to continue an unfinished run.
        replace: Whether questions that this tool did not generate may be replaced.
        seed: Random seed.
        decide: Reviews questions that the checks left out; None leaves them out.
    """

    story: int = 6
    tries: int | None = None
    draws: int = 3
    with_evidence: float = 0.65
    without_evidence: float = 0.35
    core_only: bool = False
    resume: bool = False
    replace: bool = False
    seed: int = 0
    decide: ReviewQuestion | None = None


@dataclass(frozen=True)
class QuestionResult:
    """The number of questions of each type, and a sentence for each that was left out."""

    counts: dict[str, int]
    left_out: tuple[str, ...]


async def generate_questions(writer: Writer | None, out: Path, character_id: str, options: QuestionOptions) -> QuestionResult:
    """Generates a character's questions and writes their files; every outcome is saved at once.

    The writer may be None if `options.core_only`. With a `DryRun` nothing is written to disk.

    Raises:
        UserError: If the character or its story is missing, the profile has too few values for the core questions, or files
            of an unfinished run or of another origin would be overwritten.
        BackboneError: If the backbone gives no answer; finished outcomes are kept.
        ValueError: If there is no writer for questions on the story.
    """
    library = Library(out)
    character = library.character(character_id)
    folder = character_folder(out, character_id)
    store = ResultStore(out, character_id, "questions")
    dry = isinstance(writer, DryRun)
    theirs: list[QuestionType] = [kind for kind in QUESTION_TYPES if (folder / f"{kind}.jsonl").is_file()]
    if theirs and not store.path.is_file() and not store.partial.is_file() and not options.replace:
        raise UserError(f"{folder / theirs[0]}.jsonl was not made by this tool: add --replace to replace the questions there")
    if not dry:
        check_resumable(store.partial, options.resume, f"the questions on {character.name}")
    core = build_core_questions(character, read_pools(library.path), options.seed)
    if options.core_only:
        kept = [q for kind in theirs for q in library.questions(character_id, kind) if q.source != "profile" and not q.core]
        left: list[Row] = review_queue.read_rows(out, character_id, TOOL)
    else:
        if writer is None:
            raise ValueError("questions on the story need a writer")
        story = library.story(character_id)
        if not story:
            raise UserError(
                f"{character_id} has no story: make one with tools/generate_life_story.py {character_id}, or add --core-only"
            )
        if not dry:
            store.begin_run()
        kept, left = await _on_the_story(writer, character, story, core, store, options)
    counts = Counter(question.type for question in [*core, *kept])
    if not dry:
        for kind in QUESTION_TYPES:
            write_jsonl(folder / f"{kind}.jsonl", [asdict(q) for q in [*core, *kept] if q.type == kind])
        for name, build in (("unanswerable", build_unanswerable_questions), ("open_detail", build_open_details)):
            write_jsonl(folder / f"{name}.jsonl", map(asdict, build(library, character_id, options.seed)))
        review_queue.replace_rows(out, character_id, TOOL, [{k: v for k, v in row.items() if k != "tool"} for row in left])
        store.finish_run(store)
    return QuestionResult(
        dict(counts), tuple(f"{row['type']} on {', '.join(row['paragraphs'])}: {row['reason']}" for row in left)
    )


async def _on_the_story(
    writer: Writer,
    character: Character,
    story: Sequence[Paragraph],
    core: Sequence[Question],
    store: ResultStore,
    options: QuestionOptions,
) -> tuple[list[Question], list[Row]]:
    """Returns the selected questions, numbered after the core questions, and the outcomes of the others."""
    kept: list[Question] = []
    left: list[Row] = []
    for kind in QUESTION_TYPES:
        made = [question for question in core if question.type == kind]
        chosen, dropped = await _of_type(writer, character, story, kind, kept, store, options)
        used = Counter(int(place) for question in made if question.options for place in question.answer)
        if kind != "cloze":
            chosen = balance_positions(chosen, used, str(options.seed))
        kept += [replace(q, id=f"{character.id}-{kind}-{len(made) + i:02d}") for i, q in enumerate(chosen, 1)]
        left += dropped
    return kept, left


async def _of_type(
    writer: Writer, character: Character, story: Sequence[Paragraph], kind: QuestionType, others: Sequence[Question],
    store: ResultStore, options: QuestionOptions,
) -> tuple[list[Question], list[Row]]:  # fmt: skip
    """Tries passages, as many concurrently as questions are missing, until there are enough or `tries` is reached."""
    tries = options.tries if options.tries is not None else 3 * options.story
    queue = sample_passages(story, tries, f"{options.seed}:{character.id}:{kind}")
    progress = Progress(f"{kind.replace('_', ' ')} questions on {character.name}", len(queue), unit="tries at most")
    rows: list[Row] = []

    async def one(unit: SourcePassages) -> Row:
        key = outcome_key(writer, kind, unit, options.seed, options.draws)
        row = store.get(key)
        if row is None:
            row = await write_question(writer, character.name, kind, unit, options.draws)
            if not isinstance(writer, DryRun):
                row = store.save(key, {**row, "unit": key})
        progress.step(failed=row["question"] is None)
        return row

    chosen: list[Question] = []
    dropped: list[Row] = []
    try:
        while queue and len(chosen) < options.story:
            wave, queue = queue[: options.story - len(chosen)], queue[options.story - len(chosen) :]
            rows += await asyncio.gather(*(one(unit) for unit in wave))
            if isinstance(writer, DryRun):
                break
            chosen, dropped = _sift(rows, others, options)
    finally:
        progress.close()
    if options.decide is None:
        return chosen, dropped
    shown = {paragraph.id: paragraph for paragraph in story}
    for row in dropped:
        if row["question"] and "decided" not in row:
            decided = store.save(row["unit"], options.decide(row, [shown[name] for name in row["paragraphs"]]))
            rows = [decided if other.get("unit") == row["unit"] else other for other in rows]
    return _sift(rows, others, options)


def _sift(rows: Sequence[Row], others: Sequence[Question], options: QuestionOptions) -> tuple[list[Question], list[Row]]:
    """Returns the selected questions in order of the story, and the rows of the others with their reasons."""
    passed, dropped, by_hand = [], [], []
    for row in sorted(rows, key=lambda row: row["paragraphs"]):
        if row.get("decided") == "kept":
            by_hand.append(parse_row(Question, row["question"], "a question kept earlier"))
            continue
        reason = row["reason"] or SelfCheck(row["with_evidence"], row["without_evidence"]).find_fault(
            options.with_evidence, options.without_evidence
        )
        if reason:
            dropped.append({**row, "reason": reason})
        else:
            passed.append((parse_row(Question, row["question"], "a question kept earlier"), row))
    chosen, given_up = select_questions([question for question, _ in passed], [*others, *by_hand])
    reasons = {question.id: reason for question, reason in given_up}
    dropped += [{**row, "reason": reasons[question.id]} for question, row in passed if question.id in reasons]
    return [*chosen, *by_hand], dropped
