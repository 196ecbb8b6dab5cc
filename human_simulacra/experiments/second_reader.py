"""The second reader: a model that reads replies in free words, which the rules cannot read surely, and every stance.

It sees the question, its options and the reply, but neither which option is right nor anything else about the character. The
options of a cloze question are candidates, among them its answer (`cloze_candidates`). What it wrote is the
column `reading` of the row, so that a saved run is scored again without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from human_simulacra.experiments.cloze_candidates import stated_candidates
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, gather_entries
from human_simulacra.judge_models.reading_material import quote_untrusted
from human_simulacra.prompts import render
from human_simulacra.replies.abstention import read_choices_or_abstention
from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import is_an_answer_alone
from human_simulacra.replies.demanded_form import answer_lines, keeps_form
from human_simulacra.replies.plain_text import plain_text
from human_simulacra.replies.stance import STANCES
from human_simulacra.results.reader_agreement import CANDIDATES, NO_ANSWER, READING, SECOND_READING, right_candidate
from human_simulacra.results.summary import Row
from human_simulacra.stimuli import ABSTAIN_OPTION
from human_simulacra.types import Message

Kind = Literal["single_choice", "multiple_choice", "cloze", "yes_no", "stance"]
# Lengths in characters of text. A prompt of both fits into `reading_material.MIN_CONTEXT`, the shortest context of a reader.
LONGEST_QUESTION, LONGEST_OPTION, LONGEST_REPLY = 1000, 300, 5000
REPLY_TOKENS = 24
_WORDS: dict[Kind, tuple[str, ...]] = {"yes_no": ("yes", "no"), "stance": tuple(s for s in STANCES if s != "empty")}
_NONE: dict[Kind, str] = {"single_choice": "none", "multiple_choice": "none", "cloze": "none", "yes_no": "unclear"}


@dataclass(frozen=True)
class ReadingTask:
    """A question about one reply.

    A reading is a label: letters in order (`B`, `A, C`), `yes`, `no`, a stance, or `none` if the reply gives no answer.

    Args:
        kind: What is to be read.
        question: The question or statement that was put.
        options: The options in the order shown, A first, or the candidate answers to a cloze question; empty for other kinds.
        rules: The label that the rules read; None if they cannot read the reply.
        formed: Whether the reply keeps the form that its prompt demands (`keeps_form`), or is a candidate and nothing else.
    """

    kind: Kind
    question: str
    options: tuple[str, ...] = ()
    rules: str | None = None
    formed: bool = False

    @property
    def decides(self) -> bool:
        """Whether the second reader's reading counts: unless the reply keeps the form and the rules can read it."""
        return not self.formed or self.rules is None

    def messages(self, reply: str) -> list[Message]:
        """Returns the messages that ask about a reply."""
        values = {"question": quote_untrusted(self.question, LONGEST_QUESTION), "reply": _quote_reply(reply)}
        if self.options:
            quoted = [quote_untrusted(option, LONGEST_OPTION) for option in self.options]
            values["options"] = "\n".join(f"{_letter(place)}. <<{option}>>" for place, option in enumerate(quoted))
        return [Message("system", render("reply_reader")), Message("user", render(f"reply_reader_{self.kind}", **values))]

    def parse(self, text: str) -> str | None:
        """Parses what the reader wrote: a last line `ANSWER: B`, or a label alone.

        Returns:
            The label; None if the form is another, or another answer line differs.
        """
        text = plain_text(text)
        lines = answer_lines(text) or [(text, True)]
        labels = {self._label(line.strip(" .()\"'")) for line, _ in lines}
        return labels.pop() if lines[-1][1] and len(labels) == 1 else None

    def _label(self, line: str) -> str | None:
        if line.casefold() == _NONE.get(self.kind):
            return NO_ANSWER
        if not self.options:
            return line.casefold() if line.casefold() in _WORDS[self.kind] else None
        letters = {_letter(place) for place in range(len(self.options))}
        found = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", line.upper(), flags=re.IGNORECASE)
        if not letters.issuperset(found) or (self.kind != "multiple_choice" and len(found) > 1):
            return None
        return ", ".join(sorted(set(found)))


def choice_task(row: Row, reply: str, several: bool) -> ReadingTask:
    """Returns the task for a choice among the options of a row, and not knowing where the row offers it.

    Of a single choice, several letters count as unread, and so does not knowing beside another letter.
    """
    options, offered = tuple(row["options"]), row.get("abstention", False)
    chosen = (read_choices_or_abstention if offered else read_choices)(reply, options) or ()
    readable = len(chosen) == 1 or (several and chosen and len(options) not in chosen)
    rules = ", ".join(map(_letter, chosen)) if readable else None
    shown = (*options, ABSTAIN_OPTION) if offered else options
    return ReadingTask("multiple_choice" if several else "single_choice", row["question"], shown, rules, keeps_form(reply, shown))


def cloze_task(row: Row, reply: str) -> ReadingTask | None:
    """Returns the task for a cloze reply: which candidate it states; None for a row without candidates."""
    candidates = row.get(CANDIDATES)
    if not candidates:
        return None
    stated = stated_candidates(reply, candidates, row["question"])
    rules = ", ".join(map(_letter, stated)) or NO_ANSWER
    alone = any(is_an_answer_alone(reply, forms) for forms in candidates)
    return ReadingTask("cloze", row["question"], tuple(map("; ".join, candidates)), rules, alone)


def reads_answer(row: Row, label: str | None) -> bool | None:
    """Returns whether a label of a cloze reply is the candidate that is right; None without a label."""
    return None if label is None else label == right_candidate(row)


def second_reading(
    row: Row, reply: str | None, task: Callable[[Row, str], ReadingTask | None]
) -> tuple[str | None, dict[str, Any]]:
    """Reads what the second reader wrote about a row.

    Args:
        row: The dataset's columns, with the column `reading` if the reader was asked.
        reply: What the model replied.
        task: Returns what the reader was asked about a reply.

    Returns:
        The label that counts instead of the rules' reading, or None if theirs counts; and the score `second_reading`, if the
        reader was asked: both readings, and whether the reader's counts where it is usable.
    """
    entry = row.get(READING)
    asked = task(row, reply) if entry and reply else None
    if not entry or not asked:
        return None, {}
    read = asked.parse(entry["text"] or "")
    label = read if asked.decides else None
    return label, {SECOND_READING: {"rules": asked.rules, "reader": read, "decides": asked.decides}}


def answer_line(label: str | None) -> str:
    """Returns a label in the form that prompts demand of a reply, which the rules read (`none` as no answer); empty for None."""
    return f"ANSWER: {label}" if label else ""


async def ask_reader(reader: Judge, asked: Sequence[tuple[str, ReadingTask, str]], calls: JudgeCalls) -> list[Entry]:
    """Asks the reader about replies.

    Args:
        reader: The reading model.
        asked: A name for each reply, which its entry gets, the task and the reply.
        calls: Makes the calls.
    """

    async def ask(name: str, task: ReadingTask, reply: str) -> list[Entry]:
        return [(name, await calls.ask(reader, task.kind, task.messages(reply), REPLY_TOKENS))]

    return await gather_entries([ask(*one) for one in asked])


def _quote_reply(reply: str) -> str:
    """Quotes a reply; of a long one the beginning and the end, where answers stand."""
    line = quote_untrusted(reply, len(reply) + 1)
    return line if len(line) <= LONGEST_REPLY else f"{line[: LONGEST_REPLY // 3]} ... {line[-2 * LONGEST_REPLY // 3 :]}"


def _letter(place: int) -> str:
    return chr(ord("A") + place)
