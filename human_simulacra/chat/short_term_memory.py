"""Short-term memory: recent turns in full, older turns as summaries, and older turns relevant to the message.

The backbone summarises a turn once, when it leaves the token budget. Three things preserve important information: the
summary; the user's sentences whose names or numbers the summary lacks; and a lexical search over all summarised turns,
which quotes those relevant to the new message.
"""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat.conversation_types import Note, Turn
from human_simulacra.chat.summary_missing_facts import lacks, omitted_sentences
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.memory.lexical_index import LexicalIndex
from human_simulacra.prompts import render
from human_simulacra.types import Message

# Shares of the conversation's tokens. If recent turns exceed RECENT, the oldest are summarised until KEPT is reached:
# in one go, since each time costs a call and changes the start of the prompt.
RECENT, KEPT, NOTES, RECALLED = 0.6, 0.35, 0.22, 0.14
NOTE_WORDS, FACT_SHARE, RECALLED_TURNS = 60, 0.5, 2


def format_turns(turns: Sequence[Turn], name: str = "You") -> str:
    """Formats turns as dialogue for prompts, in which the character is called `name`."""
    return "\n".join(f"Friend: {turn.message}\n{name}: {turn.answer}" for turn in turns)


class ShortTermMemory:
    """The part of a conversation that prompts contain.

    Args:
        estimator: Estimates token counts.
        turns: All turns so far.
        notes: Summaries of the earliest turns, in order.
    """

    def __init__(self, estimator: TokenEstimator, turns: Sequence[Turn] = (), notes: Sequence[Note] = ()) -> None:
        self.estimator = estimator
        self.turns = list(turns)
        self.notes = list(notes)

    @property
    def summarised(self) -> int:
        """Number of turns, from the first, that notes replace."""
        return self.notes[-1].last if self.notes else 0

    async def make_room(self, caller: ModelCaller, room: int) -> None:
        """Summarises the oldest turns if the recent turns exceed their share of the budget.

        Args:
            caller: Calls the backbone; problems are recorded in its trace.
            room: Tokens available for the conversation.
        """
        recent = self.turns[self.summarised :]
        if self.estimator.count(format_turns(recent)) > RECENT * room:
            leaving = []
            while len(recent) > 1 and self.estimator.count(format_turns(recent)) > KEPT * room:
                leaving.append(recent.pop(0))
            if leaving:
                await self._note(caller, leaving, room)
        if len(self.notes) > 2 and self.estimator.count(self._noted()) > NOTES * room:
            await self._merge(caller, room)

    async def _note(self, caller: ModelCaller, leaving: Sequence[Turn], room: int) -> None:
        text = await _summarise(caller, self.estimator.clip(format_turns(leaving), room))
        first = self.summarised + 1
        facts = omitted_sentences([turn.message for turn in leaving], text)
        self.notes.append(Note(first, first + len(leaving) - 1, text, self._within(facts, FACT_SHARE * NOTES * room)))

    async def _merge(self, caller: ModelCaller, room: int) -> None:
        """Merges all notes but the newest into one."""
        *old, newest = self.notes
        text = await _summarise(caller, "\n".join(note.text for note in old))
        facts = [fact for note in old for fact in note.facts if lacks(text, fact)]
        merged = Note(old[0].first, old[-1].last, text, self._within(facts, FACT_SHARE * NOTES * room))
        self.notes = [merged, newest]

    def _within(self, facts: Sequence[str], tokens: float) -> tuple[str, ...]:
        """Returns as many facts as fit, short ones first, since they carry most information per token."""
        kept, used = set(), 0
        for fact in sorted(facts, key=len):
            used += self.estimator.count(fact)
            if used > tokens:
                break
            kept.add(fact)
        return tuple(dict.fromkeys(fact for fact in facts if fact in kept))

    def history(self, scene: str, query: str, room: int) -> tuple[Message, ...]:
        """Returns the part of the conversation that prompts contain.

        Args:
            scene: The scene.
            query: The text to search older turns with.
            room: Tokens available for the conversation.
        """
        background = [scene]
        if self.notes:
            background.append(f"Earlier in this conversation\n{self.estimator.clip(self._noted(), int(NOTES * room))}")
        if recalled := self._recall(query, int(RECALLED * room)):
            background.append(f"Said earlier, word for word\n{recalled}")
        start = Message("system", "\n".join(background))
        left = room - self.estimator.count(start.content)
        recent = self.turns[self.summarised :]
        shown: list[Message] = []
        for turn in reversed(recent):
            both = [Message("user", turn.message), Message("assistant", turn.answer)]
            size = self.estimator.count(format_turns([turn]))
            if size > left:
                # Only a turn longer than the whole share gets here. Its beginning and end carry most information.
                both = [Message(m.role, self.estimator.clip(m.content, left // 3)) for m in both]
            shown = both + shown
            left -= size
            if left <= 0:
                break
        return (start, *shown)

    def _noted(self) -> str:
        return "\n".join(" ".join([note.text, *(f'Friend said: "{fact}"' for fact in note.facts)]).strip() for note in self.notes)

    def _recall(self, query: str, tokens: int) -> str:
        old = self.turns[: self.summarised]
        if not old:
            return ""
        scores = LexicalIndex.of_texts([format_turns([turn]) for turn in old]).scores(query)
        best = sorted(range(len(old)), key=lambda place: -scores[place])[:RECALLED_TURNS]
        chosen = [old[place] for place in sorted(best) if scores[place] > 0]
        return "\n".join(self.estimator.clip(format_turns([turn]), tokens // len(chosen)) for turn in chosen)


async def _summarise(caller: ModelCaller, text: str) -> str:
    """Returns the backbone's summary; empty if the call fails, since facts and search remain and the turn must not fail."""
    try:
        return await caller.ask_words("notes", render("chat_note", text=text, words=NOTE_WORDS), NOTE_WORDS)
    except BackboneError as error:
        caller.trace.problems.append(f"earlier turns could not be summarised: {error}")
        return ""
