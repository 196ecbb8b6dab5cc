"""Pairs the answers of two runs to the same question, and says what changed from the first to the second."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from human_simulacra.reporting.answer_browser import RIGHT, answer_outcome, prompt_text
from human_simulacra.results.loaded_run import Run
from human_simulacra.results.usage import usage_by_agent

NO_LONGER_RIGHT, NOW_RIGHT, OTHER_OUTCOME, OTHER_REPLY = "no longer right", "now right", "other outcome", "other reply"
ONLY_A, ONLY_B, SAME = "only in A", "only in B", "same"
# The kinds of change in the order in which they are listed, and what each means.
KINDS = {
    NO_LONGER_RIGHT: "right in A, and wrong, not known, unparseable or missing in B",
    NOW_RIGHT: "right in B but not in A",
    OTHER_OUTCOME: "right in neither, and another outcome, such as wrong in A and not known in B",
    OTHER_REPLY: "other words with the same outcome",
    ONLY_A: "B has no answer of this model to this question",
    ONLY_B: "A has no answer of this model to this question",
    SAME: "the same words and the same outcome",
}
# A model of A and one of B whose answers are compared; None where a model has no counterpart.
ModelPair = tuple[str | None, str | None]


@dataclass(frozen=True)
class AnswerPair:
    """The scored rows of one question in A and in B; None where one run lacks it. Rows have `asked` and `error` too."""

    models: ModelPair
    first: Mapping[str, Any] | None
    second: Mapping[str, Any] | None

    @property
    def row(self) -> Mapping[str, Any]:
        """The row of A, or else of B."""
        return self.first or self.second or {}

    @cached_property
    def kind(self) -> str:
        """The kind of change, a key of `KINDS`."""
        if self.first is None or self.second is None:
            return ONLY_B if self.first is None else ONLY_A
        before, after = answer_outcome(self.first), answer_outcome(self.second)
        if before != after:
            return NO_LONGER_RIGHT if before == RIGHT else NOW_RIGHT if after == RIGHT else OTHER_OUTCOME
        return SAME if self.first.get("prediction") == self.second.get("prediction") else OTHER_REPLY

    @cached_property
    def text(self) -> str:
        """What a search is over: question, options, replies and memories, in lower case."""
        parts = []
        for row in (self.first, self.second):
            if row is not None:
                memories = [memory["text"] for memory in (row.get("trace") or {}).get("memories") or ()]
                parts += [row["id"], ask_text(row), row.get("options"), row.get("prediction"), *memories]
        return " ".join(map(str, parts)).lower()


def ask_text(row: Mapping[str, Any]) -> str:
    """Returns the question of a row, or the prompt of the row if it has no question."""
    return str(row.get("question") or prompt_text(row.get("asked")))


def prompt_tokens(row: Mapping[str, Any]) -> int:
    """Returns the prompt tokens of all calls of a row."""
    return usage_by_agent([row.get("trace")])["all"].prompt_tokens


def methods_of(run: Run) -> dict[str, str]:
    """Returns the method of each model of a run that has rows, by abbr; empty for a model without one."""
    declared = {model["abbr"]: str(model.get("method") or "") for model in run.description["models"]}
    return {model: declared.get(model, "") for model in dict.fromkeys(str(row["model"]) for row in run.rows)}


def choose_model_pairs(first: Mapping[str, str], second: Mapping[str, str], chosen: Mapping[str, str]) -> list[ModelPair]:
    """Pairs the models of two runs: as chosen, else by name, else by method. Models without a counterpart come last.

    Args:
        first: The method of each model of A.
        second: The method of each model of B.
        chosen: The model of B by model of A; an empty text for none. Names of no model are ignored.
    """
    given = {model: other for model, other in chosen.items() if model in first and (not other or other in second)}
    pairs = {model: other or None for model, other in given.items()}
    for same in (lambda model, other: model == other, lambda model, other: bool(first[model]) and first[model] == second[other]):
        for model in first:
            free = [other for other in second if other not in pairs.values() and same(model, other)]
            if model not in pairs and free:
                pairs[model] = free[0]
    ordered: list[ModelPair] = [(model, pairs.get(model)) for model in first]
    return [*ordered, *((None, other) for other in second if other not in pairs.values())]


def pair_answers(first: Run, second: Run, models: Sequence[ModelPair]) -> list[AnswerPair]:
    """Returns every question of these models, those that changed most first.

    Rows are the same question if their experiment, dataset, id and number of asking agree, or without the dataset where
    the other run has no dataset of this name.
    """
    own, others = _rows_by_model(first), _rows_by_model(second)
    found = []
    for pair in models:
        rows = own.get(pair[0] or "", []), others.get(pair[1] or "", [])
        found += [AnswerPair(pair, *matched) for matched in _match(*rows)]
    order = list(KINDS)
    return sorted(found, key=lambda one: order.index(one.kind))


def count_kinds(pairs: Iterable[AnswerPair]) -> dict[str, int]:
    """Returns how many pairs are of each kind, in the order of `KINDS`."""
    counts = Counter(pair.kind for pair in pairs)
    return {kind: counts[kind] for kind in KINDS}


def _rows_by_model(run: Run) -> dict[str, list[dict[str, Any]]]:
    result: dict[str, list[dict[str, Any]]] = {}
    for row, answer in zip(run.rows, run.answers, strict=True):
        more = {"asked": answer.get("origin_prompt"), "error": answer.get("error")}
        result.setdefault(str(row["model"]), []).append({**row, **more})
    return result


def _match(
    own: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    shared = {row["dataset"] for row in own} & {row["dataset"] for row in others}

    def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["experiment"], row["dataset"] if row["dataset"] in shared else None, row["id"], row.get("run", 1)

    waiting: dict[tuple[Any, ...], deque[dict[str, Any]]] = defaultdict(deque)
    for row in others:
        waiting[key(row)].append(row)
    matched = [(row, waiting[key(row)].popleft() if waiting[key(row)] else None) for row in own]
    return [*matched, *((None, row) for rows in waiting.values() for row in rows)]
