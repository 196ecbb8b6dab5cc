"""Consistency of a model's account: how many of its pairs of statements contradict each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import mean

from human_simulacra.experiments.interrogation.answer_pairs import (
    KINDS,
    AnswerPair,
    PairKind,
    contradicts_by_rules,
    pairs_of_rows,
)
from human_simulacra.experiments.interrogation.contradiction_reading import CONTRADICTS, FITS
from human_simulacra.judge_models.admission import Admission, KnownAnswerCheck, admit_judge
from human_simulacra.judge_models.judge_calls import row_key
from human_simulacra.results.scored_rows import ScoredRow
from human_simulacra.results.summary import Row
from human_simulacra.statistics.judge_correction import KnownVerdict

# A contradictory and a consistent pair of one character both read rightly: a coin for each has it once in four.
CHECK_OPTIONS = 4


@dataclass(frozen=True)
class ReadPair:
    """One pair of a model: the row of its second statement, and whether it contradicts (0 to 1), None where nobody can say.

    `whole` is false where one of the statements was not made, or cut off.
    """

    row: Row
    kind: PairKind
    contradicts: float | None
    whole: bool

    def scored(self) -> ScoredRow:
        """Returns the pair as a row of figures, whose points are consistency: 1 for no contradiction."""
        points = 1 - (self.contradicts or 0.0)
        row, known = self.row, self.contradicts is not None
        return ScoredRow(
            row["model"], f"{row['id']} {self.kind}", row["character"], self.kind, points if known else 0.0, 1.0,
            correct=known and points == 1, parsed=known, missing=not known, run=row.get("run", 1),
        )  # fmt: skip


def read_pairs_of_run(rows: Sequence[Row], readers: Collection[str]) -> list[ReadPair]:
    """Returns every pair of every model, also those that lack a reply, with the verdict of these readers or of the rules.

    Args:
        rows: Scored rows of all models.
        readers: Names of the readers whose verdicts count; the rules decide if there are none.
    """
    found = []
    for model, pairs in pairs_of_rows(rows).items():
        own = {row_key(row): row for row in rows if row["model"] == model}
        for pair in pairs:
            found.append(ReadPair(own[pair.row], pair.kind, _contradicts(pair, own[pair.row], readers), pair.whole))
    return sorted(found, key=lambda read: KINDS.index(read.kind))


def _contradicts(pair: AnswerPair, row: Row, readers: Collection[str]) -> float | None:
    """Returns the share of the readers that see a contradiction, or what the rules say if there are no readers."""
    if not readers:
        verdict = contradicts_by_rules(pair, row["answer"])
        return None if verdict is None else float(verdict)
    verdicts = [
        float(read["verdict"] == CONTRADICTS) for read in row.get("pairs", ())
        if pair.whole and read["kind"] == pair.kind and read["judge"] in readers and read["verdict"] is not None
    ]  # fmt: skip
    return mean(verdicts) if verdicts else None


def admit_readers(rows: Sequence[Row]) -> list[Admission]:
    """Decides on every reader by the labelled pairs, each once however many models were read.

    A check is a contradictory and a consistent pair of one character.
    """
    right: dict[tuple[str, str, str], dict[str, bool]] = {}
    for known in _known(rows):
        place = (known["judge"], known["about"], known["expected"])
        right.setdefault(place, {}).setdefault(known["known"], known["verdict"] == known["expected"])
    checks: dict[str, list[KnownAnswerCheck]] = {read["judge"]: [] for row in rows for read in row.get("pairs", ())}
    for (judge, character, expected), found in right.items():
        if expected == CONTRADICTS:
            consistent = right.get((judge, character, FITS), {})
            both = zip(found.values(), consistent.values(), strict=False)
            checks.setdefault(judge, []).extend(KnownAnswerCheck(judge, character, CHECK_OPTIONS, a and b) for a, b in both)
    return [admit_judge(judge, own) for judge, own in checks.items()]


def known_verdicts(rows: Sequence[Row], readers: Collection[str]) -> list[KnownVerdict]:
    """Returns what these readers together say of the labelled pairs; an unread one counts as no contradiction."""
    found: dict[str, list[tuple[float, bool, str]]] = {}
    seen = set()
    for known in _known(rows):
        if known["judge"] in readers and (known["judge"], known["known"]) not in seen:
            seen.add((known["judge"], known["known"]))
            verdict = float(known["verdict"] == CONTRADICTS)
            found.setdefault(known["known"], []).append((verdict, known["expected"] == CONTRADICTS, known["about"]))
    return [KnownVerdict(mean(v for v, _, _ in read), read[0][1], read[0][2]) for read in found.values()]


def _known(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [known for row in rows for known in row.get("known_pairs", ())]
