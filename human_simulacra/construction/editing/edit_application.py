"""Application of a change: profile, story, memories and answer keys are updated, other affected texts are listed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from human_simulacra.construction import review_queue
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.editing import affected_texts
from human_simulacra.construction.editing.answer_key_update import update_answer_keys
from human_simulacra.construction.editing.edit_history import EditHistory
from human_simulacra.construction.editing.edit_request import EditRequest
from human_simulacra.construction.editing.experience_insertion import find_experience_faults, insert_experience
from human_simulacra.construction.editing.profile_edit import edit_profile
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.terminal_review import diff_sentences
from human_simulacra.construction.workspace import character_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import QUESTION_TYPES, Character, Paragraph, Question, QuestionType

TOOL, SHOWN = "edit_character", 120  # characters of a text that a line shows


@dataclass(frozen=True)
class EditResult:
    """The effects of a change: the whole new `story` and `questions`, and what is new in them.

    The questions in `updated_questions` have a new answer key; `affected` are texts that the user should look at.
    """

    before: Character
    after: Character
    story: tuple[Paragraph, ...]
    new_paragraphs: tuple[Paragraph, ...]
    questions: dict[QuestionType, tuple[Question, ...]]
    updated_questions: tuple[Question, ...]
    affected: tuple[affected_texts.AffectedText, ...]

    def format_lines(self) -> Iterator[str]:
        """Yields the effects as lines for the user."""
        for line in diff_sentences(persona(self.before).replace("\n", "\n\n"), persona(self.after).replace("\n", "\n\n")):
            if line[:1] in "+-" and line.strip("+- "):
                yield f"persona {line}"
        for paragraph in self.new_paragraphs:
            behind = next((p.id for p in self.story if p.index == paragraph.index - 1), None)
            where = f"behind {behind}" if behind else "at the beginning"
            yield f"story + {paragraph.id}, {where} ({paragraph.first_year}): {paragraph.text}"
        for question in self.updated_questions:
            right = [question.options[int(i)] for i in question.answer] if question.options else question.answer
            yield f"key of {question.id}: {'; '.join(map(str, right))}"
        for item in self.affected:
            text = textwrap.shorten(item.text, SHOWN, placeholder=" ...")
            yield f"look at {item.what} {item.id}: {item.why}{f': {text}' if text else ''}"


async def apply_edit(
    open_writer: Callable[[], Writer], out: Path, character_id: str, request: EditRequest, seed: int = 0
) -> EditResult:
    """Applies a change to a character and returns its effects. If it fails, all files are restored.

    A change that is interrupted or killed stays unfinished until it is resumed or undone. `open_writer` is called only if an
    experience needs a memory; `seed` is for the wrong options of new answer keys.

    Raises:
        UserError: If the change is invalid, changes nothing, or an earlier one was interrupted.
        BackboneError: If the backbone gives no answer for a memory.
    """
    history = EditHistory(out, character_id)
    if history.find_unfinished() is not None:
        raise UserError(
            f"the last change of {character_id} was interrupted: do it again with --resume, or take it back with --undo"
        )
    edited = plan_edit(out, character_id, request, seed)
    history.begin(request)
    try:
        await _carry_out(open_writer, out, edited)
        history.finish()
    except Exception:
        history.undo()
        raise
    return edited


async def resume_edit(
    open_writer: Callable[[], Writer], out: Path, character_id: str, asked: EditRequest | None = None, seed: int = 0
) -> EditResult:
    """Repeats a change that was interrupted, which must be `asked` if given; see `apply_edit`.

    Raises:
        UserError: If no change was interrupted, or another one than `asked`.
        BackboneError: If the backbone gives no answer for a memory.
    """
    history = EditHistory(out, character_id)
    request = history.find_unfinished()
    if request is None:
        raise UserError(f"there is nothing to resume: no change of {character_id} was interrupted")
    if asked is not None and asked != request:
        raise UserError(f"another change was interrupted ({request}): give --resume alone, or take it back with --undo")
    history.undo()
    return await apply_edit(open_writer, out, character_id, request, seed)


def plan_edit(out: Path, character_id: str, request: EditRequest, seed: int) -> EditResult:
    """Returns the effects of a change without writing anything.

    Raises:
        UserError: If the change is invalid or changes nothing.
    """
    library = Library(out)
    before, pools = library.character(character_id), read_pools(library.path)
    after = edit_profile(before, request, pools)
    folder = character_folder(out, character_id)
    story = library.story(character_id) if (folder / "story.jsonl").is_file() else ()
    memories = library.memories(character_id) if (folder / "memories.jsonl").is_file() else ()
    old: dict[QuestionType, tuple[Question, ...]] = {
        kind: library.questions(character_id, kind) for kind in QUESTION_TYPES if (folder / f"{kind}.jsonl").is_file()
    }
    open_ones = [
        *(library.unanswerable(character_id) if (folder / "unanswerable.jsonl").is_file() else ()),
        *(library.open_details(character_id) if (folder / "open_detail.jsonl").is_file() else ()),
    ]
    new: dict[QuestionType, tuple[Question, ...]] = {
        kind: tuple(update_answer_keys(rows, before, after, pools, seed)) for kind, rows in old.items()
    }
    updated = tuple(q for kind in QUESTION_TYPES if kind in old for was, q in zip(old[kind], new[kind], strict=True) if q != was)
    texts = affected_texts.CharacterTexts(story, memories, [q for rows in new.values() for q in rows], open_ones)
    found = affected_texts.find_affected_texts(before, after, texts, pools)
    added: list[Paragraph] = []
    if request.experience:
        if not story:
            raise UserError(f"{character_id} has no story to put an experience into: make one with tools/generate_life_story.py")
        story, added = insert_experience(after, story, request)
        found += find_experience_faults(after, story, added, pools)
        found += affected_texts.find_answered_questions(request.experience, open_ones)
    if after == before and not added:
        raise UserError(f"nothing changes: {before.name} is like that already")
    return EditResult(before, after, tuple(story), tuple(added), new, updated, tuple(found))


async def _carry_out(open_writer: Callable[[], Writer], out: Path, edited: EditResult) -> None:
    character_id = edited.after.id
    folder = character_folder(out, character_id)
    if edited.after != edited.before:
        write_jsonl(folder / "profile.jsonl", [asdict(edited.after)])
    for kind in QUESTION_TYPES:
        if any(question.type == kind for question in edited.updated_questions):
            write_jsonl(folder / f"{kind}.jsonl", map(asdict, edited.questions[kind]))
    if edited.affected:
        review_queue.replace_rows(
            out, character_id, TOOL, [*review_queue.read_rows(out, character_id, TOOL), *map(asdict, edited.affected)]
        )
    if edited.new_paragraphs:
        write_jsonl(folder / "story.jsonl", map(asdict, edited.story))
        if (folder / "memories.jsonl").is_file():
            built = await build_memories(open_writer(), out, character_id)
            if not built.complete:
                raise UserError(
                    f"the memory of the experience was rejected, and nothing is changed: {built.failed[0]}; word the experience "
                    "otherwise or take another --seed"
                )
