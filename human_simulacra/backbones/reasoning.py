"""Separates what a model thinks before it answers from its answer: reasoning is never an answer, a thought or a memory.

Chat templates mark reasoning in their own ways, and servers that do not know a template pass its marks on as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# The opening and closing marks of reasoning in chat templates: Qwen and DeepSeek, Mistral, Kimi, Seed, OpenThinker, and others.
_PAIRS = (
    ("<think>", "</think>"), ("[THINK]", "[/THINK]"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"), ("◁think▷", "◁/think▷"), ("<seed:think>", "</seed:think>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|start_think|>", "<|end_think|>"),
)  # fmt: skip
_CLOSES = {opening.lower(): closing.lower() for opening, closing in _PAIRS}
_MARK = re.compile("|".join(re.escape(mark) for pair in _PAIRS for mark in pair), re.IGNORECASE)
# The harmony format of gpt-oss: `<|channel|>analysis<|message|>...<|end|><|start|>assistant<|channel|>final<|message|>...`.
_CHANNEL = "<|channel|>"
_HARMONY = re.compile(
    r"<\|channel\|>\s*(?P<name>\w+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>"
    r"(?P<text>.*?)(?:<\|(?:end|return|call)\|>|(?=<\|start\|>|<\|channel\|>)|\Z)",
    re.DOTALL,
)
# The same after a server has dropped the special tokens.
_BARE_HARMONY = re.compile(r"\s*analysis(?P<thought>.*?)assistant\s*final(?P<answer>.*)", re.DOTALL)
_BARE_START = "analysis"
_HELD_MARKS = (*(mark.lower() for pair in _PAIRS for mark in pair), _CHANNEL, "<|start|>assistant")


@dataclass(frozen=True)
class SplitText:
    """A model's text in two parts, and whether it ended within its reasoning."""

    answer: str
    reasoning: str
    unfinished: bool = False


def split_reasoning(text: str) -> SplitText:
    """Separates reasoning from the answer, both without surrounding whitespace.

    A closing mark without an opening one ends reasoning that the chat template had begun. Reasoning that was begun and not
    ended lasts to the end of the text.
    """
    if _CHANNEL in text:
        return _split_harmony(text)
    if bare := _BARE_HARMONY.fullmatch(text):
        return SplitText(bare["answer"].strip(), bare["thought"].strip())
    said: list[str] = []
    thought: list[str] = []
    start, closing = 0, ""
    for mark in _MARK.finditer(text):
        name, piece = mark.group().lower(), text[start : mark.start()]
        if closing:
            thought.append(piece)
            closing = "" if name == closing else closing
        elif name in _CLOSES:
            said.append(piece)
            closing = _CLOSES[name]
        else:
            thought += [*said, piece]
            said = []
        start = mark.end()
    (thought if closing else said).append(text[start:])
    return SplitText("".join(said).strip(), "".join(thought).strip(), bool(closing))


def _split_harmony(text: str) -> SplitText:
    parts = [(part["name"], part["text"]) for part in _HARMONY.finditer(text)]
    answer = "".join(words for name, words in parts if name == "final").strip()
    thought = "\n".join(words.strip() for name, words in parts if name != "final")
    return SplitText(answer, thought, not any(name == "final" for name, _ in parts))


class ReasoningFilter:
    """Passes on the pieces of an answer as they arrive, without its reasoning.

    Args:
        on_text: Receives the pieces of the answer proper.
    """

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._text = ""
        self._passed_on = ""

    def add(self, piece: str) -> None:
        """Processes the next piece of the model's text."""
        self._text += piece
        if not self._may_become_reasoning():
            self._pass_on(split_reasoning(self._text).answer)

    def end(self) -> None:
        """Ends the answer, and passes on what was held back."""
        self._pass_on(split_reasoning(self._text).answer)

    def _may_become_reasoning(self) -> bool:
        """Returns whether the text so far ends with the beginning of a mark, or looks like a harmony text without marks."""
        start = self._text.lstrip()
        if start and (_BARE_START.startswith(start) or (start.startswith(_BARE_START) and not _BARE_HARMONY.fullmatch(start))):
            return True
        tail = self._text[-max(map(len, _HELD_MARKS)) :].lower()
        ends = (tail[place:] for place in range(len(tail)))
        return any(mark.startswith(end) for end in ends for mark in _HELD_MARKS)

    def _pass_on(self, answer: str) -> None:
        if not answer.startswith(self._passed_on):  # what was passed on was reasoning that nothing had announced
            self._passed_on = ""
        # Whitespace at the end is held back with the piece after it, since the answer's end has none.
        if new := answer[len(self._passed_on) :]:
            self._on_text(new)
            self._passed_on = answer
