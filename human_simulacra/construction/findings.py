"""What is wrong with a reply, whatever it was asked for: a model's text is untrusted until it has passed here."""

from __future__ import annotations

import re
from collections import Counter

from human_simulacra.construction.texts import sentences

LONGER = 1.5  # a reply may exceed its words by this factor
ECHO, ECHO_GRAM = 0.8, 8  # the share of eight-word runs that may not all come from the prompt
LOOP, LOOP_GRAM, LOOP_WORDS = 0.3, 4, 24  # the share of four-word runs that repeat others, from so many words on

_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")
_TASK = (
    r"(?:help|assist|write|create|generate|provide|produce|fulfil+|comply|continue|complete|answer|discuss|expand|rewrite"
    r"|do (?:that|this|so))"
)
_CANNOT = r"i (?:cannot|can['’]t|can not|will not|won['’]t|am unable to|am not able to|must decline to)"
# A person may be sorry, unable or unlucky in a memory of theirs: only what is said of the task itself is a refusal.
_REFUSAL = re.compile(
    rf"\A\W*(?:(?:sorry|unfortunately|(?:i['’]m|i am) (?:very )?sorry)[,.]? (?:but )?)?{_CANNOT} {_TASK}\b"
    rf"|\A\W*(?:i['’]m|i am) (?:very )?sorry[,.]? but (?:i|as|this|that)\b|\A\W*{_CANNOT.replace(' to', '')}[.,!]?\Z"
    rf"|\A\W*i apologi[sz]e,? but\b|\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b"
    rf"|\b(?:i am|i['’]m) an ai\b",
    re.IGNORECASE,
)
_PROMPT_LIKE = re.compile(
    r"```|<\|[a-z_]+\|?>|</?s>|\[/?INST\]|<</?SYS>>|\{\{\w+\}\}|^\s*#{1,6}\s|^\s*(?:system|user|assistant|human|bot)\s*:"
    r"|^\s*(?:paragraph|passage|instructions?|input|output|response|draft|story|prompt|task|summary|biography)\s*\d*\s*:"
    r"|\[[^\]\n]{0,40}\bname\b[^\]\n]{0,40}\]|\bI hope this (?:message|e?-?mail|letter) finds you\b"
    r"|\bin the (?:first|third) person\b"
    r"|\b(?:re)?write (?:the following|this (?:paragraph|passage))|\bin at most \d+ words\b|^\s*(?:-{3,}|={3,}|\*{3,})\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_WORK = r"(?:sentences?|paragraphs?|passages?|articles?|texts?|wording|summary|prompts?|instructions?)"
_CHANGED = r"(?:re-?written|rewrote|rephrased?|reworded|revised|edited|added|removed|shortened)"
# What an assistant says of its own work, which stands in no life.
_CHATTER = re.compile(
    rf"\bI(?:['’]ve| have| also)* {_CHANGED}\b[^.]{{0,80}}\b(?:{_WORK}|word|details?|reference|subject)\b"
    rf"|\b(?:this|the) {_WORK} (?:was|were|is|are|has been|have been) {_CHANGED}\b"
    rf"|\b(?:we|you) (?:can|could) (?:rephrase|rewrite|reword)\b|\blet me know if\b[^.]*\b(?:changes|revis\w+|help|questions)\b",
    re.IGNORECASE,
)
_OPENER = re.compile(r"\A(?:sure|certainly|of course|here(?:['’]s| is| are)|okay|ok)\b[^\n]{0,150}:\s*\n+", re.IGNORECASE)


def _sentences(text: str) -> list[str]:
    """Cuts a text of any lines into its sentences."""
    return [sentence for line in text.splitlines() for sentence in sentences(line)]


def tidy(reply: str) -> str:
    """Returns a reply without what belongs to the chat and not to the text.

    These are a first line such as "Here is the paragraph:", outer quotation marks, and a last sentence that was cut off
    where the model ran out of tokens. A text without a whole sentence stays as it is.
    """
    text = _OPENER.sub("", reply.strip()).strip()
    if len(text) > 1 and text[0] in '"“' and text[-1] in '"”' and not re.search(r"[\"“”]", text[1:-1]):
        text = text[1:-1].strip()
    ends = list(_END.finditer(text))
    return text[: ends[-1].end()] if ends else text


def findings(reply: str, prompt: str, max_words: int, min_words: int = 1) -> list[str]:
    """Returns what is wrong with a reply, each a phrase that can be put to the model; empty where nothing is.

    Args:
        reply: The model's text, tidied.
        prompt: What it was asked; its last paragraph is taken to be the instruction.
        max_words: What it was asked to keep to.
        min_words: Fewer words are none.
    """
    words = _words(reply)
    if len(words) < min_words or not words:
        return ["it was empty" if not words else f"it had only {len(words)} words, at least {min_words} are needed"]
    found = []
    if _REFUSAL.search(reply):
        found.append("it refused the task or spoke as an AI")
    if len(words) > LONGER * max_words:
        found.append(f"it had {len(words)} words, at most {max_words} were asked for")
    if match := _PROMPT_LIKE.search(reply):
        found.append(f"it contained '{match[0].strip()[:40]}', which belongs to an instruction and not to the text")
    if match := _CHATTER.search(reply):
        found.append(f"it talked about the writing ('{match[0][:60]}')")
    found += _repeating(reply, words)
    found += _echo(reply, words, prompt)
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.casefold())


def _grams(words: list[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]


def _repeating(reply: str, words: list[str]) -> list[str]:
    counts = Counter(key for s in _sentences(reply) if len(key := tuple(_words(s))) >= LOOP_GRAM)
    if counts and counts.most_common(1)[0][1] > 1:
        return [f"it repeated the sentence '{' '.join(counts.most_common(1)[0][0])[:80]}'"]
    grams = _grams(words, LOOP_GRAM)
    if len(words) >= LOOP_WORDS and 1 - len(set(grams)) / len(grams) > LOOP:
        return ["it repeated itself"]
    return []


def _echo(reply: str, words: list[str], prompt: str) -> list[str]:
    instruction = prompt.strip().rsplit("\n\n", 1)[-1]
    told = {tuple(key) for s in _sentences(instruction) if len(key := _words(s)) >= ECHO_GRAM}
    if any(tuple(_words(s)) in told for s in _sentences(reply)):
        return ["it repeated the instruction"]
    grams = _grams(words, ECHO_GRAM)
    asked = set(_grams(_words(prompt), ECHO_GRAM))
    if len(grams) >= ECHO_GRAM and sum(g in asked for g in grams) >= ECHO * len(grams):
        return ["it only repeated what it was given"]
    return []
