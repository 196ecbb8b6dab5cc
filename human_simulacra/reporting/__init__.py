"""The HTML report of runs, the manifest of a run's files, and the replay of its figures. Needs no model and no OpenCompass."""

from human_simulacra.reporting.manifest import write_manifest
from human_simulacra.reporting.replay import replay
from human_simulacra.reporting.report_page import export_report, write_report

__all__ = ["export_report", "replay", "write_manifest", "write_report"]
