"""The report of one or several runs as one HTML file, and the replay of a run's figures. Needs no model and no OpenCompass."""

from human_simulacra.reporting.page import write_report
from human_simulacra.reporting.replay import replay

__all__ = ["replay", "write_report"]
