"""The conformity experiment: how often characters follow a wrong majority, beyond the errors that they make alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.conformity.error_curves import draw_error_curves
from human_simulacra.experiments.conformity.rates import CONTROL, PRESSURE, conformity_rate, error_rate, parsed_rows
from human_simulacra.experiments.conformity.rows import QUICK, conformity_rows
from human_simulacra.experiments.conformity.summary import MEASURE, NAME, TITLE, summarise_conformity
from human_simulacra.experiments.second_reader import ReadingTask, answer_line, choice_task, second_reading
from human_simulacra.replies.choices import read_choices
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import Row, Summary


class Conformity(Experiment):
    """Asch's (1951) conformity experiment, as in the paper; a row is a trial of a conversation under pressure or of a control."""

    name, title, quick = NAME, TITLE, QUICK
    headline = MEASURE
    together = "variant"
    rows = staticmethod(conformity_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply: the chosen option, whether it is wrong, and whether it is the wrong majority's.

        A reply that names no option, or more than one, is unparseable: neither right nor wrong.
        """
        label, readings = second_reading(row, reply, self.reading_task)
        named = read_choices(answer_line(label) or reply or "", row["options"]) or ()
        chosen = named[0] if len(named) == 1 else None
        error = chosen is not None and chosen not in row["answer"]
        return {"chosen": chosen, "parsed": chosen is not None, "error": error,
                "conformed": error and chosen == row["majority_answer"], **readings}  # fmt: skip

    def reading_task(self, row: Row, reply: str) -> ReadingTask:
        """Returns the task for a choice of one option."""
        return choice_task(row, reply, several=False)

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns conformity and error rates in percent (0 without a parsed reply); counts of unparseable and missing rows."""
        found = {"conformity": conformity_rate(rows)}
        for condition in (PRESSURE, CONTROL):
            found[f"critical_error_{condition}"] = error_rate(rows, condition, True)
            found[f"neutral_error_{condition}"] = error_rate(rows, condition, False)
        answered = [row for row in rows if not row["missing"]]
        return {
            **{name: estimate.value if estimate else 0.0 for name, estimate in found.items()},
            "unparseable": len(answered) - len(parsed_rows(answered)),
            "missing": len(rows) - len(answered),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes rates, the comparison with the human baseline and errors by trial; see `summarise_conformity`."""
        return summarise_conformity(rows)

    def charts(self, runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
        """Draws the errors by trial under pressure and in the control."""
        return draw_error_curves(runs, series)


EXPERIMENT = Conformity()
