"""A character is ready when nothing is missing, cut or empty, and few of its texts are open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from human_simulacra.construction.memories.memory_construction import MemoryStore
from human_simulacra.construction.review.readiness import check_readiness
from human_simulacra.construction.review.review_queue import Decisions
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library, packaged_path
from human_simulacra.types import Memory, Paragraph
from tests.construction.review.open_texts import ADA, PARAGRAPH, write_queue

Story = list[Paragraph]
Memories = list[Memory]


def rewritten(out: Path, change: Callable[[Story, Memories], object]) -> list[str]:
    """Changes story and memories of a sound character, and returns why it is not ready."""
    write_queue(out)
    library, folder = Library(out), out / "characters" / ADA
    story, memories = list(library.story(ADA)), list(library.memories(ADA))
    change(story, memories)
    write_jsonl(folder / "story.jsonl", map(asdict, story))
    write_jsonl(folder / "memories.jsonl", map(asdict, memories))
    return check_readiness(out, ADA, 0, 20)


def test_a_sound_character_is_ready_as_those_of_the_dataset_are(tmp_path: Path) -> None:
    assert rewritten(tmp_path, lambda story, memories: None) == []
    assert check_readiness(packaged_path(), "maren-oddleif", 0, 1) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s, m: m.pop(1), "paragraphs without a memory (ada-berg-s003, ada-berg-s004): run python tools/build_memories.py"),
        (
            lambda s, m: s.pop(6),
            "missing numbers of paragraphs (7): make the story anew with python tools/generate_life_story.py",
        ),
        (
            lambda s, m: s.__setitem__(11, replace(s[11], chapter_index=3)),
            "chapters without a paragraph (2): make the story anew",
        ),
        (lambda s, m: s.__setitem__(2, replace(s[2], text=" ")), "empty paragraphs (ada-berg-s003): remove"),
        (lambda s, m: s.clear(), "missing numbers of paragraphs (1): make"),
        (lambda s, m: m.__setitem__(0, replace(m[0], emotion=" ")), "memories with an empty text (ada-berg-m001): run python"),
        (lambda s, m: m.__setitem__(0, replace(m[0], summary="")), "memories with an empty text (ada-berg-m001): run python"),
    ],
)
def test_what_is_missing_cut_or_empty_is_named_with_its_mend(
    tmp_path: Path, change: Callable[[Story, Memories], object], said: str
) -> None:
    assert any(said in sentence for sentence in rewritten(tmp_path, change))


def test_whole_sentences_end_in_many_ways(tmp_path: Path) -> None:
    endings = ("She left.", "“She left!”", 'He said: "Why?"', "And then …", "(She left.)", "*No.*", "她走了。")
    for ending in endings:
        assert rewritten(tmp_path, lambda s, m, e=ending: s.__setitem__(0, replace(s[0], text=e))) == []


def test_many_empty_paragraphs_are_counted_in_one_sentence(tmp_path: Path) -> None:
    found = rewritten(tmp_path, lambda s, m: s.__setitem__(slice(None), [replace(p, text="") for p in s]))
    assert len(found) == 1 and "ada-berg-s005 and 7 more" in found[0]


def test_a_paragraph_that_was_edited_needs_its_memory_anew(tmp_path: Path) -> None:
    out = write_queue(tmp_path)
    store = MemoryStore(out, ADA)
    store.adopt_existing(Library(out))
    store.finish_run(store)
    assert check_readiness(out, ADA, 0, 1) == []
    Decisions(out, ADA).save(PARAGRAPH, "accept")
    (said,) = check_readiness(out, ADA, 0, 1)
    assert said.startswith("memories of paragraphs that have changed since (ada-berg-m001): run python tools/build_memories.py")


def test_more_open_texts_than_allowed_are_too_many(tmp_path: Path) -> None:
    out = write_queue(tmp_path)
    assert check_readiness(out, ADA, 1, 20, 0.05) == [] and check_readiness(out, ADA, 0, 0, 0.0) == []
    (said,) = check_readiness(out, ADA, 2, 20, 0.05)
    assert (
        said == f"2 of 20 texts are open, more than 5%: decide about them with python tools/review_character.py {ADA} --out {out}"
    )


def test_a_character_without_memories_is_not_ready(tmp_path: Path) -> None:
    out = write_queue(tmp_path)
    (out / "characters" / ADA / "memories.jsonl").unlink()
    assert check_readiness(out, ADA, 0, 1) == [
        f"there is no memories.jsonl: run python tools/build_memories.py {ADA} --out {out}"
    ]
