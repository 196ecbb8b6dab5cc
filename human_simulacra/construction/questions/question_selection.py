"""Selection among questions that passed: no duplicates, no reused wrong options, none guessable by the form of options."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.types import Question
from human_simulacra.validation.guessing_checks import GUESSERS, SLACK
from human_simulacra.validation.text_statistics import lower_words

Pair = tuple[Question, str]


def select_questions(candidates: Sequence[Question], others: Sequence[Question]) -> tuple[list[Question], list[Pair]]:
    """Selects questions among candidates of one type, in order of preference; `others` were selected before, of any type.

    Returns:
        The selected questions, and the other ones with the reason for each.
    """
    distinct, dropped = _distinct(candidates, others)
    # Questions that no guesser answers come first, because only these allow for some that a guesser does answer.
    ordered = sorted(distinct, key=lambda question: sum(guesser_hits(question).values()))
    totals, chance, taken = dict.fromkeys(GUESSERS, 0.0), 0.0, []
    for question in ordered:
        found, expected = guesser_hits(question), len(question.answer) / max(len(question.options), 1)
        limit = chance + expected + SLACK * (len(taken) + 1)
        over = [name for name, hit in found.items() if totals[name] + hit > limit]
        if over:
            dropped.append((question, f"the right answer could be told by its form: it is the {over[0]}"))
            continue
        taken.append(question)
        chance += expected
        totals = {name: totals[name] + hit for name, hit in found.items()}
    return [question for question in distinct if question in taken], dropped


def guesser_hits(question: Question) -> dict[str, float]:
    """Returns the share of each guesser's guess that is right; empty for a cloze question."""
    found = {}
    for name, value in GUESSERS.items() if question.options else ():
        values = [value(option, question) for option in question.options]
        top = [place for place, v in enumerate(values) if v == max(values)]
        found[name] = sum(place in question.answer for place in top) / len(top)
    return found


def _distinct(candidates: Sequence[Question], others: Sequence[Question]) -> tuple[list[Question], list[Pair]]:
    kept, dropped = [], []
    asked = {_said(question.question) for question in others}
    used = {wrong for question in others for wrong in _wrong(question)}
    facts = {(question.evidence, _said(str(question.answer[0]))) for question in others if question.type == "cloze"}
    for question in candidates:
        fact = (question.evidence, _said(str(question.answer[0])))
        wrong = _wrong(question)
        if _said(question.question) in asked or (question.type == "cloze" and fact in facts):
            dropped.append((question, "it asks what another question asks"))
        elif repeated := next((option for option in wrong if option in used), None):
            dropped.append((question, f"the wrong answer '{repeated}' is used in another question"))
        else:
            kept.append(question)
            asked.add(_said(question.question))
            facts.add(fact)
            used.update(wrong)
    return kept, dropped


def _said(text: str) -> str:
    return " ".join(lower_words(text))


def _wrong(question: Question) -> list[str]:
    return [option.casefold() for place, option in enumerate(question.options) if place not in question.answer]
