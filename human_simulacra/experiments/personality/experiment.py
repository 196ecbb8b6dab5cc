"""The personality test: the order of a character's eight functions from yes/no answers, and acquiescence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.experiments.base import Experiment
from human_simulacra.experiments.personality import scores_by_character as scores
from human_simulacra.experiments.personality.radar_chart import draw_radars
from human_simulacra.experiments.personality.rows import QUICK, personality_rows
from human_simulacra.experiments.personality.summary import NAME, TITLE, summarise_personality
from human_simulacra.experiments.second_reader import ReadingTask, answer_line, second_reading
from human_simulacra.replies.demanded_form import keeps_form
from human_simulacra.replies.yes_no import read_yes_no
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.summary import Row, Summary

_SAID = {True: "yes", False: "no", None: scores.NEITHER}


class Personality(Experiment):
    """The paper's eight-function test; a row is a statement, or one statement of a reverse-keyed pair."""

    name, title, quick = NAME, TITLE, QUICK
    headline = "tau"
    together = "pair"
    rows = staticmethod(personality_rows)

    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores a reply: `said` is `yes`, `no` or `neither`."""
        label, readings = second_reading(row, reply, self.reading_task)
        return {"said": _SAID[read_yes_no(answer_line(label) or reply or "")], **readings}

    def reading_task(self, row: Row, reply: str) -> ReadingTask:
        """Returns the task for a yes or no."""
        said = read_yes_no(reply)
        return ReadingTask("yes_no", row["statement"], rules=None if said is None else _SAID[said], formed=keeps_form(reply))

    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns mean tau-b (-1 to 1), the acquiescence index (-1 to 1), yes in percent, and counts.

        A figure without a reply that can be read is 0. The counts are characters without an order, and unparseable and
        missing rows.
        """
        every = [scores.character_tau(own).tau for own in scores.rows_by_character(rows).values()]
        taus = [tau for tau in every if not math.isnan(tau)]
        pairs, yes = scores.pair_shares(rows), scores.yes_percent(rows)
        return {
            "tau": sum(taus) / len(taus) if taus else 0.0,
            "without_order": len(every) - len(taus),
            "acquiescence": 0.0 if pairs is None else pairs.acquiescence,
            "yes": 0.0 if math.isnan(yes) else yes,
            "unparseable": scores.count_unparseable(rows),
            "missing": sum(row["missing"] for row in rows),
        }

    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes measures by method and by character; see `summarise_personality`."""
        return summarise_personality(rows)

    def charts(self, runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
        """Draws each character's assigned and measured order of functions."""
        return draw_radars(runs, series)


EXPERIMENT = Personality()
