"""Judge models from OpenCompass configs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config

from human_simulacra.backbones import CachedBackbone, CallCache, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import Backbone
from human_simulacra.errors import UserError
from human_simulacra.experiments.observer.judge_panel import Judge
from human_simulacra.experiments.observer.judge_prompts import MIN_CONTEXT
from human_simulacra.plugin.backbone_factory import build_backbone
from human_simulacra.plugin.llm_config import check_llm, context_tokens, fingerprint, type_name

# A model of one config is built once in a process, however many models it judges.
_built: dict[tuple[str, int], Backbone] = {}


def check_judges(judges: Sequence[Mapping[str, Any]], where: str) -> None:
    """Checks judge configs without building a model.

    Raises:
        UserError: If there is no judge, one has no name of its own, cannot work, or has too short a context.
    """
    if not judges:
        raise UserError(f"{where} has no judges: give judges=[OpenCompass model configs]")
    names = [str(judge.get("abbr") or "") for judge in judges]
    for name, judge in zip(names, judges, strict=True):
        if not name or names.count(name) > 1:
            raise UserError(f"{where}: every judge needs an abbr of its own, not '{name}'")
        check_llm(judge, f"{where}, judge '{name}'")
        if context_tokens(judge) < MIN_CONTEXT:
            raise UserError(
                f"{where}, judge '{name}' reads {context_tokens(judge)} tokens at once, which is too few to judge answers: "
                f"give max_seq_len={MIN_CONTEXT} or more"
            )


def judges_for(
    judged: Sequence[Mapping[str, Any]], judges: Sequence[Mapping[str, Any]], concurrency: int, retry: int, cache: CallCache
) -> list[Judge]:
    """Builds the judges of one model: all that are none of the models that answered, or all where there is no other.

    Args:
        judged: The configs of the models that answered; empty where they are unknown.
        judges: The judges' configs.
        concurrency: Calls under way at once.
        retry: Attempts of a call.
        cache: Where finished calls are kept.
    """
    foreign = [judge for judge in judges if not any(same_model(judge, one) for one in judged)]
    return [
        Judge(
            str(judge["abbr"]),
            CachedBackbone(RetryingBackbone(_backbone(judge, concurrency), RetryPolicy(attempts=retry)), cache),
            context_tokens(judge),
            own=not foreign,
            reply_tokens=judge.get("max_out_len"),
        )
        for judge in foreign or judges
    ]


def same_model(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tells whether two configs are of one model, whatever else they set: the same path, or both the embedded model."""
    if one.get("path") or other.get("path"):
        return one.get("path") == other.get("path")
    return type_name(one) == type_name(other)


def judged_model(folder: Path, abbr: str) -> tuple[list[Mapping[str, Any]], bool]:
    """Finds out what answered under an abbr in a run's folder.

    Returns:
        The configs of the model that spoke and of the agents' model behind it (none where the folder does not say), and
        whether its method was told who it is.
    """
    configs = sorted((folder / "configs").glob("*.py"))
    if not configs:
        return [], True
    for model in Config.fromfile(str(configs[-1]), format_python_code=False).get("models", []):
        if model.get("abbr") == abbr:
            llm = model.get("llm")
            # A model that is no simulacrum answers the bare question, as the method `none` does.
            informed = bool(llm) and model.get("method", "macm") not in ("none", "shuffled")
            # The agents' model counts whatever the method, so that methods with the same models have the same judges.
            return [one for one in (llm or model, model.get("agent_llm")) if one], informed
    return [], True


def _backbone(llm: Mapping[str, Any], concurrency: int) -> Backbone:
    key = (fingerprint(llm), concurrency)
    if key not in _built:
        _built[key] = build_backbone(llm, concurrency)
    return _built[key]
