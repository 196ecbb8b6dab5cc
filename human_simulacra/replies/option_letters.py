"""Lettered options named in a text: lists of letters and nothing else, and letters within sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Words that may stand in a list of letters.
_FILLERS = frozenset({
    "and", "also", "option", "options", "letter", "letters", "answer", "answers", "plus", "only", "both", "just", "choice", "or",
    "the", "is", "are", "its", "it", "s", "so", "then", "yes", "would", "be", "number", "numbers", "my", 
    "please", "thanks", "too", "for", "me",
})  # fmt: skip
_SPELT = {"ay": "A", "bee": "B", "cee": "C", "dee": "D", "ee": "E", "eff": "F", "gee": "G", "aitch": "H"}
# What may follow the letter A at the beginning of a sentence; a noun or an adjective there shows the article.
_AFTER_A = re.compile(
    r"(?:(?:and|or|but|nor|because|since|as|of course|for|if|it|then|too|only|also|then|with|is|was|are|were|would|"
    r"seems|isn't|wasn't|doesn't|didn't|won't|can't|does|did|has|had|though|although|while|all the way|definitely|please|my|"
    r"not|here|right|plus|to|on|yes|no|in|that|i|he|she|they|we|you|obviously|certainly|clearly|probably|again|instead)\b|"
    r"[B-H]\b|[a-z]+(?<![usi])s\b)",
    re.IGNORECASE,
)
# The article of "I'm a C", "call me a C" is that of an option.
_IS_ONE = re.compile(
    r"(?:\b(?:am|is|are|was|were|be|me|us|(?:my|our)sel\w+|for|as|call it|definitely)|'(?:m|s|re)) an? $", re.IGNORECASE
)
# Names a letter beyond doubt, also a small one: "option b", "I'd say b", "(b)", "b)".
_NAMES = re.compile(
    r"(?:\b(?:options?|letters?|answers?|choices?|number|pick(?:ed)?|choose|chose|say|def|definitely|go(?:ing)? (?:with|"
    r"for)|it'?s|that'?s|is|"
    r"be|take|select|both|only|just|so|then|and|or)\s*[:=]?\s*['\"(\[]?|[(\[])$",
    re.IGNORECASE,
)


def letter_list(text: str, count: int) -> set[int] | None:
    """Reads a text of letters and nothing else: `b`, `(A) (C)`, `A, C and E`, `A-D`, `ACE`, `Options B and C`; numbers from 1.

    Args:
        text: A plain text.
        count: Number of options.

    Returns:
        The options' positions, or None if the text is anything else.
    """
    last = chr(ord("A") + count - 1)
    if found := re.fullmatch(rf"\W*(?:from )?([A-{last}]) *(?:-|to|through) *([A-{last}])\W*", text, re.IGNORECASE):
        first, final = (ord(letter.upper()) - ord("A") for letter in found.groups())
        return set(range(first, final + 1)) if first < final else None
    text = re.sub(r"(?<=\w )an? (?=[A-H]\b)", "", text)  # "It's a C"
    tokens = [_SPELT.get(word.casefold(), word) for word in map(str, re.findall(r"[^\W_]+", text))]
    if len(tokens) > 1:
        tokens = [token for token in tokens if token.casefold() not in _FILLERS]
    if re.search(r"\bor\b|\?", text, re.IGNORECASE):
        return None
    if (
        len(tokens) == 1
        and len(tokens[0]) > 1
        and not tokens[0].isdigit()
        and tokens[0] in (tokens[0].upper(), tokens[0].lower())
    ):
        tokens = list(tokens[0])
    if tokens and all(token.isdigit() for token in tokens):
        places = [int(token) - 1 for token in tokens]
    else:
        places = [ord(token.upper()) - ord("A") if len(token.upper()) == 1 else -1 for token in tokens]
    return set(places) if places and len(set(places)) == len(places) and all(0 <= p < count for p in places) else None


def named_letters(text: str, count: int) -> Iterator[tuple[int, int, int]]:
    """Yields (option, start, end) for every letter in a text that names an option and is no word or grade.

    Args:
        text: A plain text.
        count: Number of options.
    """
    last = chr(ord("A") + count - 1)
    letters = rf"A-{last}a-{last.lower()}"
    label = r"(?:\b(?:options?|letters?|answers?|choices?)\s+)?"
    for match in re.finditer(
        rf"{label}(?<![^\W_])(?<![\w'.-])[(\[\"]?([{letters}])(?![\w'])[)\]\"]?(?!\.\w)(?:'s\b)?", text, re.IGNORECASE
    ):
        if _names_option(match[1], text[: match.start(1)], text[match.end(1) :]):
            yield ord(match[1].upper()) - ord("A"), match.start(), match.end()
    for match in re.finditer(rf"\b([A-{last}]) ?(?:to|through|-) ?([A-{last}])\b(?! ?-)", text):  # "C to E, all of them"
        for place in range(ord(match[1]) - ord("A") + 1, ord(match[2]) - ord("A")):
            yield place, match.start(2), match.end(2)


def _names_option(letter: str, before: str, after: str) -> bool:
    if not _IS_ONE.search(before) and re.search(
        r"\b(?:an?|the|vitamin|plan|type|class|grade|flat|minor|major|my|his|her|little|capital|note|sharp) $",
        before,
        re.IGNORECASE,
    ):
        return False
    if re.match(r"[- ]?(?:flat|sharp|minor|major)\b", after):
        return False
    set_off = bool(re.match(r"[ \t]*(?:$|\n|[()\[.,:;!?\]\"'/&+=]|- )", after))
    if letter.islower():
        return bool(_NAMES.search(before) and (set_off or letter != "a" or re.match(r" (?:and|or|because)\b", after))) or bool(
            re.search(r"(?:^|[\n,.!?:(\[\"])\s*$", before)
            and re.match(r"\s*(?:$|[).,:;!\]\"]|- |and [a-h]\b|of course\b|i (?:think|guess|reckon|suppose)\b|for me\b)", after)
        )
    if letter == "I":
        return set_off and bool(_NAMES.search(before))
    if letter != "A" or set_off:
        return True
    within = bool(re.search(r"[^\s.!?:;)\]\"'-]\s*$", before)) and not before.endswith("\n")
    return within or bool(_AFTER_A.match(after.lstrip()))
