"""A backbone for servers with OpenAI's chat completions API, configured by an OpenAI client.

The client says where and with what headers a request is sent; `server_exchange` sends it. This keeps the status code and
Retry-After of a failure and the token counts of a success, which OpenCompass's `generate` drops, and takes a tenth of the time.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from human_simulacra.backbones.base import BackboneError, estimate_tokens, with_spent
from human_simulacra.backbones.call_slots import CallSlots, as_slots
from human_simulacra.backbones.capabilities import Capabilities, KnownCapabilities
from human_simulacra.backbones.capability_search import CapabilitySearch
from human_simulacra.backbones.http_settings import HttpSettings
from human_simulacra.backbones.reasoning import split_reasoning
from human_simulacra.backbones.server_errors import ServerError
from human_simulacra.backbones.server_exchange import ChatServer
from human_simulacra.backbones.server_place import ServerPlace, SettingNames
from human_simulacra.backbones.server_refusals import FILTERED
from human_simulacra.backbones.server_reply import ServerReply
from human_simulacra.backbones.streaming import OnText
from human_simulacra.types import Completion, Generation, Message

if TYPE_CHECKING:
    from openai import OpenAI

# What a model may think before its answer if its config does not say: enough for most questions of current reasoning models.
REASONING_TOKENS = 4096


@dataclass(frozen=True)
class _Answer:
    """A completion, and whether the model reasoned for it."""

    completion: Completion
    reasoned: bool


_Send = Callable[
    [Capabilities, int], Awaitable[_Answer]
]  # one exchange with what a server takes, at a multiple of the token limit


class OpenAIChat:
    """A chat completions endpoint.

    Args:
        client: An `openai.OpenAI` client, which makes the heads of requests and sends nothing.
        model: The model's name on the server.
        fingerprint: Identifies everything that affects the answers: server, model and fixed parameters.
        concurrency: Maximum number of concurrent calls, or slots that are shared with other backbones.
        extra: Additional arguments of the client's call, of every request.
        capabilities: What the server takes; None to find it out.
        reasoning_tokens: What the model may think before its answer; None for `REASONING_TOKENS` if it reasons, else 0.
        timeout: The longest duration of a request in seconds, however slowly the server sends.
        empty_is_answer: Whether an empty text is always a valid answer. Otherwise it is a retryable failure of the server, unless
            the token limit or the content filter ended the answer before its first word.
        redact: Removes secrets from error messages.
        names: What the user sets to reach the server, for error messages.
        http: How connections are made; None for the defaults.
        addresses: All addresses at which the model is served; empty for that of the client alone.

    Attributes:
        bounds_lists: Whether the server knows the bounds of lists in a schema; see `AnswerForm.schema`.
        repeats_cut: Whether a cut answer is asked for once more with more room, where it can help.
    """

    bounds_lists: ClassVar[bool] = False
    repeats_cut: ClassVar[bool] = True

    def __init__(
        self,
        client: OpenAI,
        model: str,
        fingerprint: str,
        concurrency: int | CallSlots,
        extra: Mapping[str, Any] | None = None,
        capabilities: KnownCapabilities | None = None,
        reasoning_tokens: int | None = None,
        timeout: float = 600.0,
        empty_is_answer: bool = False,
        redact: Callable[[object], str] = str,
        names: SettingNames = SettingNames(),
        http: HttpSettings | None = None,
        addresses: Sequence[str] = (),
    ) -> None:
        place = ServerPlace(model, str(client.base_url), redact, names=names)
        self.server = ChatServer(client, place, timeout, addresses, http, extra)
        self.model = model
        self.fingerprint = fingerprint
        self.capabilities = capabilities or KnownCapabilities(fingerprint)
        self.reasoning_tokens = reasoning_tokens
        self.empty_is_answer = empty_is_answer
        self.slots = as_slots(concurrency)

    async def complete(self, messages: Sequence[Message], generation: Generation, blind: bool = False) -> Completion:
        """Answers with one request, or two if the first was cut; raises a BackboneError that tells whether to retry.

        Args:
            messages: The conversation.
            generation: Generation parameters.
            blind: Whether the request is known to be harmless, so that a refusal says what the server does not take, even if it
                does not name it.
        """
        async with self.slots:
            return await self._complete(messages, generation, blind)

    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        """Answers like `complete`, and calls `on_text` with each piece of the answer as it arrives. To stop it, cancel it."""
        async with self.slots:
            return await self._stream(messages, generation, on_text)

    async def _complete(self, messages: Sequence[Message], generation: Generation, blind: bool) -> Completion:
        send = self._ask_whole(messages, generation)
        return await self._answer(send, send, generation, blind)

    async def _stream(self, messages: Sequence[Message], generation: Generation, on_text: OnText) -> Completion:
        ask_whole = self._ask_whole(messages, generation)

        async def at_once(taken: Capabilities, room: int) -> _Answer:
            answer = await ask_whole(taken, room)
            on_text(answer.completion.text)
            return answer

        async def piecewise(taken: Capabilities, room: int) -> _Answer:
            if not taken.streaming:
                return await at_once(taken, room)
            body = self._body(taken, messages, generation, room) | {"stream": True}
            if "stream_options" not in taken.omit:
                body["stream_options"] = {"include_usage": True}
            return await self._send(body, taken, messages, on_text)

        # What was heard cannot be taken back: only an answer without a word is asked for again.
        return await self._answer(piecewise, at_once, replace(generation, whole=False), False)

    def _ask_whole(self, messages: Sequence[Message], generation: Generation) -> _Send:
        """Returns what makes one exchange whose answer comes whole."""
        return lambda taken, room: self._send(self._body(taken, messages, generation, room), taken, messages)

    async def _answer(self, send: _Send, again: _Send, generation: Generation, blind: bool) -> Completion:
        """Makes an exchange, and one more with twice the room if the answer was cut and that can help."""
        first = await self._exchange(send, 1, blind)
        done = first.completion
        helps = not done.text or (generation.whole and self.repeats_cut)
        if done.finish != "length" or blind or not helps:
            return done
        try:
            second = (await self._exchange(again, 2, False)).completion
        except BackboneError as error:
            if not error.retryable:
                return done
            error.spent = with_spent(error.spent, replace(done, text=""))
            raise
        return with_spent(second, done) or second

    async def _exchange(self, send: _Send, room: int, blind: bool) -> _Answer:
        """Makes one exchange with what the server is known to take; if that is refused, with what else it may take."""
        taken = self.capabilities.current
        try:
            answer = await send(taken, room)
        except ServerError as error:
            search = CapabilitySearch(self.capabilities.given, blind)
            taken, answer = await search.run(lambda candidate: send(candidate, room), taken, error)
        wordless = answer.completion.finish == "length" and not answer.completion.text
        self.capabilities.learn(replace(taken, reasons=taken.reasons or answer.reasoned or wordless))
        return answer

    def _body(self, taken: Capabilities, messages: Sequence[Message], generation: Generation, room: int) -> dict[str, Any]:
        thinking = self.reasoning_tokens if self.reasoning_tokens is not None else REASONING_TOKENS * taken.reasons
        body: dict[str, Any] = {
            "model": self.model,
            "messages": taken.messages(messages),
            taken.tokens_key: room * (generation.max_tokens + thinking),
            "temperature": generation.temperature,
            "seed": generation.seed + generation.sample,
        }
        if generation.form is not None:
            form = {"name": "answer", "strict": True, "schema": generation.form.schema(self.bounds_lists)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return {key: value for key, value in body.items() if key not in taken.omit}

    async def _send(
        self, body: Mapping[str, Any], taken: Capabilities, messages: Sequence[Message], on_text: OnText | None = None
    ) -> _Answer:
        started = time.perf_counter()
        try:
            reply = await self.server.exchange(body, taken.address, on_text)
        except ServerError as error:
            if error.kind is not FILTERED:
                raise
            # As if the filter had ended the answer before its first word: asking again would not help.
            reply = ServerReply(finish="content_filter", prompt_tokens=0, completion_tokens=0)
        return self._read(reply, messages, time.perf_counter() - started)

    def _read(self, reply: ServerReply, messages: Sequence[Message], seconds: float) -> _Answer:
        """Returns the answer without the reasoning; raises a BackboneError with what was spent if there is neither."""
        split = split_reasoning(reply.text)
        reasoned = bool(split.reasoning or split.unfinished or reply.reasoning or reply.reasoning_tokens)
        finish = reply.finish
        if finish != "content_filter" and (split.unfinished or (reasoned and not split.answer)):
            finish = "length"  # it ended before its answer began, whatever the server calls that
        guessed = reply.prompt_tokens is None or reply.completion_tokens is None
        prompt = sum(estimate_tokens(m.content) for m in messages) if reply.prompt_tokens is None else reply.prompt_tokens
        written = estimate_tokens(reply.text + reply.reasoning) if reply.completion_tokens is None else reply.completion_tokens
        done = Completion(split.answer, prompt, min(reply.cached_tokens or 0, prompt), written, guessed, seconds, finish=finish)
        if split.answer or self.empty_is_answer or finish in ("length", "content_filter"):
            return _Answer(done, reasoned)
        if reply.calls_tool:
            raise BackboneError(f"{self.model} called a tool instead of answering", spent=done)
        raise BackboneError(f"{self.model} sent an empty message", retryable=True, spent=done)
