"""The backbone's judgement on a passage's content: bias, harm or neither, read strictly."""

from __future__ import annotations

import re
from typing import Literal

from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.story.summarisers import MARGIN
from human_simulacra.construction.story.tokens import truncate_tokens
from human_simulacra.prompts import render

VERDICT_WORDS = 12
_VERDICT = re.compile(r"\W*(none|bias|harm)\W*", re.IGNORECASE)
Verdict = Literal["none", "bias", "harm", "not judged"]


async def judge_content(writer: Writer, text: str) -> Verdict:
    """Returns the verdict; one that is not a single known word, even when asked again, is none at all: `not judged`."""
    prompt = render("make_story_content", text=truncate_tokens(text, writer.context_tokens - 2 * MARGIN))
    draft = await writer.write(prompt, VERDICT_WORDS, check=_check_verdict)
    match = _VERDICT.fullmatch(draft.text or "")
    return match[1].lower() if match else "not judged"  # type: ignore[return-value]


def _check_verdict(text: str) -> str | None:
    return None if _VERDICT.fullmatch(text) else "it was not one of the words BIAS, HARM and NONE alone"
