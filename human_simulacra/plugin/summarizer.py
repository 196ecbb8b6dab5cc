"""The OpenCompass summarizer: prints a run's tables and writes them as Markdown, CSV, JSON and an HTML report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg

from human_simulacra.experiments.registry import describe_sample, summarise_run
from human_simulacra.files import write_atomically
from human_simulacra.plugin.config_checks import experiment_dataset_class
from human_simulacra.plugin.run_manifest import build_manifest
from human_simulacra.reporting import write_report
from human_simulacra.results import run_folder
from human_simulacra.results.summary import Summary
from human_simulacra.results.tables import headline_table, summary_to_csv, table_to_text, to_json, usage_table
from human_simulacra.results.usage import usage_by_model


class RunSummarizer:
    """Summarises every experiment of a run.

    Args:
        config: The run's whole config, from OpenCompass.
        everything: The command that evaluates the whole self report, printed after a run on a sample.
    """

    def __init__(self, config: Any, everything: str = "") -> None:
        self.config = config
        self.everything = everything
        self.folder = Path(config["work_dir"])
        self.datasets = [d for d in config["datasets"] if experiment_dataset_class(d)]

    def summarize(self, time_str: str = "") -> None:
        """Prints the main tables and writes the folder `summary/` with all tables, the manifest and the report."""
        models = [model_abbr_from_cfg(model) for model in self.config["models"]]
        wanted = [(model, dataset_abbr_from_cfg(dataset)) for model in models for dataset in self.datasets]
        rows = list(run_folder.read_scored_rows(self.folder, wanted))
        if not rows:
            print(f"no results in {self.folder}: nothing to summarise")
            return
        summaries = summarise_run(rows)
        names = [summary.experiment for summary in summaries]
        usage = usage_by_model(rows)
        for summary in summaries:
            self._write(summary)
        run = build_manifest(self.config, self.folder, self.datasets, wanted, usage)
        write_atomically(self.folder / "summary" / "run.json", to_json(run))
        overview = [headline_table(summaries)] if len(summaries) > 1 else []
        tables = [*overview, *(table for summary in summaries for table in summary.tables), usage_table(usage)]
        print()
        for table in tables:
            if table.rows and not table.detail:
                print(table_to_text(table))
        for line in self._sample_lines(names):
            print(line)
        for summary in summaries:
            if summary.notes and len(summaries) > 1:
                print(f"\n{summary.title}:")
            for line in summary.notes:
                print(line)
        files = names[0] if len(names) == 1 else f"{{{','.join(names)}}}"
        print(f"\nTables by character and all figures: {self.folder}/summary/{files}.md, .csv, .json")
        # The report comes last, so that a failure does not lose the tables.
        print(f"Report with charts and every answer: {write_report([self.folder], self.folder / 'summary' / 'report.html')}")

    def _write(self, summary: Summary) -> None:
        target = self.folder / "summary" / summary.experiment
        tables = [table_to_text(table, style="github") for table in summary.tables if table.rows]
        text = "\n".join([f"# {summary.title}\n", *self._sample_lines([summary.experiment]), *summary.notes, "", *tables])
        write_atomically(target.with_suffix(".md"), text)
        write_atomically(target.with_suffix(".csv"), summary_to_csv(summary))
        write_atomically(target.with_suffix(".json"), to_json(summary))

    def _sample_lines(self, experiments: Iterable[str]) -> list[str]:
        """Returns lines that describe the samples and give the command for the whole self report."""
        samples = sorted({d.get("sample", "all") for d in self.datasets})
        lines = [f"Sample '{sample}': {describe_sample(sample, experiments)}." for sample in samples]
        lines.append("Intervals are 95 %, over characters.")
        alone = list(experiments) == ["self_report"]
        return lines + ([f"Everything: {self.everything}"] if self.everything and alone and samples != ["all"] else [])
