"""Strict, single-pass rendering."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.prompts import render


def test_missing_and_unused_values_are_errors() -> None:
    with pytest.raises(ValueError, match="missing \\['question'\\]"):
        render("stimulus_cloze")
    with pytest.raises(ValueError, match="unused \\['extra'\\]"):
        render("stimulus_cloze", question="?", extra=1)


@given(st.text())
def test_a_value_is_never_looked_at_again(value: str) -> None:
    assert value in render("stimulus_cloze", question=value)
    assert "{{question}}{{options}}" in render("stimulus_single_choice", question="{{question}}{{options}}", options=value)
