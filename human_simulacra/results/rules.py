"""The number of the rules by which a run was scored, so that no version recomputes a run by rules that are not the run's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Increase it with every change to how a reply is read or a figure is computed: the replay of an older run then says that the
# run needs its own version.
# Rules 1 are those of version 0.1.0, which recorded no number; rules 2 did not know "not known" as an answer; intervals of
# rules 3 were wider near the ends of a range; by rules 4 a second reader's reading counted only where the rules had none, and by
# rules 5 it read no cloze reply, and the intervals of the mixed model and of few values near an end were others.
RULES = 6


def describe_other_rules(description: Mapping[str, Any]) -> str:
    """Returns one sentence if a run was scored by other rules than this version's; otherwise an empty text.

    Args:
        description: The contents of the run's `summary/run.json`.
    """
    rules = description.get("rules", 1)
    if rules == RULES:
        return ""
    version = (description.get("packages") or {}).get("human-simulacra") or "unknown"
    return (
        f"human-simulacra {version} scored this run by rules {rules}, and the installed version reads replies and computes "
        f"intervals by rules {RULES}: to replay the run, check out the version that made it"
    )
