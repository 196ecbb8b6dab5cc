"""Sampling of the personality test's statements: a seeded share of each function and rank, without those like the persona's."""

from __future__ import annotations

import random
from collections.abc import Sequence

from human_simulacra.shared_items import KeyedStatement, Statement
from human_simulacra.types import Trait

DEFAULT_RATIO = 0.8
QUICK_RANKS, QUICK_PAIRS = (1, 8), 2


def sample_statements(
    sample: str, statements: Sequence[Statement], traits: Sequence[Trait] = (), ratio: float = DEFAULT_RATIO, seed: int = 0
) -> list[Statement]:
    """Returns the statements to ask a character, in the order of the data.

    Statements are drawn in an order that is the same for every character, passing over those that the character may not be
    asked: its traits, and statements near to one of them. So a function and rank with few others has fewer statements, in rare
    cases none.

    Args:
        sample: `quick` takes one statement of each function at its strongest and weakest rank; other samples take `ratio`.
        statements: All statements; those for characters are never asked.
        traits: The statements in the character's persona.
        ratio: Share of each function's statements at each rank, rounded, at least one.
        seed: Seed of the draw.
    """
    texts = {trait.text for trait in traits}
    own = {statement.id for statement in statements if statement.use != "test" and statement.text in texts}
    cells: dict[tuple[str, int], list[Statement]] = {}
    for statement in statements:
        if statement.use != "persona" and (sample != "quick" or statement.rank in QUICK_RANKS):
            cells.setdefault((statement.function, statement.rank), []).append(statement)
    taken: set[Statement] = set()
    for (function, rank), cell in cells.items():
        count = 1 if sample == "quick" else max(1, round(ratio * len(cell)))
        drawn = random.Random(f"{seed}:{function}:{rank}").sample(cell, len(cell))
        taken.update([s for s in drawn if s.text not in texts and own.isdisjoint(s.near)][:count])
    return [statement for statement in statements if statement in taken]


def sample_pairs(sample: str, statements: Sequence[KeyedStatement]) -> list[KeyedStatement]:
    """Returns the reverse-keyed statements to ask: all, or the first two pairs in the sample `quick`."""
    if sample != "quick":
        return list(statements)
    wanted = sorted({statement.pair for statement in statements})[:QUICK_PAIRS]
    return [statement for statement in statements if statement.pair in wanted]
