"""What the calls of a method buy: points above readers without the life, by kind of row, for the tokens spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from human_simulacra.results.summary import ALL, Row, Table
from human_simulacra.results.tables import format_interval
from human_simulacra.results.usage import usage_by_agent
from human_simulacra.statistics import Estimate, cluster_interval, difference_interval

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
    """One model on one kind of rows (or `all`): points above readers, tokens per answer, difference to the first model."""

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


def gains_by_kind(
    rows: Sequence[Row], share_right: Callable[[Row], float], kinds: Sequence[str], kind_of: Callable[[Row], str | None]
) -> list[KindGain]:
    """Returns the gains of every model in order of appearance, over all rows and by kind.

    Args:
        rows: Scored rows with traces; those without known readers are ignored.
        share_right: Returns the share of a scored row that is right, 0 to 1.
        kinds: The kinds, in the order to show; those without a row are left out.
        kind_of: Returns the kind of a row; None for one that belongs to none.
    """
    known = [row for row in rows if row.get("blind") is not None and not row["missing"] and row.get("trace")]
    models = list(dict.fromkeys(row["model"] for row in known))
    result = []
    present = {kind_of(row) for row in known}
    for kind in [ALL, *(kind for kind in kinds if kind in present)]:
        of_kind = [row for row in known if kind in (ALL, kind_of(row))]
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
