"""Imports run one way, and only the plugin knows OpenCompass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "human_simulacra"
BASE = {"types", "items", "traces", "rows", "errors", "files", "sqlite_files", "local_address", "likelihood_choice"}
# What each part may import of the others; each part may import itself.
ALLOWED = {
    "types": set(), "items": set(), "likelihood_choice": set(), "traces": {"types", "likelihood_choice"}, "errors": set(), "files": set(), "sqlite_files": set(), "local_address": {"errors"},
    "progress": set(), "__init__": {*BASE, "library", "simulacrum"},
    "prompts": set(), "rows": {"errors"}, "library": BASE, "backbones": BASE, "memory": {*BASE, "library"},
    "agents": {*BASE, "prompts", "backbones", "memory"}, "persona": {*BASE, "library", "prompts"},
    "stimuli": {*BASE, "prompts"}, "trials": {*BASE, "prompts", "stimuli"},
    "method_interface": {*BASE, "library", "backbones", "memory", "agents"},
    "methods": {*BASE, "method_interface", "library", "prompts", "backbones", "memory", "agents", "persona"},
    "evaluation": BASE, "judging": {*BASE, "library", "prompts", "backbones", "evaluation"}, "reporting": {*BASE, "evaluation"},
    "validation": {*BASE, "library", "memory", "evaluation"}, "describing": {*BASE, "library", "validation"},
    "construction": {
        *BASE, "library", "prompts", "backbones", "memory", "agents", "evaluation", "persona", "progress", "stimuli", "validation",
        "plugin",
    },
    "plugin": {*BASE, "library", "prompts", "backbones", "memory", "agents", "persona", "stimuli", "trials", "methods", "method_interface",
               "evaluation", "judging", "reporting", "progress"},
    "chat": {*BASE, "library", "prompts", "backbones", "memory", "agents", "persona", "methods", "method_interface", "construction"},
    "simulacrum": {*BASE, "library", "backbones", "chat", "plugin"},
    "cli": {*BASE, "library", "chat", "judging", "reporting", "simulacrum"},
}  # fmt: skip


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_imports_run_one_way() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for name in imports(path):
            pieces = name.split(".")
            if pieces[0] == "human_simulacra" and len(pieces) > 1 and pieces[1] not in {part(path), *ALLOWED[part(path)]}:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert wrong == []


def test_only_the_plugin_imports_opencompass() -> None:
    for path in PACKAGE.rglob("*.py"):
        if part(path) != "plugin":
            assert not {name.split(".")[0] for name in imports(path)} & {"opencompass", "mmengine"}, path


def test_files_have_one_idea() -> None:
    assert [p.name for p in PACKAGE.rglob("*.py") if len(p.read_text().splitlines()) > 230] == []
