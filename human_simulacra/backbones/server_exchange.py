"""One exchange with a chat completions server: a request, and its reply read whole or piece by piece, within a time limit."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from human_simulacra.backbones.endpoints import Endpoint, Endpoints
from human_simulacra.backbones.http_session import Attempt, open_session
from human_simulacra.backbones.http_settings import CALL_OPTIONS, HttpSettings, RequestHead, make_request_head
from human_simulacra.backbones.reasoning import ReasoningFilter, split_reasoning
from human_simulacra.backbones.server_errors import NoResponse, ServerError, refusal_error, response_error, translated_errors
from human_simulacra.backbones.server_place import ServerPlace
from human_simulacra.backbones.server_reply import InvalidReply, ReportedError, ServerReply, read_reply
from human_simulacra.backbones.streaming import OnText

if TYPE_CHECKING:
    from openai import OpenAI

LARGEST_BODY = 16 * 2**20  # bytes
LARGEST_ERROR = 2**20  # bytes that are read of a refusal
CONNECT_SECONDS = 10.0
HEAD_SECONDS = 60.0  # a client may take another key or token from time to time
GATEWAY_STATUS = frozenset({502, 503, 504})  # another endpoint may respond
_COUNTS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")


class ChatServer:
    """A chat completions server, at one address or at several.

    Args:
        client: An `openai.OpenAI` client, which says what is sent beside the request.
        place: The model called, for error messages.
        timeout: The longest duration of an exchange in seconds, however slowly the server sends.
        addresses: Where the model is served; empty for the address of `place`.
        http: How connections are made; None for the defaults.
        extra: Additional arguments of the OpenAI client's call, of every request.
    """

    def __init__(
        self, client: OpenAI, place: ServerPlace, timeout: float, addresses: Sequence[str] = (),
        http: HttpSettings | None = None, extra: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.place, self.timeout = place, timeout
        self._client = client
        self._http = http or HttpSettings()
        self._limits = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, CONNECT_SECONDS))
        self._extra = dict(extra or {})
        self._fields = {key: value for key, value in self._extra.items() if key not in CALL_OPTIONS}
        self._fields |= self._extra.get("extra_body") or {}
        self._endpoints = Endpoints(addresses or [place.address])
        self._heads: dict[str, _Head] = {}

    async def exchange(
        self, body: Mapping[str, Any], address: Callable[[str], str], on_text: OnText | None = None
    ) -> ServerReply:
        """Makes one request and returns the reply. Where an endpoint does not respond, the next one is asked.

        Cancelling it frees the connection.

        Args:
            body: The request.
            address: Makes the API's address of a given one.
            on_text: Receives the pieces of the answer of a request for a stream.

        Raises:
            ServerError: If the exchange fails or takes too long, or the reply is unreadable.
        """
        data = _encode({**body, **self._fields})
        tried: list[Endpoint] = []
        failure: ServerError | None = None
        while (endpoint := self._endpoints.choose(tried)) is not None:
            tried.append(endpoint)
            hears = _Listener(on_text) if on_text else None
            try:
                with self._endpoints.calling(endpoint):
                    return await self._ask(self._head(address(endpoint.address)), data, hears)
            except ServerError as error:
                if not (isinstance(error, NoResponse) or error.status in GATEWAY_STATUS):
                    raise
                self._endpoints.rest(endpoint)
                if (hears is not None and hears.heard) or (isinstance(error, NoResponse) and error.late):
                    raise
                failure = error
        assert failure is not None
        raise failure

    def _head(self, address: str) -> _Head:
        """Returns what is sent to an address beside the request, made anew after a while."""
        known = self._heads.get(address)
        if known is None or time.monotonic() > known.made + HEAD_SECONDS:
            place = replace(self.place, address=address)
            with translated_errors(place, self.timeout):
                proxy = self._http.find_proxy(address)
                client = self._client if address == self.place.address else self._client.with_options(base_url=address)
                options = {key: value for key, value in self._extra.items() if key != "extra_body"}
                head = make_request_head(client, self.place.model, options)
                known = _Head(head, replace(place, proxy=proxy), time.monotonic())
            self._heads[address] = known
        return known

    async def _ask(self, head: _Head, data: bytes, on_text: _Listener | None) -> ServerReply:
        with translated_errors(head.place, self.timeout):
            session = await open_session()
            while True:
                attempt = Attempt()
                try:
                    async with session.post(
                        head.sent.url, data=data, headers=head.sent.headers, proxy=head.place.proxy or None, timeout=self._limits,
                        ssl=self._http.tls if head.sent.url.startswith("https:") else True,
                        allow_redirects=self._http.follows_redirects, trace_request_ctx=attempt,
                    ) as response:  # fmt: skip
                        attempt.reused = False
                        return await self._read(response, head.place, on_text)
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                    # The server closed an idle connection while the request was on its way. There are only so many of them.
                    if not attempt.reused:
                        raise

    async def _read(self, response: aiohttp.ClientResponse, place: ServerPlace, on_text: _Listener | None) -> ServerReply:
        if not 200 <= response.status < 300:
            raise response_error(place, response.status, response.headers, await _read_refusal(response))
        try:
            kind = response.headers.get("content-type", "")
            if on_text is not None and "json" not in kind and "html" not in kind:
                return await _read_events(response, on_text)
            reply = read_reply(b"".join([chunk async for chunk in _chunks(response)]))
        except ReportedError as error:
            raise refusal_error(place, error.status, [error.code], str(error)) from None
        except InvalidReply as error:
            raise ServerError(place.redact(f"{place.model} sent an invalid response: {error}"), retryable=True) from None
        if on_text is not None:  # a server that cannot stream sent the whole
            on_text(split_reasoning(reply.text).answer)
        return reply


@dataclass(frozen=True)
class _Head:
    sent: RequestHead
    place: ServerPlace
    made: float


@dataclass
class _Listener:
    """Passes on pieces of an answer, and knows whether there were any."""

    on_text: OnText
    heard: bool = field(default=False)

    def __call__(self, piece: str) -> None:
        self.heard = True
        self.on_text(piece)


def _encode(body: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:  # half of a surrogate pair, or a key that is no text
        return json.dumps(body).encode()


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise InvalidReply(f"it is larger than {LARGEST_BODY} bytes")
        yield chunk


async def _read_refusal(response: aiohttp.ClientResponse) -> bytes:
    """Returns the beginning of a refusal's body; where it cannot be read, the status says enough."""
    read = b""
    try:
        async for chunk in response.content.iter_any():
            read += chunk
            if len(read) > LARGEST_ERROR:
                break
    except aiohttp.ClientError:
        return read
    return read


async def _read_events(response: aiohttp.ClientResponse, on_text: OnText) -> ServerReply:
    """Reads the events of a stream and passes on the pieces of the answer; returns them as one reply."""
    whole, ended = ServerReply(), False
    spoken = ReasoningFilter(on_text)
    async for payload in _payloads(_chunks(response)):
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
    if not (ended or whole.finish or whole.completion_tokens is not None):
        raise InvalidReply("it ended early")
    spoken.end()
    return whole


async def _payloads(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yields what the `data:` lines of an event stream carry. Only line feeds end a line: a text may hold other separators."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
    if rest.startswith(b"data:"):
        yield rest[5:].strip()
