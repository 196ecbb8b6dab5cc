"""All models and datasets of a run share one pool of calls for each backbone, and none waits for another."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.plugin import runner
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.row_slots import RowSlots
from human_simulacra.plugin.rows_in_memory import OpenRows
from human_simulacra.plugin.run_command import main
from tests.plugin import local_stand_in
from tests.run_config import ROOT, latest, openai_llm, predictions, run, texts, write_config
from tests.servers import serving

WAIT = 30.0  # seconds until a call that should be waited for is given up


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")


def asked(body: dict[str, Any]) -> tuple[bool, str]:
    """Returns whether a call knows the character, and what it asks."""
    system, text = body["messages"][0]["content"], body["messages"][-1]["content"]
    words = {"your name": "cloze", "your boat": "cloze", "What broke": "single_choice", "What do you like": "multiple_choice"}
    return "You are" in system, next(kind for part, kind in words.items() if part in text)


class Server:
    """Counts the calls under way. The first ones wait for each other, so that there are `together` at once.

    More than `together` wait, since the first is the call before the run, and the next may be all that rows with one question make.
    """

    def __init__(self, together: int) -> None:
        self.now = self.most = 0
        self.one_more = threading.Event()
        self.together = together
        self._lock = threading.Lock()

    def __call__(self, body: dict[str, Any], number: int) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now > self.together:
                self.one_more.set()
        if number <= 3 * self.together:
            self.one_more.wait(0.5)  # the time in which a call beyond the bound would arrive
        with self._lock:
            self.now -= 1
        return "A"


def test_no_dataset_or_model_waits_for_another(tmp_path: Path, data: Path) -> None:
    others: set[tuple[bool, str]] = set()
    enough, in_time = threading.Event(), []

    def script(body: dict[str, Any], number: int) -> str:
        kind = asked(body)
        others.add(kind)
        if len(others) == 6:
            enough.set()
        if number == 1:
            in_time.append(enough.wait(WAIT))
        return "A"

    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), model={"concurrency": 2})
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    assert in_time == [True]
    assert len(texts(latest(tmp_path / "out"))) == 6


@pytest.mark.parametrize("bounds", [(3, 3), (8, 3)])
def test_concurrency_bounds_the_calls_of_all_models_together(tmp_path: Path, data: Path, bounds: tuple[int, int]) -> None:
    script = Server(3)
    with serving(script) as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("none", "prompt", "shuffled"), model={"concurrency": bounds[0]}
        )
        config.write_text(f"{config.read_text()}\nmodels[1]['concurrency'] = {bounds[1]}\n")
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    assert script.most == 3


def test_models_that_ask_the_same_at_once_pay_once(tmp_path: Path, data: Path) -> None:
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("prompt",))
        config.write_text(f"{config.read_text()}\nmodels += [dict(models[0], abbr='again', retry=2)]\n")
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        assert len(server.requests) == 12
    assert texts(latest(tmp_path / "out"))["again/cloze"] == ["A"] * 6


def test_a_dataset_that_fails_loses_no_other(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_all = SimulacrumInferencer._answer_all

    def fail(self: SimulacrumInferencer, rows: Any, checkpoint: Any, label: str) -> Any:
        if label == "m-none/cloze":
            raise ValueError("boom")
        return answer_all(self, rows, checkpoint, label)

    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address))
        with monkeypatch.context() as patch:
            patch.setattr(SimulacrumInferencer, "_answer_all", fail)
            assert main([str(config), "-w", str(tmp_path / "out")]) == 1
        printed = capsys.readouterr().err
        assert "m-none/cloze: 6 of 6 rows are missing (ValueError: boom)" in printed
        assert "answers: 24/24 rows, 6 failed" in printed
        folder = latest(tmp_path / "out")
        paid = len(server.requests)
        assert len(predictions(folder)) == 5
        assert main([str(config), "-w", str(tmp_path / "out"), "-r"]) == 0
        assert len(server.requests) == paid + 2  # without a persona, the six rows are two questions


def test_a_model_that_cannot_be_used_stops_the_run_and_no_finished_row_is_lost(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, one_done = True, threading.Event()

    def script(body: dict[str, Any], number: int) -> Any:
        if body["model"] == "scripted":
            one_done.set()
            return "A"
        one_done.wait(WAIT)
        return (404, {}, '{"error": {"message": "no such model"}}') if broken else "A"

    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), model={"concurrency": 1})
        config.write_text(f"{config.read_text()}\nmodels[0]['llm'] = dict(models[0]['llm'], path='other')\n")
        assert main([str(config), "-w", str(tmp_path / "out")]) == 2
        assert "no such model" in capsys.readouterr().err
        broken = False
        assert main([str(config), "-w", str(tmp_path / "out"), "-r"]) == 0
    paid = Counter(json.dumps(body, sort_keys=True) for body in server.requests if body["model"] == "scripted")
    assert len(paid) == 12 and paid.total() <= 13  # the call under way may be made again


def test_a_killed_run_of_several_open_datasets_keeps_every_finished_row(tmp_path: Path, data: Path) -> None:
    reached, release = threading.Event(), threading.Event()
    seen: Counter[str] = Counter()
    kinds: set[tuple[bool, str]] = set()

    def script(body: dict[str, Any], number: int) -> str:
        seen[json.dumps(body, sort_keys=True)] += 1
        kinds.add(asked(body))
        if asked(body)[1] == "cloze" and "boat" in body["messages"][-1]["content"] and not release.is_set():
            if len(kinds) == 6:
                reached.set()
            release.wait(WAIT)
        return f"A {len(json.dumps(body)) % 97}"

    environment = {**os.environ, "HUMAN_SIMULACRA_CACHE": str(tmp_path / "killed")}
    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), model={"concurrency": 7})
        command = [sys.executable, str(ROOT / "run.py"), str(config), "-w", str(tmp_path / "out")]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert reached.wait(120)
        process.send_signal(signal.SIGKILL)
        process.wait()
        release.set()
        folder = latest(tmp_path / "out")
        journals = {path: path.read_bytes().splitlines() for path in folder.glob("predictions/*/rows/*.jsonl")}
        assert sum(bool(lines) for lines in journals.values()) > 1
        before = dict(seen)
        resumed = run(config, tmp_path / "out", "-r", env=environment)
        assert resumed.returncode == 0, resumed.stderr
        assert sum(seen[call] > 1 for call in before) <= 7
        for path, lines in journals.items():
            final = json.loads((path.parents[1] / f"{path.stem}.json").read_text())
            assert all(json.loads(line) in final.values() for line in lines if line.endswith(b"}"))
        first = {path: path.read_bytes() for path in folder.glob("predictions/*/*.json")}
        assert len(first) == 6
        assert run(config, tmp_path / "out", "-r", env=environment).returncode == 0
        assert {path: path.read_bytes() for path in folder.glob("predictions/*/*.json")} == first


def test_local_models_are_in_memory_one_at_a_time_and_methods_share_one(tmp_path: Path, data: Path) -> None:
    local_stand_in.counts.update(built=0, most=0)
    config = write_config(tmp_path, data, "dict(type='tests.plugin.local_stand_in.LocalStandIn', path='one')", ("none", "prompt"))
    other = "[dict(model, abbr=model['abbr'] + '-other', llm=dict(model['llm'], path='other')) for model in models]"
    config.write_text(f"{config.read_text()}\nmodels = [model for pair in zip(models, {other}) for model in pair]\n")
    assert main([str(config), "-w", str(tmp_path / "out"), "-m", "infer"]) == 0
    assert local_stand_in.counts == {"built": 2, "most": 1}
    assert len(texts(latest(tmp_path / "out"))) == 12


def test_readers_of_several_evaluations_are_asked_at_once(tmp_path: Path, data: Path) -> None:
    models: set[str] = set()
    both, in_time = threading.Event(), []

    def script(body: dict[str, Any], number: int) -> str:
        if body["model"] != "reader":
            return f"{body['model']} is not sure"
        models.add("prompt-model" if "prompt-model" in body["messages"][-1]["content"] else "none-model")
        if len(models) == 2:
            both.set()
        in_time.append(both.wait(WAIT))
        return "no option"

    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address, path="none-model"))
        reader = openai_llm(server.address, path="reader", abbr="reader")
        text = config.read_text().replace(
            "type=ExperimentEvaluator)", f"type=ExperimentEvaluator, reader_llm={reader}, concurrency=7)"
        )  # one more than the readings of one model, which thus cannot take all calls
        config.write_text(f"{text}\nmodels[1]['llm'] = dict(models[1]['llm'], path='prompt-model')\n")
        main([str(config), "-w", str(tmp_path / "out")])
    assert in_time and all(in_time)


def test_a_run_of_many_rows_opens_its_datasets_in_turn(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "OpenRows", lambda: OpenRows(most=12))
    answer_all, lock = SimulacrumInferencer._answer_all, threading.Lock()
    now, most = 0, 0

    def counted(self: SimulacrumInferencer, *arguments: Any) -> Any:
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
        try:
            return answer_all(self, *arguments)
        finally:
            with lock:
                now -= 1

    monkeypatch.setattr(SimulacrumInferencer, "_answer_all", counted)
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("none", "prompt", "shuffled"))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    assert len(texts(latest(tmp_path / "out"))) == 9
    assert 2 <= most <= 4  # two parts of six rows, or four of three


def test_parts_that_wait_for_room_end_with_the_run() -> None:
    rows, ended = OpenRows(most=10), []

    def wait() -> None:
        with pytest.raises(CancelledError), rows.held(8):
            pytest.fail("there is no room")
        ended.append(True)

    with rows.held(9), rows.held(9):
        waiting = threading.Thread(target=wait)
        waiting.start()
        rows.close()
        waiting.join(WAIT)
    assert ended


def order_of(calls: list[tuple[int, int]], cancelled: int | None = None) -> list[int]:
    """Returns in which order rows, given as (calls to make, dataset), get the one slot; one may be cancelled while it waits."""

    async def start() -> list[int]:
        slots, began = RowSlots(1), []
        async with slots.taken(0, 0):

            async def work(number: int) -> None:
                async with slots.taken(*calls[number]):
                    began.append(number)

            jobs = [asyncio.ensure_future(work(number)) for number in range(len(calls))]
            await asyncio.sleep(0)
            if cancelled is not None:
                jobs[cancelled].cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        return began

    return asyncio.run(start())


def test_the_longest_conversation_starts_first_and_equal_ones_by_dataset() -> None:
    assert order_of([(1, 1), (3, 1), (2, 1), (2, 0), (20, 2)]) == [4, 1, 3, 2, 0]


def test_a_cancelled_row_gives_its_slot_to_the_next() -> None:
    assert order_of([(1, 0), (3, 0), (2, 0)], cancelled=1) == [2, 0]


def test_the_display_counts_the_rows_of_parts(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("prompt",), model={"temperature": 0.7})
        imports = "from opencompass.partitioners import NumWorkerPartitioner"
        split = "infer.update(partitioner=dict(type=NumWorkerPartitioner, num_worker=3, min_task_size=1))"
        twice = "for dataset in datasets:\n    dataset.update(n=2, k=1)"
        config.write_text("\n".join([imports, config.read_text(), split, twice]))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().err
    assert "answers: 24/24 rows" in printed and "m-prompt/cloze_0: 4/4 rows" in printed
