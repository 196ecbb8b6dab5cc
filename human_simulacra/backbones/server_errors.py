"""Translates failures of a model server into errors that name the cause and the mend."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.connection_failures import TIME_OUT, find_failure
from human_simulacra.backbones.server_place import ServerPlace
from human_simulacra.backbones.server_refusals import OTHER, RETRYABLE_STATUS, Refusal, find_refusal
from human_simulacra.backbones.server_reply import clean_text, describe_page
from human_simulacra.errors import UserError

_LONGEST = 2000  # characters of what a server says that are looked at
_QUOTED = 300  # characters of it that a message quotes
_PROXY_LOGIN = 407
# aiohttp's own exceptions, those of the operating system, and those of the OpenAI client's address.
_OF_TRANSPORT = {"ClientError", "OSError", "TimeoutError", "TransportError", "InvalidURL"}


class ServerError(BackboneError):
    """A failure that a server or the way to it reported.

    Args:
        message: Cause and mend.
        status: The HTTP status; 0 if there was no response.
        said: What the server said.
        kind: The kind of refusal; `OTHER` if there was no response.
        **more: See `BackboneError`.
    """

    def __init__(
        self, message: str, *, status: int = 0, said: str = "", kind: Refusal = OTHER, retryable: bool = False,
        retry_after: float | None = None, unusable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(message, retryable=retryable, retry_after=retry_after, unusable=unusable)
        self.status = status
        self.said = said
        self.kind = kind


class NoResponse(ServerError):
    """A call that got no response, or only a part of it.

    Attributes:
        late: Whether it was ended by its time limit.
    """

    def __init__(self, message: str, *, retryable: bool, unusable: bool, late: bool) -> None:
        super().__init__(message, retryable=retryable, unusable=unusable)
        self.late = late


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Returns the Retry-After header (seconds or a date) as seconds from now, or None if absent or invalid."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
        return seconds if 0 <= seconds < float("inf") else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


@contextmanager
def translated_errors(place: ServerPlace, seconds: float) -> Iterator[None]:
    """Translates every exception of a call and its transport into a `BackboneError`.

    Args:
        place: The model called, with the proxy of the call.
        seconds: The time limit of the call.
    """
    import aiohttp

    try:
        yield
    except (BackboneError, UserError):
        raise
    except aiohttp.ClientHttpProxyError as error:
        if error.status == _PROXY_LOGIN:
            raise refusal_error(place, error.status, [], error.message) from None
        raise _connection_error(error, place, seconds) from None
    except Exception as error:
        if _names(error) & _OF_TRANSPORT:
            raise _connection_error(error, place, seconds) from None
        # Whatever else a reply causes concerns this call alone.
        said = place.redact(f"{type(error).__name__}: {clean_text(str(error))}")[:_QUOTED]
        raise ServerError(f"{place.model} sent an invalid response ({said})", retryable=True) from None


def response_error(place: ServerPlace, status: int, headers: Mapping[str, str], body: bytes) -> ServerError:
    """Returns the error of a response whose status says that the server refused the call.

    Args:
        place: The model called.
        status: The HTTP status.
        headers: The response's headers; their names are found in lower case.
        body: What could be read of it.
    """
    said, codes = _read_error(body.decode("utf-8", "replace").strip())
    return refusal_error(place, status, codes, said, retry_after_seconds(headers))


def refusal_error(
    place: ServerPlace, status: int, codes: Iterable[str], words: str, retry_after: float | None = None
) -> ServerError:
    """Returns the error of a call that a server refused.

    Args:
        place: The model called.
        status: The HTTP status.
        codes: The codes that the server sent, such as `context_length_exceeded`.
        words: What the server said.
        retry_after: Seconds to wait as requested by the server, or None.
    """
    said = place.redact(clean_text(words))
    kind = find_refusal(status, codes, said)
    fields = place.words() | {"said": f"HTTP {status}: {' '.join(said.split())[:_QUOTED]}"}
    message = ": ".join(part.format(**fields) for part in (kind.cause, kind.mend) if part)
    return ServerError(
        message, status=status, said=said, kind=kind, retryable=status in RETRYABLE_STATUS and not kind.unusable,
        retry_after=retry_after, unusable=kind.unusable,
    )  # fmt: skip


def _read_error(text: str) -> tuple[str, list[str]]:
    """Returns what an error response says, with the parameter that it names, and its codes."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    fields = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(fields, dict):
        inner = fields.get("innererror")  # of Azure
        codes = [fields.get("code"), fields.get("type"), inner.get("code") if isinstance(inner, dict) else None]
        named = [fields.get(name) for name in ("message", "detail", "code", "param")]
        named += [f"{name} {fields[name]}" for name in ("n_prompt_tokens", "n_ctx") if name in fields]  # of llama.cpp
        if any(named):
            return "; ".join(str(value) for value in named if value), [code for code in codes if isinstance(code, str)]
    words = str(fields or body or text)[:_LONGEST]
    return describe_page(words) or words, []


def _connection_error(error: BaseException, place: ServerPlace, seconds: float) -> NoResponse:
    """Returns the error of a call that got no response, by what stands at the root of it."""
    chain = list(_causes(error))
    texts = (str(cause) for cause in reversed(chain))
    said = place.redact(clean_text(next(filter(None, texts), type(error).__name__)))[:200]
    failure = find_failure({name for cause in chain for name in _names(cause)}, bool(place.proxy))
    message = failure.message.format(**place.words(), said=said, proxy=place.redact(place.proxy), seconds=seconds)
    return NoResponse(message, retryable=failure.retryable, unusable=failure.unusable, late=failure.names == TIME_OUT)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _names(error: BaseException) -> set[str]:
    """Returns the names of an exception's classes."""
    return {kind.__name__ for kind in type(error).__mro__}
