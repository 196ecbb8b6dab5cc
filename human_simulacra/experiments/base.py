"""What an experiment is: its rows, how it scores a reply, how scored rows become figures, and its charts.

An experiment is pure: it calls no model and reads nothing but a data folder. So any run can be scored and replayed offline.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from human_simulacra.backbones.reasoning import split_reasoning
from human_simulacra.charts.chart import Chart
from human_simulacra.charts.model_series import Series
from human_simulacra.experiments.second_reader import ReadingTask
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.reply_status import ANSWERED, MISSING, reply_status
from human_simulacra.results.summary import ALL, Row, Summary
from human_simulacra.results.tables import format_headline

# The column of a row that holds its `Stimulus`.
STIMULUS = "stimulus"
# Columns of rows that follow each other: which conversation, which turn in it, and how later turns summarise the row.
CONVERSATION, TURN, RECAP = "conversation", "turn", "recap"


class Experiment(ABC):
    """One way of testing a simulacrum. A subclass sets the attributes below and implements the three methods.

    Attributes:
        name: Its name in the rows' column `experiment`, in configs and in the files of a run.
        title: Its name for readers.
        quick: What the sample `quick` takes of it, as a phrase.
        headline: Its headline measure, of which the summary has a headline over all rows (`results.summary.Headline.measure`);
            the primary comparisons of a run are on it.
        together: The column whose equal values mark the rows of a character that are compared with each other, so that a limit
            keeps them together; by default those of a conversation.
        rows: A function `rows(library, ...) -> list of rows`. Its further parameters are the arguments of the dataset
            config, each with a default where it can have one. A row is a dictionary of JSON-ready columns with at least id,
            character, type and answer, and the column `stimulus`: the `Stimulus` that is put to the model. Rows that form a
            conversation also have the columns `conversation`, `turn` and `recap`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    quick: ClassVar[str]
    headline: ClassVar[str]
    together: ClassVar[str] = CONVERSATION
    rows: ClassVar[Callable[..., list[dict[str, Any]]]]

    def score_row(self, row: Row, reply: str | None, trace: Mapping[str, Any] | None) -> dict[str, Any]:
        """Scores one row of a run, and says whether its reply is whole.

        Args:
            row: The dataset's columns.
            reply: What the model replied; None where the row failed.
            trace: The reply's trace as `Trace.as_dict` writes it, or None.

        Returns:
            `missing`, `status` (`results.reply_status`), and the scores. A reply that was cut off or filtered is scored as an
            empty one, since its end may be what answers. Reasoning before the answer, which models that are no simulacra leave in
            their replies, is not read.
        """
        status = reply_status(reply, trace)
        said = reply and split_reasoning(reply).answer
        return {"missing": reply is None, "status": status, **self.score(row, said if status in (ANSWERED, MISSING) else "")}

    @abstractmethod
    def score(self, row: Row, reply: str | None) -> dict[str, Any]:
        """Scores one reply.

        Args:
            row: The dataset's columns.
            reply: What the model replied; None where the row failed.

        Returns:
            JSON-ready scores that depend on the columns and the reply alone.
        """

    def reading_task(self, row: Row, reply: str) -> ReadingTask | None:
        """Returns what a second reader can be asked about a reply; None, the default, where the rules alone read.

        An experiment that returns a task uses `second_reader.second_reading` in `score`.
        """
        return None

    @abstractmethod
    def metrics(self, rows: Sequence[Row]) -> dict[str, float]:
        """Returns OpenCompass's metrics of one model and dataset from scored rows, the same keys for every model."""

    @abstractmethod
    def summarise(self, rows: Sequence[Row]) -> Summary:
        """Computes the figures and tables of a run from the scored rows of all its models."""

    def main_figures(self, summary: Summary) -> tuple[str, dict[str, str]]:
        """Returns what the table at the end of a run shows: the name of a figure, and each model's figure with its interval.

        Args:
            summary: The summary of this experiment; by default the headline over all rows is shown.
        """
        found = [h for h in summary.headlines if h.measure == self.headline and h.character == h.of == ALL]
        units = {f" {h.unit}" for h in found if h.unit}
        return self.headline + "".join(sorted(units)), {h.model: format_headline(h) for h in found}

    def charts(self, runs: Sequence[tuple[Run, Mapping[str, Any]]], series: Sequence[Series]) -> list[Chart]:
        """Draws what forest plots of the headlines do not show; none by default.

        Args:
            runs: Each run that holds this experiment, with the run's `summary/<name>.json`.
            series: The models of all runs in the report.
        """
        return []
