"""What people are given to judge: the statements and answers of a run, without method or model."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.observer.judgements import ObserverTask, select_judgements, similarity_item, statement_item
from human_simulacra.experiments.observer.verdict_parsing import parse_statements
from human_simulacra.files import digest
from human_simulacra.results import run_folder

# People who stop early have judged the same items, in different orders, batch by batch.
BATCH = 20


@dataclass(frozen=True)
class Item:
    """One thing to grade.

    Args:
        id: What stands in addresses and in the database; says nothing of model or judge.
        name: The item's name in the run's figures, which model judges' grades bear as well.
        half: `matching`: does `texts[0]` fit the character; `similarity`: how alike are `texts` as answers to `situation`.
        model: Whose answers these are.
        dataset: The dataset's abbr.
        character: Id of the character.
        writer: The judge model that wrote the statement, or the answer to compare with.
        situation: The situation that was answered; empty for a statement.
        texts: One statement, or the model's answer and the judge's.
    """

    id: str
    name: str
    half: ObserverTask
    model: str
    dataset: str
    character: str
    writer: str
    situation: str
    texts: tuple[str, ...]


def observer_rows(folder: Path) -> list[dict[str, Any]]:
    """Returns the scored rows of the observer report in a run's folder.

    Raises:
        UserError: If it is no run's folder or the run has no observer report.
    """
    if not (folder / "results").is_dir():
        raise UserError(f"{folder} is no run's folder with results: give one such as outputs/observer/20250101_120000")
    found = [
        row for row in run_folder.read_scored_rows(folder, run_folder.list_results(folder)) if row.get("experiment") == "observer"
    ]
    if not found:
        raise UserError(f"{folder} holds no observer report: run configs/eval_observer.py first")
    return found


def items_of(rows: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Returns everything that people can judge in these rows, in an order that says nothing of models.

    Raises:
        UserError: If there is nothing.
    """
    found: list[Item] = []
    for row in rows:
        judgements = row.get("judgements", [])
        for entry in select_judgements(judgements, kind="description"):
            for place, statement in enumerate(parse_statements(entry["text"] or ""), 1):
                name = statement_item(row["character"], entry["judge"], place)
                found.append(_item(row, name, "matching", entry["judge"], "", (statement,)))
        for entry in select_judgements(judgements, kind="answer"):
            if (entry["text"] or "").strip() and not row["missing"]:
                name, texts = similarity_item(row["id"], entry["judge"]), (row["prediction"], entry["text"])
                found.append(_item(row, name, "similarity", entry["judge"], row["question"], texts))
    if not found:
        raise UserError("the run holds nothing for people to judge: it needs a judge model that describes and answers")
    return sorted(found, key=lambda item: item.id)


def _item(row: Mapping[str, Any], name: str, half: ObserverTask, writer: str, situation: str, texts: tuple[str, ...]) -> Item:
    whole = f"{row['model']}|{row['dataset']}|{name}"
    identity = digest([whole, texts])[:16]
    return Item(identity, whole, half, row["model"], row["dataset"], row["character"], writer, situation, texts)


def order_for(judge: str, items: Sequence[Item]) -> list[Item]:
    """Returns the items in a judge's own order: batch by batch, within it statements by character, then answers.

    A life need be read but once a batch, and no two judges meet the items in the same order.
    """
    result: list[Item] = []
    for start in range(0, len(items), BATCH):
        draw = random.Random(f"{judge}:{start}")
        batch = list(items[start : start + BATCH])
        draw.shuffle(batch)
        characters = list(dict.fromkeys(item.character for item in batch))
        batch.sort(key=lambda item: (item.half == "similarity", characters.index(item.character)))
        result += batch
    return result


def shown_texts(judge: str, item: Item) -> tuple[str, ...]:
    """Returns an item's texts in the order that this judge sees; which answer comes first is drawn."""
    swapped = random.Random(f"{judge}:{item.id}").random() < 0.5
    return tuple(reversed(item.texts)) if swapped else item.texts
