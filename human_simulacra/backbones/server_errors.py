"""Translates failures of a model server into errors that name the cause and the mend."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from urllib.request import getproxies, proxy_bypass

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.server_reply import clean_text

_LONGEST = 2000  # characters of what a server says that are looked at
RETRYABLE_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_TOO_LONG = re.compile(
    r"context[ _]*(length|window|size)|maximum (context|prompt|input)|prompt is too long|too many (input )?tokens"
    r"|exceeds? .{0,40}context",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model\b.{0,120}?\b(not (exist|found|available|supported)|unknown|no such)|(unknown|invalid|no such|not a valid) model"
    r"|model_not_found|does not exist.{0,40}model|pulling it first",
    re.IGNORECASE | re.DOTALL,
)
_OF_TRANSPORT = {"APIConnectionError", "TransportError", "InvalidURL"}
_NO_CREDIT = re.compile(r"insufficient[_ ](quota|balance|credit|funds)|billing|exceeded your current quota", re.IGNORECASE)


class ServerError(BackboneError):
    """A failure that a server or the way to it reported.

    Args:
        message: Cause and mend.
        status: The HTTP status; 0 if there was no response.
        said: What the server said.
        **more: See `BackboneError`.
    """

    def __init__(
        self, message: str, *, status: int = 0, said: str = "", retryable: bool = False, retry_after: float | None = None,
        unusable: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(message, retryable=retryable, retry_after=retry_after, unusable=unusable)
        self.status = status
        self.said = said


def refuses_length(status: int, said: str) -> bool:
    """Returns whether a server refused a prompt for its length."""
    return status == 413 or (400 <= status < 500 and bool(_TOO_LONG.search(said)))


def refuses_model(status: int, said: str) -> bool:
    """Returns whether a server does not know the model."""
    return status in (400, 404, 422) and bool(_NO_MODEL.search(said))


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
def translated_errors(model: str, address: str, redact: Callable[[object], str], proxy: str = "") -> Iterator[None]:
    """Translates every exception of a client and its transport into a `BackboneError`.

    Args:
        model: The model's name.
        address: The server's address.
        redact: Removes secrets from messages.
        proxy: The address of the proxy; empty for that of the environment, if any.
    """
    import openai

    try:
        yield
    except BackboneError:
        raise
    except openai.APIStatusError as error:
        raise _of_status(error, model, address, redact) from None
    except Exception as error:
        if _names(error) & _OF_TRANSPORT:
            raise _of_connection(error, model, address, redact, proxy or _environment_proxy(address)) from None
        # Whatever else a reply makes the client raise concerns this call alone.
        said = redact(f"{type(error).__name__}: {clean_text(str(error))}")[:300]
        raise ServerError(f"{model} sent an invalid response ({said})", retryable=True) from None


def _of_status(error: object, model: str, address: str, redact: Callable[[object], str]) -> ServerError:
    status: int = error.status_code  # type: ignore[attr-defined]
    said = redact(clean_text(_said(error)))
    where, quoted = f"{model} at {redact(address)}", " ".join(said.split())[:300]
    if status in (401, 403):
        message = f"{where} refused the key (HTTP {status}: {quoted}): export OPENAI_API_KEY with a valid key for this server"
        return ServerError(message, status=status, said=said, unusable=True)
    if status == 402 or (status == 429 and _NO_CREDIT.search(said)):
        message = f"{where} answers no more (HTTP {status}: {quoted}): the account has no credit left"
        return ServerError(message, status=status, said=said, unusable=True)
    if status == 407:
        return ServerError(f"the proxy wants a login (HTTP 407): {_PROXY}", status=status, said=said, unusable=True)
    if refuses_length(status, said):
        message = f"{model} refused a prompt that is too long for it (HTTP {status}: {quoted}): use a model with a longer context"
        return ServerError(message, status=status, said=said)
    if refuses_model(status, said):
        message = f"{redact(address)} has no model '{model}' (HTTP {status}: {quoted}): set path to a model of this server"
        return ServerError(message, status=status, said=said, unusable=True)
    if status == 404:
        mend = "set openai_api_base to the API's address, often ending in /v1"
        message = f"{redact(address)} has no chat completions (HTTP 404: {quoted}): {mend}"
        return ServerError(message, status=status, said=said, unusable=True)
    wait = retry_after_seconds(error.response.headers)  # type: ignore[attr-defined]
    message = f"{model} answered HTTP {status}: {quoted}"
    return ServerError(message, status=status, said=said, retryable=status in RETRYABLE_STATUS, retry_after=wait)


def _said(error: object) -> str:
    """Returns the message of an error response with the parameter that it names, or its text."""
    body = getattr(error, "body", None)
    fields = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(fields, dict):
        named = [fields.get(name) for name in ("message", "detail", "code", "param")]
        if any(named):
            return "; ".join(str(value) for value in named if value)
    try:
        text = error.response.text  # type: ignore[attr-defined]
    except Exception:  # a body that was cut cannot be read; the status remains
        text = ""
    return str(fields or body or text or getattr(error, "message", error))[:_LONGEST]


_PROXY = "set HTTPS_PROXY to the proxy's address, or NO_PROXY for a server that needs none"


def _of_connection(error: BaseException, model: str, address: str, redact: Callable[[object], str], proxy: str) -> ServerError:
    """Returns the error of a call that got no response, by what stands at the root of it."""
    chain = list(_causes(error))
    said = redact(clean_text(str(chain[-1])))[:200]
    names = {name for cause in chain for name in _names(cause)}
    where = f"{model} at {redact(address)}"
    unreached = f"{where} could not be reached" + (f" through the proxy {redact(proxy)}" if proxy else "")
    if "SSLCertVerificationError" in names:
        mend = "set SSL_CERT_FILE to a file with your certificate authority, or http_client_cfg=dict(verify=FILE)"
        return ServerError(f"{where} shows a certificate that cannot be trusted ({said}): {mend}", unusable=True)
    if "SSLError" in names:
        return ServerError(f"{unreached}: it does not speak TLS ({said}): write http:// in openai_api_base", unusable=True)
    if "ProxyError" in names:
        return ServerError(f"{unreached} ({said}): {_PROXY}", unusable=True)
    if "gaierror" in names:
        mend = "check openai_api_base and the network"
        return ServerError(f"{unreached}: its name is unknown ({said}): {mend}", retryable=True, unusable=True)
    if "ConnectionRefusedError" in names:
        mend = _PROXY if proxy else "start the server, or set openai_api_base to its address"
        return ServerError(f"{unreached}: the connection was refused: {mend}", retryable=True, unusable=True)
    if names & {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}:
        mend = "set openai_api_base to an address such as http://localhost:8000/v1"
        return ServerError(f"{unreached}: {said}: {mend}", unusable=True)
    if names & {"ConnectError", "ConnectTimeout"}:
        mend = "check openai_api_base, the network and the proxy"
        return ServerError(f"{unreached} ({said or type(chain[-1]).__name__}): {mend}", retryable=True, unusable=True)
    if names & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return ServerError(f"{where} timed out: set a longer timeout in its config", retryable=True)
    return ServerError(f"{where} ended its answer early ({said or type(error).__name__})", retryable=True)


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
