"""One visitor of the web page: a conversation, perhaps a second one beside it by another method, and their answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.experiences import Experiences
from human_simulacra.errors import UserError

REFRESH_SECONDS = 0.1  # how often the page is told of new pieces of an answer


@dataclass
class Column:
    """A conversation with what is being said in it now, and how that failed if it did."""

    conversation: Conversation
    asked: str = ""
    heard: str = ""
    error: str = ""


@dataclass
class WebSession:
    """A visitor's state; nothing in it is shared with another visitor.

    Args:
        worlds: Backbones by the name that users see.
        columns: One conversation, or two to compare.
        experiences: What this visitor's conversations left; it goes with the visitor.
    """

    settings_by_backbone: Mapping[str, ChatSettings]
    columns: list[Column] = field(default_factory=list)
    experiences: Experiences = field(default_factory=Experiences)

    def arrange(self, character: str, method: str, other: str | None, backbone: str, scene: str | None) -> None:
        """Sets who talks how; a conversation with the same character goes on, for the second method from the first's turns.

        Raises:
            UserError: If something is unknown or does not fit.
        """
        if backbone not in self.settings_by_backbone:
            raise UserError(f"there is no backbone '{backbone}' here: choose one of {', '.join(self.settings_by_backbone)}")
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
        """Says a message in every column at once and yields whenever there is something new to show.

        Raises:
            UserError: If the message is empty or too long, before anything is said.
        """
        columns = self.columns
        text = columns[0].conversation.checked(message)
        for column in columns:
            column.asked, column.heard, column.error = text, "", ""
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
                column.asked = column.heard = ""
        for task in tasks:
            task.result()


async def _say(column: Column) -> None:
    def on_text(piece: str) -> None:
        column.heard += piece

    try:
        await column.conversation.say(column.asked, on_text)
    except (UserError, BackboneError) as error:
        # The other column's answer is still wanted.
        column.error = str(error)
