"""Figures corrected by people's grades, and the page on which people read replies to open details."""

from __future__ import annotations

import random
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.judging.grade_store import GradeStore
from human_simulacra.judging.http_server import make_server
from human_simulacra.judging.human_agreement import agreement_tables
from human_simulacra.judging.judged_items import JudgedItem, collect_items
from human_simulacra.library import Library
from tests.judge_oracles import MODELS, Oracle, detail_rows, noisy_judge, oracle_rows

KIND = Oracle("kind", grade=lambda deserved, first: f"SCORE: {min(deserved + 1, 5)}")
OTHERS = (Oracle("gentle", grade=KIND.grade), Oracle("mild", grade=KIND.grade))
LOST = Oracle("lost", lambda letter: "who knows", lambda deserved, first: "SCORE: 1")


def people(items: list[JudgedItem], share: float) -> dict[str, dict[str, float]]:
    """Three people's grades of a random share of the items: what the answers deserve, and whether a reply is wrong."""
    draw = random.Random(5)
    chosen = [item for item in items if item.half != "comparison" and draw.random() < share]
    right = {item.id: 1.0 if item.texts[0] == "wrong" else 2.0 for item in chosen}
    parts = [(item, item.parts[0]) for item in chosen]
    given = {part.name: right[item.id] if item.half == "detail" else float(MODELS[part.model]) for item, part in parts}
    return {person: given for person in ("Ines", "Otto", "Hanna")}


def table(tables: list[Any], words: str) -> Any:
    (found,) = [one for one in tables if words in one.title]
    return found


def test_a_kind_judges_figure_stands_beside_the_one_corrected_by_people() -> None:
    rows = oracle_rows([KIND, *OTHERS])
    found = table(agreement_tables(people(collect_items(rows), 0.9), rows), "corrected by people's grades")
    lines = {(row[0], row[1]): row for row in found.rows}
    judged, corrected, graded, remark = lines["fair", "response similarity"][2:]
    assert judged.startswith("75.0") and corrected == "50.0 [50.0, 50.0]" and 30 <= graded < 36 and remark == ""
    few = table(agreement_tables(people(collect_items(rows), 0.3), rows), "corrected by people's grades")
    assert all(row[3] == "" and row[5] == f"needs 30 items graded by people, has {row[4]}" for row in few.rows)


def test_contradictions_are_corrected_by_the_replies_that_people_read() -> None:
    rows = detail_rows({"j": noisy_judge(0.95, 0.7)}, rate=0.3)
    found = table(agreement_tables(people(collect_items(rows), 0.8), rows), "corrected by people's grades")
    ((model, measure, judged, corrected, graded, remark),) = found.rows
    assert (model, measure, remark) == ("m", "contradictions", "") and 50 < graded < 72
    truth = 100 * sum(row["prediction"] == "wrong" for row in rows) / len(rows)
    assert abs(float(corrected.split()[0]) - truth) < abs(float(judged.split()[0]) - truth)


def test_judges_that_are_not_admitted_are_compared_with_people_apart() -> None:
    rows = oracle_rows([KIND, *OTHERS, LOST])
    tables = agreement_tables(people(collect_items(rows), 0.9), rows)
    assert {row[1] for row in table(tables, "judge models (not admitted)").rows} == {"lost"}
    titles = [one.title for one in tables]
    assert "People against kind" in titles and "People against lost (not admitted)" in titles
    assert titles.index("People against mild") < titles.index("People against lost (not admitted)")


def test_people_read_a_reply_with_its_question_and_give_one_of_three_verdicts(tmp_path: Path, library: Library) -> None:
    row = {**detail_rows({}, 1.0)[0], "character": "ada-berg", "prediction": "Tea from <b>abroad</b>."}
    (item,) = collect_items([row])
    store = GradeStore(tmp_path / "grades.sqlite")
    server = make_server([item], store, library, 0, "Ines")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        own = f"http://127.0.0.1:{server.server_port}"
        with urllib.request.urlopen(f"{own}/judge/Ines/1", timeout=30) as answer:
            page = answer.read().decode()
        for words in ("Which tea?", "No tea from abroad.", "Tea from &lt;b&gt;abroad", "contradicts the life", "Keys: 1 to 3"):
            assert words in page
        assert page.count('name="grade"') == 3 and "open_detail" not in page

        def post(grade: int) -> None:
            form = urllib.parse.urlencode({"item": item.id, "grade": grade}).encode()
            urllib.request.urlopen(urllib.request.Request(f"{own}/judge/Ines/1", form, {"Origin": own}), timeout=30).close()

        with pytest.raises(urllib.error.HTTPError) as refused:
            post(4)
        assert refused.value.code == 400 and "the grade must be 1 to 3" in refused.value.read().decode()
        post(2)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert store.grades_of("Ines") == {item.id: 2}
