"""The HTTP server of the viewer's pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from http.server import ThreadingHTTPServer

from human_simulacra.errors import UserError
from human_simulacra.reporting.report_page import content_policy
from human_simulacra.run_viewer import html_pages as pages
from human_simulacra.run_viewer.run_card import UNREADABLE
from human_simulacra.run_viewer.run_catalog import RunCatalog
from human_simulacra.web_pages.page_server import PageHandler, open_server


def make_server(catalog: RunCatalog, port: int) -> ThreadingHTTPServer:
    """Returns the server, already listening at a port of the loopback interface; 0 is a free one.

    Raises:
        UserError: If the port cannot be used.
    """

    class Handler(PageHandler):
        def show(self, parts: list[str], query: Mapping[str, str]) -> None:
            try:
                send = self._prepare(parts, query)
            except UserError as error:
                message = str(error)
            except UNREADABLE as error:
                message = f"a file of the run has not the form that this version reads ({error!r}): it was edited or cut"
            else:
                return send()
            self.send_page(pages.message_page("This cannot be shown", message), HTTPStatus.NOT_FOUND)

        def _prepare(self, parts: list[str], query: Mapping[str, str]) -> Callable[[], None]:
            """Reads what an address shows, and returns what sends it, so that a fault of a file becomes a page."""
            if parts == []:
                return partial(self.send_page, pages.list_page(catalog, query))
            if parts == ["compare"]:
                return partial(self.send_page, pages.comparison_page(catalog, query))
            name = "/".join(parts[1:-1] if parts[-1] == "report" else parts[1:])
            if parts[0] != "run" or not name:
                return partial(self.refuse, HTTPStatus.NOT_FOUND, "there is no such page")
            if parts[-1] == "report":
                return partial(self.send_html, catalog.report(name), f"{content_policy()}; frame-ancestors 'none'")
            return partial(self.redirect, pages.report_path(name))

        def take(self, parts: list[str], form: Mapping[str, str]) -> None:
            self.refuse(HTTPStatus.METHOD_NOT_ALLOWED, "these pages change nothing")

    return open_server(Handler, port)
