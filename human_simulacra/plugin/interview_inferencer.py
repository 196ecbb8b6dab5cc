"""The OpenCompass inferencer of an interrogation whose questions a model words, in view of the answers so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from human_simulacra.backbones.base import BackboneError
from human_simulacra.files import digest
from human_simulacra.plugin.conversations import Conversation
from human_simulacra.plugin.inferencer import OnResult, SimulacrumInferencer, make_result
from human_simulacra.plugin.llm_config import check_llm, fingerprint
from human_simulacra.plugin.shared_backbones import SharedBackbones, current_backbones
from human_simulacra.plugin.spent_calls import sum_spent
from human_simulacra.progress import add_spent
from human_simulacra.prompts import render, render_sections
from human_simulacra.stimuli import interview_stimulus
from human_simulacra.types import Generation, Message, Stimulus

QUESTION_TOKENS = 120


class InterviewInferencer(SimulacrumInferencer):
    """Lets an interviewer word each question of a chain; the chain says what it asks for, and when it returns to what.

    The scripted questions are the plan: the same facts are asked for in the same order whoever asks, so that models can be
    compared. Predictions have the question as it was asked in `asked`, and what later turns see of it in `recap`.

    Args:
        model: The simulacrum.
        interviewer_llm: OpenCompass config of the interviewer.
        retry: Maximum number of attempts per call of the interviewer.
        **kwargs: See `SimulacrumInferencer`.

    Raises:
        UserError: If the interviewer's config is invalid.
    """

    def __init__(self, model: Any, interviewer_llm: Mapping[str, Any], retry: int = 5, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.check(interviewer_llm)
        self._identity, self._price = fingerprint(interviewer_llm), interviewer_llm.get("price")
        shared = current_backbones() or SharedBackbones()
        self._interviewer = shared.build(interviewer_llm, self.simulacrum.concurrency, retry, self.simulacrum.call_cache)

    @staticmethod
    def check(interviewer_llm: Mapping[str, Any]) -> None:
        """Raises a UserError if the interviewer's config cannot work; builds no model."""
        check_llm(interviewer_llm, "interviewer_llm")

    def turn_key(self, stimulus: Stimulus) -> str:
        """Returns the key of a turn, which depends on the interviewer as well."""
        return digest([super().turn_key(stimulus), self._identity])

    def count_calls(self, conversation: Conversation) -> int:
        """Returns how many calls a conversation makes one after the other: each turn waits for the answer before it."""
        calls = self.simulacrum.method(self.max_out_len).longest + 1
        return 0 if self.simulacrum.keeps_order else calls * len(conversation.remaining)

    async def answer_conversation(self, conversation: Conversation, on_result: OnResult) -> None:
        """Words and answers the remaining turns, one after the other. A failed turn ends the conversation."""
        method = self.simulacrum.method(self.max_out_len)
        failed = ""
        for turn in conversation.remaining:
            scripted = conversation.next_stimulus
            if failed:
                on_result(turn, "", make_result(turn.stimulus, error=f"not asked, an earlier turn failed: {failed}"))
                continue
            try:
                asked = await self._word(scripted)
                stimulus = replace(interview_stimulus(scripted.id, scripted.character, asked), history=scripted.history,
                                   sample=scripted.sample, as_of=scripted.as_of)  # fmt: skip
                reply = await method.respond(stimulus)
            except Exception as error:
                result = self.make_failure(scripted, error)
                failed = result["error"]
                on_result(turn, self.turn_key(scripted), result)
                continue
            self.simulacrum.has_answered = True
            recap = render("interrogation_recap", question=asked)
            on_result(turn, self.turn_key(scripted), {**make_result(stimulus, reply), "asked": asked, "recap": recap})
            conversation.add_reply(reply.text, recap)

    async def _word(self, scripted: Stimulus) -> str:
        """Returns the question as the interviewer asks it, in one line.

        Raises:
            BackboneError: If the interviewer gives no question.
        """
        said = [f"{'Answer: ' if message.role == 'assistant' else ''}{message.content}" for message in scripted.history]
        prompt = render_sections("interviewer", conversation="\n".join(said), question=scripted.query)
        completion = await self._interviewer.complete([Message("user", prompt)], Generation(QUESTION_TOKENS))
        add_spent(sum_spent([asdict(completion)], {"top": self._price}))
        text = " ".join(completion.text.split()).strip('"“” ')
        if not text:
            raise BackboneError("the interviewer gave an empty question: set interviewer_llm to another model")
        return text
