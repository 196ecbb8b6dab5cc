"""The terminal's slash commands. Each shows or changes something and returns the text to print."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from human_simulacra.chat import transcripts
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.command_help import HELP
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_record import ConversationRecord
from human_simulacra.chat.conversation_store import ConversationStore, StoredConversation
from human_simulacra.chat.earlier_conversation import EarlierConversation, find_earlier, load_stored
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.trace_text import format_conversations, format_experience, format_person, format_trace
from human_simulacra.errors import UserError, unknown
from human_simulacra.event_loops import BackgroundLoop

HISTORY = 10  # stored conversations whose messages the arrow keys bring back
AGAIN = "/again"


class TerminalSession:
    """The state of a terminal chat: settings, current conversation and experiences.

    Args:
        settings: Library, backbone and limits.
        conversation: The first conversation.
        experiences: The user's stored experiences.
        store: The user's stored conversations; None for none.
        records: Whether new conversations are stored; stored ones that go on are stored in any case.
    """

    def __init__(
        self,
        settings: ChatSettings,
        conversation: Conversation,
        experiences: Experiences,
        store: ConversationStore | None = None,
        records: bool = False,
    ) -> None:
        self.settings = settings
        self.conversation = conversation
        self.experiences = experiences
        self.store = store or ConversationStore(None)
        self._records = records
        self._record()
        self.loop = BackgroundLoop()
        self.commands: dict[str, Callable[[str], str]] = {
            "/mind": self._mind,
            "/branch": self._branch,
            "/method": self._method,
            "/character": self._character,
            "/as-of": self._as_of,
            "/scene": self._scene,
            "/remember": self._remember,
            "/experiences": self._experiences,
            "/undo": self._undo,
            "/save": self._save,
            "/conversations": self._conversations,
            "/load": self._load,
            "/rename": self._rename,
            "/delete": self._delete,
            "/forget": self._forget,
            "/help": lambda _: HELP,
        }

    def command(self, line: str) -> str:
        """Runs a slash command and returns the text to print.

        Raises:
            UserError: If the command is unknown or cannot be run.
            BackboneError: If the backbone fails.
        """
        name, _, argument = line.partition(" ")
        if name not in self.commands:
            raise unknown("command", name, self.names)
        return self.commands[name](argument.strip())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all commands."""
        return (*self.commands, AGAIN)

    def message(self, line: str) -> tuple[str, int | None] | None:
        """Returns what a line says to the character and the number of turns before it, None for all; None for a command.

        Raises:
            UserError: If it asks for another answer before there is one.
        """
        if not line.startswith("/"):
            return line, None
        name, _, text = line.partition(" ")
        if name != AGAIN:
            return None
        turns = self.conversation.turns
        if not turns:
            raise UserError("there is no answer yet: say something first")
        return text.strip() or turns[-1].message, len(turns) - 1

    def arguments(self, name: str) -> tuple[str, ...]:
        """Returns the possible arguments of a command, for completion."""
        if name in ("/load", "/delete"):
            return tuple(one.title for one in self._stored())
        return {"/method": METHODS, "/character": self.settings.library.ids}.get(name, ())

    def open(self, earlier: EarlierConversation, method: str | None = None, scene: str | None = None) -> None:
        """Continues an earlier conversation; arguments and errors as of `EarlierConversation.check`."""
        settings, saved = self.settings, earlier.transcript
        earlier.check(settings.library, method, scene)
        conversation = Conversation(settings, saved.character, method or saved.method, None, scene, self.experiences, saved.as_of)
        conversation.restore(saved, scene)
        self.conversation = conversation
        self._record(earlier.stored)

    def messages(self) -> list[str]:
        """Returns what the user said in the newest stored conversations with this character, oldest first."""
        said: list[str] = []
        for one in self._stored()[:HISTORY]:
            with suppress(UserError):  # one that cannot be read has no history
                said[:0] = [turn.message for turn in self.store.load("", one.id).turns]
        return said

    def _record(self, stored: str = "") -> None:
        if stored or self._records:
            self.conversation.record = ConversationRecord(self.store, "", stored, len(self.conversation.turns) if stored else 0)

    def _stored(self) -> list[StoredConversation]:
        return self.store.list("", self.conversation.character.id)

    def _shown(self) -> str:
        return self.conversation.record.id if self.conversation.record else ""

    def _mind(self, _: str) -> str:
        if not self.conversation.turns:
            raise UserError("there is no answer yet: say something first")
        return format_trace(self.conversation.turns[-1].trace)

    def _branch(self, turn: str) -> str:
        count = len(self.conversation.turns)
        if turn and not (turn.isdecimal() and int(turn) <= count):
            raise UserError(f"/branch needs the number of a turn, 0 to {count}, or nothing for the last")
        self.conversation.branch(int(turn or count))
        return f"another conversation, {len(self.conversation.turns)} turns so far"

    def _method(self, name: str) -> str:
        if name:
            self.conversation.set_method(name)
        return f"method {self.conversation.method}"

    def _character(self, name: str) -> str:
        if name:
            self._start(name, "")
        return format_person(self.conversation)

    def _as_of(self, time: str) -> str:
        self._start(self.conversation.character.id, time)
        return format_person(self.conversation)

    def _start(self, character: str, as_of: str) -> None:
        """Starts a conversation in the present one's scene; what was said before is unknown at another point in time."""
        old = self.conversation
        self.conversation = Conversation(self.settings, character, old.method, None, old.scene, self.experiences, as_of)
        self._record()

    def _scene(self, text: str) -> str:
        self.conversation.set_scene(text or None)
        return self.conversation.scene

    def _remember(self, _: str) -> str:
        experience = self.loop.run(self.conversation.remember())
        place = self.experiences.path(self.conversation.experience_key)
        return f"stored{f' in {place}' if place else ''}; /undo removes it\n{format_experience(experience)}"

    def _experiences(self, _: str) -> str:
        return "\n".join(map(format_experience, self.experiences.of(self.conversation.experience_key))) or "none yet"

    def _undo(self, _: str) -> str:
        removed = self.conversation.undo()
        if removed is None:
            raise UserError("there is no experience to remove: /remember stores one")
        return f"no longer remembered: {format_experience(removed)}"

    def _save(self, path: str) -> str:
        if not path:
            raise UserError("/save needs a file: /save talk.jsonl")
        transcripts.save(Path(path), self.conversation.transcript())
        return f"saved {len(self.conversation.turns)} turns in {path}"

    def _conversations(self, _: str) -> str:
        return format_conversations(self._stored(), self._shown())

    def _load(self, name: str) -> str:
        others = [one for one in self._stored() if one.id != self._shown()]
        if not (name or others):
            raise UserError("there is no other stored conversation with this character: give a file written by /save")
        who = self.conversation.character.id
        self.open(find_earlier(self.store, name, who) if name else load_stored(self.store, others[0]))
        return f"{self._character('')}; {len(self.conversation.turns)} turns so far"

    def _rename(self, title: str) -> str:
        if not self._shown():
            raise UserError("this conversation is not stored yet: say something first")
        self.store.rename("", self._shown(), title)
        return f"renamed to {title}"

    def _delete(self, name: str) -> str:
        if not name:
            raise UserError("/delete needs a number of /conversations or a title")
        one = self.store.find("", name, self.conversation.character.id)
        shown = one.id == self._shown()
        self.store.delete("", one.id)
        if shown:
            self.conversation.forget()
        return f"deleted '{one.title}'{'; a new conversation starts' if shown else ''}"

    def _forget(self, _: str) -> str:
        self.conversation.forget()
        return "a new conversation; experiences stay"
