"""Where one conversation is stored while it goes on."""

from __future__ import annotations

from human_simulacra.chat.conversation_store import ConversationStore
from human_simulacra.chat.conversation_types import Transcript


class ConversationRecord:
    """Stores one conversation after each turn; an empty one is not stored.

    Args:
        store: Where it is stored.
        owner: Whose conversation it is; empty for the user of this machine.
        identity: Its id, empty until it is stored.
        turns: The number of its stored turns.
        branch_of: The id of the conversation that it began as.
    """

    def __init__(
        self, store: ConversationStore, owner: str = "", identity: str = "", turns: int = 0, branch_of: str = ""
    ) -> None:
        self.store, self.owner = store, owner
        self.id, self._turns, self._branch_of = identity, turns, branch_of

    def save(self, transcript: Transcript) -> None:
        """Stores the conversation. If another window or process has gone on with it or deleted it, it becomes a branch."""
        if not self.id or not self.store.update(self.owner, self.id, transcript, self._turns):
            self.id = self.store.insert(self.owner, transcript, self.id or self._branch_of)
        self._turns = len(transcript.turns)

    def branch(self) -> ConversationRecord:
        """Returns the record of a conversation that begins as this one."""
        return ConversationRecord(self.store, self.owner, branch_of=self.id or self._branch_of)
