"""The state of one tab of the web page: a conversation, or two with different methods side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_record import ConversationRecord
from human_simulacra.chat.conversation_store import ConversationStore
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.input_limits import check_message
from human_simulacra.chat.live_turn import LiveTurn
from human_simulacra.chat.time_choice import point_in_year
from human_simulacra.errors import UserError

REFRESH_SECONDS = 0.1  # how often the page shows new pieces of an answer


@dataclass
class Column:
    """A conversation on the page, its turn being answered, and the last error, if any."""

    conversation: Conversation
    live: LiveTurn | None = None
    error: str = ""


@dataclass
class WebSession:
    """A tab's state. Visitors share nothing; the tabs of one owner share the stored conversations and experiences.

    Args:
        settings_by_backbone: Chat settings by the backbone's name that users see.
        store: Where conversations are stored; by default, in memory.
        owner: Whose conversations they are; empty for the user of this machine.
        experiences: The owner's experiences.
        columns: One conversation, or two to compare.
        editing: The number of the message that is being edited; 0 for none.
    """

    settings_by_backbone: Mapping[str, ChatSettings]
    store: ConversationStore = field(default_factory=lambda: ConversationStore(None))
    owner: str = ""
    experiences: Experiences = field(default_factory=Experiences)
    columns: list[Column] = field(default_factory=list)
    editing: int = 0

    @property
    def talks(self) -> list[Conversation]:
        """The conversations on the page."""
        return [column.conversation for column in self.columns]

    def arrange(
        self, character: str, method: str, other: str | None, backbone: str, scene: str | None, year: int | None = None
    ) -> None:
        """Sets character, method, a second method to compare (or None), backbone, scene, and the year at which to meet.

        Conversations with the same character at the same time continue. A second method starts with the turns of the first.

        Raises:
            UserError: If an argument is unknown or invalid.
        """
        if backbone not in self.settings_by_backbone:
            raise UserError(f"there is no backbone '{backbone}': choose one of {', '.join(self.settings_by_backbone)}")
        self.check_idle()
        settings, before = self.settings_by_backbone[backbone], self.talks
        same = [old for old in before if old.character.id == character]
        as_of = point_in_year(settings.library, character, year, same[0].as_of if same else "")
        columns = []
        for place, name in enumerate([method, other] if other else [method]):
            record = ConversationRecord(self.store, self.owner)
            made = Conversation(settings, character, name, None, scene, self.experiences, as_of, record)
            old = before[min(place, len(before) - 1)] if before else None
            if old and (old.character.id, old.as_of) == (made.character.id, made.as_of):
                made.restore(old.transcript(), made.scene)
                made.record = old.record if place < len(before) or not old.record else old.record.branch()
            columns.append(Column(made))
        self.columns, self.editing = columns, 0

    def open(self, identities: Sequence[str]) -> None:
        """Opens a stored conversation, or two that were compared.

        Raises:
            UserError: If one is not stored any more, or cannot be read or continued.
        """
        self.check_idle()
        columns = []
        for identity in identities[:2]:
            saved = self.store.load(self.owner, identity)
            first = next(iter(self.settings_by_backbone.values()))
            record = ConversationRecord(self.store, self.owner, identity, len(saved.turns))
            made = Conversation(
                self.settings_by_backbone.get(saved.backbone, first), saved.character, saved.method, None, saved.scene,
                self.experiences, saved.as_of, record,
            )  # fmt: skip
            made.restore(saved)
            columns.append(Column(made))
        alike = {(talk.character.id, talk.as_of, talk.settings.backbone_name) for talk in (c.conversation for c in columns)}
        self.columns, self.editing = columns[: 2 if len(alike) == 1 else 1], 0

    def begin(self) -> None:
        """Starts new conversations with the same settings."""
        self.columns = [Column(column.conversation) for column in self.columns]
        for talk in self.talks:
            talk.forget()
        self.editing = 0

    def branch(self, turns: int) -> None:
        """Goes on as a new conversation after the first turns; the stored one stays as it is."""
        self.check_idle()
        for talk in self.talks:
            talk.branch(min(turns, len(talk.turns)))
        self.editing = 0

    def delete(self, identity: str) -> None:
        """Deletes a stored conversation. If it is on the page, a new one starts."""
        shown = [talk for talk in self.talks if talk.record and talk.record.id == identity]
        if shown:
            self.check_idle()
            self.begin()
        self.store.delete(self.owner, identity)

    def check_idle(self) -> None:
        """Raises a UserError while a message is being answered."""
        if any(column.live for column in self.columns):
            raise UserError("the last message is still being answered: wait for it, or stop it")

    async def say(self, message: str, after: int | None = None) -> AsyncIterator[None]:
        """Says a message in all columns concurrently, and yields whenever the page should be refreshed.

        Args:
            message: The message.
            after: The number of turns to go on from, in a branch; None for all.

        Raises:
            UserError: If the message is empty or too long, or another is being answered; then nothing is said.
        """
        self.check_idle()
        columns = self.columns
        text = check_message(message, columns[0].conversation.estimator)
        for column in columns:
            column.live, column.error = LiveTurn(text), ""
        tasks = [asyncio.ensure_future(_say(column, column.live, after)) for column in columns if column.live]
        try:
            waiting = set(tasks)
            while waiting:
                yield
                _, waiting = await asyncio.wait(waiting, timeout=REFRESH_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for column in columns:  # also of a task that was cancelled before it began
                column.live = None
        for task in tasks:
            task.result()
        if not any(column.error for column in columns):
            self.editing = 0


async def _say(column: Column, live: LiveTurn, after: int | None) -> None:
    talk = column.conversation
    try:
        goes_back = after is not None and after < len(talk.turns)
        await talk.say(live.message, live.on_text, live.on_step, after if goes_back else None)
    except (UserError, BackboneError) as error:
        # The other column must still get its answer.
        column.error = str(error)
    finally:
        column.live = None
