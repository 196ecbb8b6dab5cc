"""Strict, single-pass rendering."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.prompts import render


def test_missing_and_unused_values_are_errors() -> None:
    with pytest.raises(ValueError, match="missing \\['question'\\]"):
        render("stimulus_plain")
    with pytest.raises(ValueError, match="unused \\['extra'\\]"):
        render("stimulus_plain", question="?", extra=1)


@given(st.text())
def test_a_value_is_never_looked_at_again(value: str) -> None:
    assert value in render("stimulus_plain", question=value)
    shown = render("stimulus_single_choice", plain="{{plain}}{{options}}", options=value, not_knowing="{{options}}")
    assert "{{plain}}{{options}}" in shown and shown.count("{{options}}") == 2 + value.count("{{options}}")
