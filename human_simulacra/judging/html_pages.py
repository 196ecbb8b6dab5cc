"""Renders the judging pages; autoescaping is on, since answers are untrusted text."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from human_simulacra.judging.judged_items import JudgedItem, order_texts
from human_simulacra.library import Library

# Labels of the grades from 1 on; they match the judge models' prompts, so changing them changes the measurement.
SCALES = {
    "matching": ("contradicts it", "speaks against it", "does not tell", "speaks for it", "bears it out"),
    "similarity": ("quite unlike", "rather unlike", "in part", "rather alike", "as one person"),
    "detail": ("contradicts the life", "fits the life", "gives no answer"),
}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("human_simulacra.judging", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def page_path(judge: str, place: int | str = "") -> str:
    """Returns the URL path of a judge's page: of the item at a place (from 1), of `done`, or the start."""
    return f"/judge/{quote(judge, safe='')}" + (f"/{place}" if place else "")


def render_welcome(nonce: str, items: int, error: str = "") -> str:
    """Returns the page that asks for a judge's name."""
    return _environment().get_template("welcome.html").render(nonce=nonce, items=items, error=error)


def render_done(nonce: str, judge: str, total: int) -> str:
    """Returns the page after the last item."""
    back = page_path(judge, total)
    return _environment().get_template("done.html").render(nonce=nonce, judge=judge, total=total, back=back)


def render_item(nonce: str, judge: str, order: list[JudgedItem], place: int, grades: dict[str, int], library: Library) -> str:
    """Returns the page of one item.

    Args:
        nonce: The nonce of the content security policy.
        judge: The judge's name.
        order: The items in the judge's order.
        place: The item's place in `order`, from 1.
        grades: The judge's grades so far.
        library: The library with the characters' stories.
    """
    item = order[place - 1]
    values: dict[str, Any] = {
        "nonce": nonce,
        "judge": judge,
        "item": item,
        "texts": order_texts(judge, item),
        "scale": list(enumerate(SCALES[item.half], 1)),
        "grade": grades.get(item.id),
        "graded": sum(each.id in grades for each in order),
        "total": len(order),
        "place": place,
        "here": page_path(judge, place),
        "back": page_path(judge, place - 1) if place > 1 else "",
        "onward": page_path(judge, place + 1 if place < len(order) else "done"),
    }
    if item.half != "similarity":
        character = library.character(item.character)
        values |= {"character": character, "biography": character.biography, "story": library.story(item.character)}
    return _environment().get_template(f"{item.half}.html").render(values)
