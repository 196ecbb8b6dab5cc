"""Judges of the open details on the known replies of the data: their admission, and their measured error."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from statistics import mean

from human_simulacra.experiments.open_detail.contradiction_judging import CONTRADICTS, FITS, KNOWN_REPLIES, NO_ANSWER
from human_simulacra.judge_models.admission import Admission, KnownAnswerCheck, admit_judge
from human_simulacra.results.summary import Row
from human_simulacra.statistics.judge_correction import KnownVerdict

# Both replies of a pair judged rightly: a coin for each has it once in four.
CHECK_OPTIONS = 4


def admit_judges(rows: Sequence[Row]) -> list[Admission]:
    """Decides on every judge by the pairs of known replies that it told apart, each once however many models were judged."""
    checks: dict[str, list[KnownAnswerCheck]] = {verdict["judge"]: [] for row in rows for verdict in row["verdicts"]}
    for row in _first_of_each_question(rows):
        found: dict[str, dict[str, str | None]] = {}
        for known in row["known"]:
            found.setdefault(known["judge"], {})[known["expected"]] = known["verdict"]
        for judge, verdicts in found.items():
            if len(verdicts) == len(KNOWN_REPLIES):
                right = all(verdict == expected for expected, verdict in verdicts.items())
                checks.setdefault(judge, []).append(KnownAnswerCheck(judge, row["character"], CHECK_OPTIONS, right))
    return [admit_judge(judge, own) for judge, own in checks.items()]


def known_verdicts(rows: Sequence[Row], judges: Collection[str]) -> list[KnownVerdict]:
    """Returns what these judges together say of the known replies, read as `contradiction_share` reads replies of models."""
    result = []
    for row in _first_of_each_question(rows):
        for expected in KNOWN_REPLIES:
            verdicts = [k["verdict"] for k in row["known"] if k["judge"] in judges and k["expected"] == expected]
            share = contradiction_share(verdicts)
            if share is not None:
                result.append(KnownVerdict(share, expected == CONTRADICTS, row["character"]))
    return result


def contradiction_share(verdicts: Sequence[str | None]) -> float | None:
    """Returns the share of verdicts that see a contradiction, among those that see an answer; None if most see none."""
    read = [verdict for verdict in verdicts if verdict in (FITS, CONTRADICTS, NO_ANSWER)]
    answers = [verdict for verdict in read if verdict != NO_ANSWER]
    return float(mean(verdict == CONTRADICTS for verdict in answers)) if 2 * len(answers) > len(read) else None


def _first_of_each_question(rows: Sequence[Row]) -> Iterator[Row]:
    """Yields for each question and judge the first row with known replies; a judge may not judge every model."""
    seen = set()
    for row in rows:
        judges = {known["judge"] for known in row["known"]}
        new = {judge for judge in judges if (row["id"], judge) not in seen}
        seen.update((row["id"], judge) for judge in new)
        if new:
            yield {**row, "known": [known for known in row["known"] if known["judge"] in new]}
