"""The items that people grade: statements, answers and replies of a run, without the name of a method or model."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from human_simulacra.errors import UserError
from human_simulacra.experiments.observer import judgement_records as records
from human_simulacra.files import digest
from human_simulacra.judge_models.verdict_parsing import parse_statements
from human_simulacra.results import run_folder

# Items are shuffled within batches, so that people who stop early have graded mostly the same ones.
BATCH_SIZE = 20
ItemTask = records.ObserverTask | Literal["detail"]
EXPERIMENTS = ("observer", "open_detail")


@dataclass(frozen=True)
class JudgedItem:
    """One thing to grade.

    Args:
        id: A hash, used in the page and the database; reveals neither model nor judge.
        name: The item's name in the run's results, which judge models' grades share.
        half: `matching` (does `texts[0]` fit the character?), `similarity` (how similar are the answers `texts`?) or `detail`
            (does the reply `texts[0]` contradict the character's life?).
        model: The abbr of the model that answered.
        dataset: The dataset's abbr.
        character: Id of the character.
        writer: The judge model that wrote the statement or the second answer; empty for a reply.
        situation: The situation of the answers or the question of the reply; empty for a statement.
        texts: One statement or reply, or the model's answer and the judge's.
        hint: What a reply must not contradict; empty for the others.
    """

    id: str
    name: str
    half: ItemTask
    model: str
    dataset: str
    character: str
    writer: str
    situation: str
    texts: tuple[str, ...]
    hint: str = ""


def load_judged_rows(folder: Path) -> list[dict[str, Any]]:
    """Returns the scored rows of the observer report and of the open details in a run's folder.

    Raises:
        UserError: If it is not a run's folder or the run has neither.
    """
    if not (folder / "results").is_dir():
        raise UserError(f"{folder} is not a run's folder with results: give one such as outputs/observer/20250101_120000")
    rows = run_folder.read_scored_rows(folder, run_folder.list_results(folder))
    found = [row for row in rows if row.get("experiment") in EXPERIMENTS]
    if not found:
        raise UserError(
            f"{folder} contains neither an observer report nor open details: run configs/eval_observer.py or "
            "configs/eval_open_detail.py first"
        )
    return found


def collect_items(rows: Iterable[Mapping[str, Any]]) -> list[JudgedItem]:
    """Returns all items of these rows, sorted by id.

    Raises:
        UserError: If there is none.
    """
    found: list[JudgedItem] = []
    for row in rows:
        if row["experiment"] == "open_detail":
            if row["prediction"]:
                item = _item(row, detail_item(row), "detail", "", row["question"], (row["prediction"],))
                found.append(replace(item, hint=row["why"]))
            continue
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
        raise UserError("the run contains nothing to grade: it has no reply, and no judge model wrote a description or an answer")
    return sorted(found, key=lambda item: item.id)


def detail_item(row: Mapping[str, Any]) -> str:
    """Returns the item id of a model's reply to an open detail."""
    return f"detail|{row['id']}|{row.get('run', 1)}"


def _item(row: Mapping[str, Any], name: str, half: ItemTask, writer: str, situation: str, texts: tuple[str, ...]) -> JudgedItem:
    whole = f"{row['model']}|{row['dataset']}|{name}"
    identity = digest([whole, texts])[:16]
    return JudgedItem(identity, whole, half, row["model"], row["dataset"], row["character"], writer, situation, texts)


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


def order_texts(judge: str, item: JudgedItem) -> tuple[str, ...]:
    """Returns an item's texts in the random order in which this judge sees them."""
    swapped = random.Random(f"{judge}:{item.id}").random() < 0.5
    return tuple(reversed(item.texts)) if swapped else item.texts
