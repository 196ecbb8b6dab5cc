"""Reading which lettered options a reply chooses; a reply in doubt is None, never half read (docs/reading.md).

The first of these that says something decides:

1. The demanded last line `ANSWER: B`, or JSON in its place.
2. A reply of letters and nothing else; `all`, `none`, `all but C`.
3. The options that the sentences name: by letter, else by place, else in words of their own. Each is affirmed, denied or
   only weighed. What a sentence decides ("I pick B", "so B", a line `B`) replaces all that was named before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from human_simulacra.replies.demanded_form import answer_lines, json_answer
from human_simulacra.replies.option_cues import ONLY_THAT, SETTLES, STOP, UNDECIDED
from human_simulacra.replies.option_letters import letter_list
from human_simulacra.replies.option_mentions import Mention, find_mentions
from human_simulacra.replies.option_openings import opening_answer
from human_simulacra.replies.option_scopes import behind_corrections, plain_idioms
from human_simulacra.replies.option_texts import NUMBERS
from human_simulacra.replies.option_typos import mend_typos
from human_simulacra.replies.plain_text import TITLES, plain_text
from human_simulacra.replies.stance_cues import SPEAKS_AS_AI

_ALL = re.compile(
    r"\b(?:all (?:of (?:them|these|those|the above|it|the options)|the above|(?:two|three|four|five|six|seven|eight)\b|options|"
    r"are true|apply)|every (?:single |last )?one(?: of (?:them|these))?|everything on (?:the|that|your) list|"
    r"^\W*everything(?=\W*$))\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?<!at )(?:all|every(?:thing|one)?|each|any(?:one|where)?)\b(?: single)?(?: one)?"
    r"(?: of (?:them|these|those|it|the above|the options))?(?: options?)?(?: (?:on|in) (?:the|your|that|this) \w+| there| here|"
    r" you \w+)?,? (?:except|but|bar|apart from|save|other than|excluding|minus)(?: for)? "
    r"([^.;!?\n]+?)(?=, (?:so|which|that is|hence)\b|[.;!?\n]|$)",
    re.IGNORECASE,
)
_REST_YES = re.compile(r"\b(?:rest|others?)\b,? (?:yes|yep|all|are (?:all )?(?:true|me|mine))\b", re.IGNORECASE)
_NONE = re.compile(r"\b(?:none|neither)\b(?: of (?:them|these|those|the above|the options|it))?(?! of)", re.IGNORECASE)
_JOINED = re.compile(
    r"\W*(?:\([^()]*\)\W*)?(?:\n\W*\d{1,2}\W*)?(?:\b(?:and|as well as|plus|also|both|then|the|or rather|oh|possibly|und)\b\W*)*",
    re.IGNORECASE,
)
_ADDS, _ADDS_TOO = re.compile(r"\W*(?:and|also|plus|then|besides)\b", re.IGNORECASE), re.compile(r"\b(?:too|also|as well)\b")
_TITLE = re.compile(rf"\b({TITLES})\.(?=\s)")
# A letter that is the subject of a sentence of its own: "A. B would mean leaving home."
_BEGINS_SENTENCE = re.compile(r"[.!] +\S+ (?!and\b|or\b|as well\b|too\b|also\b)[a-z]+")
# "*sets down her needles* I fish." A gesture is read only if the rest chooses nothing: it may be an option in italics.
_GESTURE = re.compile(r"^[ \t]*\*(?:\w+s|i|my)\b[^*\n]* [^*\n]*\*(?=[^*\n]*\w)", re.IGNORECASE | re.MULTILINE)
# Words with which only a sentence goes on: a reply that ends with one was cut off.
_UNFINISHED = re.compile(
    r"\b(?:and|or|but|the|an|(?-i:a)|of|to|in|on|at|by|for|from|with|because|since|as|if|that|which|who|when|where|is|was|are|"
    r"were|be|my|his|her|their|your|our|its|i|he|she|they|we|would|should|could|will|not|so|than|also|then|about|into|while|"
    r"although|though|must)\s*[,:]?$|[,:(]$",
    re.IGNORECASE,
)


def read_choices(reply: str, options: Sequence[str]) -> tuple[int, ...] | None:
    """Reads which lettered options a reply chooses.

    Args:
        reply: The free-form reply.
        options: Texts of the options, A first. An empty one is named by its letter or place alone, and is none of "all of them".

    Returns:
        Positions of the chosen options in ascending order, or None if the reply is in doubt or chooses none.
    """
    spoken, whole = plain_text(_GESTURE.sub("", reply)), plain_text(reply)
    found = _read(spoken, options)
    if found is None and whole != spoken:
        found = _read(whole, options)
    if (mended := mend_typos(spoken, options)) != spoken:
        more = _read(mended, options)
        found = more if more and more >= (found or set()) else found
    return tuple(sorted(found)) if found else None


def _read(text: str, options: Sequence[str]) -> set[int] | None:
    lines = [(_line_letters(line, options), last) for line, last in answer_lines(text)]
    lines = [(found, last) for found, last in lines if found is not None]
    if lines and lines[-1][1]:
        return lines[-1][0]
    if exact := _exact(text, options):
        return exact
    for found in (_json_options(json_answer(text), options), letter_list(text, len(options))):
        if found is not None:
            return found
    text = plain_idioms(_TITLE.sub(r"\1", text))
    if _UNFINISHED.search(text) and not lines:
        return None
    text, mentions = _corrected(text, options)
    if not lines and (opened := _opened(text, mentions, options)) is not None:
        return opened
    if SPEAKS_AS_AI.search(text) and all(mention.quoted for mention in mentions):
        return None  # "As a language model, I don't vote" chooses no option "I did not vote"
    chosen = _resolve(text, mentions) if mentions else None
    everything = _everything(text, options, mentions)
    if lines:  # a line that something follows: what follows may explain it, but not decide otherwise
        decided = chosen if any(m.decided for m in mentions) else None
        return None if decided and decided != lines[-1][0] else lines[-1][0]
    return everything if everything is not None else chosen


def _line_letters(line: str, options: Sequence[str]) -> set[int] | None:
    """Reads the content of an answer line: letters, letters with the options' texts, or the texts; all that it does not deny."""
    line = re.sub(r"\([^()]{2,}\)", "", line)  # the texts in brackets, or a remark
    for found in (letter_list(line, len(options)), _everything(line, options, ())):
        if found is not None:
            return found
    mentions = find_mentions(line, options)
    if any(mention.decided for mention in mentions):
        return _resolve(line, mentions)
    if any(mention.doubtful or mention.meant == "weighed" for mention in mentions):
        return None
    return {mention.option for mention in mentions if mention.meant == "affirmed"} or None


def _json_options(value: Any, options: Sequence[str]) -> set[int] | None:
    if isinstance(value, dict):
        flags = {key: inner for key, inner in value.items() if isinstance(inner, bool) and letter_list(str(key), len(options))}
        return set().union(*(letter_list(key, len(options)) or set() for key, inner in flags.items() if inner)) if flags else None
    if isinstance(value, list):
        parts = [_json_options(inner, options) for inner in value]
        return None if not parts or any(part is None for part in parts) else set().union(*(part or set() for part in parts))
    if isinstance(value, str):
        return _exact(value, options) or _line_letters(plain_text(value), options)
    return None


def _exact(text: str, options: Sequence[str]) -> set[int] | None:
    """Returns the option that a text is, word for word; of an option that is a letter, the letter is another's name."""
    words = [re.findall(r"\w+", one.casefold()) for one in (text, *options)]
    return {words.index(words[0], 1) - 1} if len(text) > 1 and words.count(words[0]) == 2 else None


def _corrected(text: str, options: Sequence[str]) -> tuple[str, list[Mention]]:
    """Returns a text and its mentions, of what follows a word of correction alone if that names an option first."""
    for after in behind_corrections(text):
        mentions = find_mentions(after, options)
        if mentions and mentions[0].meant == "affirmed" and not mentions[0].doubtful:
            return after, mentions
    return text, find_mentions(text, options)


def _opened(text: str, mentions: Sequence[Mention], options: Sequence[str]) -> set[int] | None:
    """Returns the options that open a reply as an answer in words; what follows comments on it, unless it says otherwise."""
    if not all(mention.quoted for mention in mentions) or (opening := opening_answer(text, options)) is None:
        return None
    named, end = opening
    rest = text[end:]
    found = named & {mention.option for mention in find_mentions(text[:end], options) if mention.meant == "affirmed"}
    later = [mention for mention in find_mentions(rest, options) if mention.meant == "affirmed" and mention.option not in found]
    return None if any(mention.decided for mention in later) or _adds_more(rest, later) else found or None


def _adds_more(text: str, mentions: Sequence[Mention]) -> bool:
    """Returns whether a sentence adds an option to an answer before it: "And Ines was there too"."""
    around = ((STOP.split(text[: m.start])[-1], STOP.split(text[m.end :])[0]) for m in mentions)
    return any(_ADDS.match(before) or _ADDS_TOO.search(before + after) for before, after in around)


def _everything(text: str, options: Sequence[str], mentions: Sequence[Mention]) -> set[int] | None:
    """Reads `all of them`, `all but C`; an empty set for `none of them`; None otherwise."""
    every = {place for place, option in enumerate(options) if option}
    if (found := _EXCEPT.search(text)) and not text[found.end() :].startswith("?"):
        left = letter_list(found[1], len(options)) or {m.option for m in find_mentions(found[1], options)}
        return every - left if left else None
    if _REST_YES.search(text) and mentions and all(mention.meant == "denied" for mention in mentions):
        return every - {mention.option for mention in mentions}
    if any(mention.decided for mention in mentions):
        return None
    if (found := _ALL.search(text)) and not re.search(r"\bnot\b|n't\b", text[max(0, found.start() - 12) : found.start()]):
        number = found[0].split()[-1].casefold()
        return every if number not in NUMBERS or NUMBERS.index(number) + 1 == len(every) else None
    affirmed = [mention for mention in mentions if mention.meant == "affirmed"]
    return set() if not affirmed and _NONE.search(text) else None


def _resolve(text: str, mentions: Sequence[Mention]) -> set[int] | None:
    """Returns the options that are chosen in the end, or None in doubt."""
    affirmed = [mention for mention in mentions if mention.meant == "affirmed"]
    decided = any(mention.decided for mention in affirmed)
    last = affirmed[-1] if affirmed and affirmed[-1].quoted else None
    if last and (SETTLES.search(text[: last.start]) or ONLY_THAT.match(text[last.end :])):
        return None if last.doubtful else {last.option}
    if any(mention.quoted and not mention.decided for mention in affirmed) and any(mention.decided for mention in mentions):
        return None  # in prose without letters, it is not clear which sentence replaces which
    counted = _decided_list(text, mentions) if decided else affirmed
    if not counted or any(m.doubtful for m in counted) or UNDECIDED.search(text, counted[-1].end):
        return None
    chosen = {mention.option for mention in counted}
    contradicted = not decided and chosen & {mention.option for mention in mentions if mention.meant == "denied"}
    return None if contradicted else chosen


def _decided_list(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Returns the list of the last decision: "I pick A, B and D" goes on, "I pick A. B is wrong" does not."""
    last = max(place for place, mention in enumerate(mentions) if mention.decided and mention.meant == "affirmed")
    chain = [mentions[last]]
    for earlier in reversed(mentions[:last]):
        adds = re.search(r"\b(?:also|too|as well)\b", text[earlier.end : chain[0].start])
        one_list = adds or _joined(text, earlier, chain[0]) or _in_one_sentence(text, earlier, chain[0])
        if earlier.meant != "affirmed" or not one_list:
            break
        chain.insert(0, earlier)
    for later in mentions[last + 1 :]:
        if later.meant != "affirmed":
            break
        if _joined(text, chain[-1], later) and not _BEGINS_SENTENCE.match(text[chain[-1].end :]):
            chain.append(later)
        elif later.option not in {mention.option for mention in chain}:
            break
    return chain


def _joined(text: str, one: Mention, other: Mention) -> bool:
    return bool(_JOINED.fullmatch(text[one.end : other.start]))


def _in_one_sentence(text: str, one: Mention, other: Mention) -> bool:
    """Returns whether one sentence names both options in words, with one decision for both: `It was above a shop, and cold`."""
    between = text[one.end : other.start]
    return one.quoted and one.decided and other.quoted and not re.search(r"[.!?;\n]|\bor\b(?! [Ii]\b)", between)
