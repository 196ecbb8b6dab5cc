"""A gate: the outcome of one quality check, and a table of gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tabulate import tabulate

MOST_PROBLEMS = 10


@dataclass(frozen=True)
class Gate:
    """The outcome of one check: the measured figure, the required threshold, and one sentence for each problem."""

    name: str
    figure: str
    threshold: str
    problems: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        """Whether there is no problem."""
        return not self.problems


def format_gates(gates: Sequence[Gate]) -> str:
    """Formats gates as a table, followed by the first problems of each failed gate."""
    rows = [("ok" if g.passed else "FAIL", g.name, g.figure, g.threshold) for g in gates]
    lines = [tabulate(rows, ("", "gate", "figure", "threshold"), disable_numparse=True)]
    for gate in gates:
        if not gate.passed:
            lines += ["", f"{gate.name}:", *(f"  {problem}" for problem in gate.problems[:MOST_PROBLEMS])]
            if len(gate.problems) > MOST_PROBLEMS:
                lines.append(f"  ... and {len(gate.problems) - MOST_PROBLEMS} more")
    return "\n".join(lines)
