"""What differs between the settings of two runs: models, datasets, data, versions and rules, from their descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from human_simulacra.run_viewer.answer_pairs import ModelPair

Difference = tuple[str, str, str]
_LONGEST = 300  # characters of a value
UNSET = "not set"
# Parts of a description that say under which conditions a run was made, beside its models and datasets.
_PARTS = ("rules", "samples", "primary", "data", "prompts", "packages", "python")


def find_setting_differences(
    first: Mapping[str, Any], second: Mapping[str, Any], models: Sequence[ModelPair]
) -> list[Difference]:
    """Returns (setting, value in A, value in B) of each setting that differs.

    Args:
        first: The description of A (`summary/run.json`).
        second: The description of B.
        models: Which models are compared. A difference that all of them have is listed once.
    """
    found = [entry for part in _PARTS for entry in _compare(part, first.get(part), second.get(part))]
    datasets = [{str(entry["abbr"]): entry for entry in run.get("datasets") or ()} for run in (first, second)]
    for name in {**datasets[0], **datasets[1]}:
        if name in datasets[0] and name in datasets[1]:
            found += _compare(f"dataset {name}", *(_without_name(known[name]) for known in datasets))
        else:
            before, after = ("in this run" if name in known else "not in this run" for known in datasets)
            found.append((f"dataset {name}", before, after))
    return [*_compare_models(first, second, models), *found]


def _compare_models(first: Mapping[str, Any], second: Mapping[str, Any], models: Sequence[ModelPair]) -> Iterator[Difference]:
    own, others = ({model["abbr"]: model for model in run["models"]} for run in (first, second))
    paired = [(a, b) for a, b in models if a in own and b in others]
    by_difference: dict[Difference, list[str]] = {}
    for a, b in paired:
        for difference in _compare("", _without_name(own[a]), _without_name(others[b])):
            by_difference.setdefault(difference, []).append(str(a))
    for (setting, before, after), names in by_difference.items():
        whose = "all models" if len(names) == len(paired) > 1 else ", ".join(names)
        yield f"{setting} of {whose}", before, after


def _without_name(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "abbr"}


def _compare(name: str, first: Any, second: Any) -> list[Difference]:
    before, after = dict(_flatten(first, name)), dict(_flatten(second, name))
    paths = [path for path in {**before, **after} if before.get(path, UNSET) != after.get(path, UNSET)]
    return [(path, before.get(path, UNSET), after.get(path, UNSET)) for path in paths]


def _flatten(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yields (path, value) of the settings in a value. Lists of plain values are one setting."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flatten(inner, f"{path} {key}".strip())
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _flatten(inner, f"{path} {number}" if len(value) > 1 else path)
    elif value is not None:
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield path, text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
