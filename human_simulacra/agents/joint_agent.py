"""The Thinking and the Emotion agent in one call, which reads the persona and the memories once instead of twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.agents.model_calls import TOKENS_A_WORD, ModelCaller, render_inner_prompt
from human_simulacra.agents.thinking_agent import ANSWER_WORDS
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import Stimulus

LABEL_TOKENS = 16  # of the two labels
_LINES = re.compile(r"\bTHOUGHTS\b\W*?:[\s*]*(?P<thoughts>.*?)[\s*#]*\bFEELINGS\b\W*?:[\s*]*(?P<feelings>.*)", re.DOTALL)


async def think_and_feel(caller: ModelCaller, stimulus: Stimulus, memories: Sequence[RetrievedPassage] = ()) -> tuple[str, str]:
    """Returns what the character thinks and what it feels about a stimulus, each in at most 30 words.

    A reply without the two labels counts as thoughts, and the trace names the problem. Arguments as for `thinking_agent.think`.
    """
    prompt = render_inner_prompt("joint_agent", stimulus, memories, ANSWER_WORDS)
    text = await caller.ask("joint", prompt, int(2 * ANSWER_WORDS * TOKENS_A_WORD) + LABEL_TOKENS)
    lines = _LINES.search(text)
    if lines is None:
        caller.trace.problems.append(f"joint agent wrote no lines THOUGHTS and FEELINGS: {text[:200]!r}")
        return " ".join(text.split()), ""
    thoughts, feelings = (" ".join(lines[name].split()) for name in ("thoughts", "feelings"))
    return thoughts, feelings


def split_unfinished(text: str) -> tuple[str, str]:
    """Returns thoughts and feelings of a reply that the agent is still writing."""
    thoughts, _, feelings = text.partition("FEELINGS")
    thoughts = thoughts.partition("THOUGHTS")[2] or ("" if "THOUGHTS".startswith(thoughts.strip(" *#")) else thoughts)
    return thoughts.strip(" :*#\n"), feelings.strip(" :*#\n")
