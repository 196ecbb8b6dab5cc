"""Packs the answers of runs into compact JSON for the report's answer browser; each line of text is stored once."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from human_simulacra.results.loaded_run import Run
from human_simulacra.results.reply_status import FILTERED, TRUNCATED
from human_simulacra.results.run_folder import iterate_answers

MOST_ANSWERS = 5000  # a page of more takes many seconds to open
RIGHT, WRONG, NOT_KNOWN, UNJUDGED = "right", "wrong", "not known", "not right or wrong"
UNPARSEABLE, MISSING = "unparseable", "missing"
# Columns that the browser does not show among the scores.
_NOT_SCORES = {"experiment", "id", "character", "type", "question", "options", "answer", "prediction", "missing", "model",
               "dataset", "trace", "evidence", "status"}  # fmt: skip
# Scores that say whether an answer is right, with the value of a right answer.
_RIGHT_VALUES = {"correct": True, "error": False, "false_memory": False}
_COMPLETION = ("text", "prompt_tokens", "cached_tokens", "completion_tokens", "seconds", "estimated", "from_cache")


class LinePool:
    """Stores distinct lines; a text is packed as the indices of its lines, in base 36, joined by commas."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._indices: dict[str, str] = {}

    def pack(self, value: Any) -> Any:
        """Returns a JSON value with every string (but no key) replaced by the indices of its lines, and None for NaN."""
        if isinstance(value, str):
            return ",".join(self._index(line) for line in value.split("\n"))
        if isinstance(value, Mapping):
            return {str(key): self.pack(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.pack(inner) for inner in value]
        if isinstance(value, float):
            return None if math.isnan(value) else round(value, 4)
        return value

    def _index(self, line: str) -> str:
        if line not in self._indices:
            self._indices[line] = np.base_repr(len(self.lines), 36).lower()
            self.lines.append(line)
        return self._indices[line]


def answer_outcome(row: Mapping[str, Any]) -> str:
    """Returns the outcome of a row.

    It is `missing`, `truncated`, `filtered`, `unparseable`, `not known` where that is an answer, `right`, `wrong`, or `not right
    or wrong` if the experiment has no right answers.
    """
    if row.get("missing"):
        return MISSING
    if row.get("status") in (TRUNCATED, FILTERED):
        return row["status"]
    if row.get("parsed") is False or row.get("stance") == "empty":
        return UNPARSEABLE
    if row.get("abstained"):
        return NOT_KNOWN
    for score, right in _RIGHT_VALUES.items():
        if isinstance(row.get(score), bool):
            return RIGHT if row[score] == right else WRONG
    return UNJUDGED


@dataclass(frozen=True)
class AnswerSample:
    """The answers that a report shows, of all that its runs have.

    Args:
        packed: `lines` and `rows`, which `report.js` unpacks.
        shown: Number of answers shown.
        whole: Number of answers of the runs.
    """

    packed: dict[str, Any]
    shown: int
    whole: int


def pack_answers(runs: Sequence[Run], most: int | None = None) -> AnswerSample:
    """Returns the answers of runs, read one by one from their folders.

    Args:
        runs: The runs; their rows need no texts.
        most: How many answers are shown at most; `MOST_ANSWERS` if None. Where there are more, questions are taken at even
            distances, each with the answers of all models, so that they can be compared.
    """
    counts = Counter(_question(row) for run in runs for row in run.rows)
    taken = _evenly(counts, most or MOST_ANSWERS)
    pool = LinePool()
    rows = [
        pool.pack(_row(run.name, {**row, "trace": answer.get("trace")}, answer))
        for run in runs
        for row, answer in iterate_answers(run.folder, [(model, dataset) for model, dataset in run.description["pairs"]])
        if _question(row) in taken
    ]
    return AnswerSample({"lines": pool.lines, "rows": rows}, len(rows), counts.total())


def _question(row: Mapping[str, Any]) -> tuple[str, str, int]:
    return row["dataset"], row["id"], row.get("run", 1)


def _evenly(counts: Mapping[tuple[str, str, int], int], most: int) -> set[tuple[str, str, int]]:
    """Returns questions at even distances whose answers are at most `most`, but at least one; all if they are no more."""
    whole = sum(counts.values())
    if whole <= most:
        return set(counts)
    taken: set[tuple[str, str, int]] = set()
    room, share = most, most / whole
    for place, (key, count) in enumerate(counts.items()):
        due = int(place * share) > int((place - 1) * share)
        if not taken or (due and count <= room):
            taken.add(key)
            room -= count
    return taken


def _row(run: str, row: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    trace = row.get("trace") or {}
    evidence = list(row.get("evidence") or [])
    calls = [
        [call["agent"], call["prompt"], *(call["completion"][key] for key in _COMPLETION)] for call in trace.get("calls") or []
    ]
    fields = {
        "run": run, "model": row["model"], "dataset": row["dataset"], "experiment": row["experiment"], "id": row["id"],
        "character": row["character"], "type": row["type"], "outcome": answer_outcome(row),
        "question": row.get("question"), "asked": prompt_text(answer.get("origin_prompt")), "reply": row.get("prediction"),
        "options": row.get("options"), "answer": row.get("answer"), "evidence": evidence, "error": answer.get("error"),
        "scores": {key: value for key, value in row.items() if key not in _NOT_SCORES and value not in (None, "", [], {})},
        "method": trace.get("method"), "persona": trace.get("persona"), "thoughts": trace.get("thoughts"),
        "feelings": trace.get("feelings"), "problems": trace.get("problems"), "choices": trace.get("choices"),
        "answering": trace.get("answering"),
        "memories": [[m["id"], m["score"], m["text"], m["paragraphs"], [p in evidence for p in m["paragraphs"]]]
                     for m in trace.get("memories") or []],
        "calls": calls,
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def prompt_text(prompt: Any) -> str:
    """Returns a prompt as text; OpenCompass's own inferencers save a list of turns."""
    if isinstance(prompt, list):
        return "\n\n".join(str(turn.get("prompt", turn)) if isinstance(turn, Mapping) else str(turn) for turn in prompt)
    return str(prompt or "")


def encode_for_script(value: Any) -> str:
    """Returns a value as JSON that is safe inside a script element: it cannot end the element or start a comment."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
