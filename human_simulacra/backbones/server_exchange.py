"""One exchange with a chat completions server: a request, and its reply read whole or piece by piece, within a time limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from human_simulacra.backbones.reasoning import ReasoningFilter, split_reasoning
from human_simulacra.backbones.server_errors import ServerError, refusal_error, translated_errors
from human_simulacra.backbones.server_place import ServerPlace
from human_simulacra.backbones.server_reply import InvalidReply, ReportedError, ServerReply, read_reply
from human_simulacra.backbones.streaming import OnText
from human_simulacra.backbones.time_limit import call_within

if TYPE_CHECKING:
    from openai import OpenAI

LARGEST_BODY = 16 * 2**20  # bytes
CONNECT_SECONDS = 10.0
_COUNTS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")


class ChatServer:
    """A chat completions server.

    Args:
        client: An `openai.OpenAI` client.
        place: The model called, for error messages.
        timeout: The longest duration of an exchange in seconds, however slowly the server sends.
    """

    def __init__(self, client: OpenAI, place: ServerPlace, timeout: float) -> None:
        from openai import Timeout

        self.place, self.timeout = place, timeout
        self._client = client.with_options(max_retries=0, timeout=Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)))

    def exchange(
        self, body: Mapping[str, Any], address: str, on_text: OnText | None = None, stop: threading.Event | None = None
    ) -> ServerReply:
        """Makes one request and returns the reply. Blocks.

        Args:
            body: The request.
            address: The API's address.
            on_text: Receives the pieces of the answer of a request for a stream.
            stop: Ends a stream at its next piece.

        Raises:
            ServerError: If the exchange fails or takes too long, or the reply is unreadable.
        """
        exchange = _Exchange(self, stop or threading.Event(), time.perf_counter() + self.timeout)
        client = self._client if address == self.place.address else self._client.with_options(base_url=address)

        def work() -> ServerReply:
            with (
                translated_errors(replace(self.place, address=address)),
                client.chat.completions.with_streaming_response.create(**body) as response,
            ):
                return exchange.read(response, on_text)

        try:
            return call_within(self.timeout, work, exchange.late)
        finally:
            exchange.over.set()

    def invalid(self, error: InvalidReply) -> ServerError:
        """Returns the error of a reply that cannot be read."""
        if isinstance(error, ReportedError):
            return refusal_error(self.place, error.status, [error.code], str(error))
        return ServerError(self.place.redact(f"{self.place.model} sent an invalid response: {error}"), retryable=True)


@dataclass
class _Exchange:
    """An exchange under way: its server, what ends it early, and its deadline by `time.perf_counter`."""

    server: ChatServer
    stop: threading.Event
    deadline: float

    def __post_init__(self) -> None:
        self.over = threading.Event()

    def late(self) -> ServerError:
        took = f"{self.server.place.model} timed out: it did not answer within {self.server.timeout:g} s"
        message = f"{took}: raise timeout in its config (-T llm.timeout=600)"
        return ServerError(message, retryable=True)

    def read(self, response: Any, on_text: OnText | None) -> ServerReply:
        try:
            kind = response.headers.get("content-type", "")
            if on_text is not None and "json" not in kind and "html" not in kind:
                return self._read_events(response, on_text)
            reply = read_reply(b"".join(self._chunks(response)))
        except InvalidReply as error:
            raise self.server.invalid(error) from None
        if on_text is not None:  # a server that cannot stream sent the whole
            on_text(split_reasoning(reply.text).answer)
        return reply

    def _chunks(self, response: Any) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > LARGEST_BODY:
                raise InvalidReply(f"it is larger than {LARGEST_BODY} bytes")
            if self.stop.is_set() or self.over.is_set():
                return
            if time.perf_counter() > self.deadline:
                raise self.late()
            yield chunk

    def _read_events(self, response: Any, on_text: OnText) -> ServerReply:
        """Reads the events of a stream and passes on the pieces of the answer; returns them as one reply."""
        whole, ended = ServerReply(), False
        spoken = ReasoningFilter(lambda piece: None if self.over.is_set() else on_text(piece))
        for payload in _payloads(self._chunks(response)):
            if payload == b"[DONE]":
                ended = True
                break
            event = read_reply(payload, whole=False)
            spoken.add(event.text)
            counts = {name: value for name in _COUNTS if (value := getattr(event, name)) is not None}
            whole = replace(
                whole, text=whole.text + event.text, reasoning=whole.reasoning + event.reasoning,
                finish=event.finish or whole.finish, calls_tool=whole.calls_tool or event.calls_tool, **counts,
            )  # fmt: skip
        if not (ended or whole.finish or whole.completion_tokens is not None or self.stop.is_set()):
            raise InvalidReply("it ended early")
        spoken.end()
        return whole


def _payloads(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yields what the `data:` lines of an event stream carry. Only line feeds end a line: a text may hold other separators."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line[5:].strip() for line in lines if line.startswith(b"data:"))
    if rest.startswith(b"data:"):
        yield rest[5:].strip()
