"""The open-detail experiment: how often an answer to a question that the texts leave open contradicts the life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from statistics import mean
from typing import Any

from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.open_detail.contradiction_judging import CONTRADICTS, FITS, KNOWN, NO_ANSWER, REPLY, VERDICTS
from human_simulacra.experiments.open_detail.rows import QUICK, open_detail_rows
from human_simulacra.judge_models.admission import NO_JUDGE, SIGNIFICANCE_LEVEL, Admission, KnownAnswerCheck, admit_judge
from human_simulacra.judge_models.verdict_parsing import parse_word
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.scored_rows import ScoredRow, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import comparison_notes, comparison_table, format_interval, format_p, without_empty_columns

# Both replies of a pair judged rightly: a coin for each has it once in four.
CHECK_OPTIONS = 4
MEASURE = "contradictions"
HEAD = ("model", "answers", "contradictions % [95 %]", "no answer", "not judged", "missing", BOUNDS_HEAD)
NOTE = (
    "Contradictions: of the replies that answer, the share that cannot be true by the life, as judge models read it. A reply "
    "that gives no answer is counted apart; it is neither right nor wrong."
)


class OpenDetail(Experiment):
    """Questions on what the texts do not say. The column `judgements` holds the judges' replies."""

    name, title, quick = "open_detail", "Open details", QUICK
    headline = MEASURE
    rows = staticmethod(open_detail_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Parses `verdicts` (judge, verdict or None, failed) and `checks` (judge, right) from the judgements."""
        verdicts, pairs = [], dict[str, list[bool]]()
        for entry in row.get("judgements", []):
            verdict = parse_word(entry["text"] or "", VERDICTS)
            if entry["kind"] == REPLY:
                verdicts.append({"judge": entry["judge"], "verdict": verdict, "failed": entry["text"] is None})
            elif entry["kind"] == KNOWN and entry["text"] is not None:
                pairs.setdefault(entry["judge"], []).append(verdict == entry["expected"])
        checks = [{"judge": judge, "right": all(found)} for judge, found in pairs.items() if len(found) == 2]
        return {"verdicts": verdicts, "checks": checks}

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
        admissions = admit_judges(rows)
        admitted = [a.judge for a in admissions if a.admitted]
        caveat = "" if admitted else NO_JUDGE
        counted = [_Counted(row, admitted or [a.judge for a in admissions]) for row in rows]
        scored = [c.scored for c in counted if c.answered or not c.judged]
        found, pairs, repeated = group_scores(scored), compare_all_models(scored), analyse_repeated_runs(scored)
        whole_rows = [f for f in found if f.type == ALL]
        scores = {(f.model, f.character): f.score for f in whole_rows}
        headlines = tuple(
            Headline(f.model, MEASURE, f.score, "%", f.character, better="lower", caveat=caveat, bounds=f.score_bounds)
            for f in whole_rows
        )
        bounds = BoundsColumn(headlines, find_reference_models(rows))
        lines = {}
        for model in dict.fromkeys(row["model"] for row in rows):
            for character in [ALL, *dict.fromkeys(row["character"] for row in rows)]:
                own = [c for c in counted if c.row["model"] == model and character in (ALL, c.row["character"])]
                score = scores.get((model, character))
                shown = "" if score is None else format_interval(score) + (f" ({caveat})" if caveat else "")
                possible = bounds.cell(model, character=character)
                lines[character, model] = (model, score.rows if score else 0, shown, *_counts(own), possible)
        whole = tuple(line for (character, _), line in lines.items() if character == ALL)
        single = tuple((character, *line) for (character, _), line in lines.items() if character != ALL)
        tables = (
            without_empty_columns(Table("Open details, by method", HEAD, whole), (BOUNDS_HEAD,)),
            comparison_table("Exploratory comparisons of contradictions, on the same questions", MEASURE, pairs),
            _judge_table(admissions),
            *repeated.tables,
            without_empty_columns(Table("Open details, by character", ("character", *HEAD), single, detail=True), (BOUNDS_HEAD,)),
        )
        data = {
            "rates": [asdict(f) for f in whole_rows], "judges": [asdict(a) for a in admissions], **repeated.data,
        }  # fmt: skip
        notes = (NOTE, *_judge_notes(admissions), *comparison_notes(pairs), *repeated.notes)
        return Summary(self.name, self.title, headlines, tables, data, notes, {MEASURE: tuple(pairs)})


class _Counted:
    """A row with the verdict of the judges that count: no answer if most say so, else the share that sees a contradiction.

    A row without an answer has no score; one that nobody could judge has an unknown score.
    """

    def __init__(self, row: Row, judges: Sequence[str]) -> None:
        self.row = row
        whole = row.get("status") not in ("truncated", "filtered")
        verdicts = [v["verdict"] for v in row["verdicts"] if whole and v["judge"] in judges and v["verdict"] is not None]
        answers = [verdict for verdict in verdicts if verdict != NO_ANSWER]
        self.judged, self.answered = bool(verdicts), 2 * len(answers) > len(verdicts)
        share = mean(verdict == CONTRADICTS for verdict in answers) if answers else 0.0
        self.scored = ScoredRow(
            row["model"], row["id"], row["character"], row["type"], float(share), 1.0, correct=share == 0,
            missing=not self.answered, run=row.get("run", 1),
        )  # fmt: skip


def admit_judges(rows: Sequence[Row]) -> list[Admission]:
    """Decides on every judge by the known replies of the run, each once however many models were judged."""
    checks: dict[str, dict[str, KnownAnswerCheck]] = {}
    for row in rows:
        for verdict in row["verdicts"]:
            checks.setdefault(verdict["judge"], {})
        for check in row["checks"]:
            found = KnownAnswerCheck(check["judge"], row["character"], CHECK_OPTIONS, check["right"])
            checks.setdefault(check["judge"], {})[row["id"]] = found
    return [admit_judge(judge, list(own.values())) for judge, own in checks.items()]


def _counts(counted: Sequence[_Counted]) -> tuple[int, int, int]:
    missing = sum(c.row["missing"] for c in counted)
    return (sum(c.judged and not c.answered for c in counted), sum(not c.judged for c in counted) - missing, missing)


def _judge_table(admissions: Sequence[Admission]) -> Table:
    rows: list[tuple[Any, ...]] = [
        (a.judge, f"{a.right} of {a.trials}", f"{a.known} of {a.characters}", "" if a.p is None else format_p(a.p),
         "yes" if a.admitted else "no")
        for a in admissions
    ]  # fmt: skip
    head = ("judge", "pairs of known replies told apart", "characters", "p", "admitted")
    return Table("Judges of the open details", head, tuple(rows))


def _judge_notes(admissions: Sequence[Admission]) -> list[str]:
    rule = (
        "tells a reply that fits from one that contradicts for most questions of more characters than chance (binomial, "
        f"one-sided p < {SIGNIFICANCE_LEVEL})"
    )
    if admitted := [a.judge for a in admissions if a.admitted]:
        return [f"Counted are the verdicts of {', '.join(admitted)}; a judge is admitted if it {rule}."]
    if admissions:
        return [f"No judge was admitted, so these figures are not reliable. A judge is admitted if it {rule}."]
    return []


EXPERIMENT = OpenDetail()
