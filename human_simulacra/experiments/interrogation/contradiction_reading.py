"""A reader of contradictions: a judge model that names the words which contradict each other.

A contradiction counts only if the words that the reader copies stand in the two statements. Every reader also reads labelled
pairs of the data, which decide on its admission.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence

from human_simulacra.experiments.interrogation.answer_pairs import AnswerPair
from human_simulacra.judge_models.judge_calls import Entry, Judge, JudgeCalls, gather_entries
from human_simulacra.judge_models.reading_material import quote_untrusted
from human_simulacra.judge_models.verdict_parsing import parse_word
from human_simulacra.prompts import render, template
from human_simulacra.shared_items import StatementPair
from human_simulacra.types import Message

KNOWN = "known_pair"
CONTRADICTS, FITS = "contradicts", "fits"
VERDICTS = (CONTRADICTS, FITS)
LONGEST_TEXT, REPLY_TOKENS = 1500, 160
KNOWN_PER_CHARACTER = 6  # labelled pairs that a reader is checked with in a run; half of them contradict
_EVIDENCE = re.compile(r"^\W*(FIRST|SECOND)\W*:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)


def pair_messages(pair: AnswerPair) -> list[Message]:
    """Returns the messages that ask whether the two statements of a pair contradict each other."""

    def shown(question: str, text: str) -> str:
        if not question:
            return render("judge_pair_fact", fact=quote_untrusted(text, LONGEST_TEXT))
        quoted = {"question": quote_untrusted(question, LONGEST_TEXT), "answer": quote_untrusted(text, LONGEST_TEXT)}
        return render("judge_pair_answer", **quoted)

    first, second = shown(pair.first_question, pair.first), shown(pair.second_question, pair.second)
    return [Message("system", template("judge_pair_system")), Message("user", render("judge_pair", first=first, second=second))]


def known_pair(pair: StatementPair) -> AnswerPair:
    """Returns a labelled pair of the data as a pair to read."""
    return AnswerPair("", "internal", pair.question_a, pair.answer_a, pair.question_b, pair.answer_b)


def read_verdict(text: str, first: str, second: str) -> str | None:
    """Reads what the reader wrote about a pair.

    Args:
        text: The reader's reply.
        first: The first statement.
        second: The second statement.

    Returns:
        `contradicts` or `fits`; None if no verdict can be read, or the words that are said to contradict do not stand in the
        statements.
    """
    verdict = parse_word(text, VERDICTS)
    if verdict != CONTRADICTS:
        return verdict
    quoted = {label.upper(): words for label, words in _EVIDENCE.findall(text)}
    stands = (_stands_in(quoted.get("FIRST", ""), first), _stands_in(quoted.get("SECOND", ""), second))
    return CONTRADICTS if all(stands) else None


def draw_known_pairs(pairs: Sequence[StatementPair], seed: int) -> list[StatementPair]:
    """Draws the labelled pairs that a run's readers are checked with: as many of both kinds of each character."""
    drawn = []
    for character in dict.fromkeys(pair.character for pair in pairs):
        for contradicts in (True, False):
            own = [pair for pair in pairs if pair.character == character and pair.contradicts == contradicts]
            chance = random.Random(f"{seed}:{character}:{contradicts}")
            drawn += chance.sample(own, min(len(own), KNOWN_PER_CHARACTER // 2))
    return drawn


async def read_pairs(
    pairs: Sequence[AnswerPair], known: Sequence[StatementPair], readers: Sequence[Judge], calls: JudgeCalls
) -> list[Entry]:
    """Asks every reader about every pair, and about the labelled pairs.

    Args:
        pairs: The pairs of a model's replies, at least one.
        known: Labelled pairs.
        readers: The judge models.
        calls: Makes the calls.

    Returns:
        Entries by the pair's row. Those of labelled pairs are with the first pair's row and have `expected`, `known` (the id) and
        `about` (the character).
    """
    carrier = pairs[0].row

    async def ask(pair: AnswerPair, reader: Judge) -> list[Entry]:
        return [(pair.row, await calls.ask(reader, pair.kind, pair_messages(pair), REPLY_TOKENS, first=pair.first))]

    async def check(labelled: StatementPair, reader: Judge) -> list[Entry]:
        more = {
            "expected": CONTRADICTS if labelled.contradicts else FITS, "known": labelled.id, "about": labelled.character,
            "first": labelled.answer_a, "second": labelled.answer_b,
        }  # fmt: skip
        return [(carrier, await calls.ask(reader, KNOWN, pair_messages(known_pair(labelled)), REPLY_TOKENS, **more))]

    return await gather_entries([
        *(ask(pair, reader) for pair in pairs for reader in readers),
        *(check(labelled, reader) for labelled in known for reader in readers),
    ])  # fmt: skip


def _stands_in(words: str, text: str) -> bool:
    """Returns whether copied words stand in a text; `...` stands for words left out between them."""
    pieces = [piece for part in re.split(r"\.{3}|…", words) if (piece := _plain(part))]
    return bool(pieces) and pieces != ["none"] and all(piece in _plain(text) for piece in pieces)


def _plain(text: str) -> str:
    """Returns the words of a text in lower case, without punctuation and accents, one space apart."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))
