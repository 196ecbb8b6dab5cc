"""A chat backbone over a local llama.cpp server, whose answers depend only on the request.

At temperature 0, llama.cpp's result still depends on where a prompt is split into a cached and a new part, because the
kernels for one token and for many tokens round differently (`benchmarks/determinism.py`). The splits are therefore fixed. The
system message is evaluated once, alone, from an empty slot, and its state is saved. Each request starts from the saved state.
What follows is evaluated up to its last paragraphs, and then the rest: agents that are asked different things about the same
memories share the memories. The order of requests, repetition and a resumed run then change nothing.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, replace
from typing import Any

import aiohttp

from human_simulacra.backbones.base import BackboneError, LogLikelihood, ScoredTexts
from human_simulacra.backbones.http_session import open_session
from human_simulacra.backbones.http_settings import HttpSettings
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.streaming import OnText
from human_simulacra.files import digest
from human_simulacra.types import Completion, Generation, Message

MAX_PREFIXES = 64
LOCK_SECONDS = 0.01
LIMITS = aiohttp.ClientTimeout(total=600)
ENDING = 280  # characters, about 64 tokens: for fewer, llama.cpp's attention takes twice the time a token


class LlamaChat(OpenAIChat):
    """Chat completions of one `LlamaProcess`, one request at a time.

    Args:
        process: The server.
        fingerprint: Identifies everything that affects the answers: the model's hash and the engine's version.
    """

    bounds_lists = True
    repeats_cut = False  # small models seldom end by themselves; more room would only cost time

    def __init__(self, process: LlamaProcess, fingerprint: str) -> None:
        from openai import OpenAI

        client = OpenAI(base_url=f"{process.address}/v1", api_key="none", timeout=600)
        super().__init__(
            client, "embedded", fingerprint, concurrency=1, extra={"extra_body": {"id_slot": 0}}, empty_is_answer=True,
            http=HttpSettings({"trust_env": False}),
        )  # fmt: skip
        self.process = process
        self._prefixes: OrderedDict[str, str] = OrderedDict()  # by the file of the state: the text of which it is the state
        self._waiting: list[str] = []  # where the requests that wait have their last cut
        self._lock = threading.Lock()

    async def complete(self, messages: Sequence[Message], generation: Generation, blind: bool = False) -> Completion:
        """Answers a conversation from the saved state of its system message; see `OpenAIChat.complete`."""
        with self._waits(messages):
            return await super().complete(messages, generation, blind)

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Answers in pieces; see `OpenAIChat.stream`."""
        with self._waits(messages):
            return await super().stream(messages, generation, on_text)

    async def _complete(self, messages: Sequence[Message], generation: Generation, blind: bool) -> Completion:
        async with self._prepared(messages) as read:
            return _with_reading(await super()._complete(messages, generation, blind), *read)

    async def _stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        async with self._prepared(messages) as read:
            return _with_reading(await super()._stream(messages, generation, on_text), *read)

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations in one forward pass, from the saved state; see `ScoringBackbone.loglikelihoods`."""
        started = time.perf_counter()
        async with self.slots, self._locked():
            state = await self._saved_state(messages)
            prompt = await self._render([asdict(m) for m in messages])
            found = await asyncio.to_thread(self.process.score, state, self._prefixes[state], prompt, continuations)
        scores = tuple(LogLikelihood(logprob, tokens) for logprob, tokens in found["scores"])
        usage = Completion("", found["evaluated"] + found["cached"], found["cached"], 0, False, time.perf_counter() - started)
        return ScoredTexts(scores, usage)

    async def next_tokens(self, messages: Sequence[Message], count: int) -> list[dict[str, Any]]:
        """Returns the `count` most likely first tokens of the answer, each a dict with id, token and logprob."""
        async with self.slots, self._prepared(messages):
            prompt = await self._render([asdict(m) for m in messages])
            body = {"prompt": prompt, "n_predict": 1, "id_slot": 0, "temperature": 0, "n_probs": count}
            return (await self._post("/completion", body))["completion_probabilities"][0]["top_logprobs"]

    @contextmanager
    def _waits(self, messages: Sequence[Message]) -> Iterator[None]:
        """Notes while a request waits which others can begin as it does."""
        name = _beginning_name(messages)
        self._waiting.append(name)
        try:
            yield
        finally:
            self._waiting.remove(name)

    @asynccontextmanager
    async def _prepared(self, messages: Sequence[Message]) -> AsyncIterator[tuple[int, float]]:
        """Locks the server for one request and evaluates its prompt up to the cut.

        Yields:
            How many tokens of the turn were evaluated, and the seconds that it took.
        """
        async with self._locked():
            system, name = await self._saved_state(messages), _beginning_name(messages)
            file, started, tokens = self.process.folder / name, time.perf_counter(), 0
            if file.exists():
                await self._slot("restore", name)
            else:
                await self._slot("restore", system)
                if beginning := await self._beginning(messages):
                    tokens = await self._evaluate(beginning)
                    if self._waiting.count(name) > 1:
                        await self._slot("save", name)
            if self._waiting.count(name) < 2:
                file.unlink(missing_ok=True)
            yield tokens, time.perf_counter() - started

    async def _beginning(self, messages: Sequence[Message]) -> str:
        """Returns the rendered prompt up to the cut of the last message; empty if it has none."""
        turn = messages[-1].content
        prompt, ending = await self._render([asdict(m) for m in messages]), turn[len(turn_beginning(turn)) :].rstrip()
        return prompt[: prompt.rindex(ending)] if turn_beginning(turn) and ending in prompt else ""

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        """Locks the server for one request. Errors give the reason if the server has died."""
        # The slot bounds the calls of one event loop; conversations and evaluations may run in several.
        while not self._lock.acquire(blocking=False):
            await asyncio.sleep(LOCK_SECONDS)
        try:
            yield
        except BackboneError as error:
            self.process.check_alive()
            raise BackboneError(str(error)) from error
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            self.process.check_alive()
            raise BackboneError(f"the model server failed: {error}") from error
        finally:
            self._lock.release()

    async def _saved_state(self, messages: Sequence[Message]) -> str:
        """Returns the name of the file with the state of the system message, which is evaluated if it is new."""
        system = [asdict(m) for m in messages if m.role == "system"]
        name = f"{digest(system)[:24]}.bin"
        if name not in self._prefixes:
            await self._post("/slots/0?action=erase", {})
            prefix = await self._prefix(system)
            await self._evaluate(prefix)
            await self._slot("save", name)
            self._prefixes[name] = prefix
            while len(self._prefixes) > MAX_PREFIXES:
                oldest, _ = self._prefixes.popitem(last=False)
                (self.process.folder / oldest).unlink(missing_ok=True)
        self._prefixes.move_to_end(name)
        return name

    async def _prefix(self, system: list[dict[str, Any]]) -> str:
        """Returns the rendered prompt up to the point where two different user messages begin to differ."""
        one, two = [await self._render([*system, {"role": "user", "content": letter}]) for letter in "AB"]
        return one[: next(i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)]

    async def _render(self, messages: list[dict[str, Any]]) -> str:
        return (await self._post("/apply-template", {"messages": messages}))["prompt"]

    async def _evaluate(self, prompt: str) -> int:
        """Evaluates what of a prompt the slot does not hold, and returns how many tokens that is."""
        body = {"prompt": prompt, "n_predict": 0, "id_slot": 0, "temperature": 0}
        return (await self._post("/completion", body))["timings"]["prompt_n"]

    async def _slot(self, action: str, file: str) -> None:
        await self._post(f"/slots/0?action={action}", {"filename": file})

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        session = await open_session()
        async with session.post(f"{self.process.address}{path}", json=body, timeout=LIMITS) as answer:
            if not answer.ok:
                raise BackboneError(f"the model server answered HTTP {answer.status}: {(await answer.text())[:300]}")
            return await answer.json()


def turn_beginning(turn: str) -> str:
    """Returns a user message up to its cut, the last blank line with `ENDING` characters after it; empty if there is none."""
    return turn[: max(0, turn.rfind("\n\n", 0, max(0, len(turn) - ENDING + 2)))]


def _beginning_name(messages: Sequence[Message]) -> str:
    """Returns the name of the file with the state at the cut of the last message."""
    turn = messages[-1].content if messages else ""
    return f"{digest([[asdict(m) for m in messages[:-1]], turn_beginning(turn) or turn])[:24]}.turn.bin"


def _with_reading(completion: Completion, tokens: int, seconds: float) -> Completion:
    """Returns a completion with what its turn cost before the request, for which the server found these tokens in its cache."""
    return replace(completion, cached_tokens=max(0, completion.cached_tokens - tokens), seconds=completion.seconds + seconds)
