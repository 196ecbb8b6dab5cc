"""Conversations in the inferencer: order of calls, history, failures and resuming."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from human_simulacra.backbones.base import BackboneError
from human_simulacra.library import data_path
from human_simulacra.memory import passage_search
from human_simulacra.memory.query_thread import QueryThread
from human_simulacra.plugin.conformity import ConformityDataset
from human_simulacra.plugin.dataset import SelfReportDataset
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.types import Completion, Generation, Message


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it, and stands while threads work for the loop."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.threads = 0.0, 0
        really = self._selector.select

        def select(timeout: float | None = None) -> Any:
            if self.threads and timeout != 0:
                return really(None)
            self.now += timeout or 0.0
            return really(0)

        self._selector.select = select

    def run_in_executor(self, *arguments: Any) -> Any:
        future = super().run_in_executor(*arguments)
        self.count_thread(1)
        future.add_done_callback(lambda _: self.count_thread(-1))
        return future

    def count_thread(self, change: int) -> None:
        self.threads += change

    def time(self) -> float:
        return self.now


class SlowBackbone:
    """Answers with `script(messages)` after one virtual second, with unlimited concurrency."""

    fingerprint = "slow"

    def __init__(self, script: Callable[[Sequence[Message]], str | BackboneError]) -> None:
        self.script = script
        self.calls: list[list[Message]] = []
        self.ended = 0.0

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        self.calls.append(list(messages))
        text = self.script(messages)
        await asyncio.sleep(1.0)
        self.ended = asyncio.get_running_loop().time()
        if isinstance(text, BackboneError):
            raise text
        return Completion(text)

    def answers(self) -> list[str]:
        """Returns the prompts of the Top agent in order."""
        return [messages[-1].content for messages in self.calls if "Before you say anything" not in messages[-1].content
                and "Which of your memories" not in messages[-1].content]  # fmt: skip


class SlowModel(LlamaCpp):
    """An OpenCompass model around the test's backbone."""

    current: SlowBackbone

    @cached_property
    def backbone(self) -> Any:
        return SlowModel.current


@pytest.fixture(autouse=True)
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> VirtualLoop:
            return VirtualLoop()

    def counted(waits: Callable[..., Any]) -> Callable[..., Any]:
        async def wait(*arguments: Any) -> Any:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualLoop)
            loop.count_thread(1)
            try:
                return await waits(*arguments)
            finally:
                loop.count_thread(-1)

        return wait

    for place, name in ((QueryThread, "search"), (passage_search, "_done")):
        monkeypatch.setattr(place, name, counted(getattr(place, name)))
    asyncio.set_event_loop_policy(Policy())
    yield
    asyncio.set_event_loop_policy(None)


@pytest.fixture
def trials(data: Path) -> Path:
    shutil.copy(data_path() / "conformity_trials.jsonl", data)
    return data


def infer(
    tmp_path: Path, folder: Path, backbone: SlowBackbone, rows: Sequence[dict[str, Any]], method: str = "macm",
    cache: str = "calls", concurrency: int = 8,
) -> list[dict[str, Any]]:  # fmt: skip
    """Answers rows with a simulacrum as a run does, and returns the entries of the predictions file."""
    SlowModel.current = backbone
    model = Simulacrum(
        dict(type=SlowModel),
        method,
        data=str(folder),
        cache_dir=str(tmp_path / cache),
        concurrency=concurrency,
        retry=1,
        answering="generate",
    )
    inferencer = SimulacrumInferencer(
        model, output_json_filepath=str(tmp_path / "predictions" / "m"), output_json_filename="conformity.json"
    )
    inferencer.inference(SimpleNamespace(test_ds=rows))
    return list(json.loads((tmp_path / "predictions" / "m" / "conformity.json").read_text()).values())


def load(folder: Path, **options: Any) -> list[dict[str, Any]]:
    return ConformityDataset.load(data=str(folder), **options).to_list()


def place(asked: str) -> str:
    """Returns the number of the current trial, which is the last one in the prompt."""
    return re.findall(r"Task (\d+) of", asked)[-1]


def says(messages: Sequence[Message]) -> str:
    """Returns a reply that contains character, condition and trial, so that mix-ups are visible."""
    person, asked = re.search(r"You are (\w+)", messages[0].content), messages[-1].content
    return f"{'B' if 'everyone listens' in asked else 'C'} says {person[1] if person else 'nobody'}\n at {place(asked)}"


def test_eighteen_trials_take_two_rounds_of_agent_calls_and_eighteen_rounds_of_answers(tmp_path: Path, trials: Path) -> None:
    backbone = SlowBackbone(says)
    results = infer(tmp_path, trials, backbone, [r for r in load(trials, characters=["ada-berg"]) if r["type"] == "pressure"])
    assert len(results) == 18 and len(backbone.calls) == 18 * 3  # memories, then thoughts and feelings, and the answer
    assert backbone.ended == pytest.approx(20.0)


def test_conversations_run_concurrently_up_to_the_limit(tmp_path: Path, trials: Path) -> None:
    rows = load(trials)
    beside, two = SlowBackbone(says), SlowBackbone(says)
    infer(tmp_path, trials, beside, rows)
    assert len(beside.calls) == 6 * 18 * 3 and beside.ended == pytest.approx(20.0)
    (tmp_path / "predictions" / "m" / "rows" / "conformity.jsonl").unlink()
    infer(tmp_path, trials, two, rows, cache="other", concurrency=2)
    assert two.ended == pytest.approx(3 * 20.0)


def test_independent_rows_take_as_many_rounds_as_an_answer_has_steps(tmp_path: Path, data: Path) -> None:
    backbone = SlowBackbone(lambda messages: "A")
    rows = SelfReportDataset.load("cloze", data=str(data)).to_list()
    assert len(infer(tmp_path, data, backbone, rows)) == 6
    assert backbone.ended == pytest.approx(3.0)


def test_history_is_verbatim_and_stays_in_its_conversation(tmp_path: Path, trials: Path) -> None:
    backbone = SlowBackbone(says)
    rows = load(trials)
    results = infer(tmp_path, trials, backbone, rows)
    for row, result in zip(rows, results, strict=True):
        top = next(call for call in result["trace"]["calls"] if call["agent"] == "top")["prompt"]
        carried = re.findall(r"^You: (.*)$", top, re.MULTILINE)
        before = [other for other in rows if other["conversation"] == row["conversation"] and other["turn"] < row["turn"]]
        by_id = {answered["id"]: answered["prediction"] for answered in results}
        assert carried == [" ".join(by_id[other["id"]].split()) for other in before]
        assert re.findall(r"^Scene: (.*)$", top, re.MULTILINE) == [other["recap"] for other in before]
        assert top.endswith(row["prompt"])
        assert len(top) < 1500 + 250 * len(before)


def test_agents_see_no_earlier_answer_and_every_prompt_starts_with_the_persona(tmp_path: Path, trials: Path) -> None:
    backbone = SlowBackbone(says)
    infer(tmp_path, trials, backbone, load(trials, characters=["bo-crane"]))
    answers = backbone.answers()
    agents = [messages for messages in backbone.calls if messages[-1].content not in answers]
    assert len(answers) == 36 and len(agents) == 36 * 2
    assert not any("What was said so far" in messages[-1].content for messages in agents)
    persona = min((messages[0].content for messages in backbone.calls), key=len)
    assert "You are Bo Crane" in persona
    assert all(messages[0].content.startswith(persona) for messages in backbone.calls)


def test_a_finished_run_repeats_no_call_even_without_the_call_cache(tmp_path: Path, trials: Path) -> None:
    rows = load(trials, sample="quick")
    first = infer(tmp_path, trials, SlowBackbone(says), rows, "prompt")
    again = SlowBackbone(says)
    assert infer(tmp_path, trials, again, rows, "prompt", cache="empty") == first
    assert again.calls == []


def test_a_changed_answer_invalidates_the_later_answers_of_its_conversation(tmp_path: Path, trials: Path) -> None:
    rows = load(trials, sample="quick", characters=["ada-berg"])
    infer(tmp_path, trials, SlowBackbone(says), rows, "prompt")
    path = tmp_path / "predictions" / "m" / "rows" / "conformity.jsonl"
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    for entry in entries:
        if entry["id"] == rows[1]["id"]:
            entry["prediction"] = "A"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    again = SlowBackbone(says)
    infer(tmp_path, trials, again, rows, "prompt", cache="empty")
    assert [prompt.count("\nYou: A\n") for prompt in again.answers()] == [1, 1]  # the two trials after it, with the new history


def test_a_failed_trial_ends_only_its_conversation_and_resuming_calls_only_for_missing_rows(tmp_path: Path, trials: Path) -> None:
    broken = True

    def script(messages: Sequence[Message]) -> str | BackboneError:
        asked = messages[-1].content
        answering = asked.endswith("the letter of your choice.") and "everyone listens" in asked
        return BackboneError("the server is down") if broken and answering and place(asked) == "3" else says(messages)

    rows = load(trials, sample="quick", characters=["ada-berg"])
    first = SlowBackbone(script)
    results = infer(tmp_path, trials, first, rows)
    errors = [result["error"] for result in results]
    assert errors[:2] == [None, None] and errors[4:] == [None] * 4
    assert errors[2] == "the server is down" and errors[3] == "not asked, an earlier turn failed: the server is down"
    assert [result["prediction"] is None for result in results] == [False, False, True, True] + [False] * 4
    broken = False
    second = SlowBackbone(script)
    resumed = infer(tmp_path, trials, second, rows)
    assert len(second.calls) == 2 and len(second.answers()) == 2  # the agents' work was done before
    whole = infer(tmp_path / "whole", trials, SlowBackbone(script), rows)
    assert [r["prediction"] for r in resumed] == [r["prediction"] for r in whole]


def test_a_failed_agent_call_fails_only_its_trial_and_later_ones(tmp_path: Path, trials: Path) -> None:
    def script(messages: Sequence[Message]) -> str | BackboneError:
        asked = messages[-1].content
        failing = "THOUGHTS:" in asked and place(asked) == "2" and "alone in a room" in asked
        return BackboneError("overloaded") if failing else says(messages)

    rows = load(trials, sample="quick", characters=["ada-berg"])
    results = infer(tmp_path, trials, SlowBackbone(script), rows)
    assert [result["error"] is None for result in results] == [True] * 5 + [False] * 3


def test_copies_of_rows_are_separate_conversations(tmp_path: Path, trials: Path) -> None:
    rows = load(trials, sample="quick", characters=["ada-berg"])
    backbone = SlowBackbone(says)
    results = infer(tmp_path, trials, backbone, [*rows, *rows], "prompt")
    assert [r["prediction"] for r in results[:8]] == [r["prediction"] for r in results[8:]]
    assert len(backbone.calls) == 8
