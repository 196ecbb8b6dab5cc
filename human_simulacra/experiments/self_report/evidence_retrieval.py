"""Evidence retrieval: recall at k, and whether wrong answers come from retrieval or from what follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from human_simulacra.results.summary import Row, Table
from human_simulacra.results.tables import format_interval
from human_simulacra.statistics import Estimate, cluster_interval

CELLS = ("retrieved_right", "retrieved_wrong", "missed_right", "missed_wrong")
CELL_HEAD = (
    "model", "retriever", "questions", "k", "recall@1 % [95 %]", "recall@k % [95 %]", "retrieved, right %", "retrieved, wrong %",
    "missed, right %", "missed, wrong %",
)  # fmt: skip


def evidence_recall(evidence: Sequence[str], passages: Sequence[Sequence[str]], k: int) -> float:
    """Returns the share of the evidence in the first k passages, between 0 and 1.

    Args:
        evidence: Ids of the gold evidence paragraphs, at least one.
        passages: Paragraph ids of each retrieved passage, most relevant first.
        k: Number of passages to count.
    """
    found = {paragraph for passage in passages[:k] for paragraph in passage}
    return len(found.intersection(evidence)) / len(set(evidence))


def mean_evidence_recall(
    evidence: Sequence[Sequence[str]], passages: Sequence[Sequence[Sequence[str]]], characters: Sequence[str], k: int
) -> Estimate:
    """Returns mean recall at k over questions in percent, with an interval over characters."""
    shares = [evidence_recall(e, p, k) for e, p in zip(evidence, passages, strict=True)]
    return cluster_interval(shares, [1.0] * len(shares), characters)


def count_retrieval_cells(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Counts answers by evidence retrieved or missed and right or wrong, for each model that retrieves.

    Evidence is retrieved if all its paragraphs are in the passages of the answer. Only answered questions with evidence count.

    Args:
        rows: Scored rows of the self report with traces.

    Returns:
        JSON-ready entries: `model`, `retriever`, the four counts, `questions`, `k` (most passages of any answer), `recall` at k
        in percent, `recall_at` 1 and k and the cells' `shares` as estimates in percent.
    """
    result = []
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model and not row["missing"] and row.get("evidence") and row.get("trace")]
        if not any(map(_retrieves, own)):
            continue
        passages = [[memory["paragraphs"] for memory in row["trace"]["memories"]] for row in own]
        k = max(1, *map(len, passages))
        evidence, characters = [row["evidence"] for row in own], [row["character"] for row in own]
        kinds = [_cell(row, retrieved) for row, retrieved in zip(own, passages, strict=True)]
        at = {str(size): mean_evidence_recall(evidence, passages, characters, size) for size in sorted({1, k})}
        shares = {c: cluster_interval([float(kind == c) for kind in kinds], [1.0] * len(kinds), characters) for c in CELLS}
        retrievers = dict.fromkeys(row["trace"].get("retriever", "") for row in own)
        result.append({
            "model": model, "retriever": ", ".join(filter(None, retrievers)),
            **{c: kinds.count(c) for c in CELLS}, "questions": len(own), "k": k, "recall": at[str(k)].value,
            "recall_at": {size: asdict(e) for size, e in at.items()}, "shares": {c: asdict(e) for c, e in shares.items()},
        })  # fmt: skip
    return result


def _retrieves(row: Row) -> bool:
    """Returns whether the method of an answer retrieves, even if its Memory agent selected nothing."""
    return bool(row["trace"]["memories"]) or any(call["agent"] == "memory" for call in row["trace"]["calls"])


def _cell(row: Row, passages: Sequence[Sequence[str]]) -> str:
    retrieved = evidence_recall(row["evidence"], passages, len(passages)) == 1
    return f"{'retrieved' if retrieved else 'missed'}_{'right' if row['correct'] else 'wrong'}"


def retrieval_table(found: Sequence[Mapping[str, Any]]) -> Table:
    """Returns the table of the four cells with recall at 1 and k."""
    rows = []
    for entry in found:
        estimates = [entry["recall_at"]["1"], entry["recall_at"][str(entry["k"])], *(entry["shares"][c] for c in CELLS)]
        known = (entry["model"], entry["retriever"] or "-", entry["questions"], entry["k"])
        rows.append((*known, *(format_interval(Estimate(**e)) for e in estimates)))
    return Table("Retrieval and answer errors: story questions by evidence retrieved and answer right", CELL_HEAD, tuple(rows))
