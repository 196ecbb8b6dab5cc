"""The page on which people decide about the texts of the review queue, one at a time, with a list of all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path

from human_simulacra.construction.review.review_queue import STATES, Decisions, describe_decision, is_open, read_decided
from human_simulacra.construction.review.terminal_review import diff_sentences
from human_simulacra.errors import UserError
from human_simulacra.web_pages.page_server import PageHandler, open_server
from human_simulacra.web_pages.page_templates import open_templates


def make_server(out: Path, character_id: str, port: int) -> ThreadingHTTPServer:
    """Returns the page's server for one character, already listening at a port of the loopback interface."""

    class Handler(PageHandler):
        largest_request = 1 << 20  # bytes; texts are longer than names

        def show(self, parts: list[str], query: Mapping[str, str]) -> None:
            # Of an address, a text is never taken: a link on another site could bring it.
            self._answer("/".join(parts), {name: query.get(name, "") for name in ("after", "tool", "state")})

        def take(self, parts: list[str], form: Mapping[str, str]) -> None:
            self._answer("/".join(parts), form)

        def _answer(self, key: str, given: Mapping[str, str]) -> None:
            sent, error = self.command == "POST", ""
            try:
                entries = read_decided(out, character_id)
            except UserError as fault:
                return self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(fault))
            if key not in entries and (key or sent):
                return self.refuse(HTTPStatus.NOT_FOUND, "there is no such text in the queue any more: reload the list")
            if sent:
                kind = "reject" if given.get("decision") == "reject" else "edit"
                fields = [given.get(name, "") for name in ("text", "reason", "by", "seen")]
                order = [*entries, *entries]
                waiting = [other for other in order[order.index(key) + 1 :] if other != key and not entries[other][1]]
                try:
                    Decisions(out, character_id).save(entries[key][0], kind, *fields)
                    return self.redirect(f"/{waiting[0] if waiting else ''}?after={key}")
                except UserError as fault:
                    entries, error = read_decided(out, character_id), str(fault)
            values = {
                "character": character_id, "entries": entries, "key": key, "given": given, "error": error,
                "left": sum(is_open(*entry) for entry in entries.values()), "states": STATES, "diff": diff_sentences,
                "describe": partial(describe_decision, out=out, character_id=character_id),
            }  # fmt: skip
            template = open_templates("human_simulacra.construction.review").get_template("text.html" if key else "list.html")
            self.send_page(lambda nonce: template.render(values, nonce=nonce), HTTPStatus.CONFLICT if error else HTTPStatus.OK)

    return open_server(Handler, port)
