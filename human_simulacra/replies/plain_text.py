"""One form of every character of a reply: without Markdown, LaTeX, tags and typographic variants; and its sentences."""

from __future__ import annotations

import re
import unicodedata

# What stands in for a plain character: quotes, dashes, and hyphens that do not break.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-"})
_LATEX = re.compile(r"\\(?:boxed|text(?:bf|it|rm)?|mathrm|mathbf)\s*\{([^{}]*)\}")
# A gesture of role play, `*nods slowly*`, is a sentence of its own; one word in asterisks is emphasis.
_GESTURE = re.compile(r"(?<![*\w])\*([^*\n]+ [^*\n]+)\*(?![*\w])")
_MARK = re.compile(
    r"\[?(?:([\u2611\u2705\u2713\u2714\U0001f5f9])|[\u2610\u274c\u274e\u2717\u2718\u2b1c])\ufe0f?\]?"
)  # ticks, and empty boxes or crosses
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,30}>")
TITLES = "Mrs?|Ms|Dr|St"  # whose full stop ends no sentence
_ABBREVIATION = re.compile(rf"\b({TITLES}|vs|etc|e\.g|i\.e)\.(?=\s)")
_END = re.compile(r"(?<=[.!?;:])[\"')\]]*\s+|\n+")


def without_gestures(reply: str) -> str:
    """Returns a reply without its gestures of role play, such as `*stirs the coffee*`."""
    return _GESTURE.sub(" ", reply)


def plain_text(reply: str) -> str:
    r"""Returns a reply with one form of each character, for the rules that read it.

    Full-width letters become ordinary ones, typographic quotes and dashes plain ones. Emphasis, headings, code fences, LaTeX
    commands such as `\boxed{}` and tags such as `<answer>` go; their content stays. Check marks become boxes (`[x] B`), or yes
    and no where they stand behind a text.
    """
    text = unicodedata.normalize("NFKC", reply).translate(_PLAIN)
    text = "\n".join(_marks_as_text(line) for line in text.split("\n"))
    text = re.sub(r"\\(?=[$%&])", "", text).replace("{,}", ",")
    text = re.sub(r"\$(?!\d)", " ", text)  # of LaTeX, not of an amount
    for _ in range(2):  # \boxed{\text{B}}
        text = _LATEX.sub(r" \1 ", text)
    text = _TAG.sub(" ", re.sub(r"~~[^~\n]+~~", " ", text))  # what is struck out is not said
    text = _GESTURE.sub(r"\n\1\n", text)
    text = re.sub(r"(?<=[a-z]{2}in)'(?!\w)", "g", text)  # walkin'
    text = re.sub(r"^\s*>+\s?", "", text, flags=re.MULTILINE)
    return re.sub(r"[*`#~]+|(?<!\w)_+|_+(?!\w)", "", text).strip()


def _marks_as_text(line: str) -> str:
    before = _MARK.search(line)
    boxes = before is not None and re.search(r"[^\W\d_]", line) and not re.search(r"[^\W\d_]", line[: before.start()])
    ticked, empty = ("[x] ", "[ ] ") if boxes else (" yes ", " no ")
    return _MARK.sub(lambda mark: ticked if mark[1] else empty, line)


def sentences(text: str) -> list[str]:
    """Splits a plain text into sentences: at `.`, `!`, `?`, `;`, `:` before a space, and at line ends."""
    return [part.strip() for part in _END.split(_ABBREVIATION.sub(r"\1", text)) if part.strip()]
