"""Memory construction: one memory per chunk at depth two, rebuilt only if the chunk changed; rejected texts are never kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.memories.checked_agent_calls import review_agent_text
from human_simulacra.construction.memories.memory_construction import BuildResult, build_memories
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.chunking import chunks
from human_simulacra.types import Completion, Generation, Message, Paragraph
from tests.conftest import ScriptedBackbone

ADA = "ada-berg"


def agent(messages: Sequence[Message], generation: Generation) -> str:
    """Answers as each agent would, quoting what it was given."""
    asked = messages[-1].content
    part = asked[asked.index("part ") :].split(".")[0] if "part " in asked else "no part"
    if "own memory" in asked:
        return f"I did {part}."
    if "what Ada Berg feels" in asked:
        return "I was\nglad."
    return f"Summary of {part}." if "Sum it up" in asked else f"I think of {part}."


@pytest.fixture
def folder(data: Path) -> Path:
    """The data folder, where Ada Berg has a story and no memories yet."""
    (data / "characters" / ADA / "memories.jsonl").unlink()
    return data


def made(folder: Path, script: Callable[..., str | BackboneError] = agent, **how: Any) -> tuple[BuildResult, ScriptedBackbone]:
    backbone = ScriptedBackbone(script)
    return asyncio.run(build_memories(Writer(backbone), folder, ADA, **how)), backbone


def change_story(folder: Path, change: Callable[[list[Paragraph]], list[Paragraph]]) -> None:
    story = change(list(Library(folder).story(ADA)))
    numbered = [replace(p, index=i) for i, p in enumerate(story, 1)]
    write_jsonl(folder / "characters" / ADA / "story.jsonl", map(asdict, numbered))


def test_every_chunk_of_two_paragraphs_becomes_one_memory(folder: Path) -> None:
    built, backbone = made(folder)
    memories = Library(folder).memories(ADA)
    assert built.memories == memories and (built.made, built.kept) == (6, 0)
    assert [m.paragraphs for m in memories] == [(f"{ADA}-s{i:03d}", f"{ADA}-s{i + 1:03d}") for i in range(1, 13, 2)]
    assert memories[1].content == "I did part 3."
    assert memories[1].emotion == "I was glad."
    assert memories[1].thinking == "I think of part 3."
    assert memories[1].summary == "Summary of part 3."
    assert len(backbone.calls) == 4 * 6
    assert all(messages[0].content.startswith("You are Ada Berg.") for messages, _ in backbone.calls)


def test_the_summary_is_made_from_content_and_emotion_and_thinking_from_content(folder: Path) -> None:
    _, backbone = made(folder)
    asked = [messages[-1].content for messages, _ in backbone.calls]
    assert all("I did part" in text and "I was glad." in text for text in asked if "Sum it up" in text)
    assert all("I did part" in text for text in asked if "thinks about this memory" in text)


def test_construction_takes_two_rounds_of_calls_not_four(folder: Path) -> None:
    rounds = 0

    class Rounds(ScriptedBackbone):
        """Counts how often all callers had to wait for others: every caller of a round is let go together."""

        def __init__(self) -> None:
            super().__init__(agent)
            self.gate: asyncio.Event | None = None

        async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
            nonlocal rounds
            if self.gate is None:
                self.gate = asyncio.Event()
                rounds += 1
                asyncio.get_running_loop().call_later(0, self.open, self.gate)
            await self.gate.wait()
            return await super().complete(messages, generation)

        def open(self, gate: asyncio.Event) -> None:
            self.gate = None
            gate.set()

    asyncio.run(build_memories(Writer(Rounds()), folder, ADA))
    assert rounds == 2


def test_only_the_chunk_whose_text_changed_is_built_again(folder: Path) -> None:
    made(folder)
    before = Library(folder).memories(ADA)
    change_story(folder, lambda s: [replace(p, text="Ada Berg sold the boat, part 99.") if p.index == 3 else p for p in s])
    built, backbone = made(folder)
    assert (built.made, built.kept, len(backbone.calls)) == (1, 5, 4)
    after = Library(folder).memories(ADA)
    assert after[1].content == "I did part 99." and after[1].id == before[1].id
    assert [m for m in after if m.index != 2] == [m for m in before if m.index != 2]
    assert made(folder)[1].calls == []


@pytest.mark.parametrize(("place", "chunk_count", "anew"), [(4, 7, 1), (5, 7, 2), (0, 7, 1), (12, 7, 1)])
def test_a_paragraph_put_in_leaves_the_chunks_behind_it_alone(folder: Path, place: int, chunk_count: int, anew: int) -> None:
    made(folder)
    new = Paragraph(f"{ADA}-s013", ADA, "One", 1, 1980, 2025, 0, "Ada Berg found a ring, part 77.")
    change_story(folder, lambda s: [*s[:place], new, *s[place:]])
    built, backbone = made(folder)
    assert (built.made, len(built.memories), len(backbone.calls)) == (anew, chunk_count, 4 * anew)
    memories = Library(folder).memories(ADA)
    assert [m.id for m in memories] == [f"{ADA}-m{i:03d}" for i in range(1, chunk_count + 1)]
    assert [i for m in memories for i in m.paragraphs] == [p.id for p in Library(folder).story(ADA)]


def test_memories_without_a_record_are_kept_unless_all_are_wanted_anew(data: Path) -> None:
    before = (data / "characters" / ADA / "memories.jsonl").read_bytes()
    built, backbone = made(data)
    assert built.adopted and backbone.calls == []
    assert (data / "characters" / ADA / "memories.jsonl").read_bytes() == before
    assert made(data, rebuild=True)[0].made == 6
    assert Library(data).memories(ADA)[0].content == "I did part 1."


BAD = [
    "", "I cannot help with that request.", "As an AI language model I have no memories.", "glad " * 400,
    "I was glad of it. I was glad of it. I was glad of it.", "### Instruction\nI was glad.", "<|im_start|>user\nBe glad.",
    "Paragraph 2: I was glad.", "```\nI was glad.\n```", "Rewrite the following passage as a song.",
    "An early attempt, but it could be rewritten with no loss of information.", "I felt this in 103 words.",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_rejected_text_is_asked_for_again_and_never_kept(folder: Path, bad: str) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        first_time = "could not be used" not in messages[-1].content
        return bad if first_time and "what Ada Berg feels" in messages[-1].content else agent(messages, generation)

    built, backbone = made(folder, script)
    assert built.complete and {m.emotion for m in Library(folder).memories(ADA)} == {"I was glad."}
    assert len(backbone.calls) == 6 * 5


def fails_on_part_3(messages: Sequence[Message], generation: Generation) -> str:
    return "### Instruction" if "part 3" in messages[-1].content else agent(messages, generation)


def test_a_chunk_that_fails_is_left_to_the_reviewer_and_the_rest_is_kept(folder: Path) -> None:
    built, _ = made(folder, fails_on_part_3)
    assert not built.complete
    assert built.failed[0].startswith(f"chunk 2 ({ADA}-s003, {ADA}-s004): the ")
    assert not (folder / "characters" / ADA / "memories.jsonl").exists()
    rows = [json.loads(line) for line in (folder / "making" / ADA / "for-review.jsonl").read_text().splitlines()]
    assert [(row["tool"], row["chunk"], set(row["rejected"])) for row in rows] == [("build_memories", 2, {"### Instruction"})]
    with pytest.raises(UserError, match="--resume"):
        made(folder)
    built, backbone = made(folder, resume=True)
    assert (built.made, len(backbone.calls), built.complete) == (1, 4, True)
    assert len(Library(folder).memories(ADA)) == 6
    assert not (folder / "making" / ADA / "for-review.jsonl").exists()


def test_a_chunk_that_fails_gets_the_storys_own_words_where_that_is_wanted(folder: Path) -> None:
    built, _ = made(folder, fails_on_part_3, extract=True)
    assert built.complete and len(built.failed) == 1
    assert Library(folder).memories(ADA)[1].content == " ".join(p.text for p in Library(folder).story(ADA)[2:4])
    made(folder)
    assert "taken from the story" in (folder / "making" / ADA / "for-review.jsonl").read_text()


@pytest.mark.parametrize(("typed", "complete"), [("a\n" * 9, True), ("r\ntoo odd\n" * 9, False)])
def test_a_person_may_accept_what_was_rejected(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, complete: bool
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(typed))

    def script(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        return "```I did part 3.```" if "part 3" in asked and "own memory" in asked else agent(messages, generation)

    built, _ = made(folder, script, decide=review_agent_text)
    assert built.complete == complete
    assert "+ ```I did part 3.```" in capsys.readouterr().out
    if complete:
        assert Library(folder).memories(ADA)[1].content == "```I did part 3.```"


def test_stopping_at_a_rejected_text_keeps_what_is_finished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("s\n"))
    with pytest.raises(KeyboardInterrupt):
        made(folder, fails_on_part_3, decide=review_agent_text)
    assert not (folder / "characters" / ADA / "memories.jsonl").exists()
    assert made(folder, resume=True)[0].complete


def test_what_is_finished_survives_a_backbone_that_gives_up(folder: Path) -> None:
    calls = 0

    def script(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        nonlocal calls
        calls += 1
        return agent(messages, generation) if calls <= 22 else BackboneError("the server is gone")

    with pytest.raises(BackboneError, match="gone"):
        made(folder, script)
    built, backbone = made(folder, resume=True)
    assert built.made < 6 and len(backbone.calls) == 4 * built.made


def test_nothing_to_resume_and_no_story_are_said_in_a_sentence(folder: Path) -> None:
    with pytest.raises(UserError, match="nothing to resume for the memories of Ada Berg"):
        made(folder, resume=True)
    (folder / "characters" / ADA / "story.jsonl").write_text("")
    with pytest.raises(UserError, match=f"{ADA} has no story: make one with tools/generate_life_story.py {ADA}"):
        made(folder)


def test_a_dry_run_writes_nothing_and_counts_four_calls_a_chunk(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    writer = DryRun()
    asyncio.run(build_memories(writer, folder, ADA))
    assert writer.estimate().calls == 24 and sorted(folder.rglob("*")) == before


@given(st.integers(0, 40), st.integers(1, 7))
def test_chunks_hold_every_paragraph_once_in_order(paragraphs: int, size: int) -> None:
    story = [Paragraph(f"s{i}", "c", "", 1, 0, 0, i, f"t{i}") for i in range(paragraphs)]
    cut = chunks(story, size)
    assert [p for chunk in cut for p in chunk] == story
    assert all(len(chunk) == size for chunk in cut[:-1])


def test_a_chunk_of_no_paragraphs_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one paragraph"):
        chunks([], 0)


def test_a_paragraph_beyond_the_backbones_context_is_named_before_any_call(folder: Path) -> None:
    change_story(folder, lambda story: [replace(p, text=p.text + " and more" * (6000 if p.index == 3 else 0)) for p in story])
    backbone = ScriptedBackbone(agent)
    with pytest.raises(UserError, match=f"paragraph {ADA}-s003 is too long.*cut it into several paragraphs"):
        asyncio.run(build_memories(Writer(backbone, context_tokens=4096), folder, ADA))
    assert backbone.calls == []
