"""What the tests of the judging page do on it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from tests.chat.test_terminal import CONSOLE
from tests.served_page import ServedPage


def serve(folder: Path, data: Path, db: Path) -> ServedPage:
    return ServedPage([*CONSOLE, "judge", str(folder), "--data", str(data), "--db", str(db), "--port", "0"])


def enter(page: Any, served: ServedPage, name: str) -> None:
    page.goto(served.address)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Start").click()
    page.locator("#progress").wait_for()


def grade(page: Any, value: int) -> None:
    before = page.locator("#progress").inner_text()
    page.locator(f"button[value='{value}']").click()
    page.wait_for_function("before => document.querySelector('#progress')?.innerText !== before", arg=before)


def saved(path: Path) -> list[tuple[str, str, int]]:
    return sqlite3.connect(path).execute("SELECT judge, item, grade FROM grades ORDER BY at, item").fetchall()


def to_comparison(page: Any) -> None:
    while not page.locator(".ranks").count():
        page.get_by_role("link", name="Skip").click()
        page.wait_for_load_state()
