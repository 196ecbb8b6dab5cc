"""Review of questions that the checks left out: keep, change or leave out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from human_simulacra.construction.questions.question_parsing import LINES, parse_question
from human_simulacra.construction.result_store import Row
from human_simulacra.construction.terminal_review import Decision, review_at_terminal
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.types import Paragraph, Question

# Gets a row with its reason, and its passages; returns the row with `decided`: "kept" or "left out".
ReviewQuestion = Callable[[Row, Sequence[Paragraph]], Row]


def review_question(row: Row, passages: Sequence[Paragraph], ask: Callable[..., Decision] = review_at_terminal) -> Row:
    """Shows a question with the reason for which it was left out, in the format in which models write it, and asks the user.

    Returns:
        The row with `decided`, and with the new question or reason.

    Raises:
        KeyboardInterrupt: If the user stops; `--resume` then asks again.
    """
    question = parse_row(Question, row["question"], "a question kept earlier")
    shown, notes = format_question(question, passages), [row["reason"]]
    print("\n" + "\n".join(f"[{number}] {passage.text}" for number, passage in enumerate(passages, 1)) + "\n")
    while True:
        decision = ask(shown, "", notes=notes)
        if decision.kind == "stop":
            raise KeyboardInterrupt
        if decision.kind == "reject":
            reason = f"left out by hand{f': {decision.reason}' if decision.reason else ''}"
            return {**row, "decided": "left out", "reason": reason}
        if decision.text == shown and decision.kind == "accept":
            return {**row, "decided": "kept"}
        changed = parse_question(decision.text, question.type, passages)
        if isinstance(changed, Question):
            return {**row, "decided": "kept", "question": asdict(replace(changed, id=question.id))}
        shown, notes = decision.text, [changed]


def format_question(question: Question, passages: Sequence[Paragraph]) -> str:
    """Formats a question as models are asked to write it; see `parse_question`."""
    numbers = {passage.id: number for number, passage in enumerate(passages, 1)}
    evidence = ", ".join(str(numbers[name]) for name in question.evidence)
    right = [question.options[int(i)] for i in question.answer] if question.options else [str(a) for a in question.answer]
    wrong = [option for place, option in enumerate(question.options) if place not in question.answer]
    values = iter([evidence, *right, *wrong, question.question])
    return "\n".join(f"{key}: {value}" for key, value in zip(LINES[question.type], values, strict=True))
