"""Puts every row of a dataset to a simulacrum through one event loop, saving each answer as it comes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from opencompass.openicl.icl_inferencer.icl_base_inferencer import BaseInferencer

from human_simulacra.backbones.base import BackboneError
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.plugin.envelope import unseal
from human_simulacra.plugin.journal import RowJournal
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.secrets import redact
from human_simulacra.progress import Progress


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

    async def _answer_all(self, rows: list[dict[str, Any]], journal: RowJournal, label: str) -> list[dict[str, Any]]:
        stimuli = [unseal(row["envelope"]) for row in rows]
        keys = [self.simulacrum.row_key(stimulus, self.max_out_len) for stimulus in stimuli]
        saved = {key for key in keys if key in journal.rows and journal.rows[key]["error"] is None}
        progress = Progress(label, len(rows), done=sum(key in saved for key in keys))
        # Rows start in order and few at once, so that those of a character, which share a prefix, stay together.
        gate = asyncio.Semaphore(self.simulacrum.rows_at_once)

        async def answer(index: int) -> None:
            async with gate:
                result = await self._answer(stimuli[index])
            journal.append(keys[index], {"id": stimuli[index].id, **result, "gold": rows[index]["answer"]})
            progress.step(failed=result["error"] is not None)

        jobs = [asyncio.ensure_future(answer(i)) for i, key in enumerate(keys) if key not in saved]
        try:
            await asyncio.gather(*jobs)
        finally:
            for job in jobs:
                job.cancel()
            progress.close()
        return [journal.rows[key] for key in keys]

    async def _answer(self, stimulus: Any) -> dict[str, Any]:
        result: dict[str, Any] = {"origin_prompt": stimulus.text, "prediction": None, "trace": None, "error": None}
        try:
            reply = await self.simulacrum.respond(stimulus, self.max_out_len)
        except BackboneError as error:
            return result | {"error": redact(error)}
        return result | {"prediction": reply.text, "trace": reply.trace.as_dict()}
