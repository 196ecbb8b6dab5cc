"""The state of one visitor of the web page: a conversation, or two with different methods side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.input_limits import check_message
from human_simulacra.errors import UserError

REFRESH_SECONDS = 0.1  # how often the page shows new pieces of an answer


@dataclass
class Column:
    """A conversation on the page, the message being answered, the answer received so far, and the last error, if any."""

    conversation: Conversation
    asked: str = ""
    received: str = ""
    error: str = ""


@dataclass
class WebSession:
    """A visitor's state, which is not shared with other visitors.

    Args:
        settings_by_backbone: Chat settings by the backbone's name that users see.
        columns: One conversation, or two to compare.
        experiences: Experiences from this visitor's conversations; they end with the session.
    """

    settings_by_backbone: Mapping[str, ChatSettings]
    columns: list[Column] = field(default_factory=list)
    experiences: Experiences = field(default_factory=Experiences)

    def arrange(self, character: str, method: str, other: str | None, backbone: str, scene: str | None) -> None:
        """Sets character, method, a second method to compare (or None), backbone and scene.

        Conversations with the same character continue. A second method starts with the turns of the first.

        Raises:
            UserError: If an argument is unknown or invalid.
        """
        if backbone not in self.settings_by_backbone:
            raise UserError(f"there is no backbone '{backbone}': choose one of {', '.join(self.settings_by_backbone)}")
        before = [column.conversation for column in self.columns]
        methods = [method, other] if other else [method]
        columns = []
        for place, name in enumerate(methods):
            conversation = Conversation(
                self.settings_by_backbone[backbone], character, name, scene=scene, experiences=self.experiences
            )
            old = before[place] if place < len(before) else (before[0] if before else None)
            if old is not None and old.character.id == conversation.character.id:
                conversation.restore(old.transcript(), conversation.scene)
            columns.append(Column(conversation))
        self.columns = columns

    async def say(self, message: str) -> AsyncIterator[None]:
        """Says a message in all columns concurrently, and yields whenever the page should be refreshed.

        Raises:
            UserError: If the message is empty or too long; then nothing is said.
        """
        columns = self.columns
        text = check_message(message, columns[0].conversation.estimator)
        for column in columns:
            column.asked, column.received, column.error = text, "", ""
        tasks = [asyncio.ensure_future(_say(column)) for column in columns]
        try:
            waiting = set(tasks)
            while waiting:
                yield
                _, waiting = await asyncio.wait(waiting, timeout=REFRESH_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for column in columns:
                column.asked = column.received = ""
        for task in tasks:
            task.result()


async def _say(column: Column) -> None:
    def on_text(piece: str) -> None:
        column.received += piece

    try:
        await column.conversation.say(column.asked, on_text)
    except (UserError, BackboneError) as error:
        # The other column must still get its answer.
        column.error = str(error)
