"""The texts of a character as rows of its files, read and written back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.editing.profile_edit import redate_biography
from human_simulacra.construction.memories.memory_construction import MemoryStore, chunk_key
from human_simulacra.construction.workspace import PROFILE, character_folder
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import parse_row, read_jsonl, read_rows
from human_simulacra.library import KINDS, Library
from human_simulacra.types import QUESTION_TYPES

NOUNS = {"profile": "biography", "story": "paragraph", "memories": "memory"}
FIELDS: dict[str, tuple[str, ...]] = {
    "profile": ("biography",), "story": ("text",), "memories": ("content", "summary", "thinking", "emotion"),
    **dict.fromkeys(QUESTION_TYPES, ("question",)), "unanswerable": ("question", "why"), "open_detail": ("question", "why"),
    "decisions": ("situation", "why"), "growth": ("question",), "interrogation": ("question", "fact"),
}  # fmt: skip


@dataclass(frozen=True)
class CharacterText:
    """A row of a character's file with its texts by field. Its `kind` is biography, paragraph, memory or question.

    A question has its right `answers`. `sources` are the paragraphs that the row rests on, `years` the first and last year of
    what a paragraph tells, zeros elsewhere.
    """

    file: str
    id: str
    kind: str
    fields: Mapping[str, str]
    answers: str
    sources: tuple[str, ...]
    years: tuple[int, int]

    @property
    def text(self) -> str:
        """All texts of the row."""
        return "\n".join(self.fields.values())


def read_texts(folder: Path) -> list[CharacterText]:
    """Reads the texts of a character's folder, without the core questions, whose keys follow the profile."""
    found = []
    for name, fields in FIELDS.items():
        path = folder / f"{name}.jsonl"
        for row in read_rows(KINDS[name], path) if path.is_file() else ():
            texts = {field: text for field in fields if (text := getattr(row, field))}
            if texts and getattr(row, "source", "") != "profile":
                sources = getattr(row, "paragraphs", getattr(row, "evidence", ()))
                years = (getattr(row, "first_year", 0), getattr(row, "last_year", 0))
                kind = NOUNS.get(name, "question")
                found.append(CharacterText(path.name, row.id, kind, texts, _answers(row), sources, years))
    return found


def _answers(row: Any) -> str:
    options, answer = getattr(row, "options", ()), getattr(row, "answer", getattr(row, "accepted", ()))
    return "; ".join(str(options[a] if options else a) for a in (answer if isinstance(answer, tuple) else (answer,)))


def write_texts(out: Path, character_id: str, new: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
    """Writes new texts, by file and id of their rows, into a character's files; raises a UserError if one does not fit.

    The record of what each memory was built from is brought up to date before: a rewritten memory is kept by later runs, and
    that of a rewritten paragraph is built anew.
    """
    store, library, folder = MemoryStore(out, character_id), Library(out), character_folder(out, character_id)
    if store.finished.is_file() and {"story.jsonl", "memories.jsonl"} & {file for file, _ in new}:
        store.adopt_existing(library)
        story = {p.id: p for p in library.story(character_id)}
        for memory in library.memories(character_id):
            texts = new.get(("memories.jsonl", memory.id), {})
            if texts and memory.paragraphs and story.keys() >= set(memory.paragraphs):
                store.adopt(chunk_key([story[name] for name in memory.paragraphs]), {**asdict(memory), **texts})
        store.finish_run(store)
    for file in sorted({file for file, _ in new}):
        kind, read = KINDS[Path(file).stem], read_jsonl(folder / file)
        rows = [
            parse_row(kind, {**row, **new.get((file, row["id"]), {})}, f"the rewritten {file}, {row['id']}") for _, row in read
        ]
        if file == PROFILE:
            rows = [replace(c, biography_dated=redate_biography(c.biography_dated, c.biography)) for c in rows]
        write_jsonl(folder / file, map(asdict, rows))
