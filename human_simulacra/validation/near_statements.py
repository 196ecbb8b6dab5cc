"""Finds which statements of the personality test are close in wording to statements that describe characters.

A character is not asked a statement that is near to one in its persona (column `near` of `personality_items.jsonl`). Otherwise
a model could agree with what its prompt says, word for word, without being anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.memory.embedding import CachedEmbedder, Embedder
from human_simulacra.shared_items import Statement
from human_simulacra.validation.quality_gate import Gate

# The largest bound on the cosine for which a respondent that says yes to whatever resembles its persona shows no order
# (`benchmarks/seen_statements.py`, docs/statistics.md).
NEAR = 0.38
ROUNDING = 1e-3  # by which cosines may differ between machines
FILE = "personality_items.jsonl"


def find_near(statements: Sequence[Statement], embedder: Embedder, bound: float = NEAR) -> list[Statement]:
    """Returns the statements with `near` set: ids of other statements for characters with a cosine above the bound."""
    return [
        replace(statement, near=tuple(other.id for other, cosine in zip(statements, row, strict=True) if cosine > bound))
        for statement, row in zip(statements, _cosines(statements, embedder), strict=True)
    ]


def write_near(folder: Path, embedder: Embedder) -> None:
    """Updates the column `near` of a data folder's statements.

    Raises:
        UserError: If the file is missing or a line is not valid.
    """
    path = folder / FILE
    write_jsonl(path, [asdict(statement) for statement in find_near(read_rows(Statement, path), embedder)])


def check_near(folder: Path, embedder: Embedder) -> Gate:
    """Checks that the column `near` of a data folder's statements is complete and has nothing else."""
    path, problems = folder / FILE, list[str]()
    try:
        statements = read_rows(Statement, path)
    except UserError as error:
        return Gate("near statements", "unreadable", "every line", [str(error)])
    ids, count = [statement.id for statement in statements], 0
    for statement, row in zip(statements, _cosines(statements, embedder), strict=True):
        found = {other for other, cosine in zip(ids, row, strict=True) if cosine > NEAR}
        unsure = {other for other, cosine in zip(ids, row, strict=True) if abs(cosine - NEAR) < ROUNDING}
        count += len(found)
        if wrong := (found ^ set(statement.near)) - unsure:
            problems.append(
                f"{path}: 'near' of {statement.id} ('{statement.text}') is wrong about {', '.join(sorted(wrong))}: "
                "run tools/validate_dataset.py --write-near"
            )
    return Gate("near statements", f"{count} pairs", f"all with a cosine above {NEAR} in the column 'near'", problems)


def _cosines(statements: Sequence[Statement], embedder: Embedder) -> np.ndarray:
    """Returns cosines, shape (statements, statements), of statements for the test (rows) and for characters (columns).

    0 where the row's statement is not for the test, the column's not for characters, or both are the same.
    """
    vectors = CachedEmbedder(embedder).encode([statement.text for statement in statements])
    asked = np.array([statement.use != "persona" for statement in statements])
    describes = np.array([statement.use != "test" for statement in statements])
    return np.where(asked[:, None] & describes[None, :] & ~np.eye(len(statements), dtype=bool), vectors @ vectors.T, 0.0)
