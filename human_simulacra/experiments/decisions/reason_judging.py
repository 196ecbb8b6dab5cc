"""What judges are asked about a decision: is the stated reason the one that the person had?

Every judge also reads two known reasons: the person's own, and the one that it had at another moment. They decide on its
admission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, gather_entries, row_key
from human_simulacra.judge_models.reading_material import quote_untrusted
from human_simulacra.library import Library
from human_simulacra.prompts import render, template
from human_simulacra.types import Message

REPLY, KNOWN = "reason", "known_reason"  # kinds of judgement: of the model's reply, of a reason of the data
SAME, OTHER, NO_REASON = "same", "other", "none"
VERDICTS = (SAME, OTHER, NO_REASON)
LONGEST_TEXT, REPLY_TOKENS = 1500, 24


def reason_messages(name: str, row: Mapping[str, Any], reply: str) -> list[Message]:
    """Returns the messages that ask whether a reply to a row gives the person's reason."""
    values = {key: quote_untrusted(row[column], LONGEST_TEXT) for key, column in (("situation", "question"), ("why", "why"))}
    user = render("judge_reason", name=name, reply=quote_untrusted(reply, LONGEST_TEXT), **values)
    return [Message("system", template("judge_reason_system")), Message("user", user)]


def count_judgements(rows: Sequence[Mapping[str, Any]], judges: int) -> int:
    """Returns the number of judgements of these rows by this many judges."""
    return judges * sum(1 + len(_known(row, rows)) for row in rows)


async def judge_reasons(
    library: Library, replied: Sequence[tuple[Mapping[str, Any], str]], judges: Sequence[Judge], calls: JudgeCalls
) -> list[Entry]:
    """Asks every judge about every reply and about two known reasons of its row, whose entries have `expected`."""
    rows = [row for row, _ in replied]

    async def ask(row: Mapping[str, Any], reply: str, judge: Judge) -> list[Entry]:
        asked = [(REPLY, reply, {}), *((KNOWN, text, {"expected": right}) for right, text in _known(row, rows))]
        name, entries = library.character(row["character"]).name, []
        for kind, text, more in asked:
            entries.append((row_key(row), await calls.ask(judge, kind, reason_messages(name, row, text), REPLY_TOKENS, **more)))
        return entries

    return await gather_entries([ask(row, reply, judge) for row, reply in replied for judge in judges])


def _known(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Returns the known reasons of a row with their right verdicts; none if the person has no other moment among the rows."""
    whys = list(dict.fromkeys(str(other["why"]) for other in rows if other["character"] == row["character"]))
    if len(whys) < 2:
        return []
    another = whys[(whys.index(row["why"]) + 1) % len(whys)]
    return [(SAME, row["why"]), (OTHER, another)]
