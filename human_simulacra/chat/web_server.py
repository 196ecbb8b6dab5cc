"""Serves the web page: on the loopback interface unless a password protects it."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation_store import own_conversations
from human_simulacra.chat.login_throttle import LoginThrottle
from human_simulacra.chat.web_guard import RequestGuard
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.secret_redaction import add_secret

USER = "friend"
SHORTEST_PASSWORD = 8


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
    add_secret(password)
    return password


def make_app(
    library: Library,
    settings_by_backbone: Mapping[str, ChatSettings],
    method: str,
    scene: str | None,
    password: str | None,
    local_only: bool = True,
    keep_conversations: bool = True,
) -> Any:
    """Builds the page as an ASGI application, behind a `RequestGuard`.

    Args:
        library: See `build_page`, also for the next three.
        settings_by_backbone: See there.
        method: See there.
        scene: See there.
        password: The visitors' password; None for a page without one.
        local_only: Whether this machine alone can reach the server.
        keep_conversations: Whether conversations are stored in the user's data folder; if not, they end with the program.

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
    # A page without a password is for the user of this machine; behind one, visitors must not see each other's conversations.
    page = build_page(
        library, settings_by_backbone, method, scene, own_conversations(keep_conversations), visitors=password is not None
    )
    gr.mount_gradio_app(
        app, page, path="/", auth=(USER, password) if password else None, auth_message=f"User name: {USER}", show_api=False
    )
    return RequestGuard(app, local_only, LoginThrottle() if password else None)


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

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # An open page holds a connection until the end; that this cuts it is no error to tell.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    config = uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)
    try:
        Server(config).run()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0
