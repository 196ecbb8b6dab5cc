"""A chat backbone over a local llama.cpp server, whose answers depend only on the request.

At temperature 0, llama.cpp's result still depends on where a prompt is split into a cached and a new part, because the
kernels for one token and for many tokens round differently. In our measurement, 4 of 40 answers changed with the order
of the requests (`benchmarks/determinism.py`). The split is therefore fixed: the system message is evaluated once, alone,
from an empty slot, and its state is saved. Each request starts from the saved state. The order of requests, repetition
and a resumed run then change nothing, and no prefix is evaluated twice.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from human_simulacra.backbones.base import BackboneError, ScoredTexts
from human_simulacra.backbones.llama_loglikelihood import NextTokenLogprobs
from human_simulacra.backbones.llama_process import LlamaProcess, check_model
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.packaged_model_weights import SHA256, embedded_weights
from human_simulacra.backbones.streaming import OnText
from human_simulacra.files import digest, sha256_file
from human_simulacra.types import Completion, Generation, Message

MAX_PREFIXES = 64
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
            client, "embedded", fingerprint, concurrency=1, extra={"extra_body": {"id_slot": 0}}, empty_is_answer=True
        )
        self.process = process
        self._http = httpx.Client(base_url=process.address, timeout=600)
        self._prefixes: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def request(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Restores the state of the system message, then answers. Blocks; see `OpenAIChat.request`."""
        with self._prepared(messages):
            return super().request(messages, generation)

    def request_stream(
        self, messages: Sequence[Message], generation: Generation, on_text: OnText, stop: threading.Event
    ) -> Completion:
        """Restores the state of the system message, then streams the answer. Blocks; see `OpenAIChat.request_stream`."""
        with self._prepared(messages):
            return super().request_stream(messages, generation, on_text, stop)

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations; see `ScoringBackbone.loglikelihoods`."""
        return await self.workers.run(self.request_scores, messages, continuations)

    def request_scores(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations token by token, starting from the saved state of the system message. Blocks."""
        started = time.perf_counter()
        with self._prepared(messages):
            prompt = self._post("/apply-template", {"messages": [asdict(m) for m in messages]})["prompt"]
            table = NextTokenLogprobs(self._post)
            scores = tuple(table.score(prompt, text) for text in continuations)
        usage = Completion("", table.read + table.reused, table.reused, 0, False, time.perf_counter() - started)
        return ScoredTexts(scores, usage)

    def next_tokens(self, messages: Sequence[Message], count: int) -> list[dict[str, Any]]:
        """Returns the `count` most likely first tokens of the answer, each a dict with id, token and logprob."""
        with self._prepared(messages):
            prompt = self._post("/apply-template", {"messages": [asdict(m) for m in messages]})["prompt"]
            body = {"prompt": prompt, "n_predict": 1, "id_slot": 0, "temperature": 0, "n_probs": count}
            return self._post("/completion", body)["completion_probabilities"][0]["top_logprobs"]

    @contextmanager
    def _prepared(self, messages: Sequence[Message]) -> Iterator[None]:
        """Locks the server for one request from the saved state. Errors give the reason if the server has died."""
        with self._lock:
            try:
                self._prepare(messages)
                yield
            except BackboneError as error:
                self.process.check_alive()
                raise BackboneError(str(error)) from error
            except httpx.HTTPError as error:
                self.process.check_alive()
                raise BackboneError(f"the model server failed: {error}") from error

    def _prepare(self, messages: Sequence[Message]) -> None:
        system = [asdict(m) for m in messages if m.role == "system"]
        name = f"{digest(system)[:24]}.bin"
        if name not in self._prefixes:
            self._post("/slots/0?action=erase", {})
            self._post("/completion", {"prompt": self._prefix(system), "n_predict": 0, "id_slot": 0, "temperature": 0})
            self._post("/slots/0?action=save", {"filename": name})
            self._prefixes[name] = None
            while len(self._prefixes) > MAX_PREFIXES:
                oldest, _ = self._prefixes.popitem(last=False)
                (self.process.folder / oldest).unlink(missing_ok=True)
        self._prefixes.move_to_end(name)
        self._post("/slots/0?action=restore", {"filename": name})

    def _prefix(self, system: list[dict[str, Any]]) -> str:
        """Returns the rendered prompt up to the point where two different user messages begin to differ."""
        one, two = (
            self._post("/apply-template", {"messages": [*system, {"role": "user", "content": letter}]})["prompt"]
            for letter in "AB"
        )
        return one[: next(i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(path, json=body)
        if answer.is_error:
            raise BackboneError(f"the model server answered HTTP {answer.status_code}: {answer.text[:300]}")
        return answer.json()


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
