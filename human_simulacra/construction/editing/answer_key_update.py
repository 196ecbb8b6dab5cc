"""Update of answer keys that a change made wrong; wording and positions of the questions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.questions import profile_attribute_questions as core
from human_simulacra.construction.questions.answer_positions import place_options
from human_simulacra.construction.questions.true_false_statements import list_true_statements
from human_simulacra.types import Character, Question


def update_answer_keys(
    questions: Sequence[Question], before: Character, after: Character, pools: Pools, seed: int
) -> list[Question]:
    """Returns the questions, all of one type, with new keys where the old ones contradict the profile.

    Raises:
        UserError: If the new profile has too few values for a question.
    """
    return [_renewed(q, after, pools, seed) if _is_wrong(q, before, after) else q for q in questions]


def _topic(q: Question) -> tuple[str, int] | None:
    """Returns the topic and position of a core question, or None for other questions."""
    digits = q.id.rpartition("-")[2]
    topics = core.TOPICS[q.type]
    if q.source != "profile" or not digits.isdigit() or not 1 <= int(digits) <= len(topics):
        return None
    return topics[int(digits) - 1], int(digits)


def _is_wrong(q: Question, before: Character, after: Character) -> bool:
    found = _topic(q)
    if found is None or found[0] in core.RANKS:
        return False
    topic = found[0]
    if q.type == "cloze":
        return core.right_answers(before, topic) != core.right_answers(after, topic)
    if topic == "facts":
        was, true = list_true_statements(before), list_true_statements(after)
    else:
        was, true = set(core.right_options(before, topic)), set(core.right_options(after, topic))
    if was == true:
        return False
    return any((option in true) != (place in q.answer) for place, option in enumerate(q.options))


def _renewed(q: Question, after: Character, pools: Pools, seed: int) -> Question:
    found = _topic(q)
    if found is None:
        return q
    made = core.build_core_question(after, q.type, found[1], pools, seed)
    if q.type == "cloze":
        return replace(q, answer=made.answer)
    if (len(q.options), len(q.answer)) != (len(made.options), len(made.answer)):
        return replace(q, options=made.options, answer=made.answer)
    right = [made.options[int(place)] for place in made.answer]
    wrong = [option for place, option in enumerate(made.options) if place not in made.answer]
    options, answer = place_options(right, wrong, [int(place) for place in q.answer])
    return replace(q, options=options, answer=answer)
