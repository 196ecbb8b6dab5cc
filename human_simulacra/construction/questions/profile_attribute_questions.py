"""The fifteen core questions of the paper (arXiv 2402.18180), five of each type, from the profile without a model.

Each question has a topic, the attribute that it asks for, and the same position in its file for every character.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.questions.answer_positions import place_options
from human_simulacra.construction.questions.distractors import draw_distractors, list_distractors
from human_simulacra.construction.questions.true_false_statements import draw_statements
from human_simulacra.errors import UserError
from human_simulacra.types import QUESTION_TYPES, Character, Question, QuestionType

TOPICS: dict[QuestionType, tuple[str, ...]] = {
    "cloze": ("name", "gender", "age", "date_of_birth", "occupation"),
    "single_choice": ("family", "education", "long_term_goal", "strength", "weakness"),
    "multiple_choice": ("hobbies", "short_term_goals", "strengths", "weaknesses", "facts"),
}
OPTIONS, RIGHT = {"single_choice": 4, "multiple_choice": 6}, {"single_choice": 1, "multiple_choice": 3}
WORDINGS: dict[str, tuple[str, ...]] = {
    "name": ("What is your name?", "What are you called?"),
    "gender": ("What is your gender?", "How would you describe your gender?"),
    "age": ("How old are you?", "What age are you now?"),
    "date_of_birth": ("When is your birthday? Please answer in YYYY-MM-DD format.",),
    "occupation": ("What line of work are you in?", "What do you do for a living?"),
    "family": ("May I ask what sort of family you grew up in?",),
    "education": ("How far did you get with your education?", "How far did you go with your schooling?"),
    "long_term_goal": ("What are you working towards in the long run?", "What would you like to have done in the long run?"),
    "strength": ("Which of these would you say of yourself?", "Which of these could be your own words?"),
    "weakness": ("And which of these would you own up to?", "Which of these do you have to admit?"),
    "hobbies": ("What do you like to do in your free time?", "What do you do when your time is your own?"),
    "short_term_goals": (
        "What have you set yourself for the coming months?",
        "What are you trying to get done in the near future?",
    ),
    "strengths": ("Which of these sentences describe you?", "Which of these fit you?"),
    "weaknesses": ("Which of these are true of you, if you are honest?",),
    "facts": ("Which of these are right about you?", "Which of these would stand in your papers or your diary?"),
}
# The ranks of the functions whose statements are strengths or weaknesses; one question each is on the two extremes.
RANKS = {"strength": (1,), "strengths": (2, 3), "weakness": (8,), "weaknesses": (6, 7)}
GENDER_ANSWERS = {
    "female": ("female", "woman", "a woman"),
    "male": ("male", "man", "a man"),
    "nonbinary": ("nonbinary", "non-binary"),
}


def build_core_questions(character: Character, pools: Pools, seed: int) -> list[Question]:
    """Returns the fifteen questions in the order of `TOPICS`; raises what `build_core_question` does."""
    return [
        build_core_question(character, kind, place, pools, seed)
        for kind in QUESTION_TYPES
        for place in range(1, len(TOPICS[kind]) + 1)
    ]


def build_core_question(character: Character, kind: QuestionType, place: int, pools: Pools, seed: int) -> Question:
    """Returns the core question of a type at a position, from 1.

    Raises:
        UserError: If the profile has too few values for its options; the message names the topic.
    """
    topic = TOPICS[kind][place - 1]
    rng = random.Random(f"{seed}:{character.id}:{topic}")
    text = rng.choice(WORDINGS[topic])
    made = Question(f"{character.id}-{kind}-{place:02d}", character.id, kind, text, (), (), (), "profile", True)
    if kind == "cloze":
        return replace(made, answer=right_answers(character, topic))
    right = right_options(character, topic)
    need, count = RIGHT[kind], OPTIONS[kind]
    wrong = wrong_options(character, topic, pools)
    if topic == "facts":
        right, wrong = draw_statements(rng, character, pools, need)
    if len(right) < need or len(wrong) < count - need:
        raise UserError(
            f"{character.name} has too few {topic.replace('_', ' ')} for a core question ({len(right)} of {need}): "
            + (f"add some with tools/edit_character.py --add {topic}=..." if hasattr(character, topic) else "correct the traits")
        )
    chosen = rng.sample(list(right), need)
    others = draw_distractors(rng, chosen, wrong, count - need)
    options, answer = place_options(chosen, others, _positions(f"{seed}:{character.id}:{kind}", place, need, count))
    return replace(made, options=options, answer=answer)


def _positions(seed: str, place: int, need: int, count: int) -> list[int]:
    """Returns the positions of the right options, balanced over the questions of a type."""
    turn, slot = divmod(place - 1, count // need)
    shuffled = random.Random(f"{seed}:{turn}").sample(range(count), count)
    return shuffled[slot * need : (slot + 1) * need]


def right_answers(character: Character, topic: str) -> tuple[str, ...]:
    """Returns the accepted answers of a cloze topic."""
    if topic == "name":
        return (character.name, character.name.split()[0]) if " " in character.name else (character.name,)
    if topic == "gender":
        return GENDER_ANSWERS.get(character.gender, (character.gender,))
    return (str(getattr(character, topic)),)


def right_options(character: Character, topic: str) -> Sequence[str]:
    """Returns all right options of a choice topic other than `facts`."""
    if topic in RANKS:
        return [trait.text for trait in character.traits if trait.rank in RANKS[topic]]
    value = getattr(character, topic, ())
    return value if isinstance(value, tuple) else (value,)


def wrong_options(character: Character, topic: str, pools: Pools) -> Sequence[str]:
    """Returns all possible wrong options of a choice topic other than `facts`.

    For strengths these are strengths of the person's weak functions, and the other way round.
    """
    if topic in RANKS:
        functions = character.functions[-3:] if topic.startswith("strength") else character.functions[:3]
        own = {trait.text for trait in character.traits}
        return [t for f in functions for rank in RANKS[topic] for t in pools.statements.get((f, rank), ()) if t not in own]
    attribute = {"hobbies": "hobby", "short_term_goals": "short_term_goal"}.get(topic, topic)
    return list_distractors(character, attribute, pools) if attribute in pools.values else ()
