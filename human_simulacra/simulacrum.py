"""The Python interface of the chat: `Simulacrum.load("maren-oddleif").chat("Where did you grow up?")`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.own_backbone import OwnBackbone
from human_simulacra.backbones.streaming import OnText
from human_simulacra.chat import transcripts
from human_simulacra.chat.chat_settings import BUDGET, ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_types import Experience, Turn
from human_simulacra.chat.experiences import own_experiences
from human_simulacra.event_loops import BackgroundLoop
from human_simulacra.library import Library
from human_simulacra.schema import Arguments, AtLeastOne, NotNegative, PathLike, Text, Whole, check_arguments
from human_simulacra.traces import Reply
from human_simulacra.types import Character


class Simulacrum:
    """One character in one conversation. Create it with `load`.

    Args:
        conversation: The underlying conversation.
    """

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self._loop = BackgroundLoop()

    @classmethod
    def load(
        cls,
        character: Text,
        *,
        backbone: Backbone | Mapping[str, Any] | str | Path | None = None,
        base_url: str | None = None,
        method: str = "macm",
        options: Arguments | None = None,
        scene: str | None = None,
        as_of: str | int | None = None,
        data: PathLike | None = None,
        budget: AtLeastOne = BUDGET,
        temperature: NotNegative = 0.7,
        seed: Whole = 0,
    ) -> Simulacrum:
        """Loads a character and starts a conversation.

        Args:
            character: Id or name of the character.
            backbone: A model's name such as `openai/gpt-4o-mini`, an OpenCompass model config, a Python file that defines one, an
                object of your own, or None for the embedded model. An object has `fingerprint`, a text that identifies what
                affects its answers, and `async complete(messages, generation)`, which returns a
                `human_simulacra.types.Completion`.
            base_url: The address of an OpenAI-compatible server, for a model's name; None for that of the environment.
            method: `macm`, `rag`, `prompt` or `none`.
            options: The method's own parameters.
            scene: Where the conversation takes place; None for a coffee shop.
            as_of: The point in time at which you meet the character: a year, a month (`"1999-05"`) or the id of a paragraph of
                its life story, of which it knows nothing later; None for today.
            data: A data folder; None for the dataset package.
            budget: Maximum length of a prompt in tokens.
            temperature: Sampling temperature.
            seed: Seed of sampling.

        Raises:
            UserError: If an argument is unknown or cannot be used.
        """
        given = {
            "character": character, "base_url": base_url, "method": method, "options": options, "scene": scene, "as_of": as_of,
            "data": data, "budget": budget, "temperature": temperature, "seed": seed,
        }  # fmt: skip
        check_arguments(cls.load, given, "Simulacrum.load", without=("backbone",))
        library = Library(data)
        settings = make_chat_settings(library, backbone, budget, temperature, seed, base_url)
        return cls(Conversation(settings, character, method, options, scene, own_experiences(), as_of))

    @property
    def character(self) -> Character:
        """The character of the conversation."""
        return self.conversation.character

    @property
    def turns(self) -> list[Turn]:
        """All turns so far, each with its trace."""
        return self.conversation.turns

    def chat(self, message: str, on_text: OnText | None = None) -> Reply:
        """Says something and waits for the answer. Also works inside a running event loop, as in a notebook.

        Args:
            message: What you say.
            on_text: Called with each piece of the answer as it arrives.

        Raises:
            UserError: If the message is empty or too long, or the server's content filter lets no answer through.
            BackboneError: If the backbone gives no usable answer.
            Exception: What `on_text` raises; the turn is then not added.
        """
        return self._loop.run(self.conversation.say(message, on_text))

    async def achat(self, message: str, on_text: OnText | None = None) -> Reply:
        """Says something and awaits the answer; see `chat`."""
        return await asyncio.wrap_future(self._loop.start(self.conversation.say(message, on_text)))

    def remember(self) -> Experience:
        """Stores the conversation as a new experience in your data folder; see `Conversation.remember`."""
        return self._loop.run(self.conversation.remember())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the transcript with all traces as JSONL; see `transcripts.save` for what is never overwritten."""
        transcripts.save(Path(path), self.conversation.transcript())


def make_chat_settings(
    library: Library,
    backbone: Backbone | Mapping[str, Any] | str | Path | None,
    budget: int = BUDGET,
    temperature: float = 0.7,
    seed: int = 0,
    base_url: str | None = None,
) -> ChatSettings:
    """Builds the backbone and returns the settings of a chat; for arguments and errors see `Simulacrum.load`."""
    if backbone is not None and not isinstance(backbone, Mapping | str | Path):
        own = OwnBackbone(backbone)
        return ChatSettings(library, own, own.fingerprint, 256, temperature, seed, budget)
    # OpenCompass takes seconds to import, and a backbone object does not need it.
    from human_simulacra.plugin.chat_backbone_loader import load_chat_backbone

    built = load_chat_backbone(backbone, base_url=base_url)
    return ChatSettings(library, built.backbone, built.name, built.max_tokens, temperature, seed, budget, agents=built.agents)
