"""Turns a run's results into tables with intervals, printed and written as Markdown, CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opencompass.utils import get_infer_output_path, model_abbr_from_cfg

from human_simulacra.evaluation.samples import SAMPLES
from human_simulacra.evaluation.summary import ScoredRow, comparisons, figures
from human_simulacra.evaluation.tables import BY_CHARACTER, as_csv, as_json, as_text, sections
from human_simulacra.evaluation.usage import usage_by_agent
from human_simulacra.files import write_atomically
from human_simulacra.plugin.checks import is_ours
from human_simulacra.plugin.dataset import SelfReportDataset


class SelfReportSummarizer:
    """OpenCompass summarizer of the self report.

    Args:
        config: The run's whole config; OpenCompass passes it.
        everything: The command that evaluates every question, printed after a run on a sample.
    """

    def __init__(self, config: Any, everything: str = "") -> None:
        self.config = config
        self.everything = everything
        self.folder = Path(config["work_dir"])
        self.datasets = [d for d in config["datasets"] if is_ours(d, SelfReportDataset)]

    def summarize(self, time_str: str = "") -> None:
        """Reads predictions and results, prints the main tables and writes `summary/self_report.{md,csv,json}`."""
        rows = list(self._rows())
        if not rows:
            print(f"no results of the self report in {self.folder}: nothing to summarise")
            return
        found, pairs, usage = figures(rows), comparisons(rows), self._usage()
        tables = sections(found, pairs, usage)
        print()
        for table in tables:
            if table[0] != BY_CHARACTER:
                print(as_text(*table))
        for line in self._sample_lines():
            print(line)
        target = self.folder / "summary"
        notes = "\n".join([*self._sample_lines(), "", *(as_text(*table, style="github") for table in tables)])
        write_atomically(target / "self_report.md", f"# Self report\n\n{notes}")
        write_atomically(target / "self_report.csv", as_csv(found))
        run = {"folder": str(self.folder), "time": time_str, "samples": sorted({d.get("sample", "all") for d in self.datasets})}
        write_atomically(target / "self_report.json", as_json(found, pairs, usage, run))
        print(f"Tables by character and all figures: {target}/self_report.md, .csv, .json")

    def _sample_lines(self) -> list[str]:
        samples = sorted({d.get("sample", "all") for d in self.datasets})
        lines = [f"Sample '{sample}': {SAMPLES[sample]}. Intervals are bootstrapped over characters." for sample in samples]
        return lines + ([f"Everything: {self.everything}"] if self.everything and samples != ["all"] else [])

    def _pairs(self) -> Iterator[tuple[Any, Any]]:
        for model in self.config["models"]:
            for dataset in self.datasets:
                yield model, dataset

    def _load(self, model: Any, dataset: Any, kind: str) -> Any:
        path = Path(get_infer_output_path(model, dataset, str(self.folder / kind)))
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def _rows(self) -> Iterator[ScoredRow]:
        for model, dataset in self._pairs():
            results = self._load(model, dataset, "results")
            for entry in (results or {}).get("details", []):
                # OpenCompass turns an evaluator's details into one entry a row that holds a list a key.
                for repetition in range(len(entry["id"])):
                    fields = ("id", "character", "type", "points", "full", "correct", "parsed", "missing")
                    given = {name: entry[name][repetition] for name in fields}
                    yield ScoredRow(model=model_abbr_from_cfg(model), **given)

    def _usage(self) -> dict[str, Any]:
        traces: dict[str, list[Any]] = {}
        for model, dataset in self._pairs():
            predictions = self._load(model, dataset, "predictions") or {}
            own = traces.setdefault(model_abbr_from_cfg(model), [])
            own.extend(row.get("trace") for row in predictions.values())
        return {model: usage_by_agent(found) for model, found in traces.items()}
