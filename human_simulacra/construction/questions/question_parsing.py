"""Strict parsing of a question that a model wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.construction.text_checks.reply_checks import find_markup
from human_simulacra.types import Paragraph, Question, QuestionType
from human_simulacra.validation.question_checks import matches_in
from human_simulacra.validation.text_statistics import stems, words

# A right option has at least this share of its words in the evidence.
KEY_WORDS_SHARE = 1 / 3

LINES: dict[QuestionType, tuple[str, ...]] = {
    "cloze": ("Evidence", "Answer", "Question"),
    "single_choice": ("Evidence", "Right", "Wrong", "Wrong", "Wrong", "Question"),
    "multiple_choice": ("Evidence", "Right", "Right", "Right", "Wrong", "Wrong", "Wrong", "Question"),
}
ANSWER_WORDS, OPTION_WORDS, QUESTION_WORDS = 5, 25, 45
# The question comes last because `clean_reply` cuts a reply after its last complete sentence.
MOST_WORDS: dict[QuestionType, int] = {"cloze": 60, "single_choice": 130, "multiple_choice": 170}
_NUMBERS = re.compile(r"\[?\d{1,3}\]?(?:\s*,\s*\[?\d{1,3}\]?)*\Z")
_KEY_INSIDE = re.compile(r"\b(?:Evidence|Answer|Right|Wrong|Question)\s*:", re.IGNORECASE)
_MENTIONS = re.compile(r"\b(?:passages?|paragraphs?|the text|excerpts?|the story)\b|\[\d", re.IGNORECASE)
_LETTERED = re.compile(r"(?:\b[A-F][.)]\W+){2}|(?:\b[A-F][.)] .*){2}")
_GENERIC = re.compile(
    r"\b(?:right|wrong|true|false|correct|incorrect|another) answer\b|\b(?:all|none) of (?:the|these)\b", re.IGNORECASE
)


def parse_question(reply: str, kind: QuestionType, evidence: Sequence[Paragraph], two_parts: bool = False) -> Question | str:
    """Parses a reply into a question without an id, right options first, or returns a fault as a phrase for the retry prompt.

    Args:
        reply: The model's text.
        kind: The requested type.
        evidence: The passages of the prompt, numbered from 1.
        two_parts: Whether the evidence must include passages of both halves.
    """
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    found = [(key.strip(), " ".join(value.split())) for key, _, value in (line.partition(":") for line in lines)]
    if tuple(key for key, _ in found) != LINES[kind]:
        return f"it was not in the form of the lines {', '.join(LINES[kind])}"
    if any(not value or _KEY_INSIDE.search(value) for _, value in found):
        return "a line was empty or held another line"
    named = found[0][1].rstrip(".")
    if not _NUMBERS.match(named):
        return "the evidence was not a list of passage numbers"
    numbers = sorted({int(number) for number in re.findall(r"\d+", named)})
    if not 1 <= numbers[0] <= numbers[-1] <= len(evidence):
        return f"the evidence named a passage that is not there (there are {len(evidence)})"
    if two_parts and (numbers[0] > len(evidence) // 2 or numbers[-1] <= len(evidence) // 2):
        return "the evidence did not name passages of both parts"
    text = found[-1][1]
    right = tuple(value.rstrip(".") if kind == "cloze" else value for key, value in found if key in ("Answer", "Right"))
    wrong = tuple(value for key, value in found if key == "Wrong")
    shown = " ".join(evidence[number - 1].text for number in numbers)
    fault = _wording(text, right + wrong) or (_cloze(text, right[0], shown) if kind == "cloze" else _choice(right, wrong, shown))
    if fault:
        return fault
    ids = tuple(evidence[number - 1].id for number in numbers)
    answer = right if kind == "cloze" else tuple(range(len(right)))
    return Question("", evidence[0].character, kind, text, right + wrong if wrong else (), answer, ids, "story", False)


def _wording(text: str, answers: Sequence[str]) -> str | None:
    if not text.endswith("?") or text.count("?") > 1:
        return "the last line was not one question with one question mark"
    if len(words(text)) > QUESTION_WORDS:
        return f"the question was longer than {QUESTION_WORDS} words"
    if _MENTIONS.search(text):
        return "the question mentioned the passages"
    if not re.search(r"\byou(?:r|rs|rself)?\b", text, re.IGNORECASE):
        return "the question did not speak to the person as 'you'"
    if any(_GENERIC.search(answer) for answer in answers):
        return "an answer was a placeholder"
    if any(_LETTERED.search(answer) for answer in answers):
        return "an answer held the letters of several"
    return next((fault for line in (text, *answers) if (fault := find_markup(line))), None)


def _cloze(text: str, answer: str, shown: str) -> str | None:
    if not words(answer) or len(words(answer)) > ANSWER_WORDS:
        return f"the answer was not a fact of at most {ANSWER_WORDS} words"
    if not matches_in(shown, answer):
        return "the answer does not stand in the passages named"
    if matches_in(text, answer):
        return "the question gave the answer away"
    return None


def _choice(right: Sequence[str], wrong: Sequence[str], shown: str) -> str | None:
    if len({option.casefold().rstrip(".") for option in (*right, *wrong)}) < len(right) + len(wrong):
        return "two answers were the same"
    if any(len(words(option)) > OPTION_WORDS or not words(option) for option in (*right, *wrong)):
        return f"an answer was not between one and {OPTION_WORDS} words"
    for option in right:
        if (key := stems(option)) and len(key & stems(shown)) < KEY_WORDS_SHARE * len(key):
            return f"the right answer '{option[:60]}' does not follow from the passages named"
    return None
