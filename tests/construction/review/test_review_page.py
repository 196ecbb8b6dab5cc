"""The review page in a real browser: deciding by mouse and keys, its list, two windows, and its protection."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.construction.review.review_queue import Decisions
from tests.construction.review.open_texts import (
    ADA,
    ALL,
    BIOGRAPHY,
    LONGER,
    MEMORY,
    PARAGRAPH,
    QUESTION,
    STOOD,
    text_of,
    write_queue,
)
from tests.run_config import ROOT
from tests.served_page import ServedPage


class ServedReview(ServedPage):
    """The served review of Ada's texts, with the data folder."""

    def __init__(self, out: Path) -> None:
        super().__init__(
            [sys.executable, str(ROOT / "tools/review_character.py"), ADA, "--out", str(out), "--page", "--port", "0"]
        )
        self.out = out


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedReview]:
    page = ServedReview(write_queue(tmp_path / "out", *ALL))
    yield page
    page.process.kill()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 860})
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


def progress(page: Any) -> str:
    return page.locator("#progress").inner_text()


def test_texts_are_decided_one_after_the_other_by_keys_alone(page: Any, served: ServedReview) -> None:
    page.goto(served.address)
    page.get_by_label("Your name").fill("Ines")
    page.get_by_role("link", name=PARAGRAPH.what).click()
    assert page.locator("ins").inner_text() == "It was painted in May." and page.get_by_text(PARAGRAPH.findings[0]).is_visible()
    page.keyboard.press("a")
    page.get_by_role("heading", name=MEMORY.what).wait_for()
    assert "Saved. paragraph ada-berg-s002: accepted at" in page.locator("[role=status]").inner_text()
    assert "by Ines; the paragraph's memory must be rebuilt: python tools/build_memories.py" in page.content()
    assert text_of(served.out, PARAGRAPH) == LONGER and progress(page) == "1 of 4 decided"
    page.keyboard.press("e")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Often.")
    page.keyboard.press("Escape")
    assert page.locator("#accept").inner_text() == "Save edit"
    page.keyboard.press("a")
    page.get_by_role("heading", name=BIOGRAPHY.what).wait_for()
    assert text_of(served.out, MEMORY) == "I think of it. Often."
    page.keyboard.press("r")
    page.keyboard.type("say what she does\n")
    page.get_by_role("heading", name=QUESTION.what).wait_for()
    assert text_of(served.out, BIOGRAPHY) == BIOGRAPHY.before
    assert page.locator("#text").input_value() == QUESTION.text and page.evaluate("window.hacked") is None
    page.keyboard.press("a")
    page.get_by_role("heading", name="Texts to review").wait_for()
    assert progress(page) == "4 of 4 decided" and served.close() == 0
    decisions = Decisions(served.out, ADA)
    assert [(d.decision, d.by) for d in decisions.newest().values()] == [
        (kind, "Ines") for kind in ("accept", "edit", "reject", "accept")
    ]
    assert decisions.rejections("biography") == ["say what she does"]


def test_a_stopped_review_goes_on_and_a_decision_can_be_changed(page: Any, served: ServedReview) -> None:
    page.goto(served.address)
    page.get_by_role("link", name=PARAGRAPH.what).click()
    page.get_by_label("Text (").fill("The boat was blue.")
    page.get_by_role("button", name="Save edit").click()
    page.get_by_role("heading", name=MEMORY.what).wait_for()
    assert served.close() == 1
    again = ServedReview(served.out)
    page.goto(again.address)
    assert progress(page) == "1 of 4 decided"
    page.get_by_role("link", name=PARAGRAPH.what).click()
    assert page.get_by_label("Text (").input_value() == "The boat was blue."
    page.get_by_label("Reason").fill("no colours")
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("heading", name=MEMORY.what).wait_for()
    assert text_of(again.out, PARAGRAPH) == STOOD
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name=PARAGRAPH.what).wait_for()
    assert page.get_by_label("Reason").input_value() == "no colours" and page.locator("main .state").inner_text() == "rejected"
    assert again.close() == 1


def test_the_list_is_filtered_by_tool_and_state(page: Any, served: ServedReview) -> None:
    Decisions(served.out, ADA).save(PARAGRAPH, "reject")
    page.goto(served.address)
    assert page.locator(".texts li").count() == 4
    page.get_by_label("state").get_by_role("link", name="open").click()
    page.get_by_label("state").locator("[aria-current]", has_text="open").wait_for()
    assert page.locator(".texts li").count() == 3
    page.get_by_label("tool").get_by_role("link", name="build_memories").click()
    page.get_by_label("tool").locator("[aria-current]", has_text="build_memories").wait_for()
    assert [text.splitlines()[0] for text in page.locator(".texts li").all_inner_texts()] == [f"{MEMORY.what}, thinking"]
    page.get_by_label("state").get_by_role("link", name="rejected").click()
    page.get_by_text("No text matches").wait_for()


def test_a_decision_of_another_window_is_not_overwritten_unseen(page: Any, served: ServedReview) -> None:
    page.goto(f"{served.address}{PARAGRAPH.key}")
    Decisions(served.out, ADA).save(PARAGRAPH, "accept", by="Otto")
    page.get_by_label("Text (").fill("The boat was blue.")
    page.get_by_role("button", name="Save edit").click()
    page.get_by_role("alert").wait_for()
    assert re.search(r"nothing was saved: accepted at .* by Otto in the meantime", page.get_by_role("alert").inner_text())
    assert text_of(served.out, PARAGRAPH) == LONGER and page.get_by_label("Text (").input_value() == "The boat was blue."
    page.get_by_role("button", name="Save edit").click()
    page.get_by_role("heading", name=MEMORY.what).wait_for()
    assert text_of(served.out, PARAGRAPH) == "The boat was blue."


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1366, "light")])
def test_the_page_fits_the_screen_and_loads_nothing_from_elsewhere(
    browser: Any, served: ServedReview, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("", PARAGRAPH.key, BIOGRAPHY.key):
        page.goto(served.address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for box in (button.bounding_box() for button in page.locator("form button").all()):
            assert box["height"] >= 44 and box["x"] + box["width"] <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 200) == (scheme == "dark")
    assert asked and [url for url in asked if not url.startswith((served.address, "data:"))] == []
    context.close()


def status_of(address: str, body: bytes | None = None, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_other_sites_cannot_read_or_decide(served: ServedReview) -> None:
    text, own, form = f"{served.address}{PARAGRAPH.key}", served.address.rstrip("/"), b"decision=reject&reason=no&seen="
    assert status_of(text) == 200
    assert status_of(text, Host="evil.example") == 403
    assert status_of(text, form, Origin="http://evil.example") == 403 and status_of(text, form) == 403
    assert status_of(text, b"", Origin=own, **{"Content-Length": "2000000"}) == 413
    assert status_of(f"{served.address}none") == 404 and status_of(f"{served.address}none", form, Origin=own) == 404
    assert status_of(served.address, form, Origin=own) == 404
    assert status_of(text, b"decision=edit&text=&seen=", Origin=own) == 409
    assert Decisions(served.out, ADA).newest() == {}
    with urllib.request.urlopen(f"{text}?text=planted", timeout=30) as answer:
        assert "planted" not in answer.read().decode()
    assert status_of(text, form, Origin=own) == 200
    assert [saved.decision for saved in Decisions(served.out, ADA).newest().values()] == ["reject"]
