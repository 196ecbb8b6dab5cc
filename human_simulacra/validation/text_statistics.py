"""Statistics of texts: words, sentences, n-grams and lexical diversity."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’]?\s+")
STOP_WORDS = frozenset(
    "a an the of to in on at for with from by and or but not no i my me mine we our us he she it they them his her its "
    "their that this these those was were is are be been being had have has do did does as so than then who whom which "
    "what when where how why will would could should can may might about into out up down over under again never always "
    "still very only just because if until while after before all any some there here you your yours".split()
)
_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
NUMBER_WORDS = {word: value for value, word in enumerate(_UNITS, 1)}
for _ten, _value in (("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50)):
    NUMBER_WORDS[_ten] = _value
    NUMBER_WORDS.update({f"{_ten}-{unit}": _value + i for i, unit in enumerate(_UNITS[:9], 1)})
NUMBER_WORDS = dict(sorted(NUMBER_WORDS.items(), key=lambda item: -len(item[0])))

# Words and phrases that language models overuse, in any case.
OVERUSED = re.compile(
    r"\b(testaments?|tapestr\w+|symphon\w+|whisper\w*|bittersweet\w*|palpabl\w+|resilien\w+|unspoken|echo\w*|a sense of|"
    r"couldn't help but|could not help but|(?:the|a) weight of|hum of|shimmer\w*|intricate\w*|embrac\w+|journeys?|solace|"
    r"beacons?|navigat\w+|bustl\w+|nestl\w+|vibran\w+|cherish\w+|profound\w*|kaleidoscop\w+|realms?|myriads?|"
    r"something shifted|let out a breath|hung in the air|delv\w+|unwavering|newfound|poignan\w+|meticulous\w*)\b",
    re.IGNORECASE,
)


def words(text: str) -> list[str]:
    """Returns the words of a text as written."""
    return _WORD.findall(text)


def stems(text: str) -> set[str]:
    """Returns the first five letters of every word but stop words and short words."""
    return {w.casefold()[:5] for w in words(text) if w.casefold() not in STOP_WORDS and (len(w) > 2 or w.isdigit())}


def sentence_lengths(text: str) -> list[int]:
    """Returns the number of words of each sentence."""
    return [n for n in (len(words(s)) for s in _SENTENCE.split(text)) if n]


def ngrams(tokens: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Yields all n-grams of `size` tokens."""
    return (tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1))


def lower_words(text: str) -> list[str]:
    """Returns the words of a text in lower case."""
    return [w.casefold() for w in words(text)]


def distinct_2(text: str, window: int = 4000) -> float:
    """Returns distinct-2 (Li et al. 2016), a share between 0 and 1, over the first `window` words without stop words.

    Stop words are excluded, since pairs such as "in the" are frequent in plain prose and do not indicate repetition.
    """
    pairs = list(ngrams([w for w in lower_words(text) if w not in STOP_WORDS][:window], 2))
    return len(set(pairs)) / len(pairs) if pairs else 0.0


def length_spread(paragraphs: Iterable[str]) -> float:
    """Returns the standard deviation of sentence lengths in words."""
    lengths = [n for text in paragraphs for n in sentence_lengths(text)]
    return statistics.pstdev(lengths) if lengths else 0.0
