"""What the calls of a method buy: points above readers without the life, by kind of question, for the tokens spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.experiments.self_report.above_blind import share_right
from human_simulacra.results.summary import ALL, Row, Table
from human_simulacra.results.tables import format_interval
from human_simulacra.results.usage import usage_by_agent
from human_simulacra.statistics import Estimate, cluster_interval, difference_interval

# The kinds of questions of the dataset, in groups large enough for a figure.
KIND_GROUPS: Mapping[str, str] = {
    "detail": "facts", "event": "facts", "relation": "people", "motive": "motives", "value": "motives", "change": "motives",
    "reaction": "decisions",
}  # fmt: skip
HEAD = (
    "model", "kind", "answers", "points above readers [95 %]", "tokens per answer", "points per 1,000 tokens",
    "against the first",
)  # fmt: skip
NOTE = (
    "Points above readers: share judged rightly less what readers without the life reach on the same questions, in percentage "
    "points. Against the first: the difference to the first model of the table on the same questions, so that in an ablation it "
    "is what the change costs."
)


@dataclass(frozen=True)
class KindGain:
    """One model on one group of questions (or `all`): points above readers, tokens per answer, difference to the first model."""

    model: str
    kind: str
    answers: int
    above: Estimate
    tokens: float
    difference: Estimate | None

    @property
    def per_1000_tokens(self) -> float:
        """Percentage points above readers for 1,000 tokens of an answer; 0 if no tokens were counted."""
        return 1000 * self.above.value / self.tokens if self.tokens else 0.0


def gains_by_kind(rows: Sequence[Row]) -> list[KindGain]:
    """Returns the gains of every model in order of appearance, over all questions and by kind.

    Args:
        rows: Scored rows of the self report with traces; those of questions without known readers are ignored.
    """
    known = [row for row in rows if row.get("blind") is not None and not row["missing"] and row.get("trace")]
    models = list(dict.fromkeys(row["model"] for row in known))
    present = {KIND_GROUPS.get(row.get("kind", "")) for row in known}
    result = []
    for kind in [ALL, *(group for group in dict.fromkeys(KIND_GROUPS.values()) if group in present)]:
        of_kind = [row for row in known if kind in (ALL, KIND_GROUPS.get(row.get("kind", "")))]
        first = {_key(row): share_right(row) for row in of_kind if row["model"] == models[0]}
        for model in models:
            if own := [row for row in of_kind if row["model"] == model]:
                gained, ones = [share_right(row) - row["blind"] for row in own], [1.0] * len(own)
                above = cluster_interval(gained, ones, [row["character"] for row in own], (-100.0, 100.0))
                used = usage_by_agent(row["trace"] for row in own)["all"]
                tokens = (used.prompt_tokens + used.completion_tokens) / len(own)
                shared = [row for row in own if _key(row) in first] if model != models[0] else []
                difference = difference_interval(
                    [share_right(row) for row in shared], [first[_key(row)] for row in shared], [1.0] * len(shared),
                    [row["character"] for row in shared],
                ) if shared else None  # fmt: skip
                result.append(KindGain(model, kind, len(own), above, tokens, difference))
    return result


def gain_table(gains: Sequence[KindGain]) -> Table:
    """Returns the table of gains, by kind and model."""
    lines = tuple(
        (g.model, g.kind, g.answers, format_interval(g.above), f"{g.tokens:,.0f}", f"{g.per_1000_tokens:.1f}",
         format_interval(g.difference) if g.difference else "-")
        for g in gains
    )  # fmt: skip
    return Table("What the tokens buy, by kind of question", HEAD, lines)


def _key(row: Row) -> tuple[str, int]:
    return row["id"], row.get("run", 1)
