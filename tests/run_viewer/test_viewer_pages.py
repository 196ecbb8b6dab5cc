"""The viewer in a real browser: list, search, comparison and the report at an answer, on a desktop and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.chat.test_terminal import CONSOLE
from tests.conftest import needs_chromium
from tests.run_viewer.edited_run import MACM, copy_run, small_run
from tests.served_page import ServedPage

pytestmark = needs_chromium

EVIL = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'> & <b>bold</b>"


def spoil(details: list[dict[str, Any]], predictions: dict[str, Any]) -> None:
    """Turns the first right answer into a wrong one with markup in it."""
    row = next(row for row in details if row["correct"] == [True])
    row |= {"correct": [False], "points": [0], "prediction": [f"Fresh words. {EVIL}"], "chosen": [None]}
    place = details.index(row)
    predictions[str(place)]["trace"]["memories"][0] |= {"id": "other-m001", "text": f"A lighthouse. {EVIL}"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPage]:
    folder = tmp_path_factory.mktemp("viewed")
    first = small_run(folder / "eval" / "20260301_100000")
    copy_run(first, folder / "eval" / "20260302_100000", spoil)
    (folder / "eval" / "20260303_100000" / "predictions" / "m-macm").mkdir(parents=True)
    page = ServedPage([*CONSOLE, "view", str(folder), "--port", "0", "--no-browser"])
    yield page
    assert page.close() == 0


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    opened = context.new_page()
    opened.said = []
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("console", lambda message: opened.said.append(message.text))
    yield opened
    assert opened.said == [] and opened.evaluate("window.hacked") is None
    context.close()


def test_from_the_list_to_the_changed_answer_and_its_place_in_the_report(page: Any, served: ServedPage) -> None:
    page.goto(served.address)
    assert page.locator(".run h2").all_inner_texts() == [f"eval/2026030{day}_100000" for day in (3, 2, 1)]
    assert "not finished" in page.inner_text(".run >> nth=0") and "resume" in page.inner_text(".run >> nth=0")
    page.get_by_role("searchbox").fill("kojo macm")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".run").count() == 2
    page.get_by_label("A: compare eval/20260301_100000").check()
    page.get_by_label("B: compare eval/20260302_100000").check()
    page.get_by_role("button", name="Compare A and B").click()

    assert page.inner_text(".gist") == "20 questions: 1 no longer right, 19 same."
    changed = page.locator(".pair-card").first
    text = changed.inner_text()
    for words in ("no longer right", "right, chosen in A", EVIL, "1 only in B", "prompt tokens (+0)"):
        assert words in text, words
    changed.locator("summary").nth(1).click()
    assert "A lighthouse." in changed.inner_text() and "only in B" in changed.locator(".memories li").nth(4).inner_text()
    assert page.locator(".pair-card b b, .pair-card img, .pair-card script").count() == 0

    link = changed.get_by_role("link", name="open in the report of B")
    name = re.findall(r"\S+-single_choice-\d+", text)[0]
    assert link.get_attribute("href").endswith(
        f"eval/20260302_100000/report#answer={quote(f'{MACM}/single_choice/{name}', safe='')}"
    )
    link.click()
    page.wait_for_selector(".entry")  # the report's own script runs under the server's policy
    page.said.clear()  # a browser asks for an icon, which the report has not


def test_filters_and_search_of_answers(page: Any, served: ServedPage) -> None:
    page.goto(f"{served.address}compare?a=eval/20260301_100000&b=eval/20260302_100000")
    page.get_by_role("radio", name="same").check()
    page.wait_for_url("**kind=same**")
    assert page.inner_text("#answers [role=status]") == "19 of 20 questions"
    page.select_option("select[name=models]", MACM)
    page.wait_for_url("**models=some**")
    assert page.inner_text("#answers [role=status]") == "9 of 20 questions"
    page.get_by_role("link", name="Clear").click()
    page.wait_for_url("**b=eval**#answers")
    page.get_by_role("searchbox").fill("LIGHTHOUSE fresh")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**q=LIGHT**")
    assert page.inner_text("#answers [role=status]") == "1 of 20 questions"
    page.goto(f"{served.address}?q=fresh+macm&answers=1")
    assert page.locator(".run").count() == 1 and "Fresh words." in page.inner_text(".match")


@pytest.mark.parametrize("width", [390, 1366])
def test_no_page_is_wider_than_the_screen(browser: Any, served: ServedPage, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    for path in ("", "?q=fresh&answers=1", "compare?a=eval/20260301_100000&b=eval/20260302_100000", "compare?a=x&b=y"):
        page.goto(served.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


def test_the_pages_work_without_scripts(browser: Any, served: ServedPage) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.address)
    page.get_by_role("button", name="Compare A and B").click()  # the two newest are chosen
    page.get_by_role("radio", name="no longer right").check()
    page.get_by_role("button", name="Show").click()
    assert page.inner_text("#answers [role=status]") == "1 of 20 questions"
    context.close()
