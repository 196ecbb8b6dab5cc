"""Whether a made character can be used: what it lacks, and the command that mends each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from human_simulacra.construction.memories.memory_construction import MemoryStore, memory_key
from human_simulacra.construction.memories.memory_writer import FIELDS
from human_simulacra.construction.review.review_queue import format_tool, open_items
from human_simulacra.construction.workspace import character_folder
from human_simulacra.library import Library


def find_open_work(out: Path, character_id: str, max_failures: float) -> list[str]:
    """Returns what `check_readiness` does, by the open texts of the review queue.

    Items on the story that the tests left out are no failures of the character.
    """
    library = Library(out)
    texts = 1 + len(library.story(character_id)) + len(FIELDS) * len(library.memories(character_id))
    failures = sum(item.tool != "generate_questions" for item in open_items(out, character_id))
    return check_readiness(out, character_id, failures, texts, max_failures)


def check_readiness(out: Path, character_id: str, failures: int, texts: int, max_failures: float = 0.05) -> list[str]:
    """Returns why a character is not ready, in one sentence each with what to do; empty if it is ready.

    `failures` of the `texts` that models wrote are open in the review queue; `max_failures` is the largest share. Raises a
    UserError if a file of the character is invalid.
    """
    library, folder = Library(out), character_folder(out, character_id)
    review = format_tool("review_character", out, character_id)
    tell, build = (format_tool(tool, out, character_id) for tool in ("generate_life_story", "build_memories"))
    found = []
    if failures / max(texts, 1) > max_failures:
        found.append(f"{failures} of {texts} texts are open, more than {100 * max_failures:g}%: decide about them with {review}")
    for name, command in (("story", tell), ("memories", build)):
        if not (folder / f"{name}.jsonl").is_file():
            return [*found, f"there is no {name}.jsonl: run {command}"]
    story, memories = library.story(character_id), library.memories(character_id)
    told, store = {paragraph.id: paragraph for paragraph in story}, MemoryStore(out, character_id)
    # Memories that were made elsewhere have no record of the text that they are about.
    made = [(m.id, memory_key(m, told)) for m in memories if store.path.is_file()]
    old = [id for id, key in made if key is not None and key not in store]
    remembered = {paragraph for memory in memories for paragraph in memory.paragraphs}
    empty = [m.id for m in memories if not all(getattr(m, field).strip() for field in FIELDS)]
    renew = f"make the story anew with {tell}, or correct the numbers in {folder / 'story.jsonl'}"
    faults = [
        ("chapters without a paragraph", _missing(p.chapter_index for p in story), renew),
        ("missing numbers of paragraphs", _missing(p.index for p in story), renew),
        ("empty paragraphs", [p.id for p in story if not p.text.strip()], f"remove them from {folder / 'story.jsonl'}"),
        ("paragraphs without a memory", [id for id in told if id not in remembered], f"run {build}"),
        ("memories of paragraphs that have changed since", old, f"run {build}"),
        ("memories with an empty text", empty, f"run {build} --rebuild"),
    ]
    for what, which, mend in faults:
        if which:
            more = f" and {len(which) - 5} more" if len(which) > 5 else ""
            found.append(f"{what} ({', '.join(which[:5])}{more}): {mend}")
    return found


def _missing(numbers: Iterable[int]) -> list[str]:
    """Returns the numbers from 1 to the largest that are not there; 1 if there is none at all."""
    there = set(numbers)
    return [str(number) for number in range(1, max(there, default=1) + 1) if number not in there]
