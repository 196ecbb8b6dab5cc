"""General checks of a model's reply: refusals, length, markup, meta-commentary, repetition, echo of the prompt."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from human_simulacra.construction.text_checks.meta_commentary import find_meta_commentary
from human_simulacra.construction.text_checks.prompt_leakage import find_prompt_leakage
from human_simulacra.construction.text_splitting import split_sentences

LONGER = 1.5  # factor by which a reply may exceed its maximum length
ECHO, ECHO_GRAM = 0.8, 8  # share of eight-word sequences from the prompt that makes a reply an echo
FOREIGN, FOREIGN_LETTERS = 0.02, 6  # share and number of non-Latin letters that are tolerated
LOOP, LOOP_GRAM, LOOP_WORDS = 0.2, 4, 24  # share of repeated four-word sequences, in replies of at least so many words

_END = re.compile(r"[.!?…][\"'”’)]*(?=\s|$)")
_TASK = (
    r"(?:help|assist|write|create|generate|provide|produce|fulfil+|comply|continue|complete|answer|discuss|expand|rewrite"
    r"|do (?:that|this|so))"
)
_DOING = r"(?:help|assist|writ|creat|generat|provid|produc|fulfil+|comply|continu|complet|answer|discuss|expand|rewrit|do)ing"
_I_AM = r"i(?:['’]m| am)"
_CANNOT = (
    r"(?:i (?:cannot|can['’]t|can not|will not|won['’]t|refuse to)"
    r"|i (?:must|have to|will have to) (?:\w+ly )?(?:decline|refuse) to"
    rf"|{_I_AM} (?:unable|not able) to)"
)
_POLITE = rf"(?:(?:sorry|unfortunately|{_I_AM} (?:very |so )?sorry)[,.]? (?:but )?)?"
# A person may be sorry or unable in a memory: only statements about the task itself are refusals.
_REFUSAL = re.compile(
    rf"\A\W*{_POLITE}{_CANNOT} {_TASK}\b|\A\W*{_POLITE}(?:that|this)(?:['’]s| is) not something (?:that )?i\b"
    rf"|\A\W*{_POLITE}(?:{_I_AM} not|i (?:do not|don['’]t) feel) comfortable (?:with )?{_DOING}\b"
    rf"|\A\W*{_I_AM} (?:very )?sorry[,.]? but (?:i|as|this|that)\b|\A\W*{_CANNOT.replace(' to', '')}[.,!]?\Z"
    rf"|\A\W*i apologi[sz]e,? but\b|\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b"
    rf"|\bas an? (?:helpful|harmless|honest|responsible|ethical|virtual|digital)\b[^.]{{0,30}}\bassistant\b|\b{_I_AM} an ai\b"
    rf"|\b(?:usage|content|safety) (?:policy|policies|guidelines)\b",
    re.IGNORECASE,
)
_PROMPT_LIKE = re.compile(
    r"```|<\|[a-z_]+\|?>|</?s>|\[/?INST\]|<</?SYS>>|\{\{\w+\}\}|^\s*#{1,6}\s|^\s*(?:system|user|assistant|human|bot)\s*:"
    r"|^\s*(?:paragraph|passage|instructions?|input|output|response|draft|story|prompt|task|summary|biography)\s*\d*\s*:"
    r"|\[[^\]\n]{0,40}\bname\b[^\]\n]{0,40}\]|\bI hope this (?:message|e?-?mail|letter) finds you\b"
    r"|\bin the (?:first|third) person\b|\*\*\S|</?[a-z][a-z0-9]*(?:\s[^<>\n]*)?/?>|^\s*\[\d+\]\s|^\s*[•‣◦*]\s+\S"
    r"|^\s*[-–]\s+\S.*\n(?:.*\n)*?\s*[-–]\s+\S|^\s*\d{1,2}[.)]\s.*\n(?:.*\n)*?\s*\d{1,2}[.)]\s"
    r"|^\s*(?:chapter|part) \w+[.:]?\s*$|^\s*[\[{]\s*[\"\[{]|\"\w+\"\s*:\s*[\"\[{\d]"
    r"|\b(?:ignore|disregard|forget|override)\W+(?:\w+\W+){0,3}?(?:previous|prior|above|earlier|preceding|foregoing|system)\W+"
    r"(?:instruct\w+|prompts?|rules|directions|commands)\b|\b(?:ignore|disregard) (?:\w+ ){0,3}(?:instructions|prompts?) above\b"
    r"|\b(?:answer|reply|respond)(?: only)?(?: with)? (?-i:NONE|BIAS|HARM)\b"
    r"|\b(?:re)?write (?:the following|this (?:paragraph|passage))|\bin at most \d+ words\b|^\s*(?:-{3,}|={3,}|\*{3,})\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# A name of two or three words with a colon at the beginning of a line.
_LABEL = re.compile(r"^\s*((?:[A-Z][\w'’-]+ ){1,2}[A-Z][\w'’-]+):(?=\s|$)", re.MULTILINE)
_OPENER = re.compile(r"\A(?:sure|certainly|of course|here(?:['’]s| is| are)|okay|ok)\b[^\n]{0,150}:\s*\n+", re.IGNORECASE)


def _sentences(text: str) -> list[str]:
    """Splits each line of a text into sentences."""
    return [sentence for line in text.splitlines() for sentence in split_sentences(line)]


def clean_reply(reply: str) -> str:
    """Removes a first line such as "Here is the paragraph:", outer quotation marks, and an incomplete last sentence.

    A text without a complete sentence keeps it.
    """
    text = _OPENER.sub("", reply.strip()).strip()
    if len(text) > 1 and text[0] in '"“' and text[-1] in '"”' and not re.search(r"[\"“”]", text[1:-1]):
        text = text[1:-1].strip()
    ends = list(_END.finditer(text))
    return text[: ends[-1].end()] if ends else text


def find_reply_faults(reply: str, prompt: str, max_words: int, min_words: int = 1) -> list[str]:
    """Returns the faults of a cleaned reply as phrases for the retry prompt; the prompt's last paragraph is the instruction."""
    words = _words(reply)
    if len(words) < min_words or not words:
        return ["it was empty" if not words else f"it had only {len(words)} words, at least {min_words} are needed"]
    found = []
    if _REFUSAL.search(reply):
        found.append("it refused the task or spoke as an AI")
    if len(words) > LONGER * max_words:
        found.append(f"it had {len(words)} words, at most {max_words} were asked for")
    if fault := find_markup(reply, _instruction(prompt)):
        found.append(fault)
    if said := find_meta_commentary(reply, prompt):
        found.append(f"it talked about the writing ('{said[:60]}')")
    if label := _speaker(reply, prompt):
        found.append(f"a line began with '{label}', as a transcript has it")
    if _other_script(reply, prompt):
        found.append("it was in another script than what it was asked in")
    found += _repeating(reply, words)
    found += _echo(reply, words, prompt)
    return found


def find_markup(text: str, instruction: str = "") -> str | None:
    """Returns a fault if a text contains markup, prompt text or an instruction to a model, else None.

    Labels that `instruction` asks for are allowed.
    """
    match = _PROMPT_LIKE.search(text)
    what = match[0].strip() if match else find_prompt_leakage(text, instruction)
    return f"it contained '{what[:40]}', which belongs to an instruction and not to the text" if what else None


def _instruction(prompt: str) -> str:
    return prompt.strip().rsplit("\n\n", 1)[-1]


def _speaker(reply: str, prompt: str) -> str | None:
    """Returns a name from the prompt with which a line begins as in a transcript, unless the prompt has such a line."""
    asked = set(_LABEL.findall(prompt))
    return next((f"{label}:" for label in _LABEL.findall(reply) if label in prompt and label not in asked), None)


def _other_script(reply: str, prompt: str) -> bool:
    foreign, letters = _foreign(reply)
    prompts, of_prompt = _foreign(prompt)
    return foreign >= FOREIGN_LETTERS and foreign > FOREIGN * letters and prompts <= FOREIGN * of_prompt


def _foreign(text: str) -> tuple[int, int]:
    """Returns the number of non-Latin letters and of all letters of a text."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter > "\u024f" and "LATIN" not in unicodedata.name(letter, "LATIN") for letter in letters), len(letters)


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
    told = {tuple(key) for s in _sentences(_instruction(prompt)) if len(key := _words(s)) >= ECHO_GRAM}
    if any(tuple(_words(s)) in told for s in _sentences(reply)):
        return ["it repeated the instruction"]
    grams = _grams(words, ECHO_GRAM)
    asked = set(_grams(_words(prompt), ECHO_GRAM))
    if len(grams) >= ECHO_GRAM and sum(g in asked for g in grams) >= ECHO * len(grams):
        return ["it only repeated what it was given"]
    return []
