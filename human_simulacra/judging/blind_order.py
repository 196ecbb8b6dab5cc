"""The order in which a judge sees items and texts, and what the fields of a judge's form mean.

Each judge has a random order, so that neither an item's place nor an answer's letter tells which model is behind it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from human_simulacra.errors import UserError
from human_simulacra.judging.judged_items import GRADE, JudgedItem, Part

# Items are shuffled within batches, so that people who stop early have graded mostly the same ones.
BATCH_SIZE = 20


def order_items(judge: str, items: Sequence[JudgedItem]) -> list[JudgedItem]:
    """Returns the items in a judge's own order: by batch, and in it what needs the life grouped by character, then answers.

    A judge reads each life once per batch, and every judge has a different random order.
    """
    result: list[JudgedItem] = []
    for start in range(0, len(items), BATCH_SIZE):
        draw = random.Random(f"{judge}:{start}")
        batch = list(items[start : start + BATCH_SIZE])
        draw.shuffle(batch)
        characters = list(dict.fromkeys(item.character for item in batch))
        batch.sort(key=lambda item: (item.half == "similarity", characters.index(item.character)))
        result += batch
    return result


def order_texts(judge: str, item: JudgedItem) -> list[int]:
    """Returns the places of an item's texts in the random order in which this judge sees them."""
    places = list(range(len(item.texts)))
    random.Random(f"{judge}:{item.id}").shuffle(places)
    return places


def form_fields(judge: str, item: JudgedItem) -> dict[str, Part]:
    """Returns the part that each field of this judge's form fills: `grade`, or a criterion and the letter of an answer."""
    letters = {place: chr(ord("A") + shown) for shown, place in enumerate(order_texts(judge, item))}
    return {GRADE if part.criterion == GRADE else f"{part.criterion} {letters[part.place]}": part for part in item.parts}


def read_form(judge: str, item: JudgedItem, form: Mapping[str, str]) -> dict[str, int]:
    """Returns the numbers of a judge's form by part.

    Raises:
        UserError: If a number is missing or out of its range.
    """
    found = {}
    for field, part in form_fields(judge, item).items():
        given = form.get(field, "")
        if given not in [str(value) for value in range(part.lowest, part.highest + 1)]:
            what = "grade" if part.criterion == GRADE else f"number for {field}"
            raise UserError(f"nothing was saved: the {what} must be {part.lowest} to {part.highest}")
        found[part.id] = int(given)
    return found
