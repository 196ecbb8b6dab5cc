"""Self-check of a question: the backbone must answer it correctly with its evidence, but not without."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.construction.checked_writer import Writer, build_messages, words_to_tokens
from human_simulacra.prompts import render
from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import states_answer
from human_simulacra.stimuli import question_stimulus, shuffle_options
from human_simulacra.types import Generation, Paragraph, Question

REPLY_WORDS = 24


@dataclass(frozen=True)
class SelfCheck:
    """The shares of sampled answers that are right, with and without the evidence."""

    with_evidence: float
    without_evidence: float

    def find_fault(self, least: float, most: float) -> str | None:
        """Returns why the question is left out, or None: `least` is the minimum with the evidence, `most` the maximum without."""
        if self.with_evidence < least:
            return f"with its evidence it was answered rightly in {self.with_evidence:.0%} of the draws, {least:.0%} are needed"
        if self.without_evidence > most:
            return (
                f"without evidence it was answered rightly in {self.without_evidence:.0%} of the draws, at most {most:.0%} may be"
            )
        return None


async def run_self_check(writer: Writer, name: str, question: Question, evidence: Sequence[Paragraph], draws: int) -> SelfCheck:
    """Samples answers to a question with and without its evidence in `2 * draws` calls, with newly shuffled options for each.

    Raises:
        BackboneError: If the backbone gives no answer.
    """
    passages = "\n".join(paragraph.text for paragraph in evidence)

    async def right(draw: int, open_book: bool) -> bool:
        put = shuffle_options(question, writer.seed + draw)
        asked = question_stimulus(put).text
        prompt = (
            render("make_questions_answer_with_evidence", name=name, passages=passages, question=asked)
            if open_book
            else render("make_questions_answer_without_evidence", name=name, question=asked)
        )
        generation = Generation(words_to_tokens(REPLY_WORDS), writer.temperature, writer.seed, draw)
        reply = (await writer.backbone.complete(build_messages(prompt), generation)).text
        if put.type == "cloze":
            return states_answer(reply, [str(answer) for answer in put.answer])
        return read_choices(reply, put.options) == put.answer

    found = await asyncio.gather(*(right(draw, way) for way in (True, False) for draw in range(draws)))
    return SelfCheck(sum(found[:draws]) / draws, sum(found[draws:]) / draws)
