"""The HTML report of runs, and the replay that recomputes a run's figures. Needs no model and no OpenCompass."""

from human_simulacra.reporting.replay import replay
from human_simulacra.reporting.report_page import write_report

__all__ = ["replay", "write_report"]
