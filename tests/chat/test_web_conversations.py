"""Stored conversations on the web page, in a real browser: what stays, what branches, and at which time one meets a character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import packaged_path
from tests.chat.test_web_page import Page, visit
from tests.conftest import needs_chromium
from tests.servers import ScriptedServer, serving

pytestmark = needs_chromium
pytest.importorskip("gradio", reason="the extra [web] is not installed")
ANSWER = re.compile(r"^Answer \d+\.$")


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with serving(lambda body, number: f"Answer {number}.") as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def served(folder: Path, server: ScriptedServer) -> Iterator[Page]:
    page = Page(folder, server, packaged_path(), "--method", "prompt")
    yield page
    assert page.close() == 0


@pytest.fixture
def page(browser: Any, served: Page) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 800})
    yield visit(context, served)
    context.close()


def say(page: Any, text: str) -> str:
    """Says something and returns the answer once the turn is finished."""
    before = page.get_by_role("button", name=re.compile("^Answer turn")).count()
    page.get_by_label("Message").fill(text)
    page.get_by_label("Message").press("Enter")
    page.get_by_role("button", name=f"Answer turn {before + 1} again").wait_for()
    return answers(page)[-1]


def answers(page: Any) -> list[str]:
    return page.locator("#hs-left .hs-them > div").all_inner_texts()


def titles(page: Any) -> list[str]:
    return page.locator(".hs-open b").all_inner_texts()


def test_a_conversation_survives_a_reload_and_is_listed_renamed_and_deleted(page: Any) -> None:
    first = say(page, "The word is heron.")
    page.reload()
    page.get_by_role("button", name="Answer turn 1 again").wait_for()
    assert answers(page) == [first]
    second = say(page, "Which word?")
    assert titles(page) == ["The word is heron."]
    page.once("dialog", lambda dialog: dialog.accept("<b>Birds</b>"))
    page.get_by_role("button", name="Rename The word is heron.").click()
    page.get_by_role("button", name="Rename <b>Birds</b>").wait_for()
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Say something to").wait_for()
    page.locator(".hs-open").first.click()
    page.get_by_role("button", name="Answer turn 2 again").wait_for()
    assert answers(page) == [first, second]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete <b>Birds</b>").click()
    page.get_by_text("Say something to").wait_for()
    assert titles(page) == [] and "conversation=" not in page.url


def test_an_edited_or_repeated_turn_makes_a_branch_and_the_old_one_stays(page: Any, server: ScriptedServer) -> None:
    old = [say(page, "My cat is red."), say(page, "What is red?")]
    page.get_by_role("button", name="Edit turn 1").click()
    page.get_by_text("You edit turn 1.").wait_for()
    page.get_by_label("Message").fill("My cat is blue.")
    page.get_by_label("Message").press("Enter")
    page.get_by_role("button", name="Branch of My cat is red.", exact=False).first.wait_for()
    assert answers(page) != old[:1] and len(answers(page)) == 1
    assert "red" not in server.requests[-1]["messages"][-1]["content"]
    edited = answers(page)[0]
    seed = server.requests[-1]["seed"]
    page.get_by_role("button", name="Answer turn 1 again").click()
    page.wait_for_function(f"document.querySelectorAll('.hs-open').length === 3 && !document.body.innerText.includes({edited!r})")
    assert server.requests[-1]["seed"] != seed and "My cat is blue." in server.requests[-1]["messages"][-1]["content"]
    page.locator(".hs-open").filter(has_text=re.compile(r"^My cat is red\.")).click()
    page.get_by_role("button", name="Answer turn 2 again").wait_for()
    assert answers(page) == old
    page.get_by_role("button", name="Start a branch after turn 1").click()
    page.get_by_role("button", name="Answer turn 2 again").wait_for(state="detached")
    assert answers(page) == old[:1]


def test_a_year_of_the_life_is_chosen_by_keyboard_and_the_examples_fit_it(page: Any, server: ScriptedServer) -> None:
    slider = page.locator("#hs-when input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    page.get_by_text(re.compile(r"Point in time: \d{4}, aged 6")).wait_for()
    year = slider.input_value()
    examples = page.locator(".hs-examples button")
    asked = examples.nth(1).inner_text()
    found = re.search(r"\d{4}", asked)
    assert found is None or int(found[0]) <= int(year)
    examples.nth(1).click()
    page.get_by_role("button", name="Answer turn 1 again").wait_for()
    assert asked in server.requests[-1]["messages"][-1]["content"]
    assert f"as of {year}" in page.locator(".hs-open").first.inner_text()
    page.reload()
    page.get_by_text(re.compile(rf"Point in time: {year}, aged 6")).wait_for()


def test_visitors_behind_a_password_see_their_own_conversations_only(
    folder: Path, server: ScriptedServer, browser: Any, page: Any
) -> None:
    say(page, "The user of this machine speaks.")
    guarded = Page(folder, server, packaged_path(), "--method", "prompt", "--password", "open sesame")
    try:
        contexts = [browser.new_context() for _ in range(2)]
        one, two = (log_in(context, guarded) for context in contexts)
        say(one, "I am the first visitor.")
        stored = one.url.partition("conversation=")[2]
        assert titles(one) == ["I am the first visitor."] and titles(two) == []
        two.goto(f"{guarded.address}?conversation={stored}")
        two.get_by_text("this conversation is not stored any more").first.wait_for()
        assert titles(two) == [] and "first visitor" not in two.locator("body").inner_text()
        one.goto(guarded.address)
        one.locator(".hs-open").wait_for()
        for context in contexts:
            context.close()
    finally:
        assert guarded.close() == 0


def log_in(context: Any, served: Page) -> Any:
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.goto(served.address)
    opened.get_by_label("username").fill("friend")
    opened.get_by_label("password").fill("open sesame")
    opened.get_by_role("button", name="Login").click()
    opened.locator("#hs-left .hs-log").wait_for()
    return opened


def test_a_conversation_survives_a_restart_of_the_program(page: Any, folder: Path, server: ScriptedServer) -> None:
    answer = say(page, "The word is otter.")
    restarted = Page(folder, server, packaged_path(), "--method", "prompt")
    try:
        page.goto(f"{restarted.address}?{page.url.partition('?')[2]}")
        page.get_by_role("button", name="Answer turn 1 again").wait_for()
        assert answers(page) == [answer] and "The word is otter." in titles(page)
    finally:
        assert restarted.close() == 0
