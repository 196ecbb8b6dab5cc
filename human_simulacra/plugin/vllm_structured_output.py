"""The argument of vLLM's `SamplingParams` that holds an answer to a form."""

from __future__ import annotations

from typing import Any

from opencompass.models import VLLM, VLLMwithChatTemplate

from human_simulacra.json_form import ReplyForm

VLLM_CLASSES = (VLLM, VLLMwithChatTemplate)


def structured_output_argument(form: ReplyForm | None) -> dict[str, Any]:
    """Returns the sampling argument for a form; empty without one.

    OpenCompass's vLLM classes (0.5.4) hand the arguments of `generate` to `SamplingParams`. There, older versions of vLLM call
    it `guided_decoding`, which 0.12 removed for `structured_outputs`.
    """
    if form is None:
        return {}
    schema = dict(form.schema())
    from vllm import sampling_params  # type: ignore[import-not-found]

    if hasattr(sampling_params, "StructuredOutputsParams"):
        return {"structured_outputs": sampling_params.StructuredOutputsParams(json=schema)}
    return {"guided_decoding": sampling_params.GuidedDecodingParams(json=schema)}
