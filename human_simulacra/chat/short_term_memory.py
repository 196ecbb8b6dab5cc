"""Short-term memory: recent turns whole, older ones as notes, and of these the exchanges that bear on what is said.

A turn that falls out of the budget is summed up by the backbone once. Three things see to it that nothing important is
lost: the summary; the friend's own sentences wherever the summary lacks their names and numbers; and a lexical
search over all turns that fell out, which brings back, word for word, those that the new message touches.
"""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.conversation_types import Note, Turn
from human_simulacra.chat.summary_omissions import names_and_numbers, omitted_sentences
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.memory.retrieval_indexes import LexicalIndex, top_passages
from human_simulacra.prompts import render
from human_simulacra.types import Message

# Shares of the room for the conversation. Recent turns fall out when they exceed RECENT, until they are within KEPT:
# in one go, since each time costs a call and changes the start of the prompt.
RECENT, KEPT, NOTES, RECALLED = 0.6, 0.35, 0.22, 0.14
NOTE_WORDS, FACT_SHARE, RECALLED_TURNS = 60, 0.5, 2


def spoken(turns: Sequence[Turn]) -> str:
    """Returns turns as lines of dialogue, as prompts show them."""
    return "\n".join(f"Friend: {turn.message}\nYou: {turn.answer}" for turn in turns)


class ShortTermMemory:
    """What a character still knows of a conversation.

    Args:
        meter: Counts tokens.
        turns: All turns so far.
        notes: Notes on the earliest of them, in order.
    """

    def __init__(self, estimator: TokenEstimator, turns: Sequence[Turn] = (), notes: Sequence[Note] = ()) -> None:
        self.estimator = estimator
        self.turns = list(turns)
        self.notes = list(notes)

    @property
    def fallen(self) -> int:
        """How many turns, from the first, are no longer sent whole."""
        return self.notes[-1].last if self.notes else 0

    async def make_room(self, ask: ModelCaller, room: int) -> None:
        """Sums up the oldest turns if the recent ones take more than their share.

        Args:
            ask: Asks the backbone; problems are entered in its trace.
            room: Tokens for the whole conversation.
        """
        recent = self.turns[self.fallen :]
        if self.estimator.count(spoken(recent)) > RECENT * room:
            falling = []
            while len(recent) > 1 and self.estimator.count(spoken(recent)) > KEPT * room:
                falling.append(recent.pop(0))
            if falling:
                await self._note(ask, falling, room)
        if len(self.notes) > 2 and self.estimator.count(self._noted()) > NOTES * room:
            await self._merge(ask, room)

    async def _note(self, ask: ModelCaller, falling: Sequence[Turn], room: int) -> None:
        text = await _sum_up(ask, self.estimator.clip(spoken(falling), room))
        first = self.fallen + 1
        facts = omitted_sentences([turn.message for turn in falling], text)
        self.notes.append(Note(first, first + len(falling) - 1, text, self._within(facts, FACT_SHARE * NOTES * room)))

    async def _merge(self, ask: ModelCaller, room: int) -> None:
        """Makes one note of all but the newest."""
        *old, newest = self.notes
        text = await _sum_up(ask, "\n".join(note.text for note in old))
        known = text.casefold()
        facts = [f for note in old for f in note.facts if any(mark.casefold() not in known for mark in names_and_numbers(f))]
        merged = Note(old[0].first, old[-1].last, text, self._within(facts, FACT_SHARE * NOTES * room))
        self.notes = [merged, newest]

    def _within(self, facts: Sequence[str], tokens: float) -> tuple[str, ...]:
        """Keeps as many facts as fit, short ones first: they hold most for their length."""
        kept, used = set(), 0
        for fact in sorted(facts, key=len):
            used += self.estimator.count(fact)
            if used > tokens:
                break
            kept.add(fact)
        return tuple(dict.fromkeys(fact for fact in facts if fact in kept))

    def history(self, scene: str, query: str, room: int) -> tuple[Message, ...]:
        """Returns what prompts show of the conversation.

        Args:
            scene: Where it takes place.
            query: What older exchanges are searched with.
            room: Tokens for it all.
        """
        background = [scene]
        if self.notes:
            background.append(f"Earlier in this conversation\n{self.estimator.clip(self._noted(), int(NOTES * room))}")
        if recalled := self._recall(query, int(RECALLED * room)):
            background.append(f"Said earlier, word for word\n{recalled}")
        start = Message("system", "\n".join(background))
        left = room - self.estimator.count(start.content)
        recent = self.turns[self.fallen :]
        shown: list[Message] = []
        for turn in reversed(recent):
            both = [Message("user", turn.message), Message("assistant", turn.answer)]
            size = self.estimator.count(spoken([turn]))
            if size > left:
                # Only a turn longer than the whole share gets here; its ends say most.
                both = [Message(m.role, self.estimator.clip(m.content, left // 3)) for m in both]
            shown = both + shown
            left -= size
            if left <= 0:
                break
        return (start, *shown)

    def _noted(self) -> str:
        return "\n".join(" ".join([note.text, *(f'Friend said: "{fact}"' for fact in note.facts)]).strip() for note in self.notes)

    def _recall(self, query: str, tokens: int) -> str:
        old = self.turns[: self.fallen]
        if not old:
            return ""
        found = top_passages(LexicalIndex([spoken([turn]) for turn in old]), query, RECALLED_TURNS)
        chosen = [old[position] for position in sorted(position for position, score in found if score > 0)]
        return "\n".join(self.estimator.clip(spoken([turn]), tokens // len(chosen)) for turn in chosen)


async def _sum_up(ask: ModelCaller, text: str) -> str:
    """Returns the backbone's summary; where it gives none, the answer must not fail for it: facts and search remain."""
    try:
        return await ask.ask_words("notes", render("chat_note", text=text, words=NOTE_WORDS), NOTE_WORDS)
    except BackboneError as error:
        ask.trace.problems.append(f"earlier turns could not be summed up: {error}")
        return ""
