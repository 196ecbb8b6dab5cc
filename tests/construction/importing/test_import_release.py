"""Import of the released data: valid data is kept, inconsistencies are reported by file and character."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from human_simulacra.construction.importing.release_import import import_release
from human_simulacra.construction.profiles.birth_dates import find_reference_date
from human_simulacra.errors import UserError
from human_simulacra.experiments.self_report.question_scoring import score_reply
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES
from tests.run_config import ROOT

RELEASE = ROOT.parent / "shared" / "release"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release of two invented people in the paper's layout."""
    folder = tmp_path / "release"

    def put(file: str, content: object) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    put("Attributes/traits.txt", "Si\nI keep lists. I keep maps.\nI like old songs. I like old roads.\nTe\nI plan. I count.\n")
    people = [("001", "Ann Lee", 30, "1993-05-01"), ("002", "Bob Ray", 40, "1983-06-01")]
    put("character_profiles.json", [{
        "ID": i, "Name": n, "Gender": "female", "Age": a, "Date_of_birth": d, "Occupation": "baker", "Traits": "- I keep lists. - I count. ",
        "Hobbies": "chess, rowing, singing", "Family": "low-income, nuclear family", "Education": "have completed high school",
        "Short-term_goals": "saving, running", "Long-term_goal": "buying a home",
    } for i, n, a, d in people])  # fmt: skip
    put("character_introductions.json", [
        {"ID": i, "Name": n, "Basic_infos": f"Name: {n}, Age: {a}, Gender: female, Date of Birth: {d}", "Content": f"{n} lived."}
        for i, n, a, d in people
    ])  # fmt: skip
    for _, name, age, born in people:
        put(f"Stories/{name}/{name}.txt", "\n".join(f"{name} did thing {i}." for i in range(1, 6)))
        memory = {"Memory Content": "c", "Thinking": "t", "Emotion": "e"}
        put(f"Memories/{name}/long_memory.json", {f"{i:03d}": {"Memory_Summary": f"s{i}", "Memory": memory} for i in (1, 2, 3)})
        put(f"Memories/{name}/index.json", {f"{i:03d}": f"s{i}" for i in (1, 2, 3)})
        answers = [name, "Female", str(age), born, "Baker"]
        put(
            f"Questions/{name}/Cloze.json",
            [{"type": "Cloze", "question": f"q{i}?", "options": [""], "answer": [a]} for i, a in enumerate(answers)],
        )
        put(f"Questions/{name}/Single_choice.json", [{
            "type": "Single_choice", "question": "Family?", "options": ["A. low-income, nuclear family", "B. none"], "answer": ["A"],
        }])  # fmt: skip
        put(f"Questions/{name}/Multiple_choices.json", [{
            "type": "Multiple_choices", "question": "Hobbies?", "options": ["A. chess", "B. golf", "C. rowing", "D. singing"], "answer": ["A", "C", "D"],
        }])  # fmt: skip
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_sound_release_is_read_without_a_finding(release: Path, tmp_path: Path) -> None:
    characters, findings = import_release(release, tmp_path / "out")
    assert ([c.id for c in characters], findings) == (["ann-lee", "bob-ray"], [])
    library = Library(tmp_path / "out")
    ann = library.character("ann-lee")
    assert (ann.functions, ann.hobbies, ann.biography) == (("Si", "Te"), ("chess", "rowing", "singing"), "Ann Lee lived.")
    assert [p.text for p in library.story("ann-lee")][4] == "Ann Lee did thing 5."
    assert [m.paragraphs for m in library.memories("ann-lee")][2] == ("ann-lee-s005",)
    assert library.questions("ann-lee", "multiple_choice")[0].answer == (0, 2, 3)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("character_profiles.json", '"Age": 40', '"Age": 44', "character_profiles.json: Bob Ray: age 44 does not fit"),
        ("character_introductions.json", '"Name": "Ann Lee"', '"Name": "Anne Lee"', "Ann Lee: ID 001 is named 'Anne Lee' here"),
        ("Questions/Ann Lee/Single_choice.json", '["A"]', '["E"]', "Single_choice.json: Ann Lee: question 1 has the answer 'E'"),
        ("Questions/Ann Lee/Cloze.json", '"30"', '"31"', "Questions/Ann Lee: Ann Lee: cloze 3 has the key"),
        ("Memories/Ann Lee/index.json", '"s2"', '"other"', "index.json: Ann Lee: the summary of memory 002 differs"),
        ("Memories/Bob Ray/long_memory.json", '"003"', '"004x"', "long_memory.json"),
        ("character_profiles.json", "I keep lists", "I keep bees", "Ann Lee: trait is not in Attributes/traits.txt"),
        ("Questions/Bob Ray/Cloze.json", "[", "", "Questions/Bob Ray/Cloze.json: Bob Ray: the file is no JSON"),
    ],
)
def test_each_inconsistency_is_reported_by_file_and_character(
    release: Path, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    edit(release / file, old, new)
    characters, findings = import_release(release, tmp_path / "out")
    assert any(words in finding for finding in findings), findings
    assert len(characters) == 2
    assert len(Library(tmp_path / "out").story("ann-lee")) == 5


@pytest.mark.parametrize("file", ["Stories/Bob Ray/Bob Ray.txt", "Questions/Bob Ray/Cloze.json", "Memories/Bob Ray/index.json"])
def test_a_missing_file_is_reported_and_the_rest_kept(release: Path, tmp_path: Path, file: str) -> None:
    (release / file).unlink()
    _, findings = import_release(release, tmp_path / "out")
    assert f"{file}: Bob Ray: the file is missing" in findings
    assert Library(tmp_path / "out").character("bob-ray").age == 40


def test_the_reference_date_is_the_one_that_fits_most_ages() -> None:
    day, wrong = find_reference_date([("a", 30, "1993-05-01"), ("b", 40, "1983-06-01"), ("c", 99, "1990-01-01")])
    assert (day.isoformat(), wrong) == ("2023-06-01", ["c"])


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "import_release.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_reports_and_strict_makes_it_fail(release: Path, tmp_path: Path) -> None:
    edit(release / "Questions/Ann Lee/Single_choice.json", '["A"]', '["E"]')
    assert run(release, tmp_path / "one").returncode == 0
    strict = run(release, tmp_path / "two", "--strict")
    assert strict.returncode == 1 and "2 characters imported" in strict.stdout


def test_a_folder_that_is_no_release_and_a_taken_target_are_refused(release: Path, tmp_path: Path) -> None:
    nothing = run(tmp_path, tmp_path / "out")
    assert nothing.returncode == 2 and "is no release folder" in nothing.stderr and "Traceback" not in nothing.stderr
    import_release(release, tmp_path / "out")
    with pytest.raises(UserError, match="already holds characters"):
        import_release(release, tmp_path / "out")


@pytest.mark.skipif(not RELEASE.is_dir(), reason="the paper's release is not beside this checkout")
def test_the_papers_release_is_read_whole(tmp_path: Path) -> None:
    characters, _ = import_release(RELEASE, tmp_path / "out")
    library = Library(tmp_path / "out")
    assert len(characters) == len(library.ids) == 8
    full = 0
    for kind in QUESTION_TYPES:
        questions = [q for c in library.ids for q in library.questions(c, kind)]
        assert len(questions) == 40
        full += sum(score_reply(kind, "", q.options, q.answer).full for q in questions)
    assert full == 8 * 50
    for character in library.ids:
        story, memories = library.story(character), library.memories(character)
        assert 140 <= len(story) <= 180 and 70 <= len(memories) <= 90
        assert [p.index for p in story] == list(range(1, len(story) + 1))
        assert [m.index for m in memories] == list(range(1, len(memories) + 1))
        assert len(library.character(character).functions) == 8
        assert len(library.character(character).traits) == 20
