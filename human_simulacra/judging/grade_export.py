"""The grades of people as a table for a spreadsheet: each number with the texts that it is about and the judge's comment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from human_simulacra.judging.blind_order import order_texts
from human_simulacra.judging.grade_store import GradeStore
from human_simulacra.judging.judged_items import GRADE, SCALES, JudgedItem, Part

HEAD = (
    "judge", "half", "item", "criterion", "grade", "meaning", "comment", "at", "model", "dataset", "character", "writer",
    "question", "text", "compared_with", "hint", "shown_as",
)  # fmt: skip
MARK = ",".join(HEAD[:4])  # at the beginning of every export
# A spreadsheet reads a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets take a file without this mark for one in the encoding of the machine.
_UTF_8 = "\ufeff"


def grades_to_csv(store: GradeStore, items: Iterable[JudgedItem]) -> str:
    """Returns the grades and comments on these items as CSV, with the model behind each, which the page does not show.

    Args:
        store: The grades.
        items: The items of the run.
    """
    items = list(items)
    parts = {part.id: (item, part) for item in items for part in item.parts}
    by_id = {item.id: item for item in items}
    comments = store.all_comments()
    rows, graded = [], set()
    for judge, identity, grade, at in store.all_grades():
        if identity in parts:
            item, part = parts[identity]
            graded.add((judge, item.id))
            rows.append(_row(judge, item, part, grade, at, comments.get((judge, item.id), "")))
    rows += [
        _row(judge, by_id[item], None, None, "", comment)
        for (judge, item), comment in comments.items()
        if item in by_id and (judge, item) not in graded
    ]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, HEAD, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return _UTF_8 + buffer.getvalue()


def _row(judge: str, item: JudgedItem, part: Part | None, grade: int | None, at: str, comment: str) -> dict[str, object]:
    """Returns one line; of a comment without a grade, `part` and `grade` are None."""
    first = part or item.parts[0]
    of_comparison = item.half == "comparison"
    scale = SCALES.get(item.half, ())
    return {
        "judge": judge, "half": item.half, "item": first.name.split("|", 2)[2],
        "criterion": first.criterion if part else "", "grade": "" if grade is None else grade,
        "meaning": scale[grade - 1] if grade is not None and first.criterion == GRADE else "",
        "comment": comment, "at": at, "model": first.model if part or not of_comparison else "", "dataset": item.dataset,
        "character": item.character, "writer": item.writer, "question": item.situation,
        "text": item.texts[first.place] if part or not of_comparison else "",
        "compared_with": item.texts[1] if item.half == "similarity" else "", "hint": item.hint,
        "shown_as": _shown_as(judge, item, first.place) if len(item.texts) > 1 and part else "",
    }  # fmt: skip


def _shown_as(judge: str, item: JudgedItem, place: int) -> str:
    """Returns the letter with which a judge saw one of several texts: the first is A."""
    return chr(ord("A") + order_texts(judge, item).index(place))


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
