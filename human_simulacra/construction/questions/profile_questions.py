"""The fifteen core questions of the paper (arXiv 2402.18180), five of each type, from the profile without a model.

Each question has a topic, the attribute that it asks for, and the same position in its file for every character.
"""

from __future__ import annotations

import calendar
import datetime
import random
from collections.abc import Collection, Sequence
from dataclasses import replace

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.errors import UserError
from human_simulacra.types import QUESTION_TYPES, Character, Question, QuestionType
from human_simulacra.validation.text_statistics import stems

WORDINGS = {
    "name": "What is your name?",
    "gender": "What is your gender?",
    "age": "How old are you?",
    "date_of_birth": "When is your birthday? Please answer in YYYY-MM-DD format.",
    "occupation": "What line of work are you in?",
    "family": "May I ask what sort of family you grew up in?",
    "education": "How far did you get with your education?",
    "long_term_goal": "What are you working towards in the long run?",
    "strength": "Which of these would you say of yourself?",
    "weakness": "And which of these would you own up to?",
    "hobbies": "What do you like to do in your free time?",
    "short_term_goals": "What have you set yourself for the coming months?",
    "strengths": "Which of these sentences describe you?",
    "weaknesses": "Which of these are true of you, if you are honest?",
    "facts": "Which of these are right about you?",
}
TOPICS = {kind: tuple(WORDINGS)[5 * place : 5 * place + 5] for place, kind in enumerate(QUESTION_TYPES)}
OPTIONS, RIGHT = {"single_choice": 4, "multiple_choice": 6}, {"single_choice": 1, "multiple_choice": 3}
# The ranks of the functions whose statements are strengths or weaknesses; one question each is on the two extremes.
RANKS = {"strength": (1,), "strengths": (2, 3), "weakness": (8,), "weaknesses": (6, 7)}
GENDER_ANSWERS = {"female": ("female", "woman"), "male": ("male", "man"), "nonbinary": ("nonbinary", "non-binary")}
# Statements for `facts`, no two of them on the same fact; the keys are attributes, pools, or `month` for that of birth.
STATEMENTS = {
    "age": "I am {} years old.",
    "month": "I was born in {}.",
    "occupation": "Under occupation I write: {}.",
    "family": "I grew up in a {}.",
    "education": "My schooling comes to this: {}.",
    "long_term_goal": "In the long run it is about {}.",
    "hobby": "One of my hobbies is {}.",
}
YEARS_OFF = (*range(-7, -2), *range(3, 8))  # of a false age, which is that of an adult
FEWEST = 3  # coherent values to draw wrong options from


def build_core_questions(character: Character, pools: Pools, seed: int) -> list[Question]:
    """Returns the fifteen questions in the order of `TOPICS`; raises what `build_core_question` does."""
    return [build_core_question(character, kind, place, pools, seed) for kind in QUESTION_TYPES for place in range(1, 6)]


def build_core_question(character: Character, kind: QuestionType, place: int, pools: Pools, seed: int) -> Question:
    """Returns the core question of a type at a position, from 1; its right options stand at random places.

    Raises a UserError that names the topic if the profile has too few values for its options.
    """
    topic = TOPICS[kind][place - 1]
    rng, need, count = random.Random(f"{seed}:{character.id}:{topic}"), RIGHT.get(kind, 0), OPTIONS.get(kind, 0)
    made = Question(f"{character.id}-{kind}-{place:02d}", character.id, kind, WORDINGS[topic], (), (), (), "profile", True)
    if kind == "cloze":
        return replace(made, answer=tuple(right_options(character, topic)))
    if topic == "facts":
        facts = rng.sample(list(STATEMENTS), count)
        right = [STATEMENTS[fact].format(rng.choice(_true_values(character, fact))) for fact in facts[:need]]
        wrong = [STATEMENTS[fact].format(rng.choice(_false_values(character, fact, pools))) for fact in facts[need:]]
    else:
        right, wrong = right_options(character, topic), _wrong_options(character, topic, pools)
    if len(right) < need or len(wrong) < count - need:
        mend = f"add some with tools/edit_character.py --add {topic}=..."
        if topic in RANKS:
            ranks = " or ".join(map(str, RANKS[topic]))
            mend = f"write 'functions', the strongest first, and 'traits', each with function, rank (here {ranks}) and text"
        few = f"too few {topic.replace('_', ' ')} for a core question ({len(right)} of {need})"
        raise UserError(f"characters/{character.id}/profile.jsonl: {character.name} has {few}: {mend}")
    chosen = rng.sample(list(right), need)
    others = draw_distractors(rng, chosen, wrong, count - need)
    options, answer = place_options(chosen, others, rng.sample(range(count), need))
    return replace(made, options=options, answer=answer)


def right_options(character: Character, topic: str) -> Collection[str]:
    """Returns all right options of a topic, or the accepted answers of a cloze question."""
    if topic == "name":
        return dict.fromkeys([character.name, character.name.split()[0]])
    if topic == "gender":
        return GENDER_ANSWERS.get(character.gender, (character.gender,))
    if topic == "facts":
        return list_true_statements(character)
    if topic in RANKS:
        return [trait.text for trait in character.traits if trait.rank in RANKS[topic]]
    value = getattr(character, topic, ())
    return value if isinstance(value, tuple) else (str(value),)


def _wrong_options(character: Character, topic: str, pools: Pools) -> Sequence[str]:
    if topic in RANKS:  # the strengths of the person's weak functions, and the other way round
        functions = character.functions[-3:] if topic.startswith("strength") else character.functions[:3]
        own = {trait.text for trait in character.traits}
        return [t for f in functions for rank in RANKS[topic] for t in pools.statements.get((f, rank), ()) if t not in own]
    attribute = {"hobbies": "hobby", "short_term_goals": "short_term_goal"}.get(topic, topic)
    return list_distractors(character, attribute, pools) if attribute in pools.values else ()


def list_true_statements(character: Character) -> set[str]:
    """Returns all statements of `STATEMENTS` that are true of a person."""
    return {form.format(value) for fact, form in STATEMENTS.items() for value in _true_values(character, fact)}


def _true_values(character: Character, fact: str) -> Sequence[str]:
    if fact == "month":
        return [calendar.month_name[datetime.date.fromisoformat(character.date_of_birth).month]]
    return character.hobbies if fact == "hobby" else [str(getattr(character, fact))]


def _false_values(character: Character, fact: str, pools: Pools) -> Sequence[str]:
    if fact == "age":
        return [str(character.age + years) for years in YEARS_OFF if character.age + years >= 18]
    if fact == "month":
        return [month for month in calendar.month_name if month and month not in _true_values(character, fact)]
    return list_distractors(character, fact, pools)


def list_distractors(character: Character, attribute: str, pools: Pools) -> list[str]:
    """Returns possible wrong options for an attribute, given as the name of its pool, for instance `hobby`.

    They fit the person's age and other attributes, so that incoherence does not reveal them, and share no content word with
    the person's own values, so that they are clearly wrong. If too few are left, coherence is not required.
    """
    others = [value for value in pools.find_character_values(character) if value.attribute != attribute]
    pool, telling = pools.values[attribute], set[str]()
    right = [getattr(character, attribute, "")]
    # Other goals and hobbies of the person would be nearly right. Families and education share their few words by nature.
    if attribute not in ("family", "education", "gender"):
        right = [*character.hobbies, *character.short_term_goals, character.long_term_goal, character.occupation]
        telling = stems(" ".join(right))
    apart = [value for value in pool if value.value not in right and not stems(value.value) & telling]
    fitting = [
        v for v in apart if not pools.find_age_fault(v, character.age) and not any(pools.find_clash(v, other) for other in others)
    ]
    return [value.value for value in (fitting if len(fitting) >= FEWEST else apart)]


def draw_distractors(rng: random.Random, right: Sequence[str], pool: Sequence[str], count: int) -> list[str]:
    """Draws `count` distractors from a pool of at least as many, so that their lengths do not reveal the right options.

    The number of distractors longer than the longest right option is drawn first, as in a random order by length.
    """
    longer = min(rng.sample(range(len(right) + count), len(right)))  # options before the first right one in that order
    limit = max(map(len, right))
    shuffled = rng.sample(list(pool), len(pool))
    long = [text for text in shuffled if len(text) > limit]
    short = [text for text in shuffled if len(text) <= limit]
    taken = max(min(longer, len(long)), count - len(short))
    return [*long[:taken], *short[: count - taken]]


def place_options(right: Sequence[str], wrong: Sequence[str], at: Collection[int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Returns the options with the right ones at the positions `at`, and these in ascending order."""
    rights, wrongs = iter(right), iter(wrong)
    options = tuple(next(rights) if place in at else next(wrongs) for place in range(len(right) + len(wrong)))
    return options, tuple(sorted(at))
