"""An earlier conversation that a user names and continues: a transcript's file, or a stored conversation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from human_simulacra.chat import transcripts
from human_simulacra.chat.chat_settings import METHODS, check_character_and_method
from human_simulacra.chat.conversation_store import ConversationStore, StoredConversation
from human_simulacra.chat.conversation_types import Transcript
from human_simulacra.chat.input_limits import check_scene
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.errors import located
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf


@dataclass(frozen=True)
class EarlierConversation:
    """An earlier conversation, the id under which it is stored (empty for a file), and what error messages call it."""

    transcript: Transcript
    stored: str
    name: str

    def check(self, library: Library, method: str | None = None, scene: str | None = None) -> None:
        """Checks that it can be continued; raises a UserError that names it if not.

        Args:
            library: The characters.
            method: Another method than its own.
            scene: Another scene than its own.
        """
        earlier = self.transcript
        with located(self.name):
            who = check_character_and_method(library, earlier.character, METHODS[0] if method else earlier.method).id
            if earlier.as_of:
                LibraryAsOf(library, earlier.as_of).point(who)
            if not scene:
                check_scene(earlier.scene, TokenEstimator())


def find_earlier(store: ConversationStore, name: str, character: str = "") -> EarlierConversation:
    """Finds what the user of this machine names.

    Args:
        store: The stored conversations.
        name: A file, or what `ConversationStore.find` takes.
        character: See there.

    Raises:
        UserError: If there is neither a file nor a conversation of this name, or it cannot be read.
    """
    if Path(name).expanduser().is_file():
        return EarlierConversation(transcripts.load(Path(name)), "", f"{name}, line 1")
    return load_stored(store, store.find("", name, character, "file and no stored conversation"))


def load_stored(store: ConversationStore, listed: StoredConversation) -> EarlierConversation:
    """Loads a conversation of a list of the store; raises a UserError if it cannot be read."""
    return EarlierConversation(store.load("", listed.id), listed.id, f"stored conversation '{listed.title}'")
