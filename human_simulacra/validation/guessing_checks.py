"""Checks that questions cannot be guessed mechanically: from places, order, length, names, overlap, repetition or word search."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from human_simulacra.memory.lexical_index import LexicalIndex
from human_simulacra.types import Question
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.text_statistics import stems, words

SLACK = 0.10
RUNS_Z = 2.576  # two-sided p of 0.01


def runs_z(keys: Sequence[int]) -> float:
    """Returns the z value of the number of runs in a sequence of categories, 0 if it has none (Barton and David 1957)."""
    n, counts = len(keys), Counter(keys)
    squares = sum(c * c for c in counts.values())
    cubes = sum(c**3 for c in counts.values())
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3) / (n * n * (n - 1)) if n > 1 else 0.0
    runs = 1 + sum(a != b for a, b in pairwise(keys))
    return (runs - (n + 1 - squares / n)) / math.sqrt(variance) if variance > 0 else 0.0


def check_key_order(people: Sequence[CharacterRows]) -> Gate:
    """Checks that the keys of single choice questions follow each other randomly: their runs, and what their places differ by."""
    problems, figures = [], []
    keys = [[int(q.row.answer[0]) for q in person.questions.get("single_choice", ()) if q.row.answer] for person in people]
    steps = Counter((b - a) % 4 for found in keys for a, b in pairwise(found))
    z = runs_z([key for found in keys for key in found])
    figures.append(f"runs z {z:.1f}")
    if abs(z) > RUNS_Z:
        problems.append(f"the keys of single choice questions follow each other regularly (runs test, z = {z:.1f})")
    total = max(sum(steps.values()), 1)
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    figures.append(f"most frequent step {100 * count / total:.0f} %")
    if total > 4 and count / total > 1 / 4 + SLACK:
        problems.append(f"the key moves by {step} places from one question to the next in {100 * count / total:.0f} %")
    return Gate("order of keys", ", ".join(figures), f"|z| <= {RUNS_Z}, a step <= chance + 10 points", problems)


def check_answer_positions(people: Sequence[CharacterRows]) -> Gate:
    """Checks that correct options are about equally frequent in every position."""
    problems, figures = [], []
    for kind in ("single_choice", "multiple_choice"):
        rows = [q.row for person in people for q in person.questions.get(kind, ())]
        counts = Counter(int(a) for q in rows for a in q.answer)
        total = sum(counts.values())
        size = max((len(q.options) for q in rows), default=1)
        worst, count = counts.most_common(1)[0] if counts else (0, 0)
        share = count / max(total, 1)
        figures.append(f"{kind} at most {100 * share:.0f} % in one place")
        if share > 1 / size + SLACK:
            problems.append(f"{kind}: {100 * share:.0f} % of the correct options are in place {worst + 1} of {size}")
    return Gate("answer positions", ", ".join(figures), "<= chance + 10 points", problems)


def specificity(option: str) -> int:
    """Counts the names and numbers of an option after its first word, which make it look correct."""
    return sum(w[0].isupper() or w[0].isdigit() for w in words(option)[1:])


def overlap(option: str, question: Question) -> int:
    """Counts the words that an option shares with the other options, since the odd one out is often wrong."""
    own = stems(option)
    return sum(len(own & stems(other)) for other in question.options if other != option)


GUESSERS: dict[str, Callable[[str, Question], float]] = {
    "longest option": lambda option, question: len(option),
    "most specific option": lambda option, question: specificity(option),
    "option most like the others": overlap,
}


def memory_guesser(person: CharacterRows) -> Callable[[str, Question], float]:
    """Returns the guesser that takes the option with the best BM25 match in a person's memories; without any, all are alike."""
    if not person.memories:
        return lambda option, question: 0.0
    index = LexicalIndex.of_texts([f"{m.row.summary} {m.row.content}" for m in person.memories])
    return lambda option, question: float(index.scores(option).max())


def check_guessers(people: Sequence[CharacterRows]) -> list[Gate]:
    """Checks that guessers without knowledge of the character are no better than chance; ties are shared."""
    gates = []
    searchers = {person.id: memory_guesser(person) for person in people}
    found_best = "best match in the memories (BM25)"
    guessers = {**GUESSERS, found_best: lambda option, question: searchers[question.character](option, question)}
    for name, value in guessers.items():
        problems, figures = [], []
        for kind in ("single_choice", "multiple_choice"):
            rows = [q.row for person in people for q in person.questions.get(kind, ()) if q.row.source != "profile"]
            hits = chance = 0.0
            for question in rows:
                values = [value(option, question) for option in question.options]
                top = [i for i, v in enumerate(values) if v == max(values)]
                hits += sum(i in question.answer for i in top) / len(top)
                chance += len(question.answer) / len(question.options)
            rate, base = hits / max(len(rows), 1), chance / max(len(rows), 1)
            figures.append(f"{kind} {100 * rate:.0f} % (chance {100 * base:.0f} %)")
            if rate > base + SLACK:
                problems.append(f"{kind}: the {name} is right in {100 * rate:.0f} %, chance is {100 * base:.0f} %")
        gates.append(Gate(f"guesser: {name}", ", ".join(figures), "<= chance + 10 points", problems))
    return gates


def check_repeated_distractors(people: Sequence[CharacterRows]) -> Gate:
    """Checks that no distractor is repeated for a character, since a repeat reveals that it is wrong."""
    problems, count = [], 0
    for person in people:
        seen: dict[str, LocatedRow] = {}
        for located in person.choice_questions:
            question = located.row
            for position, option in enumerate(question.options):
                if position not in question.answer and question.source != "profile":
                    count += 1
                    if (earlier := seen.get(option.casefold())) is not None:
                        problems.append(located.locate(f"the wrong option '{option}' was used in {earlier.row.id}"))
                    seen[option.casefold()] = located
    return Gate("wrong options", f"{count} wrong options", "none repeated for a character", problems)


GUESSING_CHECKS = (check_answer_positions, check_key_order, check_repeated_distractors)
