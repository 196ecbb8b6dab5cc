"""The OpenCompass inferencer of simulacra: answers the rows concurrently and saves each answer as soon as it is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from opencompass.openicl.icl_inferencer.icl_base_inferencer import BaseInferencer

from human_simulacra.backbones.base import BackboneError
from human_simulacra.errors import UserError
from human_simulacra.event_loops import run_coroutine
from human_simulacra.files import write_atomically
from human_simulacra.json_reading import parse
from human_simulacra.method_interface import PreparedStimulus
from human_simulacra.plugin.conversations import Conversation, Turn, group_conversations
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.row_checkpoint import RowCheckpoint
from human_simulacra.plugin.saved_rows import SavedRow, hold
from human_simulacra.plugin.spent_calls import sum_trace
from human_simulacra.progress import Progress
from human_simulacra.secret_redaction import redact
from human_simulacra.traces import Reply, Trace
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

        Raises:
            UserError: If the model cannot be used at all, which its first rows show, or the predictions file cannot be written;
                the message says where the finished rows are.
        """
        folder = Path(output_json_filepath or self.output_json_filepath or ".")
        name = output_json_filename or self.output_json_filename or "predictions.json"
        label = f"{folder.name}/{Path(name).stem}"
        checkpoint = RowCheckpoint(folder / "rows" / f"{Path(name).stem}.jsonl")
        try:
            results = self._answer_all(group_conversations(retriever.test_ds), checkpoint, label)
        finally:
            saved = checkpoint.close()
        predictions: list[str | None] = []

        def entries() -> Iterator[bytes]:
            yield b"{"
            for index, row in enumerate(results):
                text = row.read()
                predictions.append(parse(text)["prediction"])
                # Indented as OpenCompass indents, so that a file can be read row by row; the row itself is one line.
                yield b'%b\n "%d": {\n  %b\n }' % (b"," if index else b"", index, text.strip()[1:-1])
            yield b"\n}\n"

        try:
            write_atomically(folder / name, entries())
        except OSError as error:
            rows_are = f"the finished rows are in {saved}" if saved else "the finished rows could be written nowhere and are lost"
            raise UserError(
                f"{folder / name} cannot be written ({error.strerror}), but {rows_are}: make room, then resume the run with -r"
            ) from None
        return predictions

    def _answer_all(self, conversations: list[Conversation], checkpoint: RowCheckpoint, label: str) -> list[SavedRow]:
        """Returns where the results of all rows are, in their order, those of an earlier session included."""
        count = sum(len(conversation.turns) for conversation in conversations)
        results: dict[int, SavedRow] = {}
        for conversation in conversations:
            self._restore(conversation, checkpoint, results)
        progress = Progress(label, count, done=len(results))

        def on_result(turn: Turn, key: str, result: Result) -> None:
            row = {"id": turn.stimulus.id, **result, "gold": turn.gold}
            results[turn.index] = checkpoint.append(key, row) if key else hold(row)
            reason = "" if key == "" else result["error"] or ""  # without a key, the row was not asked
            progress.step(result["error"] is not None, reason, sum_trace(result["trace"], self.simulacrum.prices))

        try:
            run_coroutine(self._answer_remaining([talk for talk in conversations if talk.remaining], on_result))
        finally:
            progress.close()
        return [results[index] for index in range(count)]

    async def _answer_remaining(self, conversations: list[Conversation], on_result: OnResult) -> None:
        """Answers what is left of conversations, the longest first, as many at once as the models of this run have slots."""
        slots = self.simulacrum.row_slots
        dataset = slots.enter_dataset()
        waiting = iter(sorted(((self.count_calls(talk), talk) for talk in conversations), key=lambda pair: -pair[0]))

        async def answer_next() -> None:
            for calls, conversation in waiting:
                async with slots.taken(calls, dataset):
                    await self.answer_conversation(conversation, on_result)

        jobs = [asyncio.ensure_future(answer_next()) for _ in range(min(slots.size, len(conversations)))]
        try:
            await asyncio.gather(*jobs)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)  # afterwards nothing writes to the checkpoint any more

    def count_calls(self, conversation: Conversation) -> int:
        """Returns how many calls a conversation makes one after the other; 0 if its place in the dataset must be kept."""
        if self.simulacrum.keeps_order:
            return 0
        # The agents of all turns work at once.
        return len(conversation.remaining) - 1 + self.simulacrum.method(self.max_out_len).longest

    def _restore(self, conversation: Conversation, checkpoint: RowCheckpoint, results: dict[int, SavedRow]) -> None:
        """Reuses saved answers. A turn's key covers its history, so an answer after a changed one is not reused."""
        while conversation.remaining:
            saved = checkpoint.find(self.turn_key(conversation.next_stimulus))
            if saved is None or saved.failed:
                return
            results[conversation.remaining[0].index] = saved
            row = saved.load()
            conversation.add_reply(row["prediction"], row.get("recap", ""))

    def turn_key(self, stimulus: Stimulus) -> str:
        """Returns the key under which a turn's answer is saved; it covers all that the answer depends on."""
        return self.simulacrum.row_key(stimulus, self.max_out_len)

    async def answer_conversation(self, conversation: Conversation, on_result: OnResult) -> None:
        """Answers the remaining turns in order and calls `on_result` with the turn, its checkpoint key and the result.

        The agents start on all turns at once, since their work depends on no answer. A failed turn ends the conversation:
        later turns have no key and are asked when the run is resumed. Agent calls already under way finish and are cached.
        """
        method = self.simulacrum.method(self.max_out_len)

        async def prepare(stimulus: Stimulus) -> PreparedStimulus | Exception:
            try:
                return await method.prepare(stimulus)
            except Exception as error:  # whatever fails concerns this row alone
                return error

        turns = conversation.remaining
        preparations = [asyncio.ensure_future(prepare(turn.stimulus)) for turn in turns]
        try:
            for number, turn in enumerate(turns):
                stimulus = conversation.next_stimulus
                key = self.turn_key(stimulus)
                prepared = await preparations[number]
                try:
                    if isinstance(prepared, Exception):
                        raise prepared
                    reply = await method.answer(prepared, stimulus)
                except Exception as error:
                    failed = self.make_failure(stimulus, error)
                    on_result(turn, key, failed)
                    for later in turns[number + 1 :]:
                        reason = f"not asked, an earlier turn failed: {failed['error']}"
                        on_result(later, "", make_result(later.stimulus, error=reason))
                    break
                self.simulacrum.has_answered = True
                on_result(turn, key, make_result(stimulus, reply))
                conversation.add_reply(reply.text)
            await asyncio.gather(*preparations)
        finally:
            for job in preparations:
                job.cancel()

    def make_failure(self, stimulus: Stimulus, error: Exception) -> Result:
        """Returns what the predictions file holds of a failed row: the reason, and the trace of how far it had come.

        Raises:
            UserError: If the model has answered nothing yet and cannot be used at all: no other row would fare better.
        """
        unusable = isinstance(error, UserError) or (isinstance(error, BackboneError) and error.unusable)
        if unusable and not self.simulacrum.has_answered:
            raise UserError(redact(error)) from error
        known = isinstance(error, UserError | BackboneError)
        reason = redact(error if known else f"{type(error).__name__}: {error}")
        trace = error.trace if isinstance(error, BackboneError) else None
        return make_result(stimulus, error=reason, trace=trace)


def make_result(stimulus: Stimulus, reply: Reply | None = None, error: str | None = None, trace: Trace | None = None) -> Result:
    """Returns what the predictions file holds of a row: its prompt, the reply or the error, and the trace, if there is one."""
    trace = reply.trace if reply else trace
    text = reply.text if reply else None
    return {"origin_prompt": stimulus.text, "prediction": text, "trace": trace.as_dict() if trace else None, "error": error}
