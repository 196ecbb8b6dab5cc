"""The HTTP server of local web pages: for this machine alone, built on the standard library.

A subclass of `PageHandler` says what each address shows and takes. Requests of other sites are refused before they reach it.
"""

from __future__ import annotations

import os
import secrets
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from human_simulacra.local_address import check_address, find_refusal

HOST = "127.0.0.1"


class PageHandler(BaseHTTPRequestHandler):
    """Handles the requests of local pages; methods of subclasses answer each with `send_page`, `redirect` or `refuse`."""

    timeout = 30
    server_version = "human-simulacra"
    sys_version = ""
    largest_request = 4096  # bytes of a form

    def show(self, parts: list[str], query: Mapping[str, str]) -> None:
        """Answers a GET request for an address with these parts of its path."""
        raise NotImplementedError

    def take(self, parts: list[str], form: Mapping[str, str]) -> None:
        """Answers a POST request with a form."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Refuses a request that comes from elsewhere, and shows a page otherwise."""
        if self._is_local_request():
            self.show(self._parts(), dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

    def do_POST(self) -> None:
        """Refuses a form that is too large or was not sent from our page, and takes it otherwise."""
        if not self._is_local_request():
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > self.largest_request:
            self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too large")
        elif "Origin" not in self.headers:
            self.refuse(HTTPStatus.FORBIDDEN, "the form was not sent from this page")
        else:
            # Of a field that is given twice, the first counts.
            self.take(self._parts(), dict(reversed(parse_qsl(self.rfile.read(int(length)).decode("utf-8", "replace")))))

    def send_page(self, render: Callable[[str], str], status: HTTPStatus = HTTPStatus.OK) -> None:
        """Sends a page, rendered with the nonce that its style and script need."""
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        self.send_html(render(nonce), policy, status)

    def send_html(self, html: str, policy: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Sends a page as it is with a content security policy, which must allow what the page needs."""
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
        self._send(status, html.encode("utf-8", "replace"), headers)

    def refuse(self, status: HTTPStatus, why: str) -> None:
        """Refuses the request with a sentence and closes the connection, on which an unread form may follow."""
        self.close_connection = True
        self._send(status, f"{why}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})

    def accept(self) -> None:
        """Says to the page's script that a form was taken; there is nothing to show."""
        self._send(HTTPStatus.NO_CONTENT, b"", {})

    def redirect(self, address: str) -> None:
        """Sends the browser to another page."""
        self._send(HTTPStatus.SEE_OTHER, b"", {"Location": address})

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.split("/") if part]

    def _is_local_request(self) -> bool:
        headers = [(name.lower(), value) for name, value in self.headers.items()]
        refusal = find_refusal(headers, local_only=True, method=self.command)
        if refusal:
            self.refuse(HTTPStatus.FORBIDDEN, refusal)
        return not refusal

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        fixed = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        for key, value in {**headers, **fixed, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing, to keep the terminal readable."""


def open_server(handler: type[PageHandler], port: int) -> ThreadingHTTPServer:
    """Returns a server that already listens at a port of the loopback interface; 0 is a free one.

    Raises:
        UserError: If the port cannot be used.
    """
    check_address(HOST, port)
    return ThreadingHTTPServer((HOST, port), handler)


def serve(server: ThreadingHTTPServer, saved: str = "", path: str = "", browser: bool = False) -> int:
    """Prints the address, serves until ctrl-C and returns 0.

    Args:
        server: The server, which already listens.
        saved: What is on disk at once, of which the line with the address tells; empty for pages that save nothing.
        path: The path of the first page, without its first slash.
        browser: Whether to open the page in a browser, where a person sits at a desktop.
    """
    address = f"http://{HOST}:{server.server_port}/{path}"
    print(f"open {address} (stop with ctrl-C{f'; every {saved} is saved at once' if saved else ''})", flush=True)
    if browser and _has_desktop():
        # In a thread of its own, since a browser that is slow to start must not keep the page from it.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        server.server_close()
    return 0


def _has_desktop() -> bool:
    """Returns whether a browser can show itself: without a desktop, Python would open one in the terminal."""
    known = sys.platform in ("darwin", "win32") and not os.environ.get("SSH_CONNECTION")
    return sys.stdout.isatty() and bool(known or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
