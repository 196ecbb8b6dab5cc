"""The OpenCompass summarizer: prints what a run shows, and writes all tables as Markdown, CSV, JSON and an HTML report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from human_simulacra.display.display import Display, current_display
from human_simulacra.experiments.registry import describe_sample
from human_simulacra.files import write_atomically
from human_simulacra.plugin.config_classes import experiment_dataset_class
from human_simulacra.plugin.evaluated_rows import EvaluatedRows, read_evaluated, summarise_evaluated
from human_simulacra.plugin.output_redaction import redact_outputs
from human_simulacra.plugin.run_description import build_description
from human_simulacra.reporting import write_manifest, write_report
from human_simulacra.reporting.printed_result import describe_run, wide_tables
from human_simulacra.results.loaded_run import DESCRIPTION
from human_simulacra.results.run_folder import list_results
from human_simulacra.results.run_location import resume_command
from human_simulacra.results.summary import Row, Summary
from human_simulacra.results.tables import summary_to_csv, table_to_text, to_json
from human_simulacra.results.unfinished import with_unfinished
from human_simulacra.results.usage import usage_by_model
from human_simulacra.schema import Arguments

# Whether every score was computed by this version in a session of run.py, so that the report need not replay the run.
SCORED_NOW: ContextVar[bool] = ContextVar("SCORED_NOW", default=False)


class RunSummarizer:
    """Summarises every experiment of a run.

    Args:
        config: The run's whole config, from OpenCompass.
        everything: The command that evaluates the whole self report, printed after a run on a sample.
        primary: The run's primary comparisons, `dict(against=..., experiments=[...])`: see
            `results.primary_comparisons.PrimaryPlan`. By default every method against `shuffled`, on all experiments.
    """

    def __init__(self, config: Any, everything: str = "", primary: Arguments | None = None) -> None:
        self.config = config
        self.everything = everything
        self.primary = primary
        self.folder = Path(config["work_dir"])
        self.datasets = [d for d in config["datasets"] if experiment_dataset_class(d)]

    def summarize(self, time_str: str = "") -> None:
        """Writes the folder `summary/` with all tables, `run.json`, the manifest and the report, and prints the result."""
        report = self.folder / "summary" / "report.html"
        report.unlink(missing_ok=True)  # of an earlier session, whose figures were others
        redact_outputs(self.folder)  # before their hashes are taken
        display = current_display() or Display()
        display.end_phase()
        results = read_evaluated(self.folder, self.config["models"], self.datasets)
        found, results, failure = summarise_evaluated(results, self.primary)
        if not found and list_results(self.folder):
            display.warn(
                f"the results in {self.folder} hold no rows, which the tables need (--dump-eval-details False leaves them out): "
                f"remove {self.folder}/results and resume the run, {resume_command(self.folder)}"
            )
        elif not found:
            display.warn(f"no results in {self.folder}: nothing to summarise")
        else:
            self._show(found, results, report, display)
        if failure:
            raise failure

    def _show(self, found: Sequence[Summary], results: EvaluatedRows, report: Path, display: Display) -> None:
        """Writes all files of `summary/` and prints the verdict, the main tables and where the rest is."""
        usage = usage_by_model(results.rows)
        run = build_description(self.config, self.folder, self.datasets, results.evaluated, results.unfinished, usage)
        summaries = with_unfinished(found, run)
        primary, *experiments = summaries
        names = [summary.experiment for summary in experiments]
        characters = _characters(results.rows)
        for summary in summaries:
            own = names if summary is primary else [summary.experiment]
            self._write(summary, own, self._sample_lines(own, characters))
        write_atomically(self.folder / DESCRIPTION, to_json(run))
        write_manifest(self.folder)
        about = self._sample_lines(names, characters)
        if display.wide:
            display.write_result(wide_tables(summaries, usage, about))
            about = []
        else:
            # OpenCompass's own command has no display, and does not know the option.
            wide = "; --wide prints them" if current_display() else ""
            about.append(f"All tables: {self.folder}/summary/*.md, .csv, .json{wide}.")
        more = [] if display.quiet else about
        display.write_result(describe_run(summaries, results.rows, run, more, display.result_width))
        # The report comes last, so that a failure does not lose the tables.
        display.write_result(f"Report: {write_report([self.folder], report, SCORED_NOW.get())}")

    def _write(self, summary: Summary, experiments: Sequence[str], about: Sequence[str]) -> None:
        target = self.folder / "summary" / summary.experiment
        tables = [table_to_text(table, style="github") for table in summary.tables if table.rows]
        text = "\n".join([f"# {summary.title}\n", *about, *summary.notes, "", *tables])
        write_atomically(target.with_suffix(".md"), text)
        if summary.experiment in experiments:  # the primary comparisons have no headlines
            write_atomically(target.with_suffix(".csv"), summary_to_csv(summary))
        write_atomically(target.with_suffix(".json"), to_json(summary))

    def _sample_lines(self, experiments: Sequence[str], characters: Mapping[str, set[str]]) -> list[str]:
        """Returns lines that say what was asked and what intervals are over, and the command for the whole self report."""
        taken: dict[tuple[Any, ...], list[str]] = {}
        for dataset in self.datasets:
            if (name := _experiment(dataset)) in experiments:
                chosen = dataset.get("sample", "all"), tuple(dataset.get("characters") or ()), dataset.get("limit")
                taken.setdefault(chosen, []).append(name)
        lines = [
            f"Sample '{sample}': {describe_sample(sample, dict.fromkeys(names), named, limit)}."
            for (sample, named, limit), names in sorted(taken.items(), key=str)
        ]
        lines.append(f"Intervals are 95 %, {_describe_units(experiments, characters)}.")
        partial = [*taken] != [("all", (), None)]
        return lines + (
            [f"Everything: {self.everything}"] if self.everything and experiments == ["self_report"] and partial else []
        )


def _experiment(dataset: Any) -> str:
    kind = experiment_dataset_class(dataset)
    return dataset.get("experiment") or (kind.experiment if kind else "")


def _characters(rows: Sequence[Row]) -> dict[str, set[str]]:
    """Returns the characters that each experiment asked."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["experiment"], set()).add(row["character"])
    return found


def _describe_units(experiments: Sequence[str], characters: Mapping[str, set[str]]) -> str:
    """Returns what intervals are over: those of a single character are over its rows."""
    single = [name for name in experiments if len(characters.get(name, ())) == 1]
    if single and len(single) == len(experiments):
        return "over the rows of one character: they say nothing about others"
    if single:
        return f"over characters; those of {', '.join(single)}, with one character, say nothing about others"
    return "over characters"
