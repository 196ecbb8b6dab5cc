"""The HTTP server of the judging page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import ThreadingHTTPServer

from human_simulacra.errors import UserError
from human_simulacra.judging import html_pages as pages
from human_simulacra.judging.blind_order import order_items, read_form
from human_simulacra.judging.grade_store import GradeStore, check_name
from human_simulacra.judging.judged_items import JudgedItem
from human_simulacra.library import Library
from human_simulacra.web_pages.page_server import PageHandler, open_server


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

    class Handler(PageHandler):
        largest_request = 32_768  # a comment takes up to nine bytes a character

        def show(self, parts: list[str], query: Mapping[str, str]) -> None:
            if parts == [] and judge:
                self.redirect(pages.page_path(judge))
            elif parts == []:
                self.send_page(lambda nonce: pages.render_welcome(nonce, len(items)))
            elif len(parts) in (2, 3) and parts[0] == "judge":
                self._judge(parts[1], parts[2] if len(parts) == 3 else "")
            else:
                self.refuse(HTTPStatus.NOT_FOUND, "there is no such page")

        def take(self, parts: list[str], form: Mapping[str, str]) -> None:
            if parts == []:
                self._enter(form.get("name", ""))
            elif len(parts) == 3 and parts[0] == "judge":
                self._grade(parts[1], parts[2], form)
            elif len(parts) == 4 and (parts[0], parts[3]) == ("judge", "comment"):
                self._comment(parts[1], parts[2], form)
            else:
                self.refuse(HTTPStatus.NOT_FOUND, "there is no such page")

        def _enter(self, given: str) -> None:
            try:
                self.redirect(pages.page_path(check_name(given)))
            except UserError as error:
                message = str(error)
                self.send_page(lambda nonce: pages.render_welcome(nonce, len(items), message), HTTPStatus.UNPROCESSABLE_ENTITY)

        def _valid_name(self, given: str) -> str | None:
            try:
                return check_name(given)
            except UserError as error:
                self.refuse(HTTPStatus.NOT_FOUND, str(error))
                return None

        def _judge(self, given: str, place: str) -> None:
            if (name := self._valid_name(given)) is None:
                return
            try:
                order, grades, comments = order_items(name, items), store.grades_of(name), store.comments_of(name)
            except UserError as error:
                self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
                return
            first = _next_ungraded(order, grades, 0)
            if place == "" or (place == "done" and first):
                self.redirect(pages.page_path(name, first or "done"))
            elif place == "done":
                self.send_page(lambda nonce: pages.render_done(nonce, name, len(order)))
            elif place.isdecimal() and 1 <= int(place) <= len(order):
                comment = comments.get(order[int(place) - 1].id, "")
                self.send_page(lambda nonce: pages.render_item(nonce, name, order, int(place), grades, comment, library))
            else:
                self.refuse(HTTPStatus.NOT_FOUND, "there is no such item")

        def _grade(self, given: str, place: str, form: Mapping[str, str]) -> None:
            if (name := self._valid_name(given)) is None or (item := self._item(name, place, form)) is None:
                return
            try:
                store.save(name, read_form(name, item, form))
                store.save_comment(name, item.id, form.get("comment", ""))
                grades = store.grades_of(name)
            except UserError as error:
                self.refuse(HTTPStatus.BAD_REQUEST, str(error))
                return
            self.redirect(pages.page_path(name, _next_ungraded(order_items(name, items), grades, int(place)) or "done"))

        def _comment(self, given: str, place: str, form: Mapping[str, str]) -> None:
            if (name := self._valid_name(given)) is None or (item := self._item(name, place, form)) is None:
                return
            try:
                store.save_comment(name, item.id, form.get("comment", ""))
            except UserError as error:
                self.refuse(HTTPStatus.BAD_REQUEST, str(error))
                return
            self.accept()

        def _item(self, name: str, place: str, form: Mapping[str, str]) -> JudgedItem | None:
            """Returns the item that a form is about; refuses the request if another one is at its place."""
            order = order_items(name, items)
            item = order[int(place) - 1] if place.isdecimal() and 1 <= int(place) <= len(order) else None
            if item is None or item.id != form.get("item", ""):
                # A tab left open while the run was evaluated again shows an item that is no longer at this place.
                self.refuse(HTTPStatus.CONFLICT, "nothing was saved: the run's items have changed; go back and reload the page")
                return None
            return item

    return open_server(Handler, port)


def _next_ungraded(order: Sequence[JudgedItem], grades: dict[str, int], after: int) -> int | None:
    """Returns the place (from 1) of the next ungraded item, continuing at the start; None if all are graded."""
    places = [*range(after + 1, len(order) + 1), *range(1, after + 1)]
    return next((place for place in places if not order[place - 1].is_graded(grades)), None)
