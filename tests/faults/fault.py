"""One line of a table of faults: what goes wrong, how it is made, and what must come of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest


class Fault(NamedTuple):
    """A fault: its name, what a test needs to make it, and the expected outcome (often words of the message)."""

    what: str
    given: Any
    expected: Any


def each(faults: Sequence[Fault]) -> pytest.MarkDecorator:
    """Runs a test once for each fault, as its argument `fault`. Two faults of a table never have the same name."""
    names = [fault.what for fault in faults]
    assert len(set(names)) == len(names)
    return pytest.mark.parametrize("fault", faults, ids=names)
