"""The items that people grade: statements, answers and replies of a run, without the name of a method or model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from human_simulacra.errors import UserError
from human_simulacra.experiments.observer import judgement_records as records
from human_simulacra.experiments.observer.comparison_records import COMPARED, FALSE_FACTS, comparison_item
from human_simulacra.files import digest
from human_simulacra.judge_models.judge_calls import row_key
from human_simulacra.judge_models.verdict_parsing import MOST_FALSE_FACTS, parse_statements
from human_simulacra.results import run_folder
from human_simulacra.results.reply_status import ANSWERED, TRUNCATED

ItemTask = records.ObserverTask | Literal["detail", "comparison"]
EXPERIMENTS = ("observer", "open_detail")
GRADE = "grade"
# Labels of the grades from 1 on; they match the judge models' prompts, so changing them changes the measurement.
SCALES = {
    "matching": ("contradicts it", "speaks against it", "does not tell", "speaks for it", "bears it out"),
    "similarity": ("quite unlike", "rather unlike", "in part", "rather alike", "as one person"),
    "detail": ("contradicts the life", "fits the life", "gives no answer"),
}


@dataclass(frozen=True)
class Part:
    """One number that people give.

    Args:
        id: Its key in the database; reveals neither model nor judge.
        name: Its name in the run's results, which judge models' grades share.
        model: The abbr of the model that answered.
        criterion: `grade`, or what an answer of a comparison is ranked or counted by.
        place: Which of the item's texts it is about.
        lowest: The smallest possible number.
        highest: The largest.
    """

    id: str
    name: str
    model: str
    criterion: str
    place: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class JudgedItem:
    """One thing to grade.

    Args:
        id: A hash, used in the page and the database; reveals neither model nor judge.
        half: `matching` (does `texts[0]` fit the character?), `similarity` (how similar are the answers `texts`?), `detail`
            (does the reply `texts[0]` contradict the character's life?) or `comparison` (which of the answers `texts` is best?).
        dataset: The dataset's abbr.
        character: Id of the character.
        writer: The judge model that wrote the statement or the second answer; empty for the others.
        situation: The situation of the answers or the question of the reply; empty for a statement.
        texts: One statement or reply, the model's answer and the judge's, or the answers of all models.
        parts: The numbers that people give: one grade, or several numbers for each answer of a comparison.
        hint: What a reply must not contradict; empty for the others.
    """

    id: str
    half: ItemTask
    dataset: str
    character: str
    writer: str
    situation: str
    texts: tuple[str, ...]
    parts: tuple[Part, ...]
    hint: str = ""

    def is_graded(self, grades: Mapping[str, int]) -> bool:
        """Returns whether a judge's grades, by part, hold every number of this item."""
        return all(part.id in grades for part in self.parts)


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
    rows = list(rows)
    observer = [row for row in rows if row["experiment"] == "observer"]
    found = [*_details(rows), *(item for row in observer for item in _judge_texts(row)), *_comparisons(observer)]
    if not found:
        raise UserError("the run contains nothing to grade: it has no reply, and no judge model wrote a description or an answer")
    return sorted(found, key=lambda item: item.id)


def detail_item(row: Mapping[str, Any]) -> str:
    """Returns the item id of a model's reply to an open detail."""
    return f"detail|{row['id']}|{row.get('run', 1)}"


def _details(rows: Iterable[Mapping[str, Any]]) -> Iterator[JudgedItem]:
    for row in rows:
        if row["experiment"] == "open_detail" and row["prediction"]:
            item = _item(row, detail_item(row), "detail", "", row["question"], (row["prediction"],))
            yield replace(item, hint=row["why"])


def _judge_texts(row: Mapping[str, Any]) -> Iterator[JudgedItem]:
    """Yields what judge models wrote about a row and people grade: statements, and answers beside the model's."""
    judgements = row.get("judgements", [])
    for entry in records.select_judgements(judgements, kind="description"):
        for place, statement in enumerate(parse_statements(entry["text"] or ""), 1):
            name = records.statement_item(row["character"], entry["judge"], place)
            yield _item(row, name, "matching", entry["judge"], "", (statement,))
    for entry in records.select_judgements(judgements, kind="answer"):
        if (entry["text"] or "").strip() and not row["missing"]:
            name, texts = records.similarity_item(row["id"], entry["judge"]), (row["prediction"], entry["text"])
            yield _item(row, name, "similarity", entry["judge"], row["question"], texts)


def _item(row: Mapping[str, Any], name: str, half: ItemTask, writer: str, situation: str, texts: tuple[str, ...]) -> JudgedItem:
    whole = f"{row['model']}|{row['dataset']}|{name}"
    identity = digest([whole, texts])[:16]
    part = Part(identity, whole, row["model"], GRADE, 0, 1, len(SCALES[half]))
    return JudgedItem(identity, half, row["dataset"], row["character"], writer, situation, texts, (part,))


def _comparisons(rows: Iterable[Mapping[str, Any]]) -> Iterator[JudgedItem]:
    """Yields the answers of all models to one situation, where two or more answered; of a repeated run the first."""
    groups: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        if not row["missing"] and row.get("status", ANSWERED) in (ANSWERED, TRUNCATED):  # as judge models see them
            groups.setdefault((row["dataset"], row_key(row)), {}).setdefault(row["model"], row)
    for (dataset, _), by_model in groups.items():
        if len(by_model) < 2:
            continue
        models, row = sorted(by_model), next(iter(by_model.values()))
        texts = tuple(by_model[model]["prediction"] for model in models)
        identity = digest(["comparison", dataset, row["id"], models, texts])[:16]
        ranges = dict.fromkeys(COMPARED, (1, len(models))) | {FALSE_FACTS: (0, MOST_FALSE_FACTS)}
        parts = []
        for criterion, limits in ranges.items():
            for place, model in enumerate(models):
                name = comparison_item(model, dataset, criterion, row["id"])
                parts.append(Part(f"{identity}:{criterion}:{place}", name, model, criterion, place, *limits))
        yield JudgedItem(identity, "comparison", dataset, row["character"], "", row["question"], texts, tuple(parts))
