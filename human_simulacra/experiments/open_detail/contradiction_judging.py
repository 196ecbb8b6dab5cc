"""What judges are asked about an open detail: does a reply contradict the life?

Every judge also reads two replies of the data, one that fits and one that contradicts: a check with a known answer, which
decides on its admission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, gather_entries, row_key
from human_simulacra.judge_models.reading_material import available_characters, clip_text, quote_untrusted, reading_material
from human_simulacra.library import Library
from human_simulacra.prompts import render
from human_simulacra.types import Message

REPLY, KNOWN = "detail", "known_detail"  # kinds of judgement: of the model's reply, of a reply of the data
FITS, CONTRADICTS, NO_ANSWER = "fits", "contradicts", "none"
VERDICTS = (FITS, CONTRADICTS, NO_ANSWER)
KNOWN_REPLIES = (FITS, CONTRADICTS)  # a column with a reply is named as the right verdict on it
LONGEST_REPLY, REPLY_TOKENS = 1500, 24


def detail_reading(library: Library, row: Mapping[str, Any], context: int) -> str:
    """Returns what a judge reads of the life: the row's evidence, or without it what fits its context of the life.

    Args:
        library: The characters.
        row: A row of `open_detail_rows`.
        context: The judge's context in tokens.
    """
    room = available_characters(context) - LONGEST_REPLY
    texts = {paragraph.id: paragraph.text for paragraph in library.story(row["character"])}
    known = "\n\n".join(texts[place] for place in row["evidence"])
    return clip_text(known, room) if known else reading_material(library, row["character"], "auto", room).text


def detail_messages(name: str, life: str, row: Mapping[str, Any], reply: str) -> list[Message]:
    """Returns the messages that ask whether a reply to a row contradicts the life, of which the judge reads `life`."""
    user = render(
        "judge_detail", name=name, question=quote_untrusted(row["question"], LONGEST_REPLY),
        why=quote_untrusted(row["why"], LONGEST_REPLY), reply=quote_untrusted(reply, LONGEST_REPLY),
    )  # fmt: skip
    return [Message("system", render("judge_reader", name=name, reading=life)), Message("user", user)]


def count_judgements(rows: Sequence[Mapping[str, Any]], judges: int) -> int:
    """Returns the number of judgements of these rows by this many judges."""
    return judges * sum(1 + len(_known(row)) for row in rows)


async def judge_details(
    library: Library, replied: Sequence[tuple[Mapping[str, Any], str]], judges: Sequence[Judge], calls: JudgeCalls
) -> list[Entry]:
    """Asks every judge about every reply and about the known replies of its row.

    A judgement of a known reply also has `expected`, its right verdict.
    """

    async def ask(row: Mapping[str, Any], reply: str, judge: Judge) -> list[Entry]:
        asked = [(REPLY, reply, {}), *((KNOWN, text, {"expected": right}) for right, text in _known(row))]
        name, life = library.character(row["character"]).name, detail_reading(library, row, judge.context)
        entries = []
        for kind, text, more in asked:
            messages = detail_messages(name, life, row, text)
            entries.append((row_key(row), await calls.ask(judge, kind, messages, REPLY_TOKENS, **more)))
        return entries

    return await gather_entries([ask(row, reply, judge) for row, reply in replied for judge in judges])


def _known(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns the known replies of a row with their right verdicts; none unless it has both."""
    found = [(right, str(row[right])) for right in KNOWN_REPLIES if row.get(right)]
    return found if len(found) == len(KNOWN_REPLIES) else []
