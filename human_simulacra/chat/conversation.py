"""One conversation with one character: the engine behind the terminal, the web page and the Python interface."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.streaming import OnText
from human_simulacra.chat.chat_method import build_chat_method
from human_simulacra.chat.chat_settings import ChatSettings, check_character_and_method
from human_simulacra.chat.chat_turn import ChatTurn, check_answer
from human_simulacra.chat.conversation_record import ConversationRecord
from human_simulacra.chat.conversation_to_memory import make_experience
from human_simulacra.chat.conversation_types import Experience, Remembered, Transcript, Turn
from human_simulacra.chat.experiences import Experiences, LibraryWithExperiences, experience_key
from human_simulacra.chat.input_limits import check_message, check_scene
from human_simulacra.chat.listeners import guard, unguard
from human_simulacra.chat.one_at_a_time import OneAtATime
from human_simulacra.chat.short_term_memory import ShortTermMemory, format_turns
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.errors import UserError
from human_simulacra.library_as_of import LibraryAsOf
from human_simulacra.methods import check_method
from human_simulacra.persona import persona
from human_simulacra.point_in_time import name_point
from human_simulacra.traces import FINISHED, OnStep, Reply, Step


class Conversation:
    """A conversation with a character. It handles one message at a time.

    Args:
        settings: Library, backbone and limits.
        character: Id or name of the character.
        method: One of `chat_settings.METHODS`.
        options: The method's own parameters. The default retriever of `macm` is the hybrid index here, so that a turn needs two
            calls.
        scene: Where the conversation takes place; None for the coffee shop.
        experiences: The characters' experiences from earlier conversations; None for none, held in memory only.
        as_of: The point in time at which the character is met: a year, a month (`1999-05`) or the id of a paragraph of its life
            story; None or empty for today. It knows nothing later, and only experiences of conversations at the same point.
        record: Stores the conversation after each turn; None to store nothing.

    Raises:
        UserError: If character, method or point in time is unknown, the scene too long, or the budget too small for this
            character.
    """

    def __init__(
        self,
        settings: ChatSettings,
        character: str,
        method: str = "macm",
        options: Mapping[str, Any] | None = None,
        scene: str | None = None,
        experiences: Experiences | None = None,
        as_of: str | int | None = None,
        record: ConversationRecord | None = None,
    ) -> None:
        self.settings = settings
        self.experiences = experiences if experiences is not None else Experiences()
        self.as_of = name_point(as_of)
        self.library = LibraryAsOf(settings.library, self.as_of) if self.as_of else settings.library
        self.character = check_character_and_method(self.library, character, method)
        self.estimator = TokenEstimator()
        self.memory = ShortTermMemory(self.estimator)
        self.remembered: tuple[Remembered, ...] = ()
        self.record = record
        self._turn = OneAtATime()
        self._draws = 0
        self.set_scene(scene)
        self.set_method(method, options)

    def set_scene(self, scene: str | None) -> None:
        """Changes the scene; None for the coffee shop. Raises a UserError if it is too long."""
        self.scene = check_scene(scene, self.estimator)

    def set_method(self, method: str, options: Mapping[str, Any] | None = None) -> None:
        """Changes the method and continues the conversation; arguments and errors as in the class."""
        check_character_and_method(self.library, self.character.id, method)
        defaults = {"retriever": "hybrid", "agents": self.settings.agents} if method == "macm" else {}
        chosen = defaults | dict(options or {})
        check_method(method, chosen)
        self.method, self._options = method, chosen
        self._build_method()

    def _build_method(self) -> None:
        """Builds the method over the character's present memories and experiences."""
        library = LibraryWithExperiences(self.library, self.experiences, self.as_of)
        who = self.character.id
        self._built = build_chat_method(self.settings, library, who, self.method, self._options, self.estimator)

    @property
    def experience_key(self) -> str:
        """Where the experiences of this character at this point in time are stored; see `Experiences`."""
        return experience_key(self.character.id, self.as_of)

    @property
    def turns(self) -> list[Turn]:
        """All turns so far, oldest first."""
        return self.memory.turns

    async def say(
        self, message: str, on_text: OnText | None = None, on_step: OnStep | None = None, after: int | None = None
    ) -> Reply:
        """Says something to the character and returns the answer with its trace.

        A failed or cancelled turn is not added to the conversation, so that it can be repeated.

        Args:
            message: The user's message.
            on_text: Receives the answer in pieces as it arrives.
            on_step: Told what the agents do before the answer, while they do it.
            after: The number of turns to go on from: `branch` is made first, and undone if the turn fails. None for all turns.

        Raises:
            UserError: If the message is empty or too long, an earlier one is still being answered, or the server's content
                filter lets no answer through.
            BackboneError: If the backbone gives no usable answer.
            Exception: What `on_text` or `on_step` raises.
        """
        text = check_message(message, self.estimator)
        with self._turn:
            before = (self.memory, self.remembered, self.record)
            if after is not None:
                self.branch(after)
                self._draws += 1  # the same message again must not get the same answer
            try:
                return await unguard(self._answer(text, guard(on_text), guard(on_step)))
            finally:
                if len(self.turns) == after:
                    self.memory, self.remembered, self.record = before

    async def _answer(self, text: str, on_text: OnText | None, on_step: OnStep | None) -> Reply:
        caller, turn = self._caller(on_step=on_step), ChatTurn(text)
        room = self._built.room - self.estimator.count(turn.text)
        await self.memory.make_room(caller, room)
        stimulus = turn.stimulus(self.character.id, self.memory, self.scene, room, self._draws)
        reply = await self._built.method.respond(stimulus, on_text, on_step)
        check_answer(reply, self.settings.backbone_name)
        self.estimator.calibrate_with(reply.trace, self._built.system)
        reply.trace.calls[:0] = caller.trace.calls
        reply.trace.problems[:0] = caller.trace.problems
        self.turns.append(Turn(text, reply.text, reply.trace, _now()))
        caller.report(Step(FINISHED))
        await self._store()
        return reply

    async def remember(self) -> Experience:
        """Stores the turns since the last experience as a new experience: a long-term memory.

        Raises:
            UserError: If there is no new turn, or the experience cannot be written.
            BackboneError: If the backbone writes no memory.
        """
        new = self.turns[self._stored_turns() :]
        if not new:
            raise UserError("there is no turn since the last /remember: talk first")
        with self._turn:
            talk = self.estimator.clip(format_turns(new, self.character.name), self._built.room)
            caller = self._caller(persona(self.character))
            made = await make_experience(caller, self.character, self.scene, talk, _now())
            experience = self.experiences.add(self.experience_key, made)
            self.remembered += (Remembered(len(self.turns), experience.key),)
            # Reading and counting a life story would keep other conversations on this event loop waiting.
            await asyncio.to_thread(self._build_method)
            await self._store()
        return experience

    def undo(self) -> Experience | None:
        """Removes the newest experience and returns it; None if there is none. Its turns can be remembered again."""
        removed = self.experiences.remove_newest(self.experience_key)
        if removed:
            self._build_method()
        return removed

    def forget(self) -> None:
        """Starts a new conversation; the stored one and experiences stay."""
        self.memory = ShortTermMemory(self.estimator)
        self.remembered = ()
        if self.record:
            self.record = ConversationRecord(self.record.store, self.record.owner)

    def branch(self, turns: int) -> None:
        """Goes back to the first `turns` turns, as another conversation; the stored one stays as it is."""
        notes = [note for note in self.memory.notes if note.last <= turns]
        self.memory = ShortTermMemory(self.estimator, self.turns[:turns], notes)
        self.remembered = tuple(replace(one, turns=min(one.turns, turns)) for one in self.remembered)
        if self.record:
            self.record = self.record.branch()

    def transcript(self) -> Transcript:
        """Returns the conversation as a transcript that can be saved."""
        return Transcript(
            self.character.id, self.method, self.scene, self.settings.backbone_name, self.remembered,
            tuple(self.turns), tuple(self.memory.notes), self.as_of,
        )  # fmt: skip

    def restore(self, transcript: Transcript, scene: str | None = None) -> None:
        """Continues a saved conversation with the same character, in its scene or another."""
        self.memory = ShortTermMemory(self.estimator, transcript.turns, transcript.notes)
        self.remembered = transcript.remembered
        self.set_scene(scene or transcript.scene)

    def _stored_turns(self) -> int:
        """Returns how many of the first turns are held by experiences that still exist."""
        known = {"", *(one.key for one in self.experiences.of(self.experience_key))}
        return max((one.turns for one in self.remembered if one.experience in known), default=0)

    async def _store(self) -> None:
        if self.record:
            await asyncio.to_thread(self.record.save, self.transcript())

    def _caller(self, system: str | None = None, on_step: OnStep | None = None) -> ModelCaller:
        s = self.settings
        return ModelCaller(s.backbone, s.backbone, system or self._built.system, s.temperature, s.seed, on_step=on_step)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
