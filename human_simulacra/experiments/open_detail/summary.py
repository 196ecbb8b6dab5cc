"""Summary of the open details: headlines, tables and notes from scored rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from human_simulacra.experiments.judge_tables import judge_notes, judge_table
from human_simulacra.experiments.open_detail.known_replies import admit_judges, contradiction_share, known_verdicts
from human_simulacra.judge_models.admission import NO_JUDGE, OWN_JUDGE
from human_simulacra.results.controls import find_reference_models
from human_simulacra.results.missing_bounds import BOUNDS_HEAD, BoundsColumn
from human_simulacra.results.repeated_runs import analyse_repeated_runs
from human_simulacra.results.reply_status import FILTERED, TRUNCATED
from human_simulacra.results.scored_rows import ScoredRow, compare_all_models, group_scores
from human_simulacra.results.summary import ALL, Headline, Row, Summary, Table
from human_simulacra.results.tables import (
    comparison_notes,
    comparison_table,
    correction_table,
    format_interval,
    without_empty_columns,
)
from human_simulacra.statistics import Estimate, cluster_interval
from human_simulacra.statistics.judge_correction import CorrectedFigure, KnownVerdict, correct_share

NAME, TITLE, MEASURE = "open_detail", "Open details", "contradictions"
HEAD = ("model", "answers", "contradictions % [95 %]", "no answer", "not judged", "missing", BOUNDS_HEAD)
NOTE = (
    "Contradictions: of the replies that answer, the share that cannot be true by the life, as judge models read it. A reply "
    "that gives no answer is counted apart; it is neither right nor wrong."
)
RULE = "a reply that fits from one that contradicts, in pairs"
CORRECTION_NOTE = (
    "Corrected: for how often the judges see a contradiction in known replies that have one, and in those that have none. It "
    "assumes that they err on a model's replies as on these."
)


def summarise_open_details(rows: Sequence[Row]) -> Summary:
    """Computes contradictions by method and character with the verdicts of admitted judges, or of all if none is.

    Args:
        rows: Scored rows of all models.
    """
    admissions = admit_judges(rows)
    admitted = [a.judge for a in admissions if a.admitted]
    judges = admitted or [a.judge for a in admissions]
    counted = [JudgedReply(row, judges) for row in rows]
    scored = [c.scored for c in counted if c.answered or not c.judged]
    found, pairs, repeated = group_scores(scored), compare_all_models(scored), analyse_repeated_runs(scored, MEASURE)
    whole_rows = [f for f in found if f.type == ALL]
    scores = {(f.model, f.character): f.score for f in whole_rows}
    caveats = {model: _caveat(rows, model, bool(admitted)) for model in dict.fromkeys(row["model"] for row in rows)}
    headlines = tuple(
        Headline(f.model, MEASURE, f.score, "%", f.character, better="lower", caveat=caveats[f.model], bounds=f.score_bounds)
        for f in whole_rows
    )
    bounds = BoundsColumn(headlines, find_reference_models(rows))
    lines = {}
    for model, caveat in caveats.items():
        for character in [ALL, *dict.fromkeys(row["character"] for row in rows)]:
            own = [c for c in counted if c.row["model"] == model and character in (ALL, c.row["character"])]
            score = scores.get((model, character))
            shown = "" if score is None else format_interval(score) + (f" ({caveat})" if caveat else "")
            possible = bounds.cell(model, character=character)
            lines[character, model] = (model, score.rows if score else 0, shown, *_counts(own), possible)
    whole = tuple(line for (character, _), line in lines.items() if character == ALL)
    single = tuple((character, *line) for (character, _), line in lines.items() if character != ALL)
    corrected = correct_contradictions(scored, known_verdicts(rows, judges))
    tables = (
        without_empty_columns(Table("Open details, by method", HEAD, whole), (BOUNDS_HEAD,)),
        correction_table("Contradictions, corrected for the judges' error", "known replies", corrected),
        comparison_table("Exploratory comparisons of contradictions, on the same questions", MEASURE, pairs),
        judge_table("Judges of the open details", "pairs of known replies told apart", admissions),
        _refused_table(rows, [a.judge for a in admissions if not a.admitted]),
        *repeated.tables,
        without_empty_columns(Table("Open details, by character", ("character", *HEAD), single, detail=True), (BOUNDS_HEAD,)),
    )
    data = {
        "rates": [asdict(f) for f in whole_rows],
        "corrected": [{"model": model, **asdict(figure)} for model, _, _, figure in corrected],
        "judges": [asdict(a) for a in admissions], **repeated.data,
    }  # fmt: skip
    notes = (NOTE, CORRECTION_NOTE, *judge_notes(RULE, admissions), *comparison_notes(pairs), *repeated.notes)
    return Summary(NAME, TITLE, headlines, tables, data, notes, {MEASURE: tuple(pairs)})


class JudgedReply:
    """A row with the verdict of these judges: no answer if most say so, else the share that sees a contradiction.

    A row without an answer has no score; one that nobody could judge, or that was cut off, has an unknown score.
    """

    def __init__(self, row: Row, judges: Collection[str]) -> None:
        self.row = row
        whole = row.get("status") not in (TRUNCATED, FILTERED)
        verdicts = [v["verdict"] for v in row["verdicts"] if whole and v["judge"] in judges and v["verdict"] is not None]
        share = contradiction_share(verdicts)
        self.judged, self.answered = bool(verdicts), share is not None
        self.scored = ScoredRow(
            row["model"], row["id"], row["character"], row["type"], share or 0.0, 1.0, correct=share == 0,
            missing=share is None, run=row.get("run", 1),
        )  # fmt: skip


def correct_contradictions(
    scored: Sequence[ScoredRow], known: Sequence[KnownVerdict]
) -> list[tuple[str, str, Estimate, CorrectedFigure]]:
    """Corrects each model's contradictions for the judges' error on replies whose truth is known.

    Args:
        scored: The replies of all models as the judges read them (`JudgedReply.scored`).
        known: The judges' verdicts on replies with a known truth.

    Returns:
        Rows of `results.tables.correction_table`: model, measure, the figure as judged and as corrected.
    """
    found = []
    for model in dict.fromkeys(row.model for row in scored):
        own = [row for row in scored if row.model == model and not row.missing]
        points, characters = [row.points for row in own], [row.character for row in own]
        if own:
            judged = cluster_interval(points, [1.0] * len(own), characters)
            found.append((model, MEASURE, judged, correct_share(points, characters, known)))
    return found


def _caveat(rows: Iterable[Row], model: str, admitted: bool) -> str:
    own = any(verdict["own"] for row in rows if row["model"] == model for verdict in row["verdicts"])
    return ", ".join([NO_JUDGE] * (not admitted) + [OWN_JUDGE] * own)


def _counts(counted: Sequence[JudgedReply]) -> tuple[int, int, int]:
    missing = sum(c.row["missing"] for c in counted)
    return (sum(c.judged and not c.answered for c in counted), sum(not c.judged for c in counted) - missing, missing)


def _refused_table(rows: Sequence[Row], refused: Sequence[str]) -> Table:
    """Returns what each judge that is not admitted says, by model."""
    found = []
    for judge in refused:
        scored = [JudgedReply(row, [judge]).scored for row in rows]
        for f in group_scores(scored):
            if f.type == f.character == ALL:
                found.append((f.model, judge, f.score.rows, format_interval(f.score)))
    return Table("Open details, by judge not admitted", ("model", "judge", "answers", "contradictions % [95 %]"), tuple(found))
