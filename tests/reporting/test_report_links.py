"""The report in a real browser: links to answers and questions, one question across methods, copying, and its top."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from human_simulacra.reporting import write_report
from tests.conftest import needs_chromium
from tests.synthetic_run import write_run

pytestmark = needs_chromium

METHODS = ("none", "prompt", "rag", "macm", "shuffled")
QUESTION = "single_choice/maren-oddleif-single_choice-02"
ANSWER = f"some-model-7b-instruct-macm/{QUESTION}"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_run(tmp_path_factory.mktemp("links") / "20260301_100000", methods=METHODS)
    return write_report([folder], folder / "report.html")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a browser that may use the clipboard; errors and messages of the page are in `said`."""
    context = browser.new_context(viewport={"width": 1366, "height": 850}, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.said = []
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("console", lambda message: opened.said.append(message.text))
    yield opened
    context.close()
    assert opened.said == []


def open_report(page: Any, report: Path, place: str = "") -> None:
    page.goto(report.as_uri() + place)
    page.wait_for_selector(".entry")


def in_view(page: Any, selector: str) -> bool:
    top = page.locator(selector).first.bounding_box()["y"]
    return 0 <= top < page.viewport_size["height"]


def pasted(page: Any) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_the_address_of_an_answer_opens_it_and_scrolls_to_it(page: Any, report: Path) -> None:
    open_report(page, report, f"#answer={quote(ANSWER, safe='')}")
    assert in_view(page, ".linked") and page.locator(".linked").evaluate("node => node === document.activeElement")
    shown = page.inner_text(".linked")
    assert "some-model-7b-instruct-macm" in shown and "maren-oddleif-single_choice-02" in shown and "Retrieved memories" in shown
    page.click(".linked >> text=Close")
    assert page.locator(".linked").is_hidden() and "#" not in page.url


def test_a_linked_answer_is_shown_whatever_the_filters_hide(page: Any, report: Path) -> None:
    open_report(page, report)
    page.select_option("[name=model]", "some-model-7b-instruct-none")
    page.evaluate("address => { location.hash = address }", f"#answer={ANSWER}")  # also as a person would type it
    page.wait_for_selector(".linked .trace")
    assert "some-model-7b-instruct-macm" in page.inner_text(".linked .who")
    assert page.input_value("[name=model]") == "some-model-7b-instruct-none"


def test_an_unknown_address_says_that_the_answer_is_not_in_the_report(page: Any, report: Path) -> None:
    open_report(page, report, "#answer=other%2Fcloze%2Fada-01%E0%A4%A")
    assert "Not in this report: other" in page.inner_text(".linked")


def test_opening_an_answer_makes_it_the_address_and_closing_it_removes_it(page: Any, report: Path) -> None:
    open_report(page, report)
    page.fill("[name=text]", "maren-oddleif-single_choice-02")
    page.select_option("[name=model]", "some-model-7b-instruct-macm")
    page.wait_for_selector(".count:has-text('1 of 336 answers')")
    page.click(".list .entry > summary")
    page.wait_for_url("**#answer=*")
    assert page.url == f"{report.as_uri()}#answer={quote(ANSWER, safe='')}"
    page.click(".list .trace >> text=Copy link")
    page.wait_for_selector("text=Copied")
    assert pasted(page) == page.url
    page.click(".list .entry > summary")
    page.wait_for_url(report.as_uri())


def test_one_question_is_shown_across_all_methods_with_options_replies_and_memories(page: Any, report: Path) -> None:
    open_report(page, report, f"#answer={quote(ANSWER, safe='')}")
    page.click("text=Compare all 5 answers")
    page.wait_for_selector(".linked .comparison")
    assert page.url.endswith(f"#question={quote(QUESTION, safe='')}") and in_view(page, ".linked")
    assert page.locator(".comparison .options").count() == 1 and page.locator(".comparison .options li").count() == 4
    right = page.inner_text(".comparison .key-answer")
    assert "(right" in right
    assert page.locator(".method h4").all_inner_texts() == [f"some-model-7b-instruct-{name}" for name in METHODS]
    assert all(outcome in ("right", "wrong", "unparseable") for outcome in page.locator(".method .verdict").all_inner_texts())
    assert [box.locator(".memory").count() for box in page.locator(".method").all()] == [0, 0, 3, 4, 0]
    assert page.locator(".method .tag.evidence").count() >= 1
    macm = page.locator(".method").nth(3)
    macm.locator(".memory summary").first.click()
    assert len(macm.locator(".memory pre").first.inner_text().split()) == 90
    lefts = {round(box.bounding_box()["x"]) for box in page.locator(".method").all()}
    assert len(lefts) == 5  # side by side
    page.set_viewport_size({"width": 390, "height": 850})
    assert len({round(box.bounding_box()["x"]) for box in page.locator(".method").all()}) == 1
    macm.locator("text=Whole answer").click()
    page.wait_for_selector(".linked .trace")
    assert page.url.endswith(f"#answer={quote(ANSWER, safe='')}")


def test_a_comparison_is_copied_as_plain_text(page: Any, report: Path) -> None:
    open_report(page, report, f"#question={quote(QUESTION, safe='')}")
    page.click(".comparison >> text=Copy text")
    page.wait_for_selector("text=Copied")
    copied = pasted(page)
    assert copied.startswith("Question: ") and copied.count("(right)") == 1 and "\nD. " in copied
    assert all(f"some-model-7b-instruct-{name}: " in copied for name in METHODS)
    assert copied.count("Memory 1: maren-oddleif-m000, score 0.900") == 2 and copied.count("Reply: ") == 5


def test_where_the_clipboard_is_refused_the_text_is_copied_in_the_old_way_or_shown(page: Any, report: Path) -> None:
    open_report(page, report, f"#answer={quote(ANSWER, safe='')}")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }")
    page.click(".linked >> text=Copy text")
    page.wait_for_selector("text=Copied")
    assert pasted(page).startswith("Question: ") and page.locator("textarea").count() == 0
    page.evaluate("() => { document.execCommand = () => false }")
    page.click(".linked >> text=Copy text")
    page.wait_for_selector("text=to copy the selected text")
    assert page.input_value("textarea").startswith("Question: ")
    selected = page.locator("textarea").evaluate("node => node.selectionEnd - node.selectionStart === node.value.length")
    assert selected


def test_a_table_is_copied_with_tabs(page: Any, report: Path) -> None:
    open_report(page, report)
    page.locator("#primary").get_by_text("Copy table").click()
    page.wait_for_selector("text=Copied")
    lines = [line.split("\t") for line in pasted(page).split("\n")]
    assert lines[0][:4] == ["experiment", "measure", "model", "against"] and {len(line) for line in lines} == {len(lines[0])}
    assert len(lines) == 5 and lines[1][5].startswith("+") and ", +" in lines[1][5]


def test_the_list_can_be_grouped_by_question(page: Any, report: Path) -> None:
    open_report(page, report)
    page.select_option("[name=list]", "question")
    page.wait_for_selector(".count:text-is('96 questions')")
    page.locator(".list .entry > summary").first.click()
    page.wait_for_selector(".list .comparison")
    assert page.locator(".list .method").count() == 5 and "of 5 right" in page.locator(".list .verdict").first.inner_text()


def test_a_report_of_several_runs_names_the_run_in_an_address_and_compares_all_runs(page: Any, tmp_path: Path) -> None:
    folders = [
        write_run(tmp_path / name, ("ada",), ("rag",), seed=seed, everything=False) for seed, name in enumerate(("one", "two"))
    ]
    both = write_report(folders, tmp_path / "both.html")
    question = "single_choice/ada-single_choice-01"
    open_report(page, both, f"#answer={quote('two/some-model-7b-instruct-rag/' + question, safe='')}")
    assert "two" in page.inner_text(".linked .who")
    page.click("text=Compare all 2 answers")
    page.wait_for_selector(".linked .comparison")
    assert page.locator(".method h4").all_inner_texts() == [f"{name} · some-model-7b-instruct-rag" for name in ("one", "two")]


def test_the_second_answer_to_a_question_has_an_address_of_its_own(page: Any, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada",), ("none", "rag"), questions=1, everything=False)
    for model in ("some-model-7b-instruct-none", "some-model-7b-instruct-rag"):
        results, predictions = (folder / kind / model / "single_choice.json" for kind in ("results", "predictions"))
        found, (answer,) = json.loads(results.read_text()), json.loads(predictions.read_text()).values()
        found["details"] = [{**found["details"][0], "run": [number]} for number in (1, 2)]
        results.write_text(json.dumps(found))
        predictions.write_text(json.dumps({"0": answer, "1": answer}))
    again = write_report([folder], tmp_path / "again.html")
    open_report(page, again, f"#answer={quote('some-model-7b-instruct-rag/single_choice/ada-single_choice-01@2', safe='')}")
    assert page.locator(".linked dt", has_text="run").locator("xpath=following-sibling::dd[1]").inner_text() == "2"
    page.click("text=Compare all 2 answers")
    page.wait_for_selector(".linked .comparison")
    assert page.url.endswith("ada-single_choice-01%402")


def test_the_first_chart_follows_the_verdict_and_pair_tables_are_folded(page: Any, report: Path) -> None:
    open_report(page, report)
    order = page.evaluate(
        "[...document.querySelectorAll('.first-line, svg.chart, section')].map(node => node.getAttribute('class') || node.id)"
    )
    assert order[:2] == ["first-line", "chart"] and order.index("primary") < order.index("scores")
    assert "(control)" in page.text_content("#opening .for-wide svg")
    pairs = page.locator("details", has_text="Exploratory comparisons, on the same rows")
    assert pairs.count() == 1 and pairs.get_attribute("open") is None and page.locator("#primary table").is_visible()


def test_on_a_phone_the_numbers_come_first_and_nothing_scrolls_sideways(page: Any, report: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_report(page, report)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = page.evaluate(
        "[...document.querySelectorAll('.box')].filter(box => box.querySelector('.rows, .matrix')).map(box => box.scrollWidth - box.clientWidth)"
    )
    assert len(boxes) >= 5 and max(boxes) <= 1
    for node in page.locator("details.onprint > summary").all():
        node.click()
    plots = page.locator(".for-narrow svg.chart").all()
    assert len(plots) >= 3 and all(0 < plot.bounding_box()["width"] <= 364 for plot in plots)
    assert page.locator(".for-wide svg.chart >> visible=true").count() == 0
    primary = page.locator("#primary td.main").last.bounding_box()
    assert primary["y"] + primary["height"] < 2 * 844 and primary["x"] + primary["width"] <= 390
