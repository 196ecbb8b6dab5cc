"""A chat backbone over a local llama.cpp server, whose answers depend only on the request.

At temperature 0, llama.cpp's result still depends on where a prompt is split into a cached and a new part, because the
kernels for one token and for many tokens round differently. In our measurement, 4 of 40 answers changed with the order
of the requests (`benchmarks/determinism.py`). The split is therefore fixed: the system message is evaluated once, alone,
from an empty slot, and its state is saved. Each request starts from the saved state. The order of requests, repetition
and a resumed run then change nothing, and no prefix is evaluated twice.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp

from human_simulacra.backbones.base import BackboneError, ScoredTexts
from human_simulacra.backbones.http_session import open_session
from human_simulacra.backbones.http_settings import HttpSettings
from human_simulacra.backbones.llama_loglikelihood import NextTokenLogprobs
from human_simulacra.backbones.llama_process import LlamaProcess, check_model
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.packaged_model_weights import SHA256, embedded_weights
from human_simulacra.backbones.streaming import OnText
from human_simulacra.files import digest, sha256_file
from human_simulacra.types import Completion, Generation, Message

MAX_PREFIXES = 64
LOCK_SECONDS = 0.01
LIMITS = aiohttp.ClientTimeout(total=600)
CONTEXT = 8192  # tokens, of a model whose config names none


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
        self._prefixes: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    async def _complete(self, messages: Sequence[Message], generation: Generation, blind: bool) -> Completion:
        async with self._prepared(messages):
            return await super()._complete(messages, generation, blind)

    async def _stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        async with self._prepared(messages):
            return await super()._stream(messages, generation, on_text)

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations token by token, from the saved state; see `ScoringBackbone.loglikelihoods`."""
        async with self.slots, self._prepared(messages):
            started = time.perf_counter()
            prompt = (await self._post("/apply-template", {"messages": [asdict(m) for m in messages]}))["prompt"]
            table = NextTokenLogprobs(self._post)
            scores = tuple([await table.score(prompt, text) for text in continuations])
        usage = Completion("", table.read + table.reused, table.reused, 0, False, time.perf_counter() - started)
        return ScoredTexts(scores, usage)

    async def next_tokens(self, messages: Sequence[Message], count: int) -> list[dict[str, Any]]:
        """Returns the `count` most likely first tokens of the answer, each a dict with id, token and logprob."""
        async with self.slots, self._prepared(messages):
            prompt = (await self._post("/apply-template", {"messages": [asdict(m) for m in messages]}))["prompt"]
            body = {"prompt": prompt, "n_predict": 1, "id_slot": 0, "temperature": 0, "n_probs": count}
            return (await self._post("/completion", body))["completion_probabilities"][0]["top_logprobs"]

    @asynccontextmanager
    async def _prepared(self, messages: Sequence[Message]) -> AsyncIterator[None]:
        """Locks the server for one request from the saved state. Errors give the reason if the server has died."""
        # The slot bounds the calls of one event loop; conversations and evaluations may run in several.
        while not self._lock.acquire(blocking=False):
            await asyncio.sleep(LOCK_SECONDS)
        try:
            await self._prepare(messages)
            yield
        except BackboneError as error:
            self.process.check_alive()
            raise BackboneError(str(error)) from error
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            self.process.check_alive()
            raise BackboneError(f"the model server failed: {error}") from error
        finally:
            self._lock.release()

    async def _prepare(self, messages: Sequence[Message]) -> None:
        system = [asdict(m) for m in messages if m.role == "system"]
        name = f"{digest(system)[:24]}.bin"
        if name not in self._prefixes:
            await self._post("/slots/0?action=erase", {})
            prefix = await self._prefix(system)
            await self._post("/completion", {"prompt": prefix, "n_predict": 0, "id_slot": 0, "temperature": 0})
            await self._post("/slots/0?action=save", {"filename": name})
            self._prefixes[name] = None
            while len(self._prefixes) > MAX_PREFIXES:
                oldest, _ = self._prefixes.popitem(last=False)
                (self.process.folder / oldest).unlink(missing_ok=True)
        self._prefixes.move_to_end(name)
        await self._post("/slots/0?action=restore", {"filename": name})

    async def _prefix(self, system: list[dict[str, Any]]) -> str:
        """Returns the rendered prompt up to the point where two different user messages begin to differ."""
        one, two = [
            (await self._post("/apply-template", {"messages": [*system, {"role": "user", "content": letter}]}))["prompt"]
            for letter in "AB"
        ]
        return one[: next(i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)]

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        session = await open_session()
        async with session.post(f"{self.process.address}{path}", json=body, timeout=LIMITS) as answer:
            if not answer.ok:
                raise BackboneError(f"the model server answered HTTP {answer.status}: {(await answer.text())[:300]}")
            return await answer.json()


@cache
def shared_chat(path: Path, model: str, context: int, threads: int, port: int) -> LlamaChat:
    """Returns the process-wide chat backbone for these settings, so that methods share its server and saved prefixes.

    Args:
        path: The GGUF file.
        model: Identifies the file's content.
        context: Context length in tokens.
        threads: Number of threads; 0 uses all cores.
        port: Port on the loopback interface; 0 uses a free one.
    """
    identity = f"llama.cpp:{model}:{context}:xllamacpp {version('xllamacpp')}"
    return LlamaChat(LlamaProcess(path, context, threads, port), identity)


def open_chat(path: str | None = None, context: int = CONTEXT, threads: int = 0, port: int = 0) -> LlamaChat:
    """Returns the shared chat backbone of a GGUF file, or of the embedded model; its server starts on first use.

    Args:
        path: The GGUF file; None for the embedded model.
        context: Context length in tokens.
        threads: Number of threads; 0 uses all cores.
        port: Port on the loopback interface; 0 uses a free one.

    Raises:
        UserError: If the file is missing or is not a GGUF file.
    """
    if path is not None:
        check_model(Path(path))
    file = Path(path) if path else embedded_weights()
    return shared_chat(file, sha256_file(file) if path else f"{SHA256}:Q8_0", context, threads, port)
