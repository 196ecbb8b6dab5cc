"""The parts of a run, each a model and a dataset, and which of them may run at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opencompass.registry import TASKS
from opencompass.tasks import OpenICLInferTask

from human_simulacra.files import digest
from human_simulacra.plugin.config_classes import find_subclass
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.llm_config import is_local
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.shared_backbones import identify_backbone
from human_simulacra.schema import parameters

User = tuple[Mapping[str, Any], int]  # a model config, and how many calls at once its user asks for


@dataclass(frozen=True)
class RunPart:
    """One model and dataset of a task's config.

    Args:
        task_type: The class of OpenCompass's task.
        config: The task's config with this model and dataset alone.
    """

    task_type: Any
    config: Mapping[str, Any]

    @property
    def model(self) -> Mapping[str, Any]:
        """The model's config."""
        return self.config["models"][0]

    @property
    def dataset(self) -> Mapping[str, Any]:
        """The dataset's config."""
        return self.config["datasets"][0][0]

    def __str__(self) -> str:
        return f"{self.model['abbr']}/{self.dataset['abbr']}"

    @property
    def infers(self) -> bool:
        """Whether the part asks its model for answers; otherwise it evaluates them."""
        kind = TASKS.get(self.task_type) if isinstance(self.task_type, str) else self.task_type
        return isinstance(kind, type) and issubclass(kind, OpenICLInferTask)

    @property
    def users(self) -> list[User]:
        """The model configs that this part calls through our backbones; none for OpenCompass's own inferencers and evaluators."""
        if self.infers:
            inferencer = (self.dataset.get("infer_cfg") or {}).get("inferencer") or {}
            settings, kind = self.model, find_subclass(self.model, Simulacrum)
            ours = find_subclass(inferencer, SimulacrumInferencer) is not None
            found = [settings.get("llm"), settings.get("agent_llm"), inferencer.get("interviewer_llm")]
        else:
            settings = (self.dataset.get("eval_cfg") or {}).get("evaluator") or {}
            kind, ours = find_subclass(settings, ExperimentEvaluator), True
            found = [*(settings.get("judges") or ()), settings.get("reader_llm")]
        if kind is None or not ours:
            return []
        default = next(parameter.default for name, parameter, _ in parameters(kind) if name == "concurrency")
        return [(llm, settings.get("concurrency") or default) for llm in found if llm]


@dataclass
class Stage:
    """Parts of a run between which all models that are loaded are kept; in the next stage, others are.

    Args:
        overlaps: Whether the parts run at once: all their calls go to APIs. Otherwise they run one after the other.
        parts: The parts in order.
    """

    overlaps: bool
    parts: list[RunPart] = field(default_factory=list)

    @property
    def users(self) -> list[User]:
        """The model configs that its parts call."""
        return [user for part in self.parts for user in part.users]


def plan_stages(parts: Sequence[RunPart]) -> Iterator[Stage]:
    """Yields all parts that may run at once as one stage, then the others by the models that they load into this machine."""
    stages: dict[str, Stage] = {}
    for part in parts:
        loaded = sorted({identify_backbone(llm) for llm, _ in part.users if is_local(llm)})
        overlaps = bool(part.users) and not loaded
        # What calls none of our backbones may load its model itself.
        key = "" if overlaps else digest(loaded or (part.model if part.infers else None))
        stages.setdefault(key, Stage(overlaps)).parts.append(part)
    yield from sorted(stages.values(), key=lambda stage: not stage.overlaps)
