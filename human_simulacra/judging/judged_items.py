"""The items that people grade: statements and answers of a run, without the name of a method or model."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.observer import judgement_records as records
from human_simulacra.files import digest
from human_simulacra.judge_models.verdict_parsing import parse_statements
from human_simulacra.results import run_folder

# Items are shuffled within batches, so that people who stop early have graded mostly the same ones.
BATCH_SIZE = 20


@dataclass(frozen=True)
class JudgedItem:
    """One thing to grade.

    Args:
        id: A hash, used in the page and the database; reveals neither model nor judge.
        name: The item's name in the run's results, which judge models' grades share.
        half: `matching` (does `texts[0]` fit the character?) or `similarity` (how similar are the answers `texts`?).
        model: The abbr of the model that answered.
        dataset: The dataset's abbr.
        character: Id of the character.
        writer: The judge model that wrote the statement or the second answer.
        situation: The situation of the answers; empty for a statement.
        texts: One statement, or the model's answer and the judge's.
    """

    id: str
    name: str
    half: records.ObserverTask
    model: str
    dataset: str
    character: str
    writer: str
    situation: str
    texts: tuple[str, ...]


def load_observer_rows(folder: Path) -> list[dict[str, Any]]:
    """Returns the scored rows of the observer report in a run's folder.

    Raises:
        UserError: If it is not a run's folder or the run has no observer report.
    """
    if not (folder / "results").is_dir():
        raise UserError(f"{folder} is not a run's folder with results: give one such as outputs/observer/20250101_120000")
    found = [
        row for row in run_folder.read_scored_rows(folder, run_folder.list_results(folder)) if row.get("experiment") == "observer"
    ]
    if not found:
        raise UserError(f"{folder} contains no observer report: run configs/eval_observer.py first")
    return found


def collect_items(rows: Iterable[Mapping[str, Any]]) -> list[JudgedItem]:
    """Returns all items of these rows, sorted by id.

    Raises:
        UserError: If there is none.
    """
    found: list[JudgedItem] = []
    for row in rows:
        judgements = row.get("judgements", [])
        for entry in records.select_judgements(judgements, kind="description"):
            for place, statement in enumerate(parse_statements(entry["text"] or ""), 1):
                name = records.statement_item(row["character"], entry["judge"], place)
                found.append(_item(row, name, "matching", entry["judge"], "", (statement,)))
        for entry in records.select_judgements(judgements, kind="answer"):
            if (entry["text"] or "").strip() and not row["missing"]:
                name, texts = records.similarity_item(row["id"], entry["judge"]), (row["prediction"], entry["text"])
                found.append(_item(row, name, "similarity", entry["judge"], row["question"], texts))
    if not found:
        raise UserError("the run contains nothing to grade: it needs a judge model that writes descriptions and answers")
    return sorted(found, key=lambda item: item.id)


def _item(
    row: Mapping[str, Any], name: str, half: records.ObserverTask, writer: str, situation: str, texts: tuple[str, ...]
) -> JudgedItem:
    whole = f"{row['model']}|{row['dataset']}|{name}"
    identity = digest([whole, texts])[:16]
    return JudgedItem(identity, whole, half, row["model"], row["dataset"], row["character"], writer, situation, texts)


def order_items(judge: str, items: Sequence[JudgedItem]) -> list[JudgedItem]:
    """Returns the items in a judge's own order: by batch, and in it statements grouped by character, then answers.

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


def order_texts(judge: str, item: JudgedItem) -> tuple[str, ...]:
    """Returns an item's texts in the random order in which this judge sees them."""
    swapped = random.Random(f"{judge}:{item.id}").random() < 0.5
    return tuple(reversed(item.texts)) if swapped else item.texts
