"""Import of the released data: valid data is kept, inconsistencies are reported by file and character."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from human_simulacra.construction.importing.release_folder import Release
from human_simulacra.construction.importing.release_import import find_reference_date, import_release
from human_simulacra.errors import UserError
from human_simulacra.experiments.self_report.question_scoring import score_reply
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES
from tests.construction.tool_processes import load_tool
from tests.run_config import ROOT

RELEASE = ROOT.parent / "shared" / "release"
PEOPLE = (("001", "Ann Lee", 30, "1993-05-01"), ("002", "Bob Ray", 40, "1983-06-01"))
CAL, DAN = ("003", "Cal Orr", 50, "1973-06-01"), ("004", "Dan Poe", 20, "2003-06-01")


def write_release(folder: Path, people: tuple[tuple[str, str, int, str], ...] = PEOPLE) -> Path:
    """Writes a release of invented people in the paper's layout."""

    def put(file: str, content: object) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    put("Attributes/traits.txt", "Si\nI keep lists. I keep maps.\nI like old songs. I like old roads.\nTe\nI plan. I count.\n")
    put("character_profiles.json", [{
        "ID": i, "Name": n, "Gender": "female", "Age": a, "Date_of_birth": d, "Occupation": "baker", "Traits": "- I keep lists. - I count. ",
        "Hobbies": "chess, rowing, singing", "Family": "low-income, nuclear family", "Education": "have completed high school",
        "Short-term_goals": "saving, running", "Long-term_goal": "buying a home",
    } for i, n, a, d in people])  # fmt: skip
    put("character_introductions.json", [
        {"ID": i, "Name": n, "Content": f"{n} lived."}
        for i, n, _, _ in people
    ])  # fmt: skip
    for _, name, age, born in people:
        put(f"Stories/{name}/{name}.txt", "\n".join(f"{name} did thing {i}." for i in range(1, 6)))
        memory = {"Memory Content": "c", "Thinking": "t", "Emotion": "e"}
        put(f"Memories/{name}/long_memory.json", {f"{i:03d}": {"Memory_Summary": f"s{i}", "Memory": memory} for i in (1, 2, 3)})
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


def edit_questions(release: Path, options: object, answer: object, name: str = "Ann Lee") -> None:
    row = {"type": "Multiple_choices", "question": "Hobbies?", "options": options, "answer": answer}
    (release / "Questions" / name / "Multiple_choices.json").write_text(json.dumps([row]))


def rename(release: Path, old: str, new: str) -> None:
    """Gives a person's folders and the files in them another name."""
    for kind in ("Stories", "Memories", "Questions"):
        (release / kind / old).rename(release / kind / new)
    (release / "Stories" / new / f"{old}.txt").rename(release / "Stories" / new / f"{new}.txt")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


def ids(done: Release) -> list[str]:
    return [character.id for character in done.characters]


def test_a_sound_release_is_read_without_a_finding(release: Path, tmp_path: Path) -> None:
    done = import_release(release, tmp_path / "out")
    assert (ids(done), done.findings, done.errors) == (["ann-lee", "bob-ray"], [], [])
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
        (
            "character_profiles.json",
            '"Gender": "female"',
            '"Gender": null',
            "character_profiles.json: Ann Lee: 'Gender' is missing",
        ),
        ("character_introductions.json", '"Name": "Ann Lee"', '"Name": "Anne Lee"', "Ann Lee: ID 001 is named 'Anne Lee' here"),
        (
            "character_introductions.json",
            '"ID": "001"',
            '"ID": "009"',
            "Ann Lee: there is no introduction with ID '001'",
        ),
        (
            "Questions/Ann Lee/Single_choice.json",
            '["A"]',
            '["E"]',
            "Single_choice.json: Ann Lee: question 1 cannot be asked (the answer 'E'",
        ),
        ("Questions/Ann Lee/Cloze.json", '"30"', '"31"', "Questions/Ann Lee/Cloze.json: Ann Lee: question 3 has the key"),
        ("Questions/Ann Lee/Cloze.json", '"answer": ["30"]', '"key": ["30"]', "Cloze.json: Ann Lee: question 3 lacks 'answer'"),
        ("Memories/Bob Ray/long_memory.json", '"Thinking": "t"', '"Thought": "t"', "Bob Ray: memory 001 lacks 'Memory.Thinking'"),
        ("character_profiles.json", "I keep lists", "I keep bees", "Ann Lee: trait is not in Attributes/traits.txt"),
        ("Questions/Bob Ray/Cloze.json", "[", "", "Questions/Bob Ray/Cloze.json: Bob Ray: the file is no JSON"),
        ("Questions/Bob Ray/Single_choice.json", '"A. low', '"low', "Bob Ray: question 1 cannot be asked (option 'low"),
    ],
)
def test_each_inconsistency_is_reported_by_file_and_character(
    release: Path, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    edit(release / file, old, new)
    done = import_release(release, tmp_path / "out")
    assert any(words in finding for finding in done.findings), done.findings
    assert len(done.characters) == 2 and not done.errors
    assert len(Library(tmp_path / "out").story("ann-lee")) == 5


@pytest.mark.parametrize("file", ["Questions/Bob Ray/Cloze.json", "character_introductions.json"])
def test_a_missing_file_is_reported_and_the_rest_kept(release: Path, tmp_path: Path, file: str) -> None:
    (release / file).unlink()
    done = import_release(release, tmp_path / "out")
    assert any(finding.startswith(f"{file}: ") and "the file is missing" in finding for finding in done.findings)
    assert Library(tmp_path / "out").character("bob-ray").age == 40


@pytest.mark.parametrize(
    ("introduced", "folder", "how"),
    [
        ("Rob Roy", "Rob Roy", "the introduction of the same ID"),
        ("Bob Ray", "Bob  Raye", "its spelling"),
        ("Rob Roy", "Bob Ray", ""),
    ],
)
def test_a_person_of_two_names_keeps_all_its_files(tmp_path: Path, introduced: str, folder: str, how: str) -> None:
    release = write_release(tmp_path / "release", (*PEOPLE, CAL))
    edit(release / "character_introductions.json", '"Name": "Bob Ray"', f'"Name": "{introduced}"')
    if folder != "Bob Ray":
        rename(release, "Bob Ray", folder)
    done = import_release(release, tmp_path / "out")
    assert (ids(done), done.errors) == (["ann-lee", "bob-ray", "cal-orr"], [])
    library = Library(tmp_path / "out")
    assert len(library.story("bob-ray")) == 5 and len(library.memories("bob-ray")) == 3
    assert [len(library.questions("bob-ray", kind)) for kind in QUESTION_TYPES] == [5, 1, 1]
    for kind in ("Stories", "Memories", "Questions") if how else ():
        assert any(f.startswith(f"{kind}/{folder}: Bob Ray: ") and f"found by {how}" in f for f in done.findings), done.findings
    assert introduced == "Bob Ray" or any("Bob Ray: ID 002 is named 'Rob Roy' here" in f for f in done.findings)


def test_a_lost_character_fails_the_command_and_the_others_are_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = write_release(tmp_path / "release", (*PEOPLE, CAL, DAN))
    edit(release / "character_introductions.json", '"Name": "Bob Ray"', '"Name": "Rob Roy"')
    rename(release, "Bob Ray", "Rob Roy")
    (release / "Stories" / "Dan Poe").rename(release / "Stories" / "Eve Fox")
    (release / "Memories" / "Cal Orr" / "long_memory.json").write_text("{}")
    assert load_tool("import_release").main([str(release), str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert Library(tmp_path / "out").ids == ("ann-lee", "bob-ray")
    assert "Dan Poe: the release has no story of this character, which is not imported" in printed.err
    assert "Cal Orr: the release has no memories of this character, which is not imported" in printed.err
    assert "Stories/Eve Fox: Eve Fox: no profile belongs to this folder" in printed.out
    last = printed.out.splitlines()[-1]
    assert last.startswith(f"2 of 4 characters imported into {tmp_path / 'out'}, 10 paragraphs, 6 memories, 14 questions, ")
    assert last.endswith(f"{len(printed.out.splitlines()) - 1 + len(printed.err.splitlines())} findings")


def test_a_folder_is_not_given_to_a_person_whose_own_are_there(tmp_path: Path) -> None:
    release = write_release(tmp_path / "release", (*PEOPLE, CAL))
    (release / "Stories" / "Cal Orr").rename(release / "Stories" / "Zed Quill")
    done = import_release(release, tmp_path / "out")
    assert ids(done) == ["ann-lee", "bob-ray"] and "Cal Orr" in done.errors[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Date_of_birth": "1983-06-01"', '"Date_of_birth": "June 1983"', "'date_of_birth' must be a date as YYYY-MM-DD"),
        ('"Name": "Bob Ray"', '"Name": ""', "the profile with ID '002' has no name"),
        ('"Name": "Bob Ray"', '"Name": "Ann Lee"', "another character has the id 'ann-lee'"),
    ],
)
def test_a_profile_that_cannot_be_read_back_is_an_error(release: Path, tmp_path: Path, old: str, new: str, words: str) -> None:
    edit(release / "character_profiles.json", old, new)
    done = import_release(release, tmp_path / "out")
    assert ids(done) == ["ann-lee"]
    assert len(done.errors) == 1 and words in done.errors[0]
    Library(tmp_path / "out").check("ann-lee")


@pytest.mark.parametrize(
    "answer", [["a", "c.", "(D)"], ["A, C and D"], "A,C,D", ["A. chess", "rowing", "d) singing"], ["Chess", "C", "D"]]
)
def test_an_answer_in_another_writing_is_read_and_reported(release: Path, tmp_path: Path, answer: object) -> None:
    edit_questions(release, ["A. chess", "b) golf", "(C) rowing", "D: singing"], answer)
    done = import_release(release, tmp_path / "out")
    (question,) = Library(tmp_path / "out").questions("ann-lee", "multiple_choice")
    assert (question.options, question.answer) == (("chess", "golf", "rowing", "singing"), (0, 2, 3))
    assert done.findings and all("Multiple_choices.json: Ann Lee: question 1 has the answer" in f for f in done.findings)


@pytest.mark.parametrize(
    ("options", "answer", "words"),
    [
        (["A. chess", "B. golf", "C. Chess"], ["A", "C"], "the option 'chess' twice, which is kept once"),
        (["A. chess", "B. golf", "C. Chess"], ["A"], "the option 'chess' twice, once right and once wrong"),
        (["A. chess", "A. golf"], ["A"], "two options have the same letter"),
        (["A. chess", "B. golf"], ["B. chess"], "the answer 'B. chess' is no option"),
        (["A. chess"], ["A"], "a choice needs two or more options"),
    ],
)
def test_doubtful_options_are_reported(release: Path, tmp_path: Path, options: object, answer: object, words: str) -> None:
    edit_questions(release, options, answer)
    done = import_release(release, tmp_path / "out")
    assert any(f.startswith("Questions/Ann Lee/Multiple_choices.json: Ann Lee: ") and words in f for f in done.findings)
    for question in Library(tmp_path / "out").questions("ann-lee", "multiple_choice"):
        assert (question.options, question.answer) == (("chess", "golf"), (0,))


def test_the_reference_date_is_the_one_that_fits_most_ages() -> None:
    day, wrong = find_reference_date([("a", 30, "1993-05-01"), ("b", 40, "1983-06-01"), ("c", 99, "1990-01-01")])
    assert (day.isoformat(), wrong) == ("2023-06-01", ["c"])


def test_the_command_reports_and_strict_makes_it_fail(release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(release / "Questions/Ann Lee/Single_choice.json", '["A"]', '["E"]')
    run = load_tool("import_release").main
    assert run([str(release), str(tmp_path / "one")]) == 0
    assert run([str(release), str(tmp_path / "two"), "--strict"]) == 1
    assert "2 of 2 characters imported" in capsys.readouterr().out


def test_a_folder_that_is_no_release_and_a_taken_target_are_refused(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load_tool("import_release").main([str(tmp_path), str(tmp_path / "out")]) == 2
    assert "is no release folder" in capsys.readouterr().err
    (tmp_path / "character_profiles.json").write_text("{}")
    with pytest.raises(UserError, match="has no profile"):
        import_release(tmp_path, tmp_path / "out")
    import_release(release, tmp_path / "out")
    with pytest.raises(UserError, match="already holds characters"):
        import_release(release, tmp_path / "out")


LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
names = get_dataset_config_names(sys.argv[1])
print(json.dumps({name: {split: rows.num_rows for split, rows in load_dataset(sys.argv[1], name).items()} for name in names}))
"""


def load_rows(data: Path, cache: Path) -> dict[str, dict[str, int]]:
    """Returns the numbers of rows that `datasets` reads in a process of its own without a network."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "HF_DATASETS_CACHE": str(cache / "datasets")}
    done = subprocess.run([sys.executable, "-c", LOAD, str(data)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_datasets_loads_the_imported_folder_by_its_card(release: Path, tmp_path: Path) -> None:
    (release / "Questions/Ann Lee/Cloze.json").unlink()
    for name in ("Ann Lee", "Bob Ray"):
        (release / f"Questions/{name}/Single_choice.json").unlink()
    import_release(release, tmp_path / "out")
    assert load_rows(tmp_path / "out", tmp_path / "cache") == {
        "characters": {"train": 2}, "stories": {"train": 10}, "memories": {"train": 6},
        "cloze": {"test": 5}, "multiple_choice": {"test": 2},
    }  # fmt: skip
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "license: cc-by-nc-sa-4.0" in card and "@inproceedings{xie2025human," in card and "not ours" in card


@pytest.mark.skipif(not RELEASE.is_dir(), reason="the paper's release is not beside this checkout")
def test_the_papers_release_is_read_whole(tmp_path: Path) -> None:
    done = import_release(RELEASE, tmp_path / "out")
    library = Library(tmp_path / "out")
    assert len(done.characters) == len(library.ids) == 8 and not done.errors
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
