"""Question generation for a character: core questions, items on the story with their tests, and unanswerable questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.questions.item_analysis import Life, balance_positions
from human_simulacra.construction.questions.item_forms import ITEM_TYPES, Item, find_faults, to_question
from human_simulacra.construction.questions.item_writing import TOOL, Outcome
from human_simulacra.construction.questions.profile_questions import build_core_questions
from human_simulacra.construction.questions.story_items import QuestionOptions, write_items
from human_simulacra.construction.questions.unanswerable_questions import build_open_details, build_unanswerable_questions
from human_simulacra.construction.review.review_queue import Decisions, SavedDecision, replace_items
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.workspace import ResultStore, character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.items import Decision, Unanswerable
from human_simulacra.json_form import FormError, read_form
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Question


@dataclass(frozen=True)
class QuestionResult:
    """The number of items of each type, and a sentence for each that was left out."""

    counts: dict[str, int]
    left_out: tuple[str, ...] = ()


async def generate_questions(writer: Writer | None, out: Path, character_id: str, options: QuestionOptions) -> QuestionResult:
    """Generates a character's questions and writes their files.

    Without a writer only core questions are made, as with `options.core_only`. With a `DryRun` nothing is written to disk. Behind
    a call cache, a further run asks a model only for what is new. Left-out items that a person has accepted are taken in.

    Raises:
        UserError: If character or story is missing, the profile has too few values for the core questions, or files of an
            unfinished run or of another origin would be overwritten.
        BackboneError: If the backbone gives no answer.
    """
    library, folder, run = Library(out), character_folder(out, character_id), ResultStore(out, character_id, "questions")
    character, dry = library.character(character_id), isinstance(writer, DryRun)
    there = [kind for kind in (*QUESTION_TYPES, "decisions") if (folder / f"{kind}.jsonl").is_file()]
    if there and not run.path.is_file() and not run.partial.is_file() and not options.replace:
        raise UserError(f"{folder / there[0]}.jsonl was not made by this tool: add --replace to replace the questions there")
    if not dry:
        check_resumable(run.partial, options.resume, f"the questions on {character.name}")
    core, left = build_core_questions(character, read_pools(library.path), options.seed), list[Outcome]()
    if options.core_only or writer is None:
        rows: dict[str, list[Any]] = {}
        for kind in QUESTION_TYPES:
            old = library.questions(character_id, kind) if kind in there else ()
            rows[kind] = [*_number(kind, core, [], options.seed), *(q for q in old if not q.core and q.source != "profile")]
        known = library.unanswerable(character_id) if (folder / "unanswerable.jsonl").is_file() else ()
        rows["false_premises"] = [row for row in known if row.kind == "false_premise"]
    else:
        life = Life(character, library.story(character_id))
        if not dry:
            run.begin_run()
        rows, left = await _write_rows(writer, life, core, options, Decisions(out, character_id).newest())
    counts = {name: len(found) for name, found in rows.items() if found}
    open_items = [outcome.to_review_item() for outcome in left]
    if not dry:
        beyond = [*build_unanswerable_questions(library, character_id, options.seed), *rows.pop("false_premises")]
        rows["unanswerable"] = [replace(row, id=f"{character_id}-unanswerable-{n:02d}") for n, row in enumerate(beyond, 1)]
        rows["open_detail"] = build_open_details(library, character_id, options.seed)
        for name, found in rows.items():
            if found or (folder / f"{name}.jsonl").is_file():
                write_jsonl(folder / f"{name}.jsonl", map(asdict, found))
        if not options.core_only:
            replace_items(out, character_id, TOOL, open_items)
        run.finish_run(())
    return QuestionResult(counts, tuple(f"{item.what}: {item.findings[0]}" for item in open_items))


def _number(kind: str, core: Sequence[Question], new: Sequence[Question], seed: int) -> list[Question]:
    """Returns the questions of one type with balanced positions, numbered, the core first."""
    placed = balance_positions([*(q for q in core if q.type == kind), *new], str(seed))
    return [replace(q, id=f"{q.character}-{kind}-{number:02d}") for number, q in enumerate(placed, 1)]


async def _write_rows(
    writer: Writer, life: Life, core: Sequence[Question], options: QuestionOptions, decided: Mapping[str, SavedDecision]
) -> tuple[dict[str, list[Any]], list[Outcome]]:
    """Returns the rows of each type and what is left out."""
    rows: dict[str, list[Any]] = {}
    written, left = list[Question](), list[Outcome]()
    for kind in ITEM_TYPES:
        chosen, others = await write_items(writer, life, kind, options, written)
        for outcome in (_decide(outcome, decided) for outcome in others):
            (left if outcome.reason else chosen).append(outcome)
        new = [outcome.question for outcome in chosen if outcome.question]
        written += new
        rows[kind] = _number(kind, core, new, options.seed)
        if kind == "decisions":
            rows[kind] = [_to_decision(outcome, q) for outcome, q in zip(chosen, rows[kind], strict=True)]
        elif kind == "false_premises":
            rows[kind] = [Unanswerable(q.id, q.character, "false_premise", q.question, str(q.answer[0]), evidence=q.evidence)
                          for q in rows[kind]]  # fmt: skip
    return rows, left


def _decide(outcome: Outcome, decided: Mapping[str, SavedDecision]) -> Outcome:
    """Takes in what was left out if a person has accepted it; a changed item counts as answered by no reader."""
    saved = decided.get(outcome.to_review_item().key)
    if saved is None or saved.decision == "reject":
        return outcome
    try:
        item = read_form(Item, saved.text)
    except FormError as error:
        return replace(outcome, reason=f"as you decided, it cannot be used: {error}")
    if faults := find_faults(item, outcome.slot, outcome.scene):
        return replace(outcome, reason=f"as you decided, it cannot be used: {'; '.join(faults)}")
    question = outcome.question if item == outcome.item else None
    return replace(outcome, item=item, question=question or to_question(item, outcome.slot, outcome.scene), reason=None)


def _to_decision(outcome: Outcome, question: Question) -> Decision:
    why = next(option.why for option in outcome.item.options if option.right) if outcome.item else ""
    return Decision(
        question.id, question.character, question.evidence[0], question.question, question.options, int(question.answer[0]),
        why, question.evidence, question.kind, blind=question.blind, blind_readers=question.blind_readers,  # pyright: ignore[reportArgumentType]
        informed=question.open_book, informed_readers=question.open_book_readers,
    )  # fmt: skip
