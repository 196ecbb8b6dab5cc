"""`tools/generate_profiles.py` on the command line: sampling, showing and picking candidates, and user errors."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

from human_simulacra.construction.profiles.candidates import draw_candidates, read_candidates
from human_simulacra.construction.profiles.constraints import Constraints
from human_simulacra.construction.workspace import open_folder
from human_simulacra.types import Character
from tests.construction.tool_processes import command


def tool(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command("generate_profiles", *arguments), capture_output=True, text=True)


def test_the_tool_draws_shows_and_picks(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    profile = tmp_path / "ada.json"
    profile.write_text(json.dumps({"name": "Ada Berg", "age": "30-40", "occupation": "baker", "hobbies": ["knitting"]}))
    drawn = tool("--out", out, "--count", 5, "--from", profile, "--set", "occupation=butcher", "--show", 2)
    assert drawn.returncode == 0, drawn.stderr
    kept = read_candidates(out)
    assert len(kept) == 5 and all(c.profile.name == "Ada Berg" and c.profile.occupation == "butcher" for c in kept)
    assert kept[0].id in drawn.stdout and "nearest" in drawn.stdout and "--pick" in drawn.stdout
    picked = tool("--out", out, "--pick", kept[1].id)
    assert picked.returncode == 0 and "generate_biographies.py ada-berg" in picked.stdout
    assert json.loads((out / "making/ada-berg/profile.jsonl").read_text()) == json.loads(json.dumps(asdict(kept[1].profile)))
    assert list((out / "characters").iterdir()) == []
    again = tool("--out", out, "--pick", kept[1].id)
    assert again.returncode == 2 and "picked before" in again.stderr


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    done = tool("--out", out, "--count", 2, "--dry-run")
    assert done.returncode == 0 and "would draw 2 candidates" in done.stdout and not out.exists(), done.stderr
    draw_candidates(open_folder(out), Constraints(), 2, 0, "en_GB")
    (out / "scenarios.jsonl").unlink()
    before = files(out)
    for more, sentence in (
        (["--pick", "c001"], "would write"),
        (["--resume"], "2 candidates in"),
        (["--seed", 1], "unless that changes"),
    ):
        done = tool("--out", out, "--dry-run", *more)
        assert done.returncode == 0 and sentence in done.stdout and files(out) == before, done.stderr
    wrong = tool("--out", out, "--dry-run", "--pick", "c003")
    assert wrong.returncode == 2 and "unknown candidate 'c003'" in wrong.stderr and files(out) == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    foreign = tool("--out", tmp_path / "other", "--dry-run")
    assert foreign.returncode == 2 and "holds other things than characters" in foreign.stderr


def test_candidates_that_were_drawn_are_not_lost_unasked(tmp_path: Path) -> None:
    out = open_folder(tmp_path / "mine")

    def redraw(count: int, seed: int = 0, replace: bool = False) -> dict[str, Character]:
        draw_candidates(out, Constraints(), count, seed, "en_GB", replace=replace)
        return {candidate.id: candidate.profile for candidate in read_candidates(out)}

    first = redraw(3)
    assert redraw(3) == first and first.items() < redraw(4).items()
    before = files(out)
    for count, seed in ((3, 0), (4, 1)):
        done = tool("--out", out, "--count", count, "--seed", seed)
        assert done.returncode == 2 and "candidates.jsonl holds" in done.stderr and "--replace" in done.stderr, done.stderr
        assert files(out) == before
    assert tool("--out", out, "--replace", "--resume").returncode == 2
    assert redraw(3, 1, replace=True).keys() == first.keys() and redraw(3, 1) != first


def test_the_tools_mistakes_are_sentences(tmp_path: Path) -> None:
    broken = tmp_path / "x.json"
    broken.write_text("{")
    traits, key = tmp_path / "traits.json", tmp_path / "key.json"
    traits.write_text(json.dumps({"name": "Ada Berg", "traits": ["I like x"]}))
    key.write_text(json.dumps({"foo": 1, "age": "old"}))
    (tmp_path / "ada.json").write_text(json.dumps({"name": "Ada Berg", "age": "old"}))
    for arguments, sentence in (
        (["--set", "occupation=surgeon", "--set", "age=20"], "fits ages 34 to 66"),
        (["--from", tmp_path / "none.json"], "does not exist"),
        (["--from", broken], "is no JSON"),
        (["--from", traits], "traits.json: traits must be a list of objects with function, rank and text"),
        (["--from", key, "--set", "age=40"], "key.json: unknown attribute 'foo'"),
        (["--from", tmp_path / "ada.json", "--set", "age=7"], "error: age 7 is not possible"),
        (["--pick", "c001"], "draw candidates first"),
        (["--count", "0"], "give 1 or more"),
    ):
        done = tool("--out", tmp_path / "mine", *arguments)
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
