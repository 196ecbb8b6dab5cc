"""The judging page in a real browser, its protection against other sites, and the export and agreement of grades."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from tests.judging.page_steps import enter, grade, saved, serve, to_comparison
from tests.served_page import ServedPage

# Names of methods, models and judges, which the page must not show.
HIDDEN = ("m-none", "m-prompt", "respondent", "keen", "blind", "observer|")


def test_a_judge_can_stop_resume_and_correct_a_grade(page: Any, finished: tuple[Path, Path], tmp_path: Path) -> None:
    db = tmp_path / "grades.sqlite"
    first = serve(*finished, db)
    enter(page, first, "Hanna B.")
    total = int(re.findall(r"of (\d+) graded", page.locator("#progress").inner_text())[0])
    assert page.locator("#progress").inner_text() == f"0 of {total} graded"
    grade(page, 4)
    page.reload()
    assert page.locator("#progress").inner_text() == f"1 of {total} graded"
    where = page.url.removeprefix(first.address)
    assert first.close() == 0

    again = serve(*finished, db)
    enter(page, again, "Hanna B.")
    assert page.url.removeprefix(again.address) == where  # resumes at the same item
    page.get_by_role("link", name="Back").click()
    page.locator("button[value='4'][aria-pressed='true']").wait_for()
    page.locator("button[value='2']").click()
    page.wait_for_url(f"**/{where}")
    assert [(judge, value) for judge, _, value in saved(db)] == [("Hanna B.", 2)]

    enter(page, again, "Otto")
    assert page.locator("#progress").inner_text() == f"0 of {total} graded"
    while not page.locator("button[name=grade]").count():
        page.get_by_role("link", name="Skip").click()
        page.wait_for_load_state()
    grade(page, 5)
    assert {judge for judge, _, _ in saved(db)} == {"Hanna B.", "Otto"}
    assert again.close() == 0


def test_the_keyboard_suffices_and_the_page_hides_models_and_judges(page: Any, served: ServedPage, tmp_path: Path) -> None:
    page.goto(served.address)
    page.keyboard.type("Ines")
    page.keyboard.press("Enter")
    page.locator("#progress").wait_for()
    kinds = set()
    while page.get_by_role("heading", name="Thank you").count() == 0:
        content = page.content()
        assert not [name for name in HIDDEN if name in content]
        assert page.locator("blockquote b, blockquote script").count() == 0 and page.evaluate("window.hacked") is None
        kinds.add(page.locator("h1").last.inner_text().split()[0])
        before = page.url
        page.keyboard.type("12211100\n" if page.locator(".ranks").count() else "3")
        page.wait_for_function("before => location.href !== before", arg=before)
        page.wait_for_load_state()
    assert kinds == {"Does", "How", "Which"}
    grades = saved(tmp_path / "grades.sqlite")
    assert len(grades) == len({item for _, item, _ in grades})
    assert {value for _, item, value in grades if ":" not in item} == {3}
    page.keyboard.press("ArrowLeft")
    page.locator("button[value='3'][aria-pressed='true']").wait_for()


def test_a_comparison_keeps_its_ranks_and_shows_each_judge_an_order_of_its_own(
    page: Any, served: ServedPage, tmp_path: Path
) -> None:
    enter(page, served, "Ines")
    to_comparison(page)
    where, situation = page.url, page.locator(".situation").nth(1).inner_text()
    page.get_by_label("Voice, answer A, 1 to 2").fill("3")
    page.get_by_role("button", name="Save").click()
    assert page.url == where and saved(tmp_path / "grades.sqlite") == []  # nothing is saved by halves
    page.get_by_label("Decision, answer A, 1 to 2").focus()
    page.keyboard.type("12112109\n")
    page.wait_for_function("before => location.href !== before", arg=where)
    page.goto(where)
    assert [box.input_value() for box in page.locator(".ranks input").all()] == list("12112109")
    stored = {item.partition(":")[2]: value for _, item, value in saved(tmp_path / "grades.sqlite")}
    assert len(stored) == 8 and sorted(stored[f"false facts:{place}"] for place in (0, 1)) == [0, 9]
    shown = page.locator(".answers blockquote").all_inner_texts()
    orders = {tuple(shown)}
    for name in ("Otto", "Hanna", "Ida", "Emil", "Jonas", "Mia"):
        enter(page, served, name)
        while (
            not page.locator(".ranks").count()
            or situation not in page.content()
            or set(shown) != {*page.locator(".answers blockquote").all_inner_texts()}
        ):
            page.get_by_role("link", name="Skip").click()
            page.wait_for_load_state()
        orders.add(tuple(page.locator(".answers blockquote").all_inner_texts()))
    assert orders == {tuple(shown), tuple(reversed(shown))}


def test_answers_are_shown_as_plain_text_and_life_stories_can_be_read(page: Any, served: ServedPage) -> None:
    enter(page, served, "Ines")
    seen = {"life": False, "answer": False}
    for _ in range(60):
        if page.get_by_text("Whole life story").count():
            page.get_by_text("Whole life story").click()
            seen["life"] |= page.get_by_text("a green boat called Alk, part 1").is_visible()
        seen["answer"] |= "<script>window.hacked=1</script>" in "".join(page.locator("blockquote").all_inner_texts())
        if all(seen.values()) or not page.get_by_role("link", name="Skip").count():
            break
        page.get_by_role("link", name="Skip").click()
    assert all(seen.values())


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_the_screen_width(browser: Any, served: ServedPage, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    enter(page, served, "Ines")
    kinds = set()
    while page.get_by_role("link", name="Skip").count() and len(kinds) < 3:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        kinds.add(page.locator("h1").last.inner_text().split()[0])
        boxes = [box.bounding_box() for box in page.locator("button[name=grade], .ranks input").all()]
        assert len(boxes) in (5, 8) and all(box["height"] >= 44 and box["x"] + box["width"] <= width for box in boxes)
        page.get_by_role("link", name="Skip").click()
        page.wait_for_load_state()
    assert kinds == {"Does", "How", "Which"}
    context.close()


def test_the_page_makes_no_external_request(page: Any, served: ServedPage) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, served, "Ines")
    assert asked and [url for url in asked if not url.startswith((served.address, "data:"))] == []


def status_of(address: str, body: bytes | None = None, **headers: str) -> int:
    request = urllib.request.Request(address, body, {key.replace("_", "-"): value for key, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def shown_item(address: str) -> str:
    """Returns the item id in a page's form."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        found = re.search(r'name="item" value="(\w+)"', answer.read().decode())
    assert found
    return found[1]


def test_a_grade_of_an_item_that_has_moved_is_refused(served: ServedPage, tmp_path: Path) -> None:
    own = served.address.rstrip("/")
    # A tab that was left open while another item took its place posts this.
    elsewhere = shown_item(f"{served.address}judge/Ines/2")
    request = urllib.request.Request(f"{served.address}judge/Ines/1", f"item={elsewhere}&grade=5".encode(), {"Origin": own})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 409 and "nothing was saved: the run's items have changed" in refused.value.read().decode()
    assert status_of(f"{served.address}judge/Ines/1", b"grade=5", Origin=own) == 409
    assert status_of(f"{served.address}judge/Ines/999", f"item={elsewhere}&grade=5".encode(), Origin=own) == 409
    assert saved(tmp_path / "grades.sqlite") == []


def test_other_sites_cannot_read_or_grade(served: ServedPage, tmp_path: Path) -> None:
    item = f"{served.address}judge/Ines/1"
    own = served.address.rstrip("/")
    assert status_of(item) == 200
    assert status_of(item, Host="evil.example") == 403
    assert status_of(item, b"grade=5", Origin="http://evil.example") == 403
    assert status_of(item, b"grade=5") == 403
    form = f"item={shown_item(item)}&grade=".encode()
    assert status_of(item, form + b"9", Origin=own) == 400
    assert status_of(item, b"grade=5" + b" " * 40_000, Origin=own) == 413
    assert status_of(f"{served.address}judge/Ines/999") == 404 and status_of(f"{served.address}judge/%3D1/1") == 404
    assert saved(tmp_path / "grades.sqlite") == []
    assert status_of(item, form + b"5", Origin=own) == 200
    assert [value for _, _, value in saved(tmp_path / "grades.sqlite")] == [5]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/nowhere"], "is no folder: give the folder of a run"),
        (["RUN", "--judge", "=1+1"], "a judge's name has"),
        (["RUN", "--port", "70000"], "cannot listen at port"),
    ],
)
def test_an_invalid_argument_gives_one_sentence(
    finished: tuple[Path, Path], tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(finished[0]) if argument == "RUN" else argument for argument in arguments]
    db = ["--db", str(tmp_path / "grades.sqlite"), "--data", str(finished[1])]
    assert main(["judge", *given, *db]) == 2
    assert words in capsys.readouterr().err
