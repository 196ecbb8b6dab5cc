"""The method that answers in a conversation, over the character's present memories and experiences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.prompt_budget import plan_prompt
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.library import Library
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.persona import no_persona, persona


@dataclass(frozen=True)
class ChatMethod:
    """A method with its system prompt; `room` is how many tokens of a prompt are left for scene, earlier turns and message."""

    method: Method
    system: str
    room: int


def build_chat_method(
    settings: ChatSettings, library: Library, character: str, name: str, options: Mapping[str, Any], estimator: TokenEstimator
) -> ChatMethod:
    """Builds a method that keeps to the token budget.

    Args:
        settings: Backbone and limits.
        library: The characters as the conversation meets them.
        character: Id of the character.
        name: The method's name.
        options: The method's own parameters.
        estimator: Estimates token counts.

    Raises:
        UserError: If the budget is too small for this character.
    """
    s = settings
    system = no_persona() if name == "none" else persona(library.character(character))
    plan = plan_prompt(estimator, library, character, system, name, options, s.budget)
    shared = MethodSettings(library, s.backbone, s.backbone, s.embedder, s.max_tokens, s.temperature, s.seed)
    return ChatMethod(Method(name, shared, **plan.options), system, plan.room)
