"""The open-detail experiment: how often an answer to a question that the texts leave open contradicts the life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.open_detail.contradiction_judging import CONTRADICTS, FITS, KNOWN, NO_ANSWER, REPLY, VERDICTS
from human_simulacra.experiments.open_detail.rows import QUICK, open_detail_rows
from human_simulacra.experiments.open_detail.summary import MEASURE, NAME, TITLE, summarise_open_details
from human_simulacra.judge_models.verdict_parsing import parse_word
from human_simulacra.results.summary import Row, Summary


class OpenDetail(Experiment):
    """Questions on what the texts do not say. The column `judgements` holds the judges' replies."""

    name, title, quick = NAME, TITLE, QUICK
    headline = MEASURE
    rows = staticmethod(open_detail_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Parses the judgements.

        Returns:
            `verdicts` on the reply (judge, own, verdict or None, failed), and `known`: those on known replies (judge, expected,
            verdict or None), without failed calls.
        """
        verdicts, known = [], []
        for entry in row.get("judgements", []):
            judge, verdict, failed = entry["judge"], parse_word(entry["text"] or "", VERDICTS), entry["text"] is None
            if entry["kind"] == REPLY:
                verdicts.append({"judge": judge, "own": entry["own"], "verdict": verdict, "failed": failed})
            elif entry["kind"] == KNOWN and not failed:
                known.append({"judge": judge, "expected": entry["expected"], "verdict": verdict})
        return {"verdicts": verdicts, "known": known}

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns contradictions in percent of all judges' verdicts on answers; counts of the other verdicts."""
        found = [verdict for row in rows for verdict in row["verdicts"]]
        given = [v["verdict"] for v in found if v["verdict"] in (FITS, CONTRADICTS)]
        return {
            MEASURE: 100.0 * given.count(CONTRADICTS) / len(given) if given else 0.0,
            "no_answer": sum(v["verdict"] == NO_ANSWER for v in found),
            "unparseable": sum(v["verdict"] is None and not v["failed"] for v in found),
            "failed": sum(v["failed"] for v in found),
            "missing": sum(row["missing"] for row in rows),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes contradictions by method and character with the verdicts of admitted judges, or of all if none is."""
        return summarise_open_details(rows)


EXPERIMENT = OpenDetail()
