"""The documentation is true: links lead somewhere, commands parse, and the reference pages follow the code."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from human_simulacra.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import write_reference  # noqa: E402
from reference_pages.commands import console_parsers, tool_parsers  # noqa: E402

GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [*GUIDES, ROOT / "CHANGELOG.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs" / "reference").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """Returns the anchors that GitHub gives to the headings of a page, and those that it writes itself."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    found: set[str] = set(re.findall(r'<a id="([^"]+)"', text))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(link)
    assert broken == []


def test_the_check_of_links_finds_a_wrong_heading() -> None:
    found = anchors(ROOT / "docs" / "report.md")
    assert "the-manifest" in found
    assert "no-such-heading" not in found


def commands(page: Path) -> Iterator[list[str]]:
    """Yields the words of every command line in the page's shell blocks; placeholders such as `[--check]` end it."""
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if language not in ("bash", "console"):
            continue
        for line in block.replace("\\\n", " ").splitlines():
            if language == "console" and not line.startswith("$ "):
                continue
            for part in re.split(r"&&|;|\|", line.removeprefix("$ ")):
                with contextlib.suppress(ValueError):
                    yield [word for word in shlex.split(part, comments=True) if not re.match(r"^[A-Z_]+=", word)]


@pytest.fixture(scope="module")
def parsers() -> dict[str, argparse.ArgumentParser]:
    return console_parsers() | {file: parser for file, _, parser in tool_parsers()}


def parse(parser: argparse.ArgumentParser, words: list[str]) -> str:
    """Returns what a parser says against the arguments; empty if it takes them."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            parser.parse_args([word for word in words if not word.startswith(("<", "</dev"))])
        except UserError as error:  # of the console script
            return str(error)
        except SystemExit as stop:
            return said.getvalue() if stop.code else ""
    return ""


def test_every_command_of_the_documentation_parses(parsers: dict[str, argparse.ArgumentParser]) -> None:
    checked, wrong = 0, []
    for page in GUIDES:
        for words in commands(page):
            program = Path(words[0]).name if words else ""
            if program == "human-simulacra" and len(words) > 1 and not words[1].startswith("-"):
                known, rest = parsers.get(words[1]), words[2:]
            elif program.startswith("python") and len(words) > 1 and words[1].startswith("tools/"):
                known, rest = parsers.get(words[1].removeprefix("tools/")), words[2:]
            elif program.startswith("python") and len(words) > 1 and words[1].endswith(".py"):
                scripts = [word for word in words[1:3] if word.endswith(".py") and "/" in word]
                wrong += [f"{name(page)}: there is no {word}" for word in scripts if not (ROOT / word).exists()]
                continue
            else:
                continue
            checked += 1
            problem = parse(known, rest) if known else f"unknown command {' '.join(words[:2])}"
            if problem:
                wrong.append(f"{name(page)}: {' '.join(words)}: {problem.splitlines()[-1]}")
    assert wrong == []
    assert checked > 15


def test_a_command_with_an_unknown_option_does_not_parse(parsers: dict[str, argparse.ArgumentParser]) -> None:
    assert "unrecognized arguments: --modle" in parse(parsers["eval"], ["--model", "embedded", "--modle", "x"])


def test_the_reference_lists_every_option_and_its_check_finds_an_old_page(
    tmp_path: Path, parsers: dict[str, argparse.ArgumentParser], capsys: pytest.CaptureFixture[str]
) -> None:
    assert write_reference.main(["--out", str(tmp_path)]) == 0
    assert write_reference.main(["--out", str(tmp_path), "--check"]) == 0
    text = (tmp_path / "commands.md").read_text(encoding="utf-8") + (tmp_path / "tools.md").read_text(encoding="utf-8")
    options = [option for parser in parsers.values() for action in parser._actions for option in action.option_strings]
    assert [option for option in options if option not in text and option not in ("-h", "--help")] == []
    page = tmp_path / "commands.md"
    page.write_text("old")
    assert write_reference.main(["--out", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().err == f"{page} is not up to date: run python tools/write_reference.py\n"
    assert page.read_text() == "old"
