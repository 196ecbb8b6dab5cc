"""Checks a config's declaration of primary comparisons before any model is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.config import Config

from human_simulacra.errors import UserError, unknown
from human_simulacra.methods import METHODS


def check_primary(config: Config, experiments: Sequence[str]) -> None:
    """Raises a UserError if the declaration names what the run does not have.

    Args:
        config: The run's config; its summarizer may have a key `primary`.
        experiments: Names of the experiments in the run.
    """
    declared = (config.get("summarizer") or {}).get("primary")
    if declared is None:
        return
    where = "summarizer.primary"
    for experiment in declared.get("experiments") or ():
        if experiment not in experiments:
            raise unknown(f"experiment of the run in {where}.experiments", experiment, experiments)
    if "against" in declared:
        _check_control(declared["against"], config["models"], f"{where}.against")


def _check_control(against: object, models: Sequence[Mapping[str, Any]], where: str) -> None:
    abbrs = [model["abbr"] for model in models]
    if against in abbrs:
        return
    if against not in METHODS:
        raise unknown(f"method or model in {where}", against, [*METHODS, *abbrs])
    # A Simulacrum, which has an `llm`, is a macm by default.
    if against not in [model.get("method", "macm") for model in models if "llm" in model]:
        raise UserError(f"{where} is '{against}', but no model has this method: add one, or name a model of the run")
