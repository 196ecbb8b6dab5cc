"""The dataset as others meet it: through Hugging Face datasets, Croissant, the card, the picture and the wheel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from human_simulacra.items import Unanswerable
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
TOOL = ROOT / "tools" / "describe_dataset.py"
TEXTS, TRAITS = "list<item: string>", "list<item: struct<function: string, rank: int64, text: string>>"


def columns(texts: str = "", **others: str) -> dict[str, str]:
    return {**dict.fromkeys(texts.split(), "string"), **others}


WRONG = "list<item: struct<option: int64, why: string, evidence: list<item: string>>>"
DATES = dict.fromkeys(("year", "month", "end_year", "end_month", "age"), "int64")
QUESTION = columns(
    "id character type question source kind", options=TEXTS, evidence=TEXTS, core="bool", life="bool", why_wrong=WRONG,
    blind="double", blind_readers="int64", open_book="double", open_book_readers="int64",
)  # fmt: skip
CHOICE = {**QUESTION, "answer": "list<item: int64>"}
EXPECTED = {
    "characters": columns(
        "id name gender occupation family education long_term_goal biography", age="int64",
        # As text they would not survive: pyarrow takes such a column for timestamps and adds 00:00:00.
        date_of_birth="date32[day]", reference_date="date32[day]",
        hobbies=TEXTS, short_term_goals=TEXTS, functions=TEXTS, traits=TRAITS,
        biography_dated="list<item: struct<year: int64, text: string>>",
    ),
    "stories": columns("id character chapter text", chapter_index="int64", first_year="int64", last_year="int64", index="int64", **DATES),
    "memories": columns("id character summary content thinking emotion", index="int64", paragraphs=TEXTS, **DATES),
    "cloze": {**QUESTION, "answer": TEXTS},
    "single_choice": CHOICE,
    "multiple_choice": CHOICE,
    "unanswerable": columns("id character kind question why", evidence=TEXTS),
    "open_detail": columns("id character question why fits contradicts", evidence=TEXTS),
    "dialogues": columns(
        "id character title where when", year="int64", others=TEXTS, never_says=TEXTS, evidence=TEXTS,
        turns="list<item: struct<speaker: string, text: string, thought: string>>",
    ),
    "past_profiles": columns(
        "id character occupation education family long_term_goal", year="int64", month="int64", hobbies=TEXTS,
        short_term_goals=TEXTS, evidence=TEXTS,
    ),
    "decisions": columns(
        "id character kind moment situation why", options=TEXTS, answer="int64", evidence=TEXTS, blind="double",
        blind_readers="int64", informed="double", informed_readers="int64",
    ),
    "growth": columns(
        "id character question", options=TEXTS,
        at="list<item: struct<as_of: string, answer: int64, evidence: list<item: string>>>",
    ),
    "interrogation": columns(
        "id character theme question fact", turn="int64", returns_to="int64", accepted=TEXTS, evidence=TEXTS
    ),
    "contradiction_pairs": columns("id character type question_a answer_a question_b answer_b why", contradicts="bool"),
    "decision_readers": columns("item", blind=TEXTS, informed=TEXTS),
    "growth_readers": columns("item", open_book=TEXTS),
    "reader_answers": columns("item", blind=TEXTS, open_book=TEXTS, fresh=TEXTS),
    "scenario_acts": columns("scenario character act group"),
    "statement_sortings": columns("function use", rank="int64", index="int64", sorted_as=TEXTS),
    "scenarios": columns("id title text", functions=TEXTS),
    "personality_items": columns("function text use", rank="int64", index="int64", near=TEXTS),
    "acquiescence": columns("text", pair="int64", keyed="int64"),
    "attributes": columns("attribute value min_education", min_age="int64", max_age="int64"),
    "constraints": columns("if_attribute if_value not_attribute not_value why"),
    "conformity_trials": columns(
        "id set stimulus", trial="int64", critical="bool", options=TEXTS, answer="int64", majority="int64"
    ),
}  # fmt: skip
TESTS = {"cloze", "single_choice", "multiple_choice", "unanswerable", "open_detail", "decisions", "growth", "interrogation"}
LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
found = {}
for name in get_dataset_config_names("data"):
    found[name] = {
        split: {"types": {f.name: str(f.type) for f in rows.features.arrow_schema}, "rows": rows.to_list()}
        for split, rows in load_dataset("data", name).items()
    }
json.dump(found, open(sys.argv[1], "w"), default=str)
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every configuration as a fresh process without a network loads it: {name: {split: {types, rows}}}."""
    folder = tmp_path_factory.mktemp("loaded")
    # The libraries read these when they are imported, so that only a process of its own can be sure of them.
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder), "HF_DATASETS_CACHE": str(folder / "cache")}
    command = [sys.executable, "-c", LOAD, str(folder / "found.json")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "found.json").read_text())


def plain(rows: list[Any]) -> dict[str, Any]:
    """Dataclasses as JSON has them, by id."""
    return {row["id"]: row for row in json.loads(json.dumps([asdict(row) for row in rows]))}


def by_id(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


def test_the_configurations_are_those_that_the_documentation_names(loaded: dict[str, Any]) -> None:
    assert set(loaded) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_configuration_loads_offline_with_its_types(loaded: dict[str, Any], name: str) -> None:
    split = "test" if name in TESTS else "train"
    assert list(loaded[name]) == [split]
    assert loaded[name][split]["types"] == EXPECTED[name]
    assert len(loaded[name][split]["rows"]) > 0


def test_hugging_face_and_the_library_read_the_same(loaded: dict[str, Any]) -> None:
    library = Library(DATA)
    read: dict[str, list[Any]] = {"characters": [library.character(who) for who in library.ids]}
    read["stories"] = [p for who in library.ids for p in library.story(who)]
    read["memories"] = [m for who in library.ids for m in library.memories(who)]
    for kind in QUESTION_TYPES:
        read[kind] = [q for who in library.ids for q in library.questions(who, kind)]
    for name, rows in read.items():
        (split,) = loaded[name].values()
        assert by_id(split["rows"]) == plain(rows), name
    rows = loaded["unanswerable"]["test"]["rows"]
    assert by_id(rows) == plain([parse_row(Unanswerable, row, "unanswerable") for row in rows])
    assert {row["character"] for row in rows} == set(library.ids)


def test_constraints_name_values_of_the_pools(loaded: dict[str, Any]) -> None:
    pools = {(row["attribute"], row["value"]) for row in loaded["attributes"]["train"]["rows"]}
    pools |= {("gender", "female"), ("gender", "male"), ("gender", "nonbinary")}
    for row in loaded["constraints"]["train"]["rows"]:
        assert {(row["if_attribute"], row["if_value"]), (row["not_attribute"], row["not_value"])} <= pools, row


def test_croissant_is_valid_and_reads_every_row(loaded: dict[str, Any]) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    dataset = mlcroissant.Dataset(str(DATA / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    assert {record_set.id for record_set in dataset.metadata.record_sets} == set(EXPECTED)
    for name, columns_of in EXPECTED.items():
        rows = list(dataset.records(name))
        (split,) = loaded[name].values()
        assert len(rows) == len(split["rows"]), name
        assert {key.split("/")[1] for key in rows[0]} == set(columns_of), name


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.jsonl")), ids=lambda p: str(p.relative_to(DATA)))
def test_files_are_utf_8_with_one_object_a_line_and_the_same_keys(path: Path) -> None:
    raw = path.read_bytes()
    assert raw.endswith(b"\n") and b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")
    lines = raw.decode("utf-8").removesuffix("\n").split("\n")
    rows = [json.loads(line) for line in lines]
    assert len({tuple(row) for row in rows}) == 1, "keys differ or change their order"
    # Text stands as it reads, not as escapes.
    assert [json.dumps(row, ensure_ascii=False) for row in rows] == lines
    if path.parent != DATA or path.name == "constraints.jsonl":
        assert list(rows[0]) == sorted(rows[0])


def describe(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, TOOL, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of data and picture to change; returns the copied data folder."""
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "dataset.svg", tmp_path / "docs")
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_card_croissant_and_picture_are_up_to_date() -> None:
    done = describe("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_changed_story_makes_the_figures_stale_until_they_are_written(copy: Path) -> None:
    who = Library(copy).ids[0]
    story = copy / "characters" / who / "story.jsonl"
    story.write_text("".join(story.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    done = describe(copy, "--check")
    assert done.returncode == 1
    assert f"{copy / 'README.md'} is not up to date: run python tools/describe_dataset.py --write" in done.stderr
    assert "dataset.svg is not up to date" in done.stderr and "croissant.json is not up to date" in done.stderr
    assert describe(copy, "--write").returncode == 0
    assert describe(copy, "--check").returncode == 0
    assert "## Citation" in (copy / "README.md").read_text(encoding="utf-8")


def test_a_column_without_a_meaning_is_named(copy: Path) -> None:
    card = copy / "README.md"
    lines = card.read_text(encoding="utf-8").splitlines(keepends=True)
    card.write_text("".join(line for line in lines if not line.startswith("| `majority`")), encoding="utf-8")
    done = describe(copy, "--check")
    assert done.returncode == 2
    assert "column 'majority' of 'conformity_trials' must be in the features and in the table" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_picture_shows_everybody() -> None:
    tree = ElementTree.parse(ROOT / "docs" / "dataset.svg")
    shown = {element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")}
    library = Library(DATA)
    for who in library.ids:
        character = library.character(who)
        assert {character.name, character.occupation, str(character.age), *character.functions[:2]} <= shown


def test_the_wheel_holds_the_dataset(tmp_path: Path) -> None:
    # A copy is built: setuptools would leave its folders in the checkout and take old files from them.
    source = tmp_path / "source"
    source.mkdir()
    for name in ("setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("human_simulacra", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if name.startswith("human_simulacra/data/")}
    wanted = {path for path in (source / "data").rglob("*") if path.is_file()}
    assert {f"human_simulacra/data/{p.relative_to(source / 'data').as_posix()}": p.read_bytes() for p in wanted} == packed
