"""What keeps answers from being guessed: plausible wrong options, balanced positions, and a selection among questions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.types import Character, Question
from human_simulacra.validation.guessing_checks import GUESSERS, SLACK
from human_simulacra.validation.reader_checks import MOST_BLIND
from human_simulacra.validation.text_statistics import lower_words, stems

FEWEST = 3  # coherent values to draw from


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


def balance_positions(questions: Sequence[Question], seed: str) -> list[Question]:
    """Moves the right options of each question to the positions that were right least often in the questions before it.

    All questions are of one type; `seed` breaks ties, and shuffles the wrong options. Cloze questions stay as they are.
    """
    found, counts = [], Counter[int]()
    for question in questions:
        rng, size = random.Random(f"{seed}:{question.id}"), len(question.options)
        right = [question.options[int(place)] for place in question.answer] if size else []
        wrong = [option for place, option in enumerate(question.options) if place not in question.answer]
        places = sorted(rng.sample(range(size), size), key=counts.__getitem__)[: len(right)]
        options, answer = place_options(right, rng.sample(wrong, len(wrong)), places)
        counts.update(answer)
        moved = [replace(why, option=options.index(question.options[why.option])) for why in question.why_wrong]
        why_wrong = tuple(sorted(moved, key=lambda why: why.option))
        found.append(replace(question, options=options, answer=answer, why_wrong=why_wrong) if size else question)
    return found


def find_superfluous(candidates: Iterable[Question], others: Sequence[Question]) -> dict[str, str]:
    """Returns the reasons against candidates of one type, by id; the first are preferred, and `others` of any type are in use."""
    dropped, taken = dict[str, str](), list[Question]()
    # Questions that no guesser answers come first, because only these allow for some that a guesser does answer.
    for question in sorted(candidates, key=lambda question: sum(_guess(name, question) for name in GUESSERS)):
        if reason := _find_reason(question, taken, others):
            dropped[question.id] = reason
        else:
            taken.append(question)
    while (blind := [q.blind for q in taken if q.blind is not None]) and sum(blind) / len(blind) > MOST_BLIND[taken[0].type]:
        easiest = max(taken, key=lambda question: question.blind or 0.0)
        taken.remove(easiest)
        dropped[easiest.id] = "with it, readers without the life would be too far above chance: it is the most guessable one"
    return dropped


def _find_reason(question: Question, taken: Sequence[Question], others: Sequence[Question]) -> str | None:
    """Returns why a question cannot stand beside those that are taken, or None."""
    there = [*others, *taken]
    if any(_list_matters(question) & _list_matters(q) for q in there):
        return "it asks what another question asks"
    used = {option for q in there for option in _wrong_options(q)}
    if repeated := next((option for option in _wrong_options(question) if option in used), None):
        return f"the wrong answer '{repeated}' is used in another question"
    together = [q for q in (*taken, question) if q.options]
    limit = sum(len(q.answer) / len(q.options) + SLACK for q in together)
    over = next((name for name in GUESSERS if sum(_guess(name, q) for q in together) > limit), None)
    return f"the right answer could be told by its form: it is the {over}" if over else None


def _list_matters(question: Question) -> set[tuple[object, ...]]:
    """Returns what no other question may ask: these words, and in a cloze question this answer from these paragraphs."""
    fact = (question.evidence, *lower_words(str(question.answer[0])))
    return {tuple(lower_words(question.question)), *([fact] if question.type == "cloze" else [])}


def _wrong_options(question: Question) -> list[str]:
    return [option.casefold() for place, option in enumerate(question.options) if place not in question.answer]


def _guess(guesser: str, question: Question) -> float:
    """Returns the share of a guesser's guess that is right; 0 for a cloze question."""
    values = [GUESSERS[guesser](option, question) for option in question.options]
    top = [place for place, value in enumerate(values) if value == max(values)]
    return sum(place in question.answer for place in top) / max(len(top), 1)
