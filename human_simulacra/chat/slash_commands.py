"""The terminal's slash commands. Each shows or changes something and returns the text to print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from human_simulacra.chat import transcripts
from human_simulacra.chat.background_event_loop import BackgroundLoop
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.trace_text import format_experience, format_trace
from human_simulacra.errors import UserError, unknown

HELP = """\
/mind              show memories, thoughts and feelings behind the last answer
/method NAME       change the method: macm, rag, prompt, none
/character NAME    start a conversation with another character
/as-of TIME        meet the same character at a year, month or paragraph of its life; without TIME, today
/scene TEXT        change the scene; without text, back to the coffee shop
/remember          store the conversation as a new experience, a long-term memory
/experiences       list the stored experiences
/undo              remove the newest experience
/save FILE         write the transcript with all traces
/load FILE         continue a saved conversation
/forget            start anew with the same character
/help              show this list
exit               quit (or ctrl-D); ctrl-C stops an answer"""


def describe_person(conversation: Conversation) -> str:
    """Returns in words whom one talks to, and at which point in time."""
    who = conversation.character
    return f"you talk to {who.name}, {who.age}, {who.occupation}{f', as of {conversation.as_of}' if conversation.as_of else ''}"


class TerminalSession:
    """The state of a terminal chat: settings, current conversation and experiences.

    Args:
        settings: Library, backbone and limits.
        conversation: The first conversation.
        experiences: The user's stored experiences.
    """

    def __init__(self, settings: ChatSettings, conversation: Conversation, experiences: Experiences) -> None:
        self.settings = settings
        self.conversation = conversation
        self.experiences = experiences
        self.loop = BackgroundLoop()
        self.commands: dict[str, Callable[[str], str]] = {
            "/mind": self._mind,
            "/method": self._method,
            "/character": self._character,
            "/as-of": self._as_of,
            "/scene": self._scene,
            "/remember": self._remember,
            "/experiences": self._experiences,
            "/undo": self._undo,
            "/save": self._save,
            "/load": self._load,
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
            raise unknown("command", name, self.commands)
        return self.commands[name](argument.strip())

    def arguments(self, name: str) -> tuple[str, ...]:
        """Returns the possible arguments of a command, for completion."""
        return {"/method": METHODS, "/character": self.settings.library.ids}.get(name, ())

    def open(self, transcript: transcripts.Transcript, method: str | None = None) -> None:
        """Continues a saved conversation, with its method or another; raises a UserError if a name is unknown."""
        conversation = Conversation(
            self.settings, transcript.character, method or transcript.method, experiences=self.experiences, as_of=transcript.as_of
        )
        conversation.restore(transcript)
        self.conversation = conversation

    def _mind(self, _: str) -> str:
        if not self.conversation.turns:
            raise UserError("there is no answer yet: say something first")
        return format_trace(self.conversation.turns[-1].trace)

    def _method(self, name: str) -> str:
        if name:
            self.conversation.set_method(name)
        return f"method {self.conversation.method}"

    def _character(self, name: str) -> str:
        if name:
            self._start(name, "")
        return describe_person(self.conversation)

    def _as_of(self, time: str) -> str:
        self._start(self.conversation.character.id, time)
        return describe_person(self.conversation)

    def _start(self, character: str, as_of: str) -> None:
        """Starts a conversation in the present one's scene; what was said before is unknown at another point in time."""
        old = self.conversation
        self.conversation = Conversation(self.settings, character, old.method, None, old.scene, self.experiences, as_of)

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

    def _load(self, path: str) -> str:
        if not path:
            raise UserError("/load needs a file written by /save: /load talk.jsonl")
        self.open(transcripts.load(Path(path)))
        return f"{self._character('')}; {len(self.conversation.turns)} turns so far"

    def _forget(self, _: str) -> str:
        self.conversation.forget()
        return "forgotten; experiences stay"
