"""The counts of docs/reliability.md are those of the tables here."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from tests.faults.fault import Fault

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "reliability.md"


def count(module: str) -> int:
    """Returns the number of faults in the tables that a module defines."""
    found = import_module(f"tests.faults.{module}")
    tables = [value for name, value in vars(found).items() if name.isupper() and isinstance(value, list)]
    return sum(isinstance(line, Fault) for table in tables for line in table)


def test_the_page_has_the_counts_of_the_tables() -> None:
    tried = {path.stem: found for path in sorted(HERE.glob("test_*.py")) if (found := count(path.stem))}
    lines = re.findall(r"\| `tests/faults/(\w+)\.py` \|.*?\| (\d+) \| (\d+) \| (\d+) \|", PAGE.read_text())
    documented = {name: int(number) for name, number, _, _ in lines}
    assert documented == tried
    assert all(survived == number and lost == "0" for _, number, survived, lost in lines)
    whole = re.search(r"\| all \| *\| (\d+) \| (\d+) \| 0 \|", PAGE.read_text())
    assert whole and int(whole[1]) == int(whole[2]) == sum(tried.values()) >= 400
