"""The interrogation: does a character's account of its life hold together, with itself and with the life?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.interrogation.answer_pairs import KINDS
from human_simulacra.experiments.interrogation.contradiction_reading import KNOWN, read_verdict
from human_simulacra.experiments.interrogation.rows import QUICK, interrogation_rows
from human_simulacra.experiments.interrogation.summary import MEASURE, NAME, TITLE, summarise_interrogation
from human_simulacra.replies.abstention import says_not_known
from human_simulacra.replies.cloze import states_answer
from human_simulacra.results.summary import Row, Summary


class Interrogation(Experiment):
    """Chains of linked questions; `type` is the theme. The column `judgements` holds what readers of contradictions wrote."""

    name, title, quick = NAME, TITLE, QUICK
    headline = MEASURE
    together = "type"
    rows = staticmethod(interrogation_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply.

        Returns:
            `stated`, whether the reply states an accepted answer; `not_known`, whether it says not to know; `parsed`, whether
            it says anything; `pairs`, the readers' verdicts on the pairs whose second statement it is; `known_pairs`, those on
            labelled pairs. A verdict is None if it cannot be read, or the words that are said to contradict do not stand in the
            statements.
        """
        said = reply or ""
        pairs, known = [], []
        for entry in row.get("judgements", []):
            second = entry["second"] if entry["kind"] == KNOWN else said
            verdict = read_verdict(entry["text"] or "", entry["first"], second)
            found = {"judge": entry["judge"], "own": entry["own"], "verdict": verdict, "failed": entry["text"] is None}
            if entry["kind"] in KINDS:
                pairs.append({"kind": entry["kind"], **found})
            elif entry["text"] is not None:
                known.append({key: entry[key] for key in ("expected", "known", "about")} | found)
        stated = states_answer(said, row["answer"], row.get("asked") or row["question"])
        return {
            "stated": stated, "not_known": not stated and says_not_known(said), "parsed": bool(said.strip()),
            "pairs": pairs, "known_pairs": known,
        }  # fmt: skip

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns the facts stated and not known in percent of the answered rows, and the number of missing rows."""
        answered = [row for row in rows if not row["missing"]]
        whole = max(len(answered), 1)
        return {
            "facts_stated": 100.0 * sum(row["stated"] for row in answered) / whole,
            "not_known": 100.0 * sum(row["not_known"] for row in answered) / whole,
            "missing": len(rows) - len(answered),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes internal, external and retest consistency by method and character, and paired comparisons."""
        return summarise_interrogation(rows)


EXPERIMENT = Interrogation()
