"""Checks the statements on Jungian functions: numbers, characters described by them, and words that betray the rank."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.shared_items import Statement
from human_simulacra.types import FUNCTIONS
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.text_statistics import lower_words

RANKS = range(1, 9)
TRAITS_A_RANK = (4, 3, 2, 1, 1, 2, 3, 4)
TEST_STATEMENTS = 5  # of each function and rank
MOST_GUESSED_RANK = 0.30


def check_statements(people: Sequence[CharacterRows], folder: Path) -> list[Gate]:
    """Checks the statements of a data folder, and the characters that they describe."""
    path = folder / "personality_items.jsonl"
    try:
        statements = read_rows(Statement, path)
    except UserError as error:
        return [Gate("statements", "unreadable", "every line", [str(error)])]
    return [_numbers(statements, path), _traits(people, statements), _betrayed_ranks(statements, path)]


def _numbers(statements: Sequence[Statement], path: Path) -> Gate:
    cells = Counter((s.function, s.rank, s.use) for s in statements)
    problems = [
        f"{path}: {found} statements of {function} {rank} for the test, {TEST_STATEMENTS} are required"
        for function in FUNCTIONS for rank in RANKS if (found := cells[function, rank, "test"]) != TEST_STATEMENTS
    ]  # fmt: skip
    problems += [
        f"{path}: {found} statements of {function} {rank} for characters, {TRAITS_A_RANK[rank - 1]} are required"
        for function in FUNCTIONS for rank in RANKS
        if (found := cells[function, rank, "persona"]) < TRAITS_A_RANK[rank - 1]
    ]  # fmt: skip
    texts = Counter(s.text.casefold() for s in statements)
    problems += [f"{path}: '{text}' occurs {count} times" for text, count in texts.items() if count > 1]
    uses = Counter(s.use for s in statements)
    figure = f"{uses['test']} for the test, {uses['persona']} for characters"
    return Gate("statements", figure, f"{TEST_STATEMENTS} of each function and rank for the test, none twice", problems)


def _traits(people: Sequence[CharacterRows], statements: Sequence[Statement]) -> Gate:
    """Traits are twenty statements for characters, 4-3-2-1-1-2-3-4 by rank in the character's order, none of two characters."""
    pool = {(s.function, s.rank, s.text) for s in statements if s.use != "test"}
    problems, owner = [], dict[str, str]()
    for person in people:
        character = person.character
        wanted = {pair: TRAITS_A_RANK[pair[1] - 1] for pair in zip(character.functions, RANKS, strict=False)}
        if Counter((t.function, t.rank) for t in character.traits) != wanted:
            problems.append(person.locate("the traits are not 4-3-2-1-1-2-3-4 by rank in the order of the functions"))
        for trait in character.traits:
            if (trait.function, trait.rank, trait.text) not in pool:
                problems.append(person.locate(f"'{trait.text}' is not in the pool at {trait.function} {trait.rank}"))
            if (other := owner.setdefault(trait.text, person.id)) != person.id:
                problems.append(person.locate(f"'{trait.text}' describes {other}, too"))
    return Gate("traits", f"{len(owner)} sentences", "4-3-2-1-1-2-3-4, of the pool, each of one person", problems)


def _betrayed_ranks(statements: Sequence[Statement], path: Path) -> Gate:
    share = guess_ranks(statements)
    problems = [f"{path}: words tell the rank of {100 * share:.0f} % of the statements"] if share > MOST_GUESSED_RANK else []
    threshold = (
        f"naive Bayes, trained on the other functions, <= {100 * MOST_GUESSED_RANK:.0f} % (chance {100 / len(RANKS):.0f} %)"
    )
    return Gate("ranks told by words", f"{100 * share:.0f} % of the statements", threshold, problems)


def guess_ranks(statements: Sequence[Statement]) -> float:
    """Returns the share of statements whose rank a naive Bayes over words names, trained on those of the other functions."""
    right = 0
    for function in dict.fromkeys(s.function for s in statements):
        guess = _train([s for s in statements if s.function != function])
        right += sum(guess(s.text) == s.rank for s in statements if s.function == function)
    return right / max(len(statements), 1)


def _train(statements: Sequence[Statement]) -> Callable[[str], int | None]:
    """Returns a multinomial naive Bayes over the words of a text, with add-one smoothing (Manning et al. 2008, ch. 13)."""
    prior = Counter(s.rank for s in statements)
    words: Mapping[int, Counter[str]] = {rank: Counter() for rank in prior}
    for statement in statements:
        words[statement.rank].update(set(lower_words(statement.text)))
    vocabulary = len({word for counts in words.values() for word in counts})

    def guess(text: str) -> int | None:
        def likelihood(rank: int) -> float:
            counts, total = words[rank], sum(words[rank].values()) + vocabulary
            return math.log(prior[rank]) + sum(math.log((counts[word] + 1) / total) for word in set(lower_words(text)))

        return max(prior, key=likelihood, default=None)

    return guess
