"""What a task on a Ray cluster needs: resources of a machine, and variables of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any

from annotated_types import Interval
from pydantic import BaseModel

from human_simulacra.errors import UserError
from human_simulacra.schema import STRICT, AtLeastOne, NotNegative, Positive, Text, check_value
from human_simulacra.secret_names import means_secret

_SETTINGS = ("HUMAN_SIMULACRA_", "OPENAI_", "AZURE_", "HF_", "TOKENIZERS_")


class Demand(BaseModel):
    """What a model's tasks take of the machine that runs them: the keys of its `run_cfg`.

    Attributes:
        num_cpus: CPUs. Tasks that wait for a server can share one: 0.25.
        num_gpus: GPUs.
        memory: Bytes of memory.
        resources: Amounts of resources that the cluster's machines were given by name.
        num_procs: For other runners.
    """

    model_config = STRICT
    num_cpus: NotNegative = 1
    num_gpus: NotNegative = 0
    memory: AtLeastOne | None = None
    resources: dict[Text, Positive] = {}
    num_procs: Annotated[int, Interval(ge=1, le=1), "1, since a task on Ray is one process"] = 1

    def as_options(self) -> dict[str, Any]:
        """Returns the options of a Ray task."""
        return self.model_dump(exclude={"num_procs"}, exclude_none=True)

    def amounts(self) -> dict[str, float]:
        """Returns the amount of each resource by Ray's name for it."""
        return {"CPU": self.num_cpus, "GPU": self.num_gpus, "memory": self.memory or 0, **self.resources}


def find_demand(model: Mapping[str, Any], where: str, path: str = "run_cfg") -> Demand:
    """Returns what a task of a model needs; raises a UserError, which names file and key, if its `run_cfg` is not valid."""
    given = dict(model.get("run_cfg") or {})
    check_value(Demand, given, where, path)
    return Demand.model_validate(given)


def check_nodes(demands: Sequence[Demand], nodes: Sequence[Mapping[str, Any]]) -> None:
    """Raises a UserError if none of the cluster's machines (`ray.nodes()`) has what a task needs: Ray would wait without end."""
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    for demand in demands:
        wanted = {name: amount for name, amount in demand.amounts().items() if amount}
        if not any(all(node.get(name, 0) >= amount for name, amount in wanted.items()) for node in alive):
            have = "; ".join(", ".join(f"{name} {node.get(name, 0):g}" for name in wanted) for node in alive)
            raise UserError(
                f"no machine of the Ray cluster has {', '.join(f'{name} {amount:g}' for name, amount in wanted.items())} for a "
                f"task (they have {have}): change run_cfg of the model, or add a machine"
            )


def carried_environment() -> dict[str, str]:
    """Returns the variables of this process that its tasks need on other machines: secrets, settings and proxies.

    All secrets are carried, since a worker redacts what it knows.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if means_secret(name) or name.startswith(_SETTINGS) or name.upper().endswith("_PROXY")
    }


def import_ray() -> Any:
    """Imports Ray, with its usage statistics off; raises a UserError if it is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        return import_module("ray")
    except ImportError:
        raise UserError("RayRunner needs Ray: pip install 'human-simulacra[ray]'") from None
