"""The HTTP server of the judging page: local only, built on the standard library."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from human_simulacra.errors import UserError
from human_simulacra.judging import html_pages as pages
from human_simulacra.judging.blind_order import order_items, read_form
from human_simulacra.judging.grade_store import GradeStore, check_name
from human_simulacra.judging.judged_items import JudgedItem
from human_simulacra.library import Library
from human_simulacra.local_address import find_refusal

HOST = "127.0.0.1"
LARGEST_REQUEST = 4096  # bytes; a form holds a name or a grade


def make_server(
    items: Sequence[JudgedItem], store: GradeStore, library: Library, port: int, judge: str | None
) -> ThreadingHTTPServer:
    """Returns the server, already listening.

    Args:
        items: The items to grade.
        store: Stores the grades.
        library: The library with the characters' stories.
        port: Port on the loopback interface; 0 uses a free one.
        judge: The judge's name; None asks for it on the first page.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = 30
        server_version = "human-simulacra"
        sys_version = ""

        def do_GET(self) -> None:
            if not self._is_local_request():
                return
            parts = self._parts()
            if parts == [] and judge:
                self._redirect(pages.page_path(judge))
            elif parts == []:
                self._page(lambda nonce: pages.render_welcome(nonce, len(items)))
            elif len(parts) in (2, 3) and parts[0] == "judge":
                self._judge(parts[1], parts[2] if len(parts) == 3 else "")
            else:
                self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

        def do_POST(self) -> None:
            if not self._is_local_request():
                return
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST_REQUEST:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the request is too large")
                return
            if "Origin" not in self.headers:
                self._refuse(HTTPStatus.FORBIDDEN, "the form was not sent from this page")
                return
            form = {key: values[0] for key, values in parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace")).items()}
            parts = self._parts()
            if parts == []:
                self._enter(form.get("name", ""))
            elif len(parts) == 3 and parts[0] == "judge":
                self._grade(parts[1], parts[2], form)
            else:
                self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

        def _parts(self) -> list[str]:
            return [unquote(part) for part in urlsplit(self.path).path.split("/") if part]

        def _is_local_request(self) -> bool:
            headers = [(name.lower(), value) for name, value in self.headers.items()]
            refusal = find_refusal(headers, local_only=True, method=self.command)
            if refusal:
                self._refuse(HTTPStatus.FORBIDDEN, refusal)
            return not refusal

        def _enter(self, given: str) -> None:
            try:
                self._redirect(pages.page_path(check_name(given)))
            except UserError as error:
                message = str(error)
                self._page(lambda nonce: pages.render_welcome(nonce, len(items), message), HTTPStatus.UNPROCESSABLE_ENTITY)

        def _valid_name(self, given: str) -> str | None:
            try:
                return check_name(given)
            except UserError as error:
                self._refuse(HTTPStatus.NOT_FOUND, str(error))
                return None

        def _judge(self, given: str, place: str) -> None:
            if (name := self._valid_name(given)) is None:
                return
            try:
                order, grades = order_items(name, items), store.grades_of(name)
            except UserError as error:
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
                return
            first = _next_ungraded(order, grades, 0)
            if place == "" or (place == "done" and first):
                self._redirect(pages.page_path(name, first or "done"))
            elif place == "done":
                self._page(lambda nonce: pages.render_done(nonce, name, len(order)))
            elif place.isdecimal() and 1 <= int(place) <= len(order):
                self._page(lambda nonce: pages.render_item(nonce, name, order, int(place), grades, library))
            else:
                self._refuse(HTTPStatus.NOT_FOUND, "there is no such item")

        def _grade(self, given: str, place: str, form: dict[str, str]) -> None:
            if (name := self._valid_name(given)) is None:
                return
            order = order_items(name, items)
            item = order[int(place) - 1] if place.isdecimal() and 1 <= int(place) <= len(order) else None
            if item is None or item.id != form.get("item", ""):
                # A tab left open while the run was evaluated again shows an item that is no longer at this place.
                self._refuse(HTTPStatus.CONFLICT, "nothing was saved: the run's items have changed; go back and reload the page")
                return
            try:
                store.save(name, read_form(name, item, form))
                grades = store.grades_of(name)
            except UserError as error:
                self._refuse(HTTPStatus.BAD_REQUEST, str(error))
                return
            self._redirect(pages.page_path(name, _next_ungraded(order, grades, int(place)) or "done"))

        def _page(self, render: Callable[[str], str], status: HTTPStatus = HTTPStatus.OK) -> None:
            nonce = secrets.token_urlsafe(16)
            body = render(nonce).encode()
            policy = (
                f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; "
                "frame-ancestors 'none'; base-uri 'none'"
            )
            self._send(status, body, {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy})

        def _refuse(self, status: HTTPStatus, why: str) -> None:
            self.close_connection = True
            self._send(status, f"{why}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})

        def _redirect(self, address: str) -> None:
            self._send(HTTPStatus.SEE_OTHER, b"", {"Location": address})

        def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            fixed = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
            for key, value in {**headers, **fixed, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing, to keep the terminal readable."""

    return ThreadingHTTPServer((HOST, port), Handler)


def serve(server: ThreadingHTTPServer) -> int:
    """Prints the address, serves until ctrl-C and returns 0."""
    print(f"open http://{HOST}:{server.server_port}/ (stop with ctrl-C; every grade is saved at once)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        server.server_close()
    return 0


def _next_ungraded(order: Sequence[JudgedItem], grades: dict[str, int], after: int) -> int | None:
    """Returns the place (from 1) of the next ungraded item, continuing at the start; None if all are graded."""
    places = [*range(after + 1, len(order) + 1), *range(1, after + 1)]
    return next((place for place in places if not order[place - 1].is_graded(grades)), None)
