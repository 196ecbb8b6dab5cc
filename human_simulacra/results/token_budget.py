"""Token budget of an ablation: whether its variants used the same number of tokens per answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.results.summary import Row, Table
from human_simulacra.results.usage import usage_by_agent

HEAD = ("model", "answers", "calls", "prompt tokens", "answer tokens", "all tokens", "against the first")


@dataclass(frozen=True)
class AnswerBudget:
    """Mean calls and tokens per answer of one model; `answer_tokens` are the completion tokens of all its agents."""

    model: str
    answers: int
    calls: float
    prompt_tokens: float
    answer_tokens: float


def answer_budgets(rows: Sequence[Row]) -> list[AnswerBudget]:
    """Returns the budget of each model in order of appearance; rows without a trace are ignored."""
    result = []
    for model in dict.fromkeys(row["model"] for row in rows):
        traces = [row["trace"] for row in rows if row["model"] == model and row.get("trace")]
        if traces:
            used, count = usage_by_agent(traces)["all"], len(traces)
            parts = used.calls / count, used.prompt_tokens / count, used.completion_tokens / count
            result.append(AnswerBudget(model, count, *parts))
    return result


def ablation_variants(rows: Sequence[Row]) -> list[str]:
    """Returns the models that share their method with another model, as the variants of an ablation do."""
    methods = {row["model"]: row["trace"]["method"] for row in rows if row.get("trace")}
    return [model for model, method in methods.items() if list(methods.values()).count(method) > 1]


def budget_table(rows: Sequence[Row]) -> Table:
    """Returns the table of an ablation's budgets, empty if no two models share a method."""
    chosen = ablation_variants(rows)
    found = [b for b in answer_budgets(rows) if b.model in chosen]
    totals = [b.prompt_tokens + b.answer_tokens for b in found]
    lines = tuple(
        (b.model, b.answers, f"{b.calls:.1f}", f"{b.prompt_tokens:.0f}", f"{b.answer_tokens:.0f}", f"{total:.0f}",
         f"{100 * (total / totals[0] - 1):+.1f} %" if totals[0] else "-")
        for b, total in zip(found, totals, strict=True)
    )  # fmt: skip
    return Table("Usage per answer, by variant", HEAD, lines)
