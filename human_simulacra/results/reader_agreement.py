"""The second reader of a run: how many replies it read, and how far it agrees with the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from human_simulacra.results.answering_agreement import cohens_kappa
from human_simulacra.results.summary import Caution, Row, Summary, Table

# A row's columns: what the reader wrote, an entry of `JudgeCalls.ask`; and the score: the readings of rules and reader (labels
# of `experiments.second_reader`, or None), and whether the reader's counts (`decides`).
READING, SECOND_READING = "reading", "second_reading"
CANDIDATES = "candidates"  # the column of a cloze row: answers, each with its forms, of which the reader names one by its letter
NO_ANSWER = "none"  # the reader's label of a reply that gives no answer
HEAD = ("model", "reader", "type", "replies", "read by the reader", "of replies %", "unread by the rules", "still unread",
        "compared", "agreement %", "Cohen's kappa", "unusable", "failed")  # fmt: skip
NOTE = (
    "Replies read by a model: it reads what does not keep the demanded form or what the rules cannot read, cloze answers in "
    "other words, and every stance; its reading enters the figures. Compared: replies that both read, of those in the form a "
    "drawn sample. Where the reader wrote no usable answer or its call failed, the rules' reading stands."
)


@dataclass(frozen=True)
class ReaderAgreement:
    """Readings of one model's replies of one type.

    Args:
        model: The model that replied.
        reader: The reader's name.
        type: The rows' type.
        replies: Number of rows with a reply.
        read: Number of replies that the reader decided.
        unread_by_rules: Number of replies put to the reader that the rules could not read.
        still_unread: Number of replies put to the reader that have no reading in the end.
        compared: Number of replies that rules and reader read both.
        percent: Share of these with the same reading, in percent; NaN if none.
        kappa: Cohen's kappa over their labels (of multiple choice, over single options), -1 to 1; NaN if it has no value.
        unusable: Number of readings in another form.
        failed: Number of failed calls.
    """

    model: str
    reader: str
    type: str
    replies: int
    read: int
    unread_by_rules: int
    still_unread: int
    compared: int
    percent: float
    kappa: float
    unusable: int
    failed: int


def compare_readings(rows: Sequence[Row]) -> list[ReaderAgreement]:
    """Returns the figures of every model and type with readings, in order of appearance.

    Args:
        rows: Scored rows of one experiment.
    """
    found = []
    for model, kind in dict.fromkeys((row["model"], row["type"]) for row in rows):
        own = [row for row in rows if (row["model"], row["type"]) == (model, kind) and not row["missing"]]
        asked = [row for row in own if row.get(READING) and row.get(SECOND_READING)]
        for reader in dict.fromkeys(row[READING]["judge"] for row in asked):
            found.append(_compare(model, kind, reader, len(own), [row for row in asked if row[READING]["judge"] == reader]))
    return found


def right_candidate(row: Row) -> str:
    """Returns the letter of the candidate that is the answer of a cloze row."""
    return chr(ord("A") + row[CANDIDATES].index(list(row["answer"])))


def with_reader(summary: Summary, rows: Sequence[Row]) -> Summary:
    """Returns a summary with the table of its second reader; unchanged if there was none.

    Args:
        summary: The summary of one experiment.
        rows: The experiment's scored rows.
    """
    found = compare_readings(rows)
    if not found:
        return summary
    tables = sorted([*summary.tables, _table(found)], key=lambda table: table.detail)  # a stable sort: details stay last
    data = {**summary.data, "second_reader": [asdict(one) for one in found]}
    return replace(summary, tables=tuple(tables), data=data, notes=(*summary.notes, NOTE, *_own_notes(rows)))


def _compare(model: str, kind: str, reader: str, replies: int, asked: Sequence[Row]) -> ReaderAgreement:
    entries, readings = [row[READING] for row in asked], [row[SECOND_READING] for row in asked]
    decided = [one["reader"] for one in readings if one["decides"] and one["reader"] is not None]
    # A cloze reply that states no candidate is read: it is wrong.
    nothing = 0 if kind == "cloze" else decided.count(NO_ANSWER)
    left = nothing + sum(one["rules"] is None and one["reader"] is None for one in readings)
    both = [row for row in asked if None not in row[SECOND_READING].values()]
    same = [_decisions(row, "rules") == _decisions(row, "reader") for row in both]
    labels = ([label for row in both for label in _decisions(row, who)] for who in ("rules", "reader"))
    failed = sum(entry["text"] is None for entry in entries)
    return ReaderAgreement(
        model, reader, kind, replies, len(decided) - nothing, sum(one["rules"] is None for one in readings),
        left, len(both),
        100.0 * sum(same) / len(same) if same else float("nan"), cohens_kappa(*labels),
        sum(one["reader"] is None for one in readings) - failed, failed,
    )  # fmt: skip


def _decisions(row: Row, who: str) -> list[Any]:
    """Returns the label of one reader; of a multiple choice whether it has each option, of a cloze reply whether it is right."""
    label = row[SECOND_READING][who]
    if row[READING]["kind"] == "cloze":
        return ["right" if right_candidate(row) in label.split(", ") else "none" if label == NO_ANSWER else "another"]
    if row[READING]["kind"] != "multiple_choice":
        return [label]
    chosen = label.split(", ")
    return [chr(ord("A") + place) in chosen for place in range(len(row["options"]))]


def _table(found: Sequence[ReaderAgreement]) -> Table:
    rows = tuple(
        (f.model, f.reader, f.type, f.replies, f.read, f"{100 * f.read / f.replies:.1f}", f.unread_by_rules, f.still_unread,
         f.compared, f"{f.percent:.1f}" if f.compared else "-", "-" if f.kappa != f.kappa else f"{f.kappa:.2f}", f.unusable,
         f.failed)
        for f in found
    )  # fmt: skip
    return Table("Replies read by a model", HEAD, rows)


def _own_notes(rows: Sequence[Row]) -> list[str]:
    own = dict.fromkeys((row[READING]["judge"], row["model"]) for row in rows if row.get(READING) and row[READING]["own"])
    return [Caution(f"The reader {reader} is also the model that answered as {model}.") for reader, model in own]
