"""Statements of the personality test that are close in wording to statements for characters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from human_simulacra.jsonl_rows import read_rows
from human_simulacra.shared_items import Statement
from human_simulacra.validation.near_statements import check_near, write_near


class WordCounts:
    """An embedder whose cosine is the share of words in common."""

    name = "word-counts"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        words = sorted({word for text in texts for word in text.lower().split()})
        counts = np.array([[text.lower().split().count(word) for word in words] for text in texts], dtype=np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    texts = [
        ("persona", 1, "I keep old letters in a box"), ("persona", 2, "Numbers calm me"),
        ("test", 1, "I keep old letters in a drawer"), ("test", 2, "Strangers tire her"), ("", 3, "Numbers calm everybody"),
    ]  # fmt: skip
    rows = [{"function": "Si", "rank": 1, "index": index, "use": use, "text": text} for use, index, text in texts]
    (tmp_path / "personality_items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_near_statements_are_written_for_those_that_may_be_asked(folder: Path) -> None:
    write_near(folder, WordCounts())
    found = {s.text: s.near for s in read_rows(Statement, folder / "personality_items.jsonl")}
    assert found["I keep old letters in a drawer"] == ("Si-1-1",) and found["Strangers tire her"] == ()
    assert found["Numbers calm everybody"] == ("Si-1-2",) and found["Numbers calm me"] == ()
    assert check_near(folder, WordCounts()).passed


def test_a_missing_or_needless_entry_is_a_problem_that_names_the_statement_and_the_command(folder: Path) -> None:
    assert [p.split(":", 1)[1] for p in check_near(folder, WordCounts()).problems] == [
        " 'near' of Si-1-1 ('I keep old letters in a drawer') is wrong about Si-1-1: run tools/validate_dataset.py --write-near",
        " 'near' of Si-1-3 ('Numbers calm everybody') is wrong about Si-1-2: run tools/validate_dataset.py --write-near",
    ]
    write_near(folder, WordCounts())
    path = folder / "personality_items.jsonl"
    path.write_text(path.read_text().replace('"near": []', '"near": ["Si-1-2"]'))
    assert check_near(folder, WordCounts()).problems
