"""Renders the judging pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from human_simulacra.experiments.observer.comparison_records import FALSE_FACTS
from human_simulacra.judging.blind_order import form_fields, order_texts
from human_simulacra.judging.grade_store import LONGEST_COMMENT
from human_simulacra.judging.judged_items import SCALES, JudgedItem, Part
from human_simulacra.library import Library
from human_simulacra.web_pages.page_templates import open_templates

_TEMPLATES = open_templates("human_simulacra.judging")

# What a comparison asks of each answer, by criterion: a name and the question, as in the judge models' prompt.
QUESTIONS = {
    "decision": ("Decision", "Is it what {name} would do, for {name}'s own reasons?"),
    "voice": ("Voice", "Does it sound like {name}?"),
    "naturalness": ("Naturalness", "Does it read like a person talking to a friend?"),
    FALSE_FACTS: ("False facts", "How many statements about {name} in it does the life contradict? (9: nine or more)"),
}


def page_path(judge: str, place: int | str = "") -> str:
    """Returns the URL path of a judge's page: of the item at a place (from 1), of `done`, or the start."""
    return f"/judge/{quote(judge, safe='')}" + (f"/{place}" if place else "")


def render_welcome(nonce: str, items: int, error: str = "") -> str:
    """Returns the page that asks for a judge's name."""
    return _TEMPLATES.get_template("welcome.html").render(nonce=nonce, items=items, error=error)


def render_done(nonce: str, judge: str, total: int) -> str:
    """Returns the page after the last item."""
    back = page_path(judge, total)
    return _TEMPLATES.get_template("done.html").render(nonce=nonce, judge=judge, total=total, back=back)


def render_item(
    nonce: str, judge: str, order: list[JudgedItem], place: int, grades: dict[str, int], comment: str, library: Library
) -> str:
    """Returns the page of one item.

    Args:
        nonce: The nonce of the content security policy.
        judge: The judge's name.
        order: The items in the judge's order.
        place: The item's place in `order`, from 1.
        grades: The judge's grades so far, by part.
        comment: What the judge remarked on the item; empty if nothing.
        library: The library with the characters' stories.
    """
    item = order[place - 1]
    values: dict[str, Any] = {
        "nonce": nonce,
        "judge": judge,
        "item": item,
        "texts": [item.texts[each] for each in order_texts(judge, item)],
        "done": item.is_graded(grades),
        "graded": sum(each.is_graded(grades) for each in order),
        "total": len(order),
        "place": place,
        "here": page_path(judge, place),
        "comment": comment,
        "longest_comment": LONGEST_COMMENT,
        "back": page_path(judge, place - 1) if place > 1 else "",
        "onward": page_path(judge, place + 1 if place < len(order) else "done"),
    }
    if item.half != "similarity":
        character = library.character(item.character)
        values |= {"character": character, "biography": character.biography, "story": library.story(item.character)}
    if item.half == "comparison":
        fields = form_fields(judge, item)
        values["lines"] = [_line(criterion, fields, grades, library.character(item.character).name) for criterion in QUESTIONS]
    else:
        values |= {"scale": list(enumerate(SCALES[item.half], 1)), "grade": grades.get(item.id)}
    return _TEMPLATES.get_template(f"{item.half}.html").render(values)


def _line(criterion: str, fields: Mapping[str, Part], grades: Mapping[str, int], name: str) -> dict[str, Any]:
    """Returns one line of the form of a comparison: what it asks, and the boxes of the answers in the order of their letters."""
    title, question = QUESTIONS[criterion]
    boxes = [
        {"field": field, "letter": field[-1], "low": part.lowest, "high": part.highest, "value": grades.get(part.id, "")}
        for field, part in sorted(fields.items())
        if part.criterion == criterion
    ]
    return {"title": title, "question": question.format(name=name), "boxes": boxes}
