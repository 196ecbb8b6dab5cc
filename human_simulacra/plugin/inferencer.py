"""Puts every row of a dataset to a simulacrum through one event loop, saving each answer as it comes.

Rows that stand alone and rows that follow each other (`conversations`) take the same way.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from opencompass.openicl.icl_inferencer.icl_base_inferencer import BaseInferencer

from human_simulacra.backbones.base import BackboneError
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.methods import PreparedStimulus
from human_simulacra.plugin.conversations import Conversation, Turn, group_conversations
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.row_journal import RowJournal
from human_simulacra.plugin.secret_redaction import redact
from human_simulacra.progress import Progress
from human_simulacra.traces import Reply
from human_simulacra.types import Stimulus

Result = dict[str, Any]
Done = Callable[[Turn, str, Result], None]


class SimulacrumInferencer(BaseInferencer):
    """Drives a `Simulacrum` over rows that carry sealed stimuli.

    Args:
        model: The simulacrum.
        max_out_len: Cap of an answer in tokens; None leaves it to the model's configs.
        **kwargs: What OpenCompass passes to every inferencer.

    Raises:
        UserError: If the model is no `Simulacrum`.
    """

    def __init__(self, model: Any, max_out_len: int | None = None, **kwargs: Any) -> None:
        if not isinstance(model, Simulacrum):
            raise UserError(f"SimulacrumInferencer needs a Simulacrum, not {type(model).__name__}: wrap it, Simulacrum(llm=...)")
        super().__init__(model, **kwargs)
        self.simulacrum = model
        self.max_out_len = max_out_len

    def inference(
        self,
        retriever: Any,
        ice_template: Any = None,
        prompt_template: Any = None,
        output_json_filepath: str | None = None,
        output_json_filename: str | None = None,
    ) -> list[str | None]:
        """Answers all rows and writes OpenCompass's predictions file.

        A row whose answer failed holds `prediction: null` and its `error`; it is tried again when the run is resumed.

        Returns:
            The predictions in the order of the rows.
        """
        folder = Path(output_json_filepath or self.output_json_filepath or ".")
        name = output_json_filename or self.output_json_filename or "predictions.json"
        rows = list(retriever.test_ds)
        label = f"{folder.name}/{Path(name).stem}"
        journal = RowJournal(folder / "rows" / f"{Path(name).stem}.jsonl")
        try:
            results = asyncio.run(self._answer_all(rows, journal, label))
        finally:
            journal.close()
        text = json.dumps({str(i): result for i, result in enumerate(results)}, indent=1, ensure_ascii=True)
        write_atomically(folder / name, text)
        return [result["prediction"] for result in results]

    async def _answer_all(self, rows: list[dict[str, Any]], journal: RowJournal, label: str) -> list[Result]:
        pending = group_conversations(rows)
        results: dict[int, Result] = {}
        for conversation in pending:
            self._restore(conversation, journal, results)
        progress = Progress(label, len(rows), done=len(results))
        # Conversations start in order and few at once, so that those of a character, which share a prefix, stay together.
        gate = asyncio.Semaphore(self.simulacrum.rows_at_once)

        def done(turn: Turn, key: str, result: Result) -> None:
            result = {"id": turn.stimulus.id, **result, "gold": rows[turn.place]["answer"]}
            results[turn.place] = journal.append(key, result) if key else result
            progress.step(failed=result["error"] is not None)

        async def answer(conversation: Conversation) -> None:
            async with gate:
                await self._answer_conversation(conversation, done)

        jobs = [asyncio.ensure_future(answer(conversation)) for conversation in pending if conversation.rest]
        try:
            await asyncio.gather(*jobs)
        finally:
            for job in jobs:
                job.cancel()
            progress.close()
        return [results[place] for place in range(len(rows))]

    def _restore(self, conversation: Conversation, journal: RowJournal, results: dict[int, Result]) -> None:
        """Takes what an earlier run answered: the key of a turn holds all that was said before it."""
        while conversation.rest:
            saved = journal.rows.get(self.simulacrum.row_key(conversation.stimulus, self.max_out_len))
            if saved is None or saved["error"] is not None:
                return
            results[conversation.rest[0].place] = saved
            conversation.add_reply(saved["prediction"])

    async def _answer_conversation(self, conversation: Conversation, done: Done) -> None:
        """Answers the rest of a conversation, one turn after the other, and calls `done` with turn, journal key and result.

        The agents' work on all turns begins at once, since none of it depends on an answer. At a turn that fails the
        conversation ends, for nothing can follow what was never said: the turns after it are not asked, have no key, and are
        asked when the run is resumed. What agents have begun for them is let finish, so that it is not paid twice.
        """
        method = self.simulacrum.method(self.max_out_len)

        async def prepare(stimulus: Stimulus) -> PreparedStimulus | BackboneError:
            try:
                return await method.prepare(stimulus)
            except BackboneError as error:
                return error

        rest = conversation.rest
        work = [asyncio.ensure_future(prepare(turn.stimulus)) for turn in rest]
        try:
            for number, turn in enumerate(rest):
                stimulus = conversation.stimulus
                key = self.simulacrum.row_key(stimulus, self.max_out_len)
                prepared = await work[number]
                try:
                    if isinstance(prepared, BackboneError):
                        raise prepared
                    reply = await method.answer(prepared, stimulus)
                except BackboneError as error:
                    why = redact(error)
                    done(turn, key, _result(stimulus, error=why))
                    for later in rest[number + 1 :]:
                        done(later, "", _result(later.stimulus, error=f"not asked, a turn before it failed: {why}"))
                    break
                done(turn, key, _result(stimulus, reply))
                conversation.add_reply(reply.text)
            await asyncio.gather(*work)
        finally:
            for job in work:
                job.cancel()


def _result(stimulus: Stimulus, reply: Reply | None = None, error: str | None = None) -> Result:
    prediction, trace = (reply.text, reply.trace.as_dict()) if reply else (None, None)
    return {"origin_prompt": stimulus.text, "prediction": prediction, "trace": trace, "error": error}
