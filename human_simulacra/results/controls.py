"""Which model is the control of which: the same backbone and way of answering, another method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from human_simulacra.results.summary import Row

CONTROL = "shuffled"  # knows a life, but another one's
WITHOUT_PERSONA = "none"


class _Setup(NamedTuple):
    method: str
    backbone: str
    likelihood: bool


def find_controls(rows: Sequence[Row], against: str = CONTROL) -> dict[str, str]:
    """Returns the control of each model that has one, by name.

    A control has the method `against`, the model's backbone and its way of answering (the first such model counts). If
    `against` is the name of a model, that model is the control of all others.

    Args:
        rows: The scored rows of a run. Traces name the method and the backbone; a model without traces has neither.
        against: A method or a model.
    """
    models = list(dict.fromkeys(row["model"] for row in rows))
    if against in models:
        return {model: against for model in models if model != against}
    setups = {model: found for model in models if (found := _setup([row for row in rows if row["model"] == model]))}
    controls: dict[tuple[str, bool], str] = {}
    for model, setup in setups.items():
        if setup.method == against:
            controls.setdefault((setup.backbone, setup.likelihood), model)
    return {
        model: controls[setup.backbone, setup.likelihood]
        for model, setup in setups.items()
        if setup.method != against and (setup.backbone, setup.likelihood) in controls
    }


def find_reference_models(rows: Sequence[Row]) -> dict[str, str]:
    """Returns for each model the one that knows nothing of its character: `shuffled`, or `none` where that is absent."""
    shuffled = find_controls(rows)
    found = {**find_controls(rows, WITHOUT_PERSONA), **shuffled}
    return {model: control for model, control in found.items() if model not in shuffled.values()}


def _setup(rows: Sequence[Row]) -> _Setup | None:
    traces = [row["trace"] for row in rows if (row.get("trace") or {}).get("method")]
    if not traces:
        return None
    # A run that was resumed after an update has traces with and without a backbone.
    backbone = next((trace["backbone"] for trace in traces if trace.get("backbone")), "")
    return _Setup(traces[0]["method"], backbone, any(trace.get("answering") == "likelihood" for trace in traces))
