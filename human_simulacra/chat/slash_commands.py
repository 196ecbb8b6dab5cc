"""The terminal's slash commands: each changes or shows something of the conversation and returns what to print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from human_simulacra.chat import transcripts
from human_simulacra.chat.background_loop import BackgroundLoop
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.trace_text import format_experience, format_trace
from human_simulacra.errors import UserError, unknown

HELP = """\
/mind              thoughts, feelings and memories behind the last answer
/method NAME       answer by another method: macm, rag, prompt, none
/character NAME    begin a conversation with another character
/scene TEXT        talk somewhere else; without text, in the coffee shop again
/remember          keep what was said as a new experience, which is remembered from now on
/experiences       show the experiences that were kept
/undo              take the newest experience back
/save FILE         write the transcript, with all traces
/load FILE         go on with a saved conversation
/forget            begin anew with the same character
/help              this list
exit               end (so does ctrl-D); ctrl-C stops an answer"""


class TerminalSession:
    """A terminal's state: the world, the present conversation, what was lived through.

    Args:
        world: Library and backbone.
        conversation: The conversation to begin with.
        experiences: The user's own.
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
        """Carries out a line that begins with a slash and returns what to print.

        Raises:
            UserError: If there is no such command or it cannot be done.
            BackboneError: If the backbone fails at it.
        """
        name, _, argument = line.partition(" ")
        if name not in self.commands:
            raise unknown("command", name, self.commands)
        return self.commands[name](argument.strip())

    def choices(self, name: str) -> tuple[str, ...]:
        """Returns what can follow a command, for completion."""
        return {"/method": METHODS, "/character": self.settings.library.ids}.get(name, ())

    def open(self, transcript: transcripts.Transcript, method: str | None = None) -> None:
        """Goes on with a saved conversation."""
        conversation = Conversation(
            self.settings, transcript.character, method or transcript.method, scene=None, experiences=self.experiences
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
            old = self.conversation
            self.conversation = Conversation(self.settings, name, old.method, scene=old.scene, experiences=self.experiences)
        who = self.conversation.character
        return f"you talk to {who.name}, {who.age}, {who.occupation}"

    def _scene(self, text: str) -> str:
        self.conversation.set_scene(text or None)
        return self.conversation.scene

    def _remember(self, _: str) -> str:
        experience = self.loop.run(self.conversation.remember())
        place = self.experiences.path(self.conversation.character.id)
        return f"kept{f' in {place}' if place else ''}; /undo takes it back\n{format_experience(experience)}"

    def _experiences(self, _: str) -> str:
        return "\n".join(map(format_experience, self.experiences.of(self.conversation.character.id))) or "none yet"

    def _undo(self, _: str) -> str:
        gone = self.conversation.undo()
        if gone is None:
            raise UserError("there is no experience to take back: /remember keeps one")
        return f"no longer remembered: {format_experience(gone)}"

    def _save(self, path: str) -> str:
        if not path:
            raise UserError("/save needs a file: /save talk.jsonl")
        transcripts.save(Path(path).expanduser(), self.conversation.transcript())
        return f"saved {len(self.conversation.turns)} turns in {path}"

    def _load(self, path: str) -> str:
        if not path:
            raise UserError("/load needs a file that /save wrote: /load talk.jsonl")
        self.open(transcripts.load(Path(path).expanduser()))
        return f"{self._character('')}; {len(self.conversation.turns)} turns so far"

    def _forget(self, _: str) -> str:
        self.conversation.forget()
        return "forgotten; experiences stay"
