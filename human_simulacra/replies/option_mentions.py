"""Options mentioned in a reply, each with how it is meant: affirmed, denied, or only weighed; and whether it is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from human_simulacra.replies.option_letters import named_letters
from human_simulacra.replies.option_texts import content_words, named_places, named_texts

Meaning = Literal["affirmed", "denied", "weighed"]
Span = tuple[int, int, int]  # option, start, end

# Where the scope of a word ends: sentences, lines, "but", and subordinate clauses that give reasons.
_CLAUSE = re.compile(
    r"[.;!?\n:]+\s|[.;!?\n:]+$|\n|,?\s+\bbut\b(?! not)|,\s*(?=(?:since|because|as|though|although|while|whereas|it's|it is|"
    r"that's|so|and then|i)\b)|\s-\s",
    re.IGNORECASE,
)
_LIST = re.compile(r"\W*(?:\b(?:and|or|nor|as well as|plus|also|both|then|the|option|letter)\b\W*)*", re.IGNORECASE)
_DENIES_BEFORE = re.compile(
    r"(?:\bnot|n't|\bneither|\bnor|\bnever|\bno|\bexcept|\bbut not|\brather than|\binstead of|\bunlike|\bwithout|\bcannot|"
    r"\b(?:rule|ruled|ruling|rules|leave|leaves|leaving|left|cross|crossed|strike|struck)s? out|\bdrop|\breject(?:ed)?|"
    r"\bexclud(?:e|ed|ing)|\bhate|"
    r"\bdiscard(?:ed)?|\bskip|\bapart from|\bother than|\bfar from)\b(?: \w+'?\w*){0,6}\W*$",
    re.IGNORECASE,
)
_DENIES_AFTER = re.compile(
    r"\W*(?:no\b(?! ?one\b| doubt| matter| question| less)|nope\b|"
    r"(?:is|are|was|were|does|do|did|would|could|has|have|can|will|am)(?:n't| not|not)\b|"
    r"(?:is|are|was|were|sounds?|seems?|looks?)(?: \w+ly| just| simply| plainly| more)? (?:like something|wrong|false|"
    r"incorrect|out|untrue|off|ruled out|too (?!much)|nonsense|nothing)\b|"
    r"not (?:me|true|mine|right|that|so|at all|for me|really)\b|never\b|"
    r"(?:is|are|was|were|comes?|came|belongs?)(?: \w+)? (?:for|from|to|my|his|her|another|someone|somebody|something|about|"
    r"at the other) ?(?:my|his|her|the|a|another|someone|somebody|other|else)?\b"
    r"(?! (?:answer|choice|pick|one|me|vote|favou?rite|right)))",
    re.IGNORECASE,
)
# Of an option in words, "is not" may go on with what is so.
_DENIES_WORDS_AFTER = re.compile(
    r"\W*(?:no(?: |$|[,.!;])|nope\b|(?:isn't|wasn't|is not|was not|were not|weren't) (?:\w+ )?(?:it|that|me|mine|true|right|"
    r"so|what|"
    r"one of|the (?:one|answer|reason))\b|(?:is|was|sounds) (?:\w+ )?(?:wrong|false|untrue|what my|something my)\b|"
    r"(?:is|are|was|were) (?:\w+ )?at the other\b|(?:belongs? to|comes? from|came from|is for|was for) (?:my|his|her|"
    r"another|somebody|someone)\b)",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:no|not|never|nobody|nothing|none|without|neither)\b|n't\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?;\n]+")
_AFFIRMS_AFTER = re.compile(r"\W*(?:yes|yep|yeah|aye|true|right|correct)\b", re.IGNORECASE)
_WEIGHS_AFTER = re.compile(
    r"\s*\?|\W*(?:is|sounds|seems|looks|was) (?:\w+ )?(?:what|tempting|close|plausible|likely|possible|near|nearly|almost|"
    r"half)\b",
    re.IGNORECASE,
)
_WEIGHS_BEFORE = re.compile(
    r"\b(?:could be|might be|may be|either|whether|between|torn|if|considered|thought of|expected|beyond|dream(?:t|ed) of|"
    r"wished for|nearly said|almost said)\W*(?:it's |it is |it was )?(?:the )?$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:everyone|everybody|they|others|the rest|people|all of them|he|she|you|(?!My|The|So|Then|An|Final|Correct|"
    r"Best)[A-Z][a-z]+)"
    r"(?: else)?(?: in the room| before me| ahead of me)?(?: has| have)?(?: all)? "
    r"(?:says?|said|picks?|picked|chose|choose|answer(?:s|ed)?|goes|go|went|took|named)(?: (?:with|for|it was|that it was|"
    r"the))*\W*$"
)
# What follows tells about the options that were not chosen, or gives reasons.
_REST = re.compile(
    r"\bas for the (?:rest|others?)\b|\bthe (?:others?|rest)(?: \w+)?(?: options)? (?:are|aren't|don't|do not|did|didn't|"
    r"belong|were|weren't|come|came)\b|"
    r"^\W*(?:explanation|reason(?:ing|s)?|note|justification|rationale|why)\b\W*[:\n]",
    re.IGNORECASE | re.MULTILINE,
)
_VERB = (
    r"(?:pick|choose|chose|say|said|go(?:ing)? (?:with|for)|take|answer|select|opt for|settle on|stick with|vote(?: for)?|mean|"
    r"name|stay with|call it|put(?: down)?)"
)
_DECIDES = re.compile(
    rf"(?:\banswers?(?: (?:is|are|was|would be|must be|has to be|then))?|\bi(?:'d|'ll| would| will| have to| must| do|"
    rf" shall)?(?: \w+ly| just| still| also| therefore| then)? {_VERB}(?: \w+ly)?"
    r"|\b(?:it|that|this|which)(?:'s| is| was| must be| has to be| would be|'d be|'ll be| will be| makes(?: it| that)?|"
    r" gives(?: me)?| leaves(?: me)?(?: with)?)(?: \w+ly| just| only| still| then)?"
    r"|\b(?:choice|pick|vote)s?(?: is| are| was| would be)?|\b(?:so|thus|therefore|hence|definitely|def|clearly|only|just|"
    r"simply|selected|final|finally|ultimately|put me down for|leaves|gives|makes|conclusion)"
    r"|\b(?:correct|right|true|fitting)(?: one| ones| option| options| answer| letter| letters)?(?: is| are|"
    r" would be)?)\W*(?:\b(?:and|the|option|options|letters?|both|with|be|for|also|too|it's|them)\b\W*)*$",
    re.IGNORECASE,
)
_DECIDES_AFTER = re.compile(
    r"\W*(?:it is\b|only\b|(?:and )?nothing (?:else|more)\b|for me\b|then\W*$|(?:is|are) (?:my|the) (?:final |right |"
    r"correct |only |true )?(?:answer|choice|pick|one|ones|letter)s?\b|"
    r"(?:is|are) (?:correct|right)\W*$|final(?:ly| answer)?\W*$)",
    re.IGNORECASE,
)

OPENING = 16  # characters before a decision in a sentence: "Well, so it was"


@dataclass(frozen=True)
class Mention:
    """An option mentioned in a reply.

    Args:
        option: Its position.
        start: Where the mention begins in the text.
        end: Where it ends.
        meant: Whether the reply affirms it, denies it, or only weighs it (or tells what others say).
        decided: Whether its sentence states a decision.
        doubtful: Whether it is uncertain that the words mean this option.
        quoted: Whether the option is named in words, not by letter or place.
    """

    option: int
    start: int
    end: int
    meant: Meaning = "affirmed"
    decided: bool = False
    doubtful: bool = False
    quoted: bool = False


def find_mentions(text: str, options: Sequence[str]) -> list[Mention]:
    """Returns the mentions of options in a text in order: letters if it has any, else places, else the options' own words.

    Args:
        text: A plain text, from `plain_text`.
        options: Texts of the options, A first.
    """
    spans = sorted(set(named_letters(text, len(options))), key=lambda span: span[1:])
    if not spans:
        places, texts = sorted(set(named_places(text, len(options))), key=lambda span: span[1:]), named_texts(text, options)
        if not places or (texts and not any(doubtful for *_, doubtful in texts)):
            return _by_sentence(text, options, texts)
        spans = places
    told = _REST.search(text, spans[0][2]) if spans else None
    spans = [span for span in spans if not told or span[1] < told.start()]
    return [mention for group in _groups(text, spans) for mention in _meant(text, group, spans)]


def _groups(text: str, spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Yields runs of mentions that form one list, such as `A, C and E`, which share what is said of them."""
    group = [spans[0]] if spans else []
    for one, other in pairwise(spans):
        between = text[one[2] : other[1]]
        if _LIST.fullmatch(between) and not re.search(r"[.!?;\n:]", between):
            group.append(other)
        else:
            yield group
            group = [other]
    if group:
        yield group


def _by_sentence(text: str, options: Sequence[str], texts: Sequence[tuple[int, int, int, bool]]) -> list[Mention]:
    """Returns the options that sentences name in words; a decision in a sentence holds for all options that it names.

    A last sentence that is an option and nothing else ("Yes: an engraved beaker.") decides, too.
    """
    found: list[Mention] = []
    alone: list[bool] = []
    for _, group in groupby(texts, key=lambda one: len(_STOP.findall(text[: one[1]]))):
        mentions = [_meant(text, [span[:3]], (), span[3], bool(_NEGATED.search(options[span[0]])))[0] for span in group]
        decided = any(mention.decided for mention in mentions)
        found += [replace(mention, decided=decided, quoted=True) for mention in mentions]
        start, end = min(m.start for m in mentions), max(m.end for m in mentions)
        around = _STOP.split(text[:start])[-1] + " " + _STOP.split(text[end:])[0]
        alone += [len(mentions) == 1 and len(content_words(around)) <= 1] * len(mentions)
    if found and alone[-1] and not all(alone) and found[-1].meant == "affirmed":
        found = [*(replace(m, quoted=False) for m in found[:-1]), replace(found[-1], decided=True)]
    return found


def _meant(
    text: str, group: Sequence[Span], spans: Sequence[Span], doubtful: bool = False, negated: bool = False
) -> list[Mention]:
    """Returns the mentions of one list with what their clause says of them; `spans` are all letters, none for words.

    Words that have a negation of their own (`negated`) are not denied by one.
    """
    start, end = group[0][1], max(span[2] for span in group)
    left, right = _CLAUSE.split(text[:start])[-1], text[end:]
    if right.lstrip().startswith("("):  # an explanation in brackets is not what is said of the option
        right = re.sub(r"^\s*\([^()]*\)", "", right)
    near = re.split(r",\s", left)[-1]  # a negation ends at a comma: "I don't know, B"
    if text[start] == "(":  # the letter stands behind the words that it means, which may have a negation of their own
        near = near[-12:]
    following = _CLAUSE.split(right)[0]
    meant: Meaning = "affirmed"
    if negated or _AFFIRMS_AFTER.match(right):
        meant = "affirmed"
    elif (
        (_DENIES_AFTER if spans else _DENIES_WORDS_AFTER).match(right)
        or _DENIES_BEFORE.search(near)
        or re.match(r"[^.;!?\n,]*\b(?:do not|don't|doesn't|does not) fit", right)
    ):
        meant = "denied"
    elif _WEIGHS_AFTER.match(right) or _WEIGHS_BEFORE.search(left) or _OTHERS.search(left):
        meant = "weighed"
    if meant == "affirmed" and any(re.search(r"\bor\b", text[a[2] : b[1]], re.IGNORECASE) for a, b in pairwise(group)):
        meant = "weighed"
    states = _DECIDES.search(left)
    if not spans and states and states.start() > OPENING:  # words of an option may look like a decision
        states = None
    decided = bool(states or _DECIDES_AFTER.match(following)) or (bool(spans) and _stands_alone(text, start, end, spans))
    return [Mention(option, a, b, meant, decided, doubtful) for option, a, b in group]


def _stands_alone(text: str, start: int, end: int, spans: Sequence[Span]) -> bool:
    """Returns whether a list of letters is all of the last line or sentence, or opens the reply and is no item of a list."""
    opens = re.search(r"(?:^|[.!?\n:>\u2192])[^\w(]*$", text[:start])
    if not opens or (text[start] == "(" and len(spans) > 1):
        return False
    if re.fullmatch(r"\W*(?:\w{1,6}\W*)?", text[end:]) and not re.search(r"\w{2,}", text[end:]):
        return True
    if _AFFIRMS_AFTER.match(text[end:]) or _DENIES_AFTER.match(text[end:]):
        return False
    first_in_line = [span for span in spans if re.search(r"(?:^|\n)\W*$", text[: span[1]])]
    return (
        not text[:start].strip(" \"'(") and len(first_in_line) == 1 and bool(re.match(r"[)\"']*\s*(?:[.!:;\n]|- )", text[end:]))
    )
