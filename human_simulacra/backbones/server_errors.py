"""Translates failures of a model server into errors that name the cause and the mend."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.request import getproxies, proxy_bypass

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.connection_failures import find_failure
from human_simulacra.backbones.server_place import ServerPlace
from human_simulacra.backbones.server_refusals import OTHER, RETRYABLE_STATUS, Refusal, find_refusal
from human_simulacra.backbones.server_reply import clean_text, describe_page

_LONGEST = 2000  # characters of what a server says that are looked at
_QUOTED = 300  # characters of it that a message quotes
_OF_TRANSPORT = {"APIConnectionError", "TransportError", "InvalidURL"}


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
def translated_errors(place: ServerPlace) -> Iterator[None]:
    """Translates every exception of a client and its transport into a `BackboneError`; `place` is the model called."""
    import openai

    try:
        yield
    except BackboneError:
        raise
    except openai.APIStatusError as error:
        said, codes = _read_error(error)
        raise refusal_error(place, error.status_code, codes, said, retry_after_seconds(error.response.headers)) from None
    except Exception as error:
        if _names(error) & _OF_TRANSPORT:
            raise _connection_error(error, place) from None
        # Whatever else a reply makes the client raise concerns this call alone.
        said = place.redact(f"{type(error).__name__}: {clean_text(str(error))}")[:_QUOTED]
        raise ServerError(f"{place.model} sent an invalid response ({said})", retryable=True) from None


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


def _read_error(error: Any) -> tuple[str, list[str]]:
    """Returns what an error response says, with the parameter that it names, and its codes."""
    body = error.body
    fields = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(fields, dict):
        inner = fields.get("innererror")  # of Azure
        codes = [fields.get("code"), fields.get("type"), inner.get("code") if isinstance(inner, dict) else None]
        named = [fields.get(name) for name in ("message", "detail", "code", "param")]
        named += [f"{name} {fields[name]}" for name in ("n_prompt_tokens", "n_ctx") if name in fields]  # of llama.cpp
        if any(named):
            return "; ".join(str(value) for value in named if value), [code for code in codes if isinstance(code, str)]
    try:
        text = error.response.text
    except Exception:  # a body that was cut cannot be read; the status remains
        text = ""
    words = str(fields or body or text or getattr(error, "message", error))[:_LONGEST]
    return describe_page(words) or words, []


def _connection_error(error: BaseException, place: ServerPlace) -> ServerError:
    """Returns the error of a call that got no response, by what stands at the root of it."""
    place = replace(place, proxy=place.proxy or _environment_proxy(place.address))
    chain = list(_causes(error))
    said = place.redact(clean_text(str(chain[-1])))[:200] or type(chain[-1]).__name__
    failure = find_failure({name for cause in chain for name in _names(cause)}, bool(place.proxy))
    message = failure.message.format(**place.words(), said=said, proxy=place.redact(place.proxy))
    return ServerError(message, retryable=failure.retryable, unusable=failure.unusable)


def _environment_proxy(address: str) -> str:
    """Returns the proxy that the environment names for an address, or an empty string."""
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    return "" if proxy_bypass(host) else getproxies().get(scheme, getproxies().get("all", ""))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _names(error: BaseException) -> set[str]:
    """Returns the names of an exception's classes: the client has its own copy of httpx, or uses the caller's."""
    return {kind.__name__ for kind in type(error).__mro__}
