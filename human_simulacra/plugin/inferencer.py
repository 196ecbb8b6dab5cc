"""The OpenCompass inferencer of simulacra: answers the rows concurrently and saves each answer as soon as it is complete."""

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
from human_simulacra.method_interface import PreparedStimulus
from human_simulacra.plugin.conversations import Conversation, Turn, group_conversations
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.row_checkpoint import RowCheckpoint
from human_simulacra.progress import Progress
from human_simulacra.secret_redaction import redact
from human_simulacra.traces import Reply
from human_simulacra.types import Stimulus

Result = dict[str, Any]
OnResult = Callable[[Turn, str, Result], None]


class SimulacrumInferencer(BaseInferencer):
    """Runs a `Simulacrum` on rows with encoded stimuli.

    Args:
        model: The simulacrum.
        max_out_len: Maximum length of an answer in tokens; None uses the model config's.
        **kwargs: OpenCompass's arguments for every inferencer.

    Raises:
        UserError: If the model is not a `Simulacrum`.
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

        A failed row has `prediction: null` and an `error`; resuming the run tries it again.

        Returns:
            The predictions in the order of the rows.
        """
        folder = Path(output_json_filepath or self.output_json_filepath or ".")
        name = output_json_filename or self.output_json_filename or "predictions.json"
        rows = list(retriever.test_ds)
        label = f"{folder.name}/{Path(name).stem}"
        checkpoint = RowCheckpoint(folder / "rows" / f"{Path(name).stem}.jsonl")
        try:
            results = asyncio.run(self._answer_all(rows, checkpoint, label))
        finally:
            checkpoint.close()
        text = json.dumps({str(i): result for i, result in enumerate(results)}, indent=1, ensure_ascii=True)
        write_atomically(folder / name, text)
        return [result["prediction"] for result in results]

    async def _answer_all(self, rows: list[dict[str, Any]], checkpoint: RowCheckpoint, label: str) -> list[Result]:
        pending = group_conversations(rows)
        results: dict[int, Result] = {}
        for conversation in pending:
            self._restore(conversation, checkpoint, results)
        progress = Progress(label, len(rows), done=len(results))
        # Conversations start in order, a few at a time: those of one character share a prompt prefix and stay together.
        semaphore = asyncio.Semaphore(self.simulacrum.max_concurrent_rows)

        def on_result(turn: Turn, key: str, result: Result) -> None:
            result = {"id": turn.stimulus.id, **result, "gold": rows[turn.index]["answer"]}
            results[turn.index] = checkpoint.append(key, result) if key else result
            progress.step(failed=result["error"] is not None)

        async def answer(conversation: Conversation) -> None:
            async with semaphore:
                await self.answer_conversation(conversation, on_result)

        jobs = [asyncio.ensure_future(answer(conversation)) for conversation in pending if conversation.remaining]
        try:
            await asyncio.gather(*jobs)
        finally:
            for job in jobs:
                job.cancel()
            progress.close()
        return [results[index] for index in range(len(rows))]

    def _restore(self, conversation: Conversation, checkpoint: RowCheckpoint, results: dict[int, Result]) -> None:
        """Reuses saved answers. A turn's key covers its history, so an answer after a changed one is not reused."""
        while conversation.remaining:
            saved = checkpoint.rows.get(self.turn_key(conversation.next_stimulus))
            if saved is None or saved["error"] is not None:
                return
            results[conversation.remaining[0].index] = saved
            conversation.add_reply(saved["prediction"], saved.get("recap", ""))

    def turn_key(self, stimulus: Stimulus) -> str:
        """Returns the key under which a turn's answer is saved; it covers all that the answer depends on."""
        return self.simulacrum.row_key(stimulus, self.max_out_len)

    async def answer_conversation(self, conversation: Conversation, on_result: OnResult) -> None:
        """Answers the remaining turns in order and calls `on_result` with the turn, its checkpoint key and the result.

        The agents start on all turns at once, since their work depends on no answer. A failed turn ends the conversation:
        later turns have no key and are asked when the run is resumed. Agent calls already under way finish and are cached.
        """
        method = self.simulacrum.method(self.max_out_len)

        async def prepare(stimulus: Stimulus) -> PreparedStimulus | BackboneError:
            try:
                return await method.prepare(stimulus)
            except BackboneError as error:
                return error

        turns = conversation.remaining
        preparations = [asyncio.ensure_future(prepare(turn.stimulus)) for turn in turns]
        try:
            for number, turn in enumerate(turns):
                stimulus = conversation.next_stimulus
                key = self.turn_key(stimulus)
                prepared = await preparations[number]
                try:
                    if isinstance(prepared, BackboneError):
                        raise prepared
                    reply = await method.answer(prepared, stimulus)
                except BackboneError as error:
                    message = redact(error)
                    on_result(turn, key, make_result(stimulus, error=message))
                    for later in turns[number + 1 :]:
                        on_result(later, "", make_result(later.stimulus, error=f"not asked, an earlier turn failed: {message}"))
                    break
                on_result(turn, key, make_result(stimulus, reply))
                conversation.add_reply(reply.text)
            await asyncio.gather(*preparations)
        finally:
            for job in preparations:
                job.cancel()


def make_result(stimulus: Stimulus, reply: Reply | None = None, error: str | None = None) -> Result:
    """Returns what the predictions file holds of a row: its prompt, the reply with its trace, or the error."""
    prediction, trace = (reply.text, reply.trace.as_dict()) if reply else (None, None)
    return {"origin_prompt": stimulus.text, "prediction": prediction, "trace": trace, "error": error}
