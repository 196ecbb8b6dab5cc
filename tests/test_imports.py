"""Imports run one way and without a circle, experiments do not know each other, and only the plugin knows OpenCompass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "human_simulacra"
BASE = {
    "types",
    "items",
    "shared_items",
    "life_dates",
    "traces",
    "json_reading",
    "jsonl_rows",
    "schema",
    "schema_errors",
    "answer_keys",
    "row_references",
    "errors",
    "command_checks",
    "files",
    "sqlite_files",
    "damaged_files",
    "key_value_store",
    "recovering_database",
    "secret_names",
    "secret_redaction",
    "redacted_output",
    "local_address",
    "likelihood_choice",
    "answer_form",
    "json_form",
    "word_stems",
    "sentence_splitting",
    "point_in_time",
    "event_loops",
    "amounts",
    "messages",
}
CALLS = {"prompts", "backbones", "memory", "agents"}  # what calls a model
# What each part may import of the others; each part may import itself.
ALLOWED = {
    "json_form": {"answer_form"}, "types": {"json_form", "life_dates", "answer_keys", "schema"}, "answer_form": set(), "items": {"answer_keys", "schema"}, "shared_items": {"types", "answer_keys", "schema"}, "likelihood_choice": set(), "errors": set(), "files": {"errors", "secret_redaction"}, "secret_names": set(), "secret_redaction": {"secret_names"}, "redacted_output": {"secret_redaction"}, "sqlite_files": set(),
    "damaged_files": {"files", "messages"}, "key_value_store": {"damaged_files", "recovering_database"}, "recovering_database": {"damaged_files", "sqlite_files"},
    "life_dates": {"schema"}, "point_in_time": {"errors", "life_dates", "types", "schema"}, "amounts": set(), "messages": set(), "display": BASE, "progress": {"display"}, "prompts": set(), "traces": {"types", "likelihood_choice"}, "local_address": {"errors"},
    "json_reading": set(), "jsonl_rows": {"errors", "schema"}, "schema": {"errors", "schema_errors"}, "schema_errors": {"errors"}, "answer_keys": set(), "command_checks": {"errors"}, "row_references": {"errors"}, "library": BASE, "library_as_of": {*BASE, "library"}, "backbones": BASE, "memory": {*BASE, "library", "prompts"},
    "agents": {*BASE, "prompts", "backbones", "memory"}, "persona": {*BASE, "library", "prompts"}, "stimuli": {*BASE, "prompts"},
    "method_interface": {*BASE, *CALLS, "library"}, "methods": {*BASE, *CALLS, "library", "method_interface"},
    "method_runner": {*BASE, *CALLS, "library", "library_as_of", "method_interface", "methods", "persona"},
    # From replies to figures: each floor stands on those before it.
    "word_stems": set(), "sentence_splitting": set(), "replies": {"word_stems"}, "statistics": set(), "results": {*BASE, "statistics"}, "charts": {*BASE, "results"},
    "judge_models": {*BASE, "library", "backbones"},
    "experiments": {*BASE, "library", "prompts", "backbones", "judge_models", "stimuli", "replies", "statistics", "results", "charts"},
    "web_pages": {"local_address"},
    "judging": {*BASE, "web_pages", "library", "statistics", "results", "judge_models", "experiments"},
    "reporting": {*BASE, "results", "charts", "experiments"},
    "run_viewer": {*BASE, "web_pages", "results", "charts", "experiments", "reporting"},
    "validation": {*BASE, "library", "memory", "replies"}, "describing": {*BASE, "library", "dataset_loading", "validation"},
    "plugin": {*BASE, *CALLS, "listing", "library", "library_as_of", "persona", "stimuli", "methods", "method_interface", "method_runner", "results", "judge_models", "experiments",
               "reporting", "display", "progress"},
    "construction": {*BASE, *CALLS, "web_pages", "library", "persona", "stimuli", "replies", "validation", "describing", "plugin", "progress"},
    "chat": {*BASE, *CALLS, "library", "library_as_of", "persona", "methods", "method_interface", "method_runner", "construction"},
    "simulacrum": {*BASE, "library", "backbones", "chat", "plugin"},
    "listing": {*BASE, "library", "experiments", "results", "run_viewer"}, "eval_arguments": {*BASE, "listing", "plugin"},
    "dataset_loading": {*BASE, "library"}, "evaluation_frames": {*BASE, "results", "experiments", "reporting"},
    "evaluation_run": {*BASE, "results", "charts", "reporting", "evaluation_frames"}, "evaluation": {*BASE, "eval_arguments", "evaluation_run", "plugin"},
    "event_loops": set(), "cli": {*BASE, "eval_arguments", "library", "library_as_of", "chat", "judging", "reporting", "run_viewer", "simulacrum"}, "__init__": {*BASE, "library", "simulacrum", "evaluation", "evaluation_run", "dataset_loading"},
}  # fmt: skip
# Files of `experiments/` that all experiments share; the registry alone knows the experiments.
SHARED = {"__init__", "base", "samples", "cloze_candidates", "second_reader", "single_choice", "judge_tables", "token_gain"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> Iterator[list[str]]:
    """Yields what a file imports of the package, as path parts below it."""
    for name in imports(path):
        pieces = name.split(".")
        if pieces[0] == "human_simulacra" and len(pieces) > 1:
            yield pieces[1:]


def parts(path: Path) -> list[str]:
    return list(path.relative_to(PACKAGE).with_suffix("").parts)


def test_imports_run_one_way() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        part = parts(path)[0]
        allowed = {part, *ALLOWED[part]} if part != "__init__" else ALLOWED[part] | {"Library", "Simulacrum"}
        wrong += [f"{'/'.join(parts(path))} imports {'.'.join(pieces)}" for pieces in ours(path) if pieces[0] not in allowed]
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    modules = {".".join(parts(path)): path for path in PACKAGE.rglob("*.py")}
    graph = {name: {".".join(pieces) for pieces in ours(path)} & modules.keys() for name, path in modules.items()}
    list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_an_experiment_imports_no_other_experiment() -> None:
    wrong = []
    for path in (PACKAGE / "experiments").rglob("*.py"):
        own = parts(path)[1]
        if own != "registry":
            wrong += [
                f"{'/'.join(parts(path))} imports {'.'.join(pieces)}"
                for pieces in ours(path)
                if pieces[0] == "experiments" and pieces[1] not in {own, *SHARED}
            ]
    assert wrong == []


def test_only_the_plugin_imports_opencompass() -> None:
    for path in PACKAGE.rglob("*.py"):
        if parts(path)[0] != "plugin":
            assert not {name.split(".")[0] for name in imports(path)} & {"opencompass", "mmengine"}, path


def test_files_have_one_idea() -> None:
    assert [p.name for p in PACKAGE.rglob("*.py") if len(p.read_text().splitlines()) > 230] == []
