"""Serves the web page: on the loopback interface unless a password protects it, with limits on requests."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.errors import UserError
from human_simulacra.library import Library

USER = "friend"
SHORTEST_PASSWORD = 8
LARGEST_REQUEST = 64 * 1024  # bytes; a message has at most 2,800 characters
# Only the page's own scripts: Gradio 5.50's page would fetch a script from a CDN.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'"
)


def read_password(given: str | None) -> str | None:
    """Returns the password. @FILE reads it from a file, so that it does not appear in the process list.

    Raises:
        UserError: If the file cannot be read or the password is too short.
    """
    if given is None:
        return None
    password = given
    if given.startswith("@"):
        try:
            password = Path(given[1:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"--password names {given[1:]}, which cannot be read ({error}): choose a text file") from None
    if len(password) < SHORTEST_PASSWORD:
        raise UserError(f"the password has {len(password)} characters: use at least {SHORTEST_PASSWORD}")
    return password


def make_app(
    library: Library, settings_by_backbone: Mapping[str, ChatSettings], method: str, scene: str | None, password: str | None
) -> Any:
    """Builds the page as an ASGI application, with a password if given; see `build_page`.

    Raises:
        UserError: If Gradio is not installed.
    """
    try:
        import gradio as gr
        from fastapi import FastAPI
    except ImportError:
        raise UserError("the web page needs Gradio: pip install 'human-simulacra[web]'") from None
    from human_simulacra.chat.web_page import build_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    page = build_page(library, settings_by_backbone, method, scene)
    gr.mount_gradio_app(
        app, page, path="/", auth=(USER, password) if password else None, auth_message=f"User name: {USER}", show_api=False
    )
    return RequestGuard(app)


class RequestGuard:
    """Rejects requests that are too large or upload files, and adds security headers to responses.

    Args:
        app: The wrapped ASGI application.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Handles one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        sends_body = scope["method"] not in ("GET", "HEAD", "OPTIONS")
        length = headers.get(b"content-length", b"0" if b"transfer-encoding" not in headers else b"")
        too_large = sends_body and (not length.isdigit() or int(length) > LARGEST_REQUEST)
        if too_large or scope["path"].rstrip("/").endswith("/upload"):
            await send({"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"the request is too large"})
            return

        async def guarded(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                added = [(b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff")]
                event = {**event, "headers": [*event["headers"], *added]}
            await send(event)

        await self._app(scope, receive, guarded)


def serve(app: Any, host: str, port: int) -> int:
    """Serves until ctrl-C. Prints the address once the server is ready.

    Returns:
        The exit status 0.
    """
    import uvicorn

    shown = f"[{host}]" if ":" in host else host

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for server in self.servers:
                print(f"open http://{shown}:{server.sockets[0].getsockname()[1]}/ (ctrl-C stops)", flush=True)
                break

    config = uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)
    try:
        Server(config).run()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0
