"""A chat completions server of fixed latency, in a process of its own.

`python benchmarks/latency_server.py --latency 0.2 [--slots N] [--port P] [--writer]` prints its address and serves until it is
stopped. A benchmark starts it with `serving(latency)`. It answers every prompt of the agents, or with `--writer` those of the
tools that make characters, in a form that they can read, after the same time, and writes down of every request when it came and
went and what it asked: so a benchmark knows the concurrency, how long the server was idle, what prompts began alike, and what was
asked twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.prompts import template

CHARACTERS_PER_TOKEN = 4
PROBE = template("probe")  # the call before a run, which belongs to no load


@dataclass(frozen=True)
class Load:
    """What a server saw between its first and its last request.

    Args:
        requests: Number of requests.
        seconds: From the arrival of the first to the end of the last.
        busiest: The largest number of requests at once.
        idle: Share of the time in which no request was under way.
        duplicates: Requests whose whole text had been asked before.
        prompt_tokens: Tokens of all prompts, by a plain estimate.
        prefixes: Number of different system messages.
    """

    requests: int
    seconds: float
    busiest: int
    idle: float
    duplicates: int
    prompt_tokens: int
    prefixes: int


class LatencyServer(asyncio.Protocol):
    """One connection. All connections share the log, a list of (start, end, whole text, system message, tokens)."""

    log: list[tuple[float, float, int, int, int]] = []  # noqa: RUF012 -- of the whole process
    latency = 0.2
    slots: asyncio.Semaphore | None = None
    answer: Callable[[dict[str, Any]], str]

    def connection_made(self, transport: Any) -> None:
        """Remembers where to answer."""
        self._transport, self._buffer = transport, b""
        self._jobs: set[asyncio.Task[None]] = set()

    def data_received(self, data: bytes) -> None:
        """Starts an answer for each whole request."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            size = int(fields.get("content-length", 0))
            if len(self._buffer) < end + 4 + size:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + size], self._buffer[end + 4 + size :]
            job = asyncio.ensure_future(self._answer(head.split(" ", 2)[1], body))
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)

    async def _answer(self, path: str, body: bytes) -> None:
        if path == "/load":
            self._send(json.dumps(describe_load(self.log).__dict__))
            return
        if path == "/forget":
            self.log.clear()
            self._send("{}")
            return
        start = time.perf_counter()
        asked = json.loads(body)
        messages = asked["messages"]
        if self.slots is not None:
            async with self.slots:
                await asyncio.sleep(self.latency)
        else:
            await asyncio.sleep(self.latency)
        whole = "".join(str(message["content"]) for message in messages)
        tokens = len(whole) // CHARACTERS_PER_TOKEN
        self._send(completion(LatencyServer.answer(asked), tokens))
        if PROBE in whole:
            return
        self.log.append((start, time.perf_counter(), hash(whole), hash(str(messages[0]["content"])), tokens))

    def _send(self, text: str) -> None:
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
            self._transport.write((head + text).encode())


def answer_agent(body: dict[str, Any]) -> str:
    """Returns a reply that the agent which sent the request can read."""
    prompt = "".join(str(message["content"]) for message in body["messages"])
    if "Which of your memories" in prompt:
        return "1, 2"
    if "THOUGHTS:" in prompt:
        return "THOUGHTS: It was cold at the harbour.\nFEELINGS: A little tired."
    return "It was cold." if "Do not answer yet" in prompt else "ANSWER: A"


def completion(text: str, prompt_tokens: int) -> str:
    """Returns the body of a chat completion."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": 8, "total_tokens": prompt_tokens + 8}
    return json.dumps({"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage})


def describe_load(log: list[tuple[float, float, int, int, int]]) -> Load:
    """Returns what the log shows; all zeros if it is empty."""
    if not log:
        return Load(0, 0.0, 0, 0.0, 0, 0, 0)
    events = sorted([(start, 1) for start, *_ in log] + [(end, -1) for _, end, *_ in log])
    under_way = busiest = 0
    idle, last = 0.0, events[0][0]
    for moment, change in events:
        idle += (moment - last) * (under_way == 0)
        under_way, last = under_way + change, moment
        busiest = max(busiest, under_way)
    seconds = events[-1][0] - events[0][0]
    repeated = sum(count - 1 for count in Counter(whole for _, _, whole, _, _ in log).values())
    prefixes = len({system for _, _, _, system, _ in log})
    return Load(len(log), seconds, busiest, idle / seconds, repeated, sum(tokens for *_, tokens in log), prefixes)


class RunningServer:
    """A server in another process.

    Args:
        address: Its API's address.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def load(self) -> Load:
        """Returns what the server saw since it was started or told to forget."""
        return Load(**self._get("load"))

    def forget(self) -> None:
        """Empties the server's log."""
        self._get("forget")

    def _get(self, name: str) -> Any:
        with urllib.request.urlopen(f"{self.address.removesuffix('/v1')}/{name}") as reply:
            return json.loads(reply.read())


@contextmanager
def serving(latency: float, slots: int = 0, writer: bool = False) -> Iterator[RunningServer]:
    """Runs a server during a `with` block.

    Args:
        latency: Seconds from a request to its answer.
        slots: How many requests are served at once; 0 for all.
        writer: Whether it answers the tools that make characters, not the agents.
    """
    command = [sys.executable, __file__, "--latency", str(latency), "--slots", str(slots), *(["--writer"] if writer else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield RunningServer(process.stdout.readline().strip())
        finally:
            process.terminate()


async def _serve(port: int, slots: int) -> None:
    if slots:
        LatencyServer.slots = asyncio.Semaphore(slots)
    server = await asyncio.get_running_loop().create_server(LatencyServer, "127.0.0.1", port, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A chat completions server of fixed latency.")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds from a request to its answer")
    parser.add_argument("--slots", type=int, default=0, help="requests served at once; 0 for all")
    parser.add_argument("--port", type=int, default=0, help="port; 0 for a free one")
    parser.add_argument("--writer", action="store_true", help="answer the tools that make characters, as a good writer would")
    given = parser.parse_args()
    LatencyServer.latency, LatencyServer.answer = given.latency, staticmethod(answer_agent)
    if given.writer:
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
        from benchmarks.scripted_writer import GoodWriter

        good = GoodWriter()
        LatencyServer.answer = staticmethod(lambda body: good.serve(body, 0))
    asyncio.run(_serve(given.port, given.slots))
