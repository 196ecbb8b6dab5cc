"""The web page in a real browser: what a visitor reads, does and cannot do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat.test_terminal import CONSOLE, config_for
from tests.conftest import needs_chromium
from tests.servers import ScriptedServer, serving

pytestmark = needs_chromium
pytest.importorskip("gradio", reason="the extra [web] is not installed")

EVIL = "<b>bold</b> <img src=x onerror='window.hacked=1'> <script>window.hacked=1</script>"


def by_agent(body: dict[str, Any], number: int) -> Any:
    last = body["messages"][-1]["content"]
    if "THOUGHTS:" in last:
        return f"THOUGHTS: I think of the harbour {EVIL}\nFEELINGS: I feel warm."
    if "Write down what" in last or "Sum it up" in last:
        return f"I told a friend of Alk {EVIL}"
    if "fail now" in last:
        return (400, {}, '{"error": {"message": "no such thing"}}')
    knows = "Ada Berg" in body["messages"][0]["content"]
    return f"It was called Alk {EVIL}" if knows else "I know of no boat."


class Page:
    """A served page: its address and the process behind it."""

    def __init__(self, folder: Path, server: ScriptedServer, data: Path, *arguments: str) -> None:
        configs = [config_for(folder, server.address, name) for name in ("scripted", "another")]
        chosen = [part for config in configs for part in ("--backbone", str(config))]
        environment = {**os.environ, "HUMAN_SIMULACRA_CACHE": str(folder / "cache"), "HUMAN_SIMULACRA_HOME": str(folder / "home")}
        self.process = subprocess.Popen(
            [*CONSOLE, "web", *chosen, "--data", str(data), "--port", "0", *arguments],
            stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = ""
        for line in self.process.stdout:
            if line.startswith("open "):
                break
        found = re.search(r"http://\S+/", line)
        assert found, "the page was not served"
        self.address = found[0]

    def close(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with serving(by_agent) as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, server: ScriptedServer) -> Iterator[Page]:
    from tests.conftest import write_character

    folder = tmp_path_factory.mktemp("web")
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985)):
        write_character(folder / "data", name, year)
    page = Page(folder, server, folder / "data")
    yield page
    assert page.close() == 0


@pytest.fixture
def page(browser: Any, served: Page) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    opened = visit(context, served)
    yield opened
    context.close()


def visit(context: Any, served: Page) -> Any:
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.goto(served.address)
    opened.locator("#hs-left .hs-log").wait_for()
    return opened


def say(page: Any, text: str, column: str = "#hs-left") -> str:
    """Says something as a visitor does and returns the answer once it is finished."""
    before = page.locator(f"{column} .hs-them").count()
    page.get_by_label("Message").fill(text)
    page.get_by_label("Message").press("Enter")
    answer = page.locator(f"{column} .hs-them > div").nth(before)
    page.wait_for_function("document.querySelector('#hs-message textarea').value === ''")
    answer.filter(has_text=re.compile(r"</script>|of no boat\.")).wait_for()
    return answer.inner_text()


def choose(page: Any, group: str, name: str) -> None:
    page.locator("fieldset").filter(has_text=group).get_by_label(name, exact=True).check()


def test_a_visitor_talks_opens_the_mind_and_follows_a_memory_into_the_story(page: Any) -> None:
    assert say(page, f"What was your boat called? {EVIL}") == f"It was called Alk {EVIL}"
    mind = page.locator("#hs-mind")
    mind.locator(".hs-mind").wait_for()
    text = mind.inner_text()
    assert f"I think of the harbour {EVIL}" in text and "I feel warm." in text and "I had a green boat called Alk." in text
    scores = [float(score) for score in mind.locator(".hs-score").all_inner_texts()]
    assert scores == sorted(scores, reverse=True) and scores
    mind.get_by_text("2 calls").click()
    assert mind.get_by_text(re.compile("top 100 tokens read")).is_visible()
    link = mind.get_by_role("link", name="paragraph s001")
    link.click()
    paragraph = page.locator("#story-ada-berg-s001")
    paragraph.wait_for()
    assert paragraph.is_visible() and "green boat" in paragraph.inner_text()
    mind.get_by_role("button", name="Mind").click()
    link.wait_for(state="hidden")
    mind.get_by_role("button", name="Mind").click()
    link.wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".hs-log b, .hs-log img, .hs-mind img, .hs-mind section b").count() == 0


def test_two_methods_answer_the_same_message_side_by_side(page: Any) -> None:
    choose(page, "Compare with", "none")
    page.locator("#hs-right .hs-log").wait_for()
    assert say(page, "What was your boat called?").startswith("It was called Alk")
    page.locator("#hs-right").get_by_text("I know of no boat.").wait_for()
    assert page.locator("#hs-left .hs-you > div").all_inner_texts() == page.locator("#hs-right .hs-you > div").all_inner_texts()
    page.locator("#hs-mind section").nth(1).wait_for()
    assert page.locator("#hs-mind h3").all_inner_texts() == ["macm", "none"]
    assert page.locator(".hs-them .hs-name").all_inner_texts() == ["Ada Berg · macm", "Ada Berg · none"]
    left, right = (page.locator(f"#hs-{side} .hs-log").bounding_box() for side in ("left", "right"))
    assert left["x"] + left["width"] <= right["x"] and abs(left["y"] - right["y"]) < 2


def test_an_export_is_a_transcript_that_the_terminal_loads(page: Any, tmp_path: Path) -> None:
    from human_simulacra.chat import transcripts

    say(page, "What was your boat called?")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    download.value.save_as(tmp_path / "t.jsonl")
    (turn,) = transcripts.load(tmp_path / "t.jsonl").turns
    assert turn.message == "What was your boat called?" and turn.trace.feelings == "I feel warm."


def test_remember_undo_and_begin_anew(page: Any) -> None:
    say(page, "Mind the boat.")
    page.get_by_role("button", name="Remember").click()
    page.get_by_text("New experiences").wait_for()
    assert f"I told a friend of Alk {EVIL}" in page.locator("#hs-mind").inner_text()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("New experiences").wait_for(state="detached")
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Say something to Ada Berg.").wait_for()
    assert page.locator(".hs-said").count() == 0 and page.evaluate("window.hacked") is None


def test_another_character_method_backbone_and_scene(page: Any, server: ScriptedServer) -> None:
    page.get_by_label(re.compile("Bo Crane")).check()
    page.get_by_text("Say something to Bo Crane.").wait_for()
    page.get_by_role("button", name="Biography").click()
    page.get_by_text("Bo Crane was born on 4 March 1985.").wait_for()
    choose(page, "Method", "prompt")
    page.get_by_role("log", name="Conversation with Bo Crane, method prompt").wait_for()
    page.get_by_role("button", name="Backbone and scene").click()
    page.get_by_label("Backbone", exact=True).click()
    page.get_by_role("option", name="another").click()
    page.get_by_label("Scene").fill("On a pier in the rain.")
    page.get_by_role("button", name="Go there").click()
    page.get_by_text("On a pier in the rain.").first.wait_for()
    assert say(page, "Do you know a boat?") == "I know of no boat."
    asked = server.requests[-1]
    assert asked["model"] == "another" and "Bo Crane" in asked["messages"][0]["content"]
    assert "pier in the rain" in asked["messages"][-1]["content"]


def test_visitors_have_conversations_of_their_own(browser: Any, served: Page, server: ScriptedServer) -> None:
    contexts = [browser.new_context() for _ in range(2)]
    one, two = (visit(context, served) for context in contexts)
    say(one, "The word is heron.")
    say(two, "The word is otter.")
    say(one, "Which word?")
    assert "heron" in one.locator(".hs-log").inner_text() and "otter" not in one.locator(".hs-log").inner_text()
    sent = json.dumps(server.requests[-2:])
    assert "heron" in sent and "otter" not in sent
    for context in contexts:
        context.close()


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    def tab_to(wanted: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement.matches({json.dumps(wanted)})"):
                return
        raise AssertionError(f"{wanted} cannot be reached")

    page.locator("#hs-message textarea:focus").wait_for()
    page.keyboard.type("What was your boat called?")
    page.keyboard.press("Enter")
    page.locator("#hs-left .hs-them > div").filter(has_text="</script>").wait_for()
    page.locator(".hs-mind").wait_for()
    tab_to("#hs-mind a")
    page.keyboard.press("Enter")
    page.locator(".hs-story p:focus").wait_for()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator("#hs-title").click()
    tab_to("#hs-cards input")
    page.keyboard.press("ArrowDown")
    page.get_by_text("Say something to Bo Crane.").wait_for()


def test_a_narrow_screen_needs_no_sideways_scrolling(browser: Any, served: Page) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visit(context, served)
    say(page, "What was your boat called?")
    page.locator(".hs-mind").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in ("#hs-left .hs-log", "#hs-message", "#hs-mind", "#hs-buttons"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["width"] > 250, part
    assert page.locator("#hs-left").bounding_box()["y"] < page.locator("#hs-how").bounding_box()["y"]
    context.close()


def test_mistakes_and_failures_are_said_and_the_message_is_not_lost(page: Any) -> None:
    page.get_by_role("button", name="Send").click()
    page.get_by_text("the message is empty: write something").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("there is no experience to remove").wait_for()
    page.get_by_label("Message").fill("Please fail now.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").filter(has_text="answered HTTP 400").wait_for()
    assert page.get_by_label("Message").input_value() == "Please fail now."
    for length, reason in ((5000, "the message has about 1429 tokens, 800 fit"), (70_000, "has more than 20,000 characters")):
        page.get_by_label("Message").fill("x" * length)
        page.get_by_role("button", name="Send").click()
        page.get_by_text(reason).wait_for()
        assert len(page.get_by_label("Message").input_value()) == length


def test_the_page_fetches_nothing_from_elsewhere(browser: Any, served: Page) -> None:
    context = browser.new_context()
    answered: list[str] = []
    context.on("response", lambda response: answered.append(response.url))
    visit(context, served)
    assert answered and [url for url in answered if not url.startswith((served.address, "data:", "blob:"))] == []
    context.close()


def status_of(address: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_large_requests_and_uploads_are_refused(served: Page) -> None:
    assert status_of(f"{served.address}gradio_api/queue/join", b"{" + b" " * 70_000 + b"}") == 413
    assert status_of(f"{served.address}gradio_api/upload", b"x") == 413
    assert status_of(f"{served.address}") == 200


def test_a_password_keeps_others_out(tmp_path: Path, data: Path, server: ScriptedServer, browser: Any) -> None:
    (tmp_path / "secret").write_text("open sesame\n")
    page = Page(tmp_path, server, data, "--host", "0.0.0.0", "--password", f"@{tmp_path / 'secret'}")
    try:
        address = page.address.replace("0.0.0.0", "127.0.0.1")
        assert status_of(f"{address}config") == 401
        context = browser.new_context()
        visitor = context.new_page()
        visitor.goto(address)
        visitor.get_by_label("username").fill("friend")
        visitor.get_by_label("password").fill("open sesame")
        visitor.get_by_role("button", name="Login").click()
        visitor.locator("#hs-left .hs-log").wait_for()
        context.close()
    finally:
        assert page.close() == 0
