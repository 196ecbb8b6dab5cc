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
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.judging import TextJudge, known_texts
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.memories.memory_construction import BuildResult, build_memories
from human_simulacra.construction.memories.memory_writer import FIELDS, find_memory_faults
from human_simulacra.construction.review.review_queue import Decisions, read_items
from human_simulacra.construction.review.terminal_review import ReviewStopped, review_at_terminal
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library, packaged_path
from human_simulacra.memory.chunking import chunks
from human_simulacra.types import Completion, Generation, Message, Paragraph
from tests.conftest import ScriptedBackbone
from tests.construction.scripted_judge import verdict

ADA = "ada-berg"


def text_of(asked: str) -> str:
    """Returns what each agent would write, quoting what it was given."""
    part = asked[asked.index("part ") :].split(".")[0] if "part " in asked else "no part"
    if "own memory" in asked:
        return f"I did {part}."
    if "what Ada Berg feels" in asked:
        return "I was\nglad."
    return f"Summary of {part}" if "Sum it up" in asked else f"I think of {part}."


def agent(messages: Sequence[Message], generation: Generation) -> str:
    """Answers as each agent would, in the form that is asked for."""
    return json.dumps({"text": text_of(messages[-1].content)})


def is_judged(messages: Sequence[Message]) -> bool:
    return messages[0].content.startswith("You check texts that were written")


@pytest.fixture
def folder(data: Path) -> Path:
    """The data folder, where Ada Berg has a story and no memories yet."""
    (data / "characters" / ADA / "memories.jsonl").unlink()
    return data


def made(
    folder: Path, script: Callable[..., str | BackboneError] = agent, faults: Callable[[str], str] | None = lambda text: "",
    **how: Any,
) -> tuple[BuildResult, list[list[Message]]]:  # fmt: skip
    """Builds Ada's memories; `faults` names what the judge finds in a memory, and None is a model that cannot judge.

    Returns:
        The result, and the messages of the agents' calls.
    """
    asked: list[list[Message]] = []

    def answer(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        if is_judged(messages):
            return verdict(messages[-1].content, faults) if faults else "It all reads well to me."
        asked.append(list(messages))
        return script(messages, generation)

    backbone = ScriptedBackbone(answer)
    return asyncio.run(build_memories(Writer(backbone, judge=TextJudge(backbone)), folder, ADA, **how)), asked


def queue(folder: Path) -> list[dict[str, Any]]:
    path = folder / "making" / ADA / "for-review.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def change_story(folder: Path, change: Callable[[list[Paragraph]], list[Paragraph]]) -> None:
    story = change(list(Library(folder).story(ADA)))
    numbered = [replace(p, index=i) for i, p in enumerate(story, 1)]
    write_jsonl(folder / "characters" / ADA / "story.jsonl", map(asdict, numbered))


def test_every_chunk_of_two_paragraphs_becomes_one_memory(folder: Path) -> None:
    built, asked = made(folder)
    memories = Library(folder).memories(ADA)
    assert built.memories == memories and (built.made, built.kept, built.doubted) == (6, 0, 0) and queue(folder) == []
    assert [m.paragraphs for m in memories] == [(f"{ADA}-s{i:03d}", f"{ADA}-s{i + 1:03d}") for i in range(1, 13, 2)]
    assert memories[1].content == "I did part 3."
    assert memories[1].emotion == "I was glad."
    assert memories[1].thinking == "I think of part 3."
    assert memories[1].summary == "Summary of part 3"
    assert len(asked) == 4 * 6
    assert all(messages[0].content.startswith("You are Ada Berg.") for messages in asked)


def test_the_summary_is_made_from_content_and_emotion_and_thinking_from_content(folder: Path) -> None:
    asked = [messages[-1].content for messages in made(folder)[1]]
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
    built, asked = made(folder)
    assert (built.made, built.kept, len(asked)) == (1, 5, 4)
    after = Library(folder).memories(ADA)
    assert after[1].content == "I did part 99." and after[1].id == before[1].id
    assert [m for m in after if m.index != 2] == [m for m in before if m.index != 2]
    assert made(folder)[1] == []


@pytest.mark.parametrize(("place", "chunk_count", "anew"), [(4, 7, 1), (5, 7, 2), (0, 7, 1), (12, 7, 1)])
def test_a_paragraph_put_in_leaves_the_chunks_behind_it_alone(folder: Path, place: int, chunk_count: int, anew: int) -> None:
    made(folder)
    new = Paragraph(f"{ADA}-s013", ADA, "One", 1, 1980, 2025, 0, "Ada Berg found a ring, part 77.")
    change_story(folder, lambda s: [*s[:place], new, *s[place:]])
    built, asked = made(folder)
    assert (built.made, len(built.memories), len(asked)) == (anew, chunk_count, 4 * anew)
    memories = Library(folder).memories(ADA)
    assert [m.id for m in memories] == [f"{ADA}-m{i:03d}" for i in range(1, chunk_count + 1)]
    assert [i for m in memories for i in m.paragraphs] == [p.id for p in Library(folder).story(ADA)]


def test_memories_without_a_record_are_kept_unless_all_are_wanted_anew(data: Path) -> None:
    before = (data / "characters" / ADA / "memories.jsonl").read_bytes()
    built, asked = made(data)
    assert built.adopted and asked == []
    assert (data / "characters" / ADA / "memories.jsonl").read_bytes() == before
    assert made(data, rebuild=True)[0].made == 6
    assert Library(data).memories(ADA)[0].content == "I did part 1."


BAD = {
    "": "it was empty",
    "glad " * 400 + ".": "at most 100 were",
    "I was glad of that old dog. I was glad of that old dog.": "repeated the sentence",
    "I was glad, and I was glad again in 2026.": "tells of 2026",
}


@pytest.mark.parametrize("bad", BAD)
def test_a_faulty_text_is_asked_for_again_with_its_fault_and_never_kept(folder: Path, bad: str) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        feels = "what Ada Berg feels" in messages[-1].content
        return json.dumps({"text": bad}) if feels and not generation.sample else agent(messages, generation)

    built, asked = made(folder, script)
    assert built.complete and {m.emotion for m in Library(folder).memories(ADA)} == {"I was glad."}
    assert len(asked) == 6 * 5 and sum(BAD[bad] in messages[-1].content for messages in asked) == 6


NOISE = {
    "I cannot help with writing about real people.": "task",
    "Let me know if it should be longer.": "task",
    "She was glad of it, Ada was.": "voice",
    "Ich war froh.": "language",
    "I was glad that I had become a surgeon.": "consistent",
}


def judge_noise(text: str) -> str:
    return next((point for sentence, point in NOISE.items() if sentence in text), "")


@pytest.mark.parametrize("noise", NOISE)
def test_what_the_judge_finds_is_told_to_the_agent_and_the_noise_never_kept(folder: Path, noise: str) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        if "could not be used" in asked or "what Ada Berg feels" not in asked:
            return agent(messages, generation)
        return json.dumps({"text": noise})

    built, asked = made(folder, script, judge_noise)
    assert built.complete and {m.emotion for m in Library(folder).memories(ADA)} == {"I was glad."}
    assert len(asked) == 6 * 5 and sum(": as quoted. Write it anew" in messages[-1].content for messages in asked) == 6


@pytest.mark.parametrize("noise", NOISE)
def test_noise_that_stays_leaves_no_memory(folder: Path, noise: str) -> None:
    script = lambda messages, generation: json.dumps({"text": noise})  # noqa: E731
    built, asked = made(folder, script, judge_noise)
    assert len(built.failed) == 6 and built.memories == () and len(asked) == 6 * 2 * 3
    assert not (folder / "characters" / ADA / "memories.jsonl").exists()
    assert all(noise == row["text"] and not row["in_character"] and len(row["findings"]) == 3 for row in queue(folder))


def test_the_judge_is_given_each_text_with_what_is_true_of_it(folder: Path) -> None:
    seen: list[str] = []
    backbone = ScriptedBackbone(
        lambda m, g: seen.append(m[-1].content) or verdict(m[-1].content) if is_judged(m) else agent(m, g)
    )
    asyncio.run(build_memories(Writer(backbone, judge=TextJudge(backbone)), folder, ADA))
    assert len(seen) == len(known_texts()) + 4 * 6
    mine = [prompt for prompt in seen if "What happened: " in prompt and "part 3." in prompt]
    assert len(mine) == 4 and all("works as: baker" in prompt and "part 4." in prompt for prompt in mine)
    assert ["in the third person" in prompt for prompt in mine if "\nSummary of part 3\n" in prompt] == [True]


def fails_on_part_3(messages: Sequence[Message], generation: Generation) -> str:
    return "### Instruction" if "part 3" in messages[-1].content else agent(messages, generation)


def test_a_chunk_that_fails_is_left_to_the_reviewer_and_the_rest_is_kept(folder: Path) -> None:
    built, _ = made(folder, fails_on_part_3)
    assert not built.complete
    assert built.failed[0].startswith(f"chunk 2 ({ADA}-s003, {ADA}-s004): its ") and "not the JSON object" in built.failed[0]
    assert not (folder / "characters" / ADA / "memories.jsonl").exists()
    (row,) = queue(folder)
    assert (row["tool"], row["what"], row["in_character"]) == ("build_memories", f"memory of {ADA}-s003 and {ADA}-s004", False)
    with pytest.raises(UserError, match="--resume"):
        made(folder)
    built, asked = made(folder, resume=True)
    assert (built.made, len(asked), built.complete) == (1, 4, True)
    assert len(Library(folder).memories(ADA)) == 6 and queue(folder) == []


def test_a_memory_that_a_person_rejected_is_built_again_with_the_reason(folder: Path) -> None:
    made(folder, agent, None)
    item = next(entry for entry in read_items(folder, ADA) if entry.row == f"{ADA}-m002" and entry.field == "thinking")
    Decisions(folder, ADA).save(item, "reject", "", "Too sweet by far.", "a reader")
    built, asked = made(folder)
    assert built.made == 1 and sum("Too sweet by far." in m[-1].content for m in asked) == 4


def test_a_rejected_text_that_a_person_accepts_in_the_queue_is_used(folder: Path) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        long = "part 3" in messages[-1].content and "what Ada Berg feels" in messages[-1].content
        return json.dumps({"text": "glad " * 200 + "."}) if long else agent(messages, generation)

    assert not made(folder, script)[0].complete
    (item,) = read_items(folder, ADA)
    Decisions(folder, ADA).save(item, "edit", "I was glad, once.", "", "a reader")
    built, _ = made(folder, script, resume=True)
    assert built.complete and "I was glad, once." in {m.emotion for m in Library(folder).memories(ADA)}


def test_where_nobody_can_judge_memories_are_used_and_all_their_texts_are_for_review(folder: Path) -> None:
    def script(messages: Sequence[Message], generation: Generation) -> str:
        text = text_of(messages[-1].content)
        return json.dumps({"text": text})[:-2] + " and of the" if "I think of part 3" in text else json.dumps({"text": text})

    built, _ = made(folder, script, None)
    memories = Library(folder).memories(ADA)
    assert (built.complete, built.doubted) == (True, 6) and memories[1].thinking == "I think of part 3."
    rows = queue(folder)
    assert [(row["row"], row["field"]) for row in rows] == [(m.id, field) for m in memories for field in FIELDS]
    assert all(row["in_character"] and "nobody judged it" in row["findings"][0] for row in rows)
    assert [row["row"] for row in rows if len(row["findings"]) > 1] == [memories[1].id] * 4
    # A memory that is kept stays in the queue, under the number that it has by now.
    change_story(folder, lambda s: [replace(s[0], id=f"{ADA}-s013", text="Ada Berg found a ring, part 77."), *s])
    again, asked = made(folder)
    assert (again.made, again.doubted, len(asked)) == (1, 6, 4) and [m.index for m in again.memories] == list(range(1, 8))
    assert {row["row"] for row in queue(folder)} == {m.id for m in again.memories[1:]}


@pytest.mark.parametrize(("typed", "complete"), [("a\n" * 9, True), ("r\n\n" * 9, False), ("r\nToo odd.\na\na\na\n", True)])
def test_a_person_may_accept_what_was_rejected(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, complete: bool
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(typed))

    def script(messages: Sequence[Message], generation: Generation) -> str:
        asked = messages[-1].content
        return '{"text": "I did part 3 in 2031."}' if "part 3" in asked and "own memory" in asked else agent(messages, generation)

    built, asked = made(folder, script, review=review_at_terminal)
    assert built.complete == complete
    assert "+ I did part 3 in 2031." in capsys.readouterr().out
    assert any("Too odd." in messages[-1].content for messages in asked) == ("odd" in typed)
    if complete:
        assert Library(folder).memories(ADA)[1].content == "I did part 3 in 2031."


def test_a_person_may_accept_a_memory_that_the_judge_rejected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("a\n" * 3))
    built, _ = made(folder, agent, lambda text: "consistent" if "part 3" in text else "", review=review_at_terminal)
    assert built.complete and Library(folder).memories(ADA)[1].summary == "Summary of part 3"


def test_stopping_at_a_rejected_text_keeps_what_is_finished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("s\n"))
    with pytest.raises(ReviewStopped):
        made(folder, fails_on_part_3, review=review_at_terminal)
    assert not (folder / "characters" / ADA / "memories.jsonl").exists()
    assert made(folder, resume=True)[0].complete


def test_so_many_texts_are_in_progress_as_the_writer_allows(folder: Path) -> None:
    most = now = 0

    class Slow(ScriptedBackbone):
        """Counts the chunks in progress by their first calls."""

        async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
            nonlocal most, now
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return await super().complete(messages, generation)

    asyncio.run(build_memories(Writer(Slow(agent), concurrency=2), folder, ADA))
    assert most == 4  # two chunks, of which two texts are asked for at once


def stop_in_the_middle(folder: Path) -> None:
    """Builds memories until the backbone gives up after 22 calls."""
    calls = 0

    def script(messages: Sequence[Message], generation: Generation) -> str | BackboneError:
        nonlocal calls
        calls += 1
        return agent(messages, generation) if calls <= 22 else BackboneError("the server is gone")

    with pytest.raises(BackboneError, match="gone"):
        made(folder, script)


def test_what_is_finished_survives_a_backbone_that_gives_up(folder: Path) -> None:
    stop_in_the_middle(folder)
    built, asked = made(folder, resume=True)
    assert built.made < 6 and len(asked) == 4 * built.made


def test_a_result_that_was_cut_while_it_was_written_is_built_again(folder: Path) -> None:
    stop_in_the_middle(folder)
    partial = folder / "making" / ADA / "memories.partial.jsonl"
    saved = partial.read_text()
    partial.write_text(saved[:-30])
    built, _ = made(folder, resume=True)
    assert built.complete and built.kept == len(saved.splitlines()) - 1 and not partial.is_file()


def test_nothing_to_resume_and_no_story_are_said_in_a_sentence(folder: Path) -> None:
    with pytest.raises(UserError, match="nothing to resume for the memories of Ada Berg"):
        made(folder, resume=True)
    (folder / "characters" / ADA / "story.jsonl").write_text("")
    with pytest.raises(UserError, match=f"{ADA} has no story: make one with tools/generate_life_story.py {ADA}"):
        made(folder)


def test_a_dry_run_writes_nothing_and_counts_four_calls_a_chunk_and_a_verdict_on_each(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    writer, unjudged = DryRun(), DryRun(judged=False)
    for one in (writer, unjudged):
        asyncio.run(build_memories(one, folder, ADA))
    assert (writer.estimate().calls, unjudged.estimate().calls) == (24 + 6 + 24, 24) and sorted(folder.rglob("*")) == before


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


def test_the_memories_of_the_dataset_have_no_fault() -> None:
    library = Library(packaged_path())
    count = 0
    for character in map(library.character, library.ids):
        life, story = Lifetime.from_character(character), {p.id: p for p in library.story(character.id)}
        for memory in library.memories(character.id):
            chunk = [story[name] for name in memory.paragraphs]
            for field, words in (("content", 100), ("emotion", 100), ("thinking", 50), ("summary", 20)):
                assert find_memory_faults(field, getattr(memory, field), words, life, chunk) == [], memory.id
            count += 1
    assert count > 500
