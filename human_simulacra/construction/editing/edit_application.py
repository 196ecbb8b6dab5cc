"""Application of a change: profile, story, answer keys and memories are updated, dependent texts rewritten or listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.editing.dependent_texts import (
    CharacterText,
    Dependent,
    find_dependent_texts,
    find_near_texts,
    open_reader,
    read_texts,
)
from human_simulacra.construction.editing.edit_files import Change, change_rows, edit_files
from human_simulacra.construction.editing.edit_history import TOOL, EditHistory
from human_simulacra.construction.editing.profile_edit import EditRequest, redate_biography
from human_simulacra.construction.editing.text_rewriting import decide_on, rewrite_texts
from human_simulacra.construction.ledger import LedgerFact, ledger_file, read_ledger, select_facts, write_ledger
from human_simulacra.construction.memories.memory_construction import MemoryStore, build_memories, memory_key
from human_simulacra.construction.review.review_queue import ReviewItem, read_items, replace_items
from human_simulacra.construction.review.terminal_review import Reviewer
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.construction.workspace import PROFILE, character_folder
from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder


@dataclass(frozen=True)
class EditResult(Change):
    """The effects of a change: `rewritten` are texts that a person accepted, `listed` those that the user should look at."""

    rewritten: tuple[Dependent, ...] = ()
    listed: tuple[Dependent, ...] = ()


async def apply_edit(
    open_writer: Callable[[], Writer], out: Path, character_id: str, request: EditRequest | None, seed: int = 0,
    review: Reviewer | None = None, resume: bool = False,
) -> EditResult:  # fmt: skip
    """Applies a change to a character and returns its effects. If it fails, all files are restored.

    A change that is interrupted or killed stays unfinished until it is resumed or undone.

    `open_writer` is called only if a text can depend on the change, or an experience is inserted; `request` is None to resume
    the change that was interrupted, where earlier decisions count; `seed` is for the wrong options of new answer keys. Without
    `review` nothing is rewritten, and the proposals go to the review queue.

    Raises:
        UserError: If the change is invalid or changes nothing, an earlier one was interrupted, or there is nothing to resume.
        BackboneError: If the backbone gives no answer.
        KeyboardInterrupt: If the reviewer stops.
    """
    history = EditHistory(out, character_id)
    request = history.begin(request, resume)
    try:
        facts = read_ledger(Library(out), character_id)
        change = edit_files(out, character_id, request, seed)
        decided = await _edit_texts(open_writer, out, change, facts, lambda d: decide_on(d, review, history))
        history.finish({d.of.file for d in decided if not d.accepted})
    except Exception:
        history.undo()
        raise
    rewritten, listed = (tuple(d for d in decided if d.accepted == accepted) for accepted in (True, False))
    return EditResult(**vars(change), rewritten=rewritten, listed=listed)


async def _edit_texts(
    open_writer: Callable[[], Writer], out: Path, change: Change, facts: Sequence[LedgerFact],
    decide: Callable[[Dependent], Dependent],
) -> list[Dependent]:  # fmt: skip
    """Has the texts that depend on a change found, rewritten, or listed, and the memories of what is new in the story built."""
    character, embedder = change.after, CachedEmbedder(SentenceEmbedder())
    texts, added = read_texts(character_folder(out, character.id)), {paragraph.id for paragraph in change.new_paragraphs}
    near = find_near_texts([text for text in texts if text.id not in added], change, facts, embedder)
    if not near and not added:
        return []
    writer = open_writer()
    reader = await open_reader(writer)
    found = await find_dependent_texts(reader, change, near)
    wrong = [d for d in found if d.wrong]
    stale = {d.of.id for d in wrong}

    def facts_on(text: CharacterText) -> list[LedgerFact]:
        sound = {str(fact): fact for fact in facts if fact.source not in {*stale, *text.sources, text.id, "profile"}}
        return select_facts(list(sound.values()), text.text, embedder, *text.years)

    decided = [d for d in found if not d.wrong] + await rewrite_texts(writer, change, wrong, facts_on, decide)
    accepted: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for d in decided:
        if d.accepted:
            accepted[d.of.file, d.of.id][d.field] = d.new
    _write_texts(out, character.id, accepted)
    if changed := added | {name for file, name in accepted if file == "story.jsonl"}:
        await _follow_story(writer, out, character.id, changed)
    if listed := [_item(d) for d in decided if not d.accepted]:
        replace_items(out, character.id, TOOL, [*read_items(out, character.id, TOOL), *listed])
    return decided


def _write_texts(out: Path, character_id: str, new: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
    """Writes new texts, by file and id of their rows, into a character's files; raises a UserError if one does not fit.

    The record of what each memory was built from is brought up to date before: a rewritten memory is kept by later runs, and
    that of a rewritten paragraph is built anew.
    """
    store, library = MemoryStore(out, character_id), Library(out)
    if store.finished.is_file() and {"story.jsonl", "memories.jsonl"} & {file for file, _ in new}:
        store.adopt_existing(library)
        story = {p.id: p for p in library.story(character_id)}
        for memory in library.memories(character_id):
            texts = new.get(("memories.jsonl", memory.id))
            if texts and (key := memory_key(memory, story)):
                store.adopt(key, {**asdict(memory), **texts})
        store.finish_run(store)

    def with_texts(row: Any, file: str) -> Any:
        row = parse_row(type(row), {**asdict(row), **new.get((file, row.id), {})}, f"the rewritten {file}, {row.id}")
        return replace(row, biography_dated=redate_biography(row.biography_dated, row.biography)) if file == PROFILE else row

    for file in sorted({file for file, _ in new}):
        change_rows(character_folder(out, character_id), Path(file).stem, lambda row, file=file: with_texts(row, file))


async def _follow_story(writer: Writer, out: Path, character_id: str, changed: set[str]) -> None:
    """Replaces the facts of new and changed paragraphs in the ledger by their sentences, and builds their memories."""
    library = Library(out)
    if ledger_file(out, character_id).is_file():
        name, told = library.character(character_id).name, [p for p in library.story(character_id) if p.id in changed]
        kept = [fact for fact in read_ledger(library, character_id) if fact.source not in changed]
        new = [LedgerFact(name, said, p.first_year, p.id) for p in told for said in split_sentences(p.text)]
        write_ledger(out, character_id, [*kept, *new])
    if (character_folder(out, character_id) / "memories.jsonl").is_file():
        built = await build_memories(writer, out, character_id)
        if not built.complete:
            raise UserError(
                f"a memory of the changed story was rejected, and nothing is changed: {built.failed[0]}; word the change "
                "otherwise, or take another --seed or --model"
            )


def _item(d: Dependent) -> ReviewItem:
    """Returns a text for the review queue: a proposal, which is not in the character, or a text to look at, which is."""
    text, before = (d.new, d.before) if d.new else (d.before, "")
    return ReviewItem(TOOL, d.name, d.of.file, d.of.id, d.field, text, before, d.why, in_character=not d.new)
