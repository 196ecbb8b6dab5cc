"""The report in a real browser: filters, lazily drawn traces, print layout, and replies that contain HTML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.reporting import write_report
from tests.conftest import needs_chromium
from tests.synthetic_run import write_run

pytestmark = needs_chromium

EVIL = (
    "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'><svg onload='window.hacked=1'> & <b>bold</b>"
)
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def opened(browser: Any) -> Open:
    """Opens a report in a new page; its requests and console messages are in `asked` and `said`."""

    def open_report(report: Path, width: int = 1366, **options: Any) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 850}, **options)
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda message: page.said.append(message.text))
        page.goto(report.as_uri())
        page.wait_for_selector(".entry")
        return page

    return open_report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_run(tmp_path_factory.mktemp("browser") / "20260301_100000")
    return write_report([folder], folder / "report.html")


def count(page: Any) -> str:
    page.wait_for_timeout(200)  # the search is debounced
    return page.inner_text(".count")


def test_filters_and_search_select_answers_and_clear_restores_all(opened: Open, report: Path) -> None:
    page = opened(report)
    assert count(page) == "336 answers"
    page.select_option("[name=model]", "some-model-7b-instruct-macm")
    page.select_option("[name=character]", "maren-oddleif")
    assert count(page) == "5 of 336 answers"
    page.select_option("[name=outcome]", "right")
    right = int(count(page).split()[0])
    page.select_option("[name=outcome]", "wrong")
    page_wrong = int(count(page).split()[0])
    page.select_option("[name=outcome]", "unparseable")
    assert right + page_wrong + int(count(page).split()[0]) == 5 and right > 0
    page.click("[type=reset]")
    assert count(page) == "336 answers"
    page.select_option("[name=experiment]", "conformity")
    assert count(page) == "12 of 336 answers"
    page.click("[type=reset]")
    page.fill("[name=text]", "yolanda-quispe-SINGLE_choice-03")
    assert count(page) == "5 of 336 answers"
    page.fill("[name=text]", "no such words anywhere")
    assert count(page) == "0 of 336 answers: no answer matches, clear a filter"
    assert page.asked == [report.as_uri()] and page.said == []


def test_answers_are_drawn_on_demand_and_open_by_keyboard(opened: Open, report: Path) -> None:
    page = opened(report)
    assert page.locator(".entry").count() == 40
    page.click(".next button")
    assert page.locator(".entry").count() == 80
    assert page.locator(".trace").count() == 0
    page.select_option("[name=model]", "some-model-7b-instruct-macm")
    page.select_option("[name=outcome]", "right")
    count(page)
    page.locator(".entry > summary").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".trace")
    text = page.inner_text(".trace")
    for words in (
        "Options as shown",
        "Retrieved memories",
        "retrieved: 1 of 1",
        "✓ evidence",
        "Thoughts",
        "Emotions",
        "System prompt",
        "top:",
    ):
        assert words in text, words
    assert page.locator(".trace .tag.evidence").count() >= 1


def test_judgements_and_options_by_log_likelihood_are_shown(opened: Open, report: Path) -> None:
    page = opened(report)
    page.select_option("[name=experiment]", "observer")
    count(page)
    page.locator(".entry > summary").first.click()
    text = page.inner_text(".trace")
    assert "Judgements" in text and "judge: judge-a" in text and "logprob" in text and "answering by likelihood" in text


def test_a_reply_with_html_stays_text(opened: Open, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada", EVIL.replace("/", "|")), ("macm",), questions=1, reply=EVIL, everything=False)
    page = opened(write_report([folder], tmp_path / "evil.html"))
    for summary in page.locator(".entry > summary").all():
        summary.click()
    page.wait_for_selector(".trace")
    assert EVIL in page.inner_text(".entry .said >> nth=0")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#browser img, #browser b, #browser svg, #browser script").count() == 0
    assert page.asked == [(tmp_path / "evil.html").as_uri()] and page.said == []


@pytest.mark.parametrize("width", [390, 1366])
def test_the_page_is_no_wider_than_the_screen(opened: Open, report: Path, width: int) -> None:
    page = opened(report, width)
    page.locator(".entry > summary").first.click()
    page.wait_for_selector(".trace")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('.filters')).position") == "sticky"


def test_print_is_white_and_shows_every_collapsed_chart_but_no_answer_browser(opened: Open, report: Path) -> None:
    page = opened(report, color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != dark
    assert page.locator("#browser").is_hidden() and page.locator(".onpaper").is_visible()
    assert all(chart.is_visible() for chart in page.locator("svg.chart:not(.for-narrow svg)").all())
