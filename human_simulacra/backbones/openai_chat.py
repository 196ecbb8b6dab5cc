"""A backbone for servers with OpenAI's chat completions API, through the openai package's client.

Calling the client directly, instead of OpenCompass's `generate`, keeps the status code and Retry-After of a failure and
the token counts of a success, which `generate` drops.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast, get_args

from human_simulacra.backbones.base import BackboneError, estimate_tokens, strip_reasoning
from human_simulacra.backbones.streaming import OnText, ReasoningFilter, stream_in_thread
from human_simulacra.backbones.worker_pool import WorkerPool
from human_simulacra.types import Completion, Finish, Generation, Message

if TYPE_CHECKING:
    from openai import OpenAI

RETRYABLE_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Returns the Retry-After header (seconds or a date) as seconds from now, or None if absent or invalid."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


class OpenAIChat:
    """A chat completions endpoint.

    Args:
        client: An `openai.OpenAI` client.
        model: The model's name on the server.
        fingerprint: Identifies everything that affects the answers: server, model and fixed parameters.
        concurrency: Maximum number of concurrent calls.
        extra: Additional parameters of every request.
        completion_tokens_key: The name that the server expects: `max_tokens` or `max_completion_tokens`.
        send_sampling: Whether to send temperature and seed, which reasoning models reject.
        empty_is_answer: Whether an empty text is always a valid answer. Otherwise it is a retryable failure of the server, unless
            the token limit or the content filter ended the answer before its first word.
        redact: Removes secrets from error messages.

    Attributes:
        bounds_lists: Whether the server knows the bounds of lists in a schema; see `AnswerForm.schema`.
    """

    bounds_lists: ClassVar[bool] = False

    def __init__(
        self,
        client: OpenAI,
        model: str,
        fingerprint: str,
        concurrency: int,
        extra: Mapping[str, Any] | None = None,
        completion_tokens_key: str = "max_tokens",
        send_sampling: bool = True,
        empty_is_answer: bool = False,
        redact: Any = str,
    ) -> None:
        self.client = client.with_options(max_retries=0)
        self.model = model
        self.fingerprint = fingerprint
        self.extra = dict(extra or {})
        self.completion_tokens_key = completion_tokens_key
        self.send_sampling = send_sampling
        self.empty_is_answer = empty_is_answer
        self.redact = redact
        self.workers = WorkerPool(concurrency)

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers with one request; raises a BackboneError that tells whether to retry."""
        return await self.workers.run(self.request, messages, generation)

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Answers like `complete`, and calls `on_text` with each piece of the answer as it arrives."""
        return await stream_in_thread(self.workers, self.request_stream, messages, generation, on_text)

    def request(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Makes the request of `complete`. Blocks."""
        started = time.perf_counter()
        with self._translate_errors():
            answer = self.client.chat.completions.create(**self._body(messages, generation))
        choices = getattr(answer, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise BackboneError(self.redact(f"{self.model} sent an invalid response: {str(answer)[:200]}"), retryable=True)
        message, usage = choices[0].message, getattr(answer, "usage", None)
        # A model that is held to a form and refuses it says so in `refusal`.
        text = message.content or getattr(message, "refusal", None) or ""
        return self._completion(text, choices[0].finish_reason, usage, messages, time.perf_counter() - started)

    def request_stream(
        self, messages: Sequence[Message], generation: Generation, on_text: OnText, stop: threading.Event
    ) -> Completion:
        """Makes the request of `stream`. Blocks; once `stop` is set, it returns the text received so far."""
        started = time.perf_counter()
        text, usage, finish, filtered = "", None, None, ReasoningFilter(on_text)
        body = self._body(messages, generation) | {"stream": True, "stream_options": {"include_usage": True}}
        with self._translate_errors(), self.client.chat.completions.create(**body) as events:
            for event in events:
                if stop.is_set():
                    break
                usage = getattr(event, "usage", None) or usage
                finish = (event.choices[0].finish_reason if event.choices else None) or finish
                piece = (event.choices[0].delta.content or "") if event.choices else ""
                if piece:
                    text += piece
                    filtered.add(piece)
        if usage is None and finish is None and not stop.is_set():
            raise BackboneError(f"{self.model} ended its answer early", retryable=True)
        filtered.end()
        return self._completion(text, finish, usage, messages, time.perf_counter() - started)

    def _body(self, messages: Sequence[Message], generation: Generation) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model, "messages": cast("Any", [asdict(m) for m in messages])}
        body[self.completion_tokens_key] = generation.max_tokens
        if self.send_sampling:
            body |= {"temperature": generation.temperature, "seed": generation.seed + generation.sample}
        if generation.form is not None:
            form = {"name": "answer", "strict": True, "schema": generation.form.schema(self.bounds_lists)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body | self.extra

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Translates exceptions of the client and its transport into `BackboneError`s."""
        import httpx
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            raise BackboneError(
                self.redact(f"{self.model} answered HTTP {error.status_code}: {error.message[:300]}"),
                retryable=error.status_code in RETRYABLE_STATUS,
                retry_after=retry_after_seconds(error.response.headers),
            ) from None
        except openai.APIConnectionError as error:
            reason = "timed out" if isinstance(error, openai.APITimeoutError) else "could not be reached"
            raise BackboneError(self.redact(f"{self.model} at {self.client.base_url} {reason}"), retryable=True) from None
        except httpx.TransportError as error:  # openai 1 does not wrap errors in the middle of a stream
            raise BackboneError(self.redact(f"{self.model} ended its answer early: {error}")[:300], retryable=True) from None
        except (openai.OpenAIError, ValueError) as error:
            raise BackboneError(self.redact(f"{self.model} sent an invalid response: {error}")[:300], retryable=True) from None

    def _completion(self, raw: str, reason: Any, usage: Any, messages: Sequence[Message], seconds: float) -> Completion:
        text = strip_reasoning(raw)
        finish: Finish = reason if reason in get_args(Finish) else ""
        if not text and not self.empty_is_answer and finish not in ("length", "content_filter"):
            raise BackboneError(f"{self.model} sent an empty message", retryable=True)
        if usage is None:
            prompt = sum(estimate_tokens(m.content) for m in messages)
            return Completion(text, prompt, 0, estimate_tokens(text), True, seconds, finish=finish)
        details = getattr(usage, "prompt_tokens_details", None)
        cached = getattr(details, "cached_tokens", None) or 0
        return Completion(text, usage.prompt_tokens, cached, usage.completion_tokens, False, seconds, finish=finish)
