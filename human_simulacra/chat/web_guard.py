"""Guards the chat page: refuses requests of other sites, too large ones, uploads, and guesses of the password."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from human_simulacra.chat.login_throttle import LoginThrottle
from human_simulacra.chat.web_visitor import cookie_for
from human_simulacra.local_address import find_refusal

LARGEST_REQUEST = 64 * 1024  # bytes; a message has at most 2,800 characters
# Only the page's own scripts: Gradio 5.50's page would fetch a script from a CDN.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'"
)
_HEADERS = [(b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff")]
_READING = ("GET", "HEAD", "OPTIONS")


class RequestGuard:
    """Rejects what the page's own visitors never send, and adds security headers and, behind a password, the visitor's cookie.

    Args:
        app: The wrapped ASGI application.
        local_only: Whether this machine alone can reach the server.
        throttle: Slows wrong passwords; None for a page without a password.
    """

    def __init__(self, app: Any, local_only: bool = True, throttle: LoginThrottle | None = None) -> None:
        self._app = app
        self._local_only = local_only
        self._throttle = throttle

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Handles one connection."""
        if scope["type"] == "websocket":
            if find_refusal(_headers(scope), self._local_only):
                await receive()
                await send({"type": "websocket.close", "code": 1008})
                return
        elif scope["type"] == "http":
            if refusal := self._find_refusal(scope):
                await _refuse(send, *refusal)
                return
            if self._throttle and scope["method"] not in _READING and scope["path"].rstrip("/").endswith("/login"):
                await self._log_in(self._throttle, scope, receive, send)
                return
        cookie = b""
        if self._throttle and scope["type"] == "http" and scope["path"] == "/":
            cookie = cookie_for(dict(_headers(scope)).get("cookie", "")).encode()
        await self._app(scope, receive, _with_headers(send, [(b"set-cookie", cookie)] if cookie else []))

    def _find_refusal(self, scope: Mapping[str, Any]) -> tuple[int, str] | None:
        headers = _headers(scope)
        sends_body = scope["method"] not in _READING
        given = dict(headers)
        if refusal := find_refusal(headers, self._local_only, scope["method"]):
            return 403, refusal
        length = given.get("content-length", "0" if "transfer-encoding" not in given else "")
        if sends_body and (not length.isdecimal() or int(length) > LARGEST_REQUEST):
            return 413, "the request is too large"
        if scope["path"].rstrip("/").endswith("/upload"):
            return 413, "this page takes no files"
        return None

    async def _log_in(self, throttle: LoginThrottle, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        address = (scope.get("client") or ("",))[0]
        if wait := throttle.seconds_to_wait(address):
            seconds = str(math.ceil(wait))
            await _refuse(send, 429, f"too many wrong passwords: wait {seconds} seconds", [(b"retry-after", seconds.encode())])
            return
        throttle.begin(address)

        async def watched(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                (throttle.succeed if event["status"] < 400 else throttle.fail)(address)
            await send(event)

        await self._app(scope, receive, _with_headers(watched))


def _headers(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]


def _with_headers(send: Any, more: Sequence[tuple[bytes, bytes]] = ()) -> Any:
    async def guarded(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            event = {**event, "headers": [*event["headers"], *_HEADERS, *more]}
        await send(event)

    return guarded


async def _refuse(send: Any, status: int, why: str, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    content = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [content, *(headers or [])]})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
