"""Retries of the writer, and the record of a dry run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from human_simulacra.backbones.base import BackboneError
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from tests.conftest import ScriptedBackbone

PROMPT = "A passage from Ada Berg's life:\nAda rowed to Sund.\n\nTell it again with what she saw and whom she met on the way, in English."


GOOD = "Ada rowed to Sund in the grey light. Two seals followed the boat as far as the mole, and the ferryman waved."


def write(script: Callable[..., str | BackboneError] | str, check: Callable[[str], str | None] | None = None):
    backbone = ScriptedBackbone(script)
    return backbone, asyncio.run(Writer(backbone, seed=3).write(PROMPT, 40, check=check))


def test_a_retry_names_the_fault_and_samples_again() -> None:
    backbone, draft = write(lambda messages, generation: GOOD if generation.sample else "I cannot write this.")
    assert draft.text == GOOD and draft.attempts == 2 and draft.rejected == ("I cannot write this.",)
    first, second = backbone.calls
    assert first[0][0].content == PROMPT and first[1].seed == second[1].seed == 3
    assert draft.findings[0] in second[0][0].content and second[0][0].content.startswith(PROMPT)
    assert (first[1].sample, second[1].sample) == (0, 1)


def test_after_the_last_attempt_the_draft_has_all_faults_and_no_text() -> None:
    backbone, draft = write("As an AI, I have no past.")
    assert draft.text is None and draft.attempts == len(backbone.calls) == len(draft.findings) == 3


def test_the_callers_check_runs_after_the_general_ones() -> None:
    seen: list[str] = []

    def check(text: str) -> str | None:
        seen.append(text)
        return None if "seals" in text else "it left out the seals"

    _, draft = write(lambda m, g: ["```", "Ada rowed to the island.", GOOD][g.sample], check)
    assert draft.text == GOOD and seen == ["Ada rowed to the island.", GOOD]
    assert draft.findings[1] == "it left out the seals"


def test_a_failing_backbone_raises() -> None:
    with pytest.raises(BackboneError, match="down"):
        write(lambda m, g: BackboneError("down"))


def test_a_dry_run_records_prompts_and_prices_them() -> None:
    dry = DryRun({"input": 2.0, "output": 10.0})
    draft = asyncio.run(dry.write("x" * 4000, 100, check=lambda text: "never right"))
    assert draft.text and len(draft.text.split()) == 100
    asyncio.run(dry.write(f"Go on from: {draft.text}", 100))
    estimate = dry.estimate()
    assert estimate.calls == 2 and estimate.prompt_tokens > 1000 and estimate.money
    assert estimate.money == pytest.approx((estimate.prompt_tokens * 2 + estimate.completion_tokens * 10) / 1e6)
    assert "Go on from: [100 words that the model would write]" in dry.report() and "2 calls" in dry.report()
    assert "money unknown" in str(DryRun().estimate())
