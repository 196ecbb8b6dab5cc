"""Words beside an option that show how a reply means it: denied, affirmed, only weighed, decided, or told of somebody else."""

from __future__ import annotations

import re

# Where the scope of a word ends: sentences, lines, "but", and subordinate clauses that give reasons.
CLAUSE = re.compile(
    r"[.;!?\n:]+\s|[.;!?\n:]+$|\n|,?\s+\bbut\b(?! not)|,\s*(?=(?:since|because|as|though|although|while|whereas|it's|it is|"
    r"that's|so|and then|i)\b)|\s-\s",
    re.IGNORECASE,
)
LIST = re.compile(r"\W*(?:\b(?:and|or|nor|as well as|plus|also|both|then|the|option|letter|oh)\b\W*)*", re.IGNORECASE)
DENIES_BEFORE = re.compile(
    r"(?:n't|\b(?:not|neither|nor|never|no|except|save for|but not|rather than|instead of|unlike|without|cannot|apart from|"
    r"other than|far from|(?:rul(?:ed?|ing)|leav(?:e|es|ing)|left|cross(?:ed)?|struck?|strike)s? out|drop|skip|discard(?:ed)?|"
    r"reject(?:ed)?|exclud(?:e|ed|ing)|hated?|dislike|oppose|disagree with|gave up|given up|quit|left (?:the|my|our)|"
    r"stopped(?! at| with| after)))\b(?: \w+'?\w*){0,6}\W*$",
    re.IGNORECASE,
)
_NOT = r"(?:is|are|was|were)(?:n't| not)"
_MY = r"(?:my|his|her|another|somebody|someone)"
# Said of letters and of words alike.
_DENIES = (
    r"(?:nope|false)\b|never(?! (?:bore|tire|fail|disappoint)s?\b)\b|(?:is |are )?not (?:for me|me\b|mine|my|true|right|really)|"
    r"(?:do|does|did|have|has)(?:n't| not)(?: \w+)? (?:bother|interest|appeal|matter|scare|tempt|suit|fit|count)\w*|"
    r"(?:\w+ )?(?:(?:makes?|made|leaves?|left) (?:me|my) (?:\w+ )?(?:ill|sick|cold|asleep|mad)|bore[sd]? me\b)|"
)
DENIES_AFTER = re.compile(
    rf"\W*(?:{_DENIES}no\b(?! ?one\b| matter| less)|(?:is|are|was|were|does|do|did|would|could|has|have|can|will|am)(?:n't| not|"
    r"not)\b|(?:is|are|was|were|sounds?|seems?|looks?)(?: \w+ly| just| simply| more)? (?:like something|wrong|false|incorrect|"
    r"out|untrue|off|ruled out|too (?!much)|nonsense|nothing)\b|too (?!much|and|is|was|please|actually)\w+\W*(?:$|[.,;])|"
    r"not (?:that|so|at all)\b|(?:is|are|was|were|would be|comes?|came|belongs?)(?:(?! closest| nearest) \w+)? (?:for|from|to|"
    r"my|his|her|another|someone|somebody|something|about|at the other) ?(?:my|his|her|the|a|another|someone|somebody|other|"
    r"else)?\b(?! (?:answer|choice|pick|one|me|vote|favou?rite|right)))",
    re.IGNORECASE,
)
# Of an option in words, "is not" may go on with what is so, and "no" with another thing: "Black coffee, no milk".
DENIES_WORDS_AFTER = re.compile(
    rf"(?:'s)?\W*(?:{_DENIES}no(?=\W*$| *[,.!;|\n]|,? (?:thanks|not)\b)|(?:is|are|was|were)(?:n't| not) (?:\w+ )?(?:it|that|me|"
    r"mine|true|right|so|what|one of|for me|the (?:one|answer|reason))\b|(?:is|was|sounds) (?:\w+ )?(?:wrong|false|untrue|what my"
    r"|something my)\b|(?:is|are|was|were) (?:\w+ )?at the other\b|(?:belongs? to|comes? from|came from|is for|was for|is|are|"
    r"was|were)(?: only| really| \w+ed by)? (?:my|his|her|another|somebody|someone)\b)",
    re.IGNORECASE,
)
NEGATED = re.compile(r"\b(?:no|not|never|nobody|nothing|none|without|neither)\b|n't\b", re.IGNORECASE)
STOP = re.compile(r"[.!?;\n]+")
AFFIRMS_AFTER = re.compile(r"\W*(?:yes|yep|yeah|aye|true|right|correct)\b", re.IGNORECASE)
WEIGHS_AFTER = re.compile(
    r"\s*\?|\W*(?:is|sounds|seems|looks|was) (?:\w+ )?(?:what (?!i (?:do|am|have|like|love|enjoy|want|did|was|had|got|would)\b)|"
    r"(?:tempting|close|plausible|likely|possible|near|nearly|almost|half)\b)|"
    # "Danish, but I can't speak it"; "but that doesn't count"
    r"[^.;!?\n]*\bbut (?:i|we)(?:'ve)? (?:can't|cannot|couldn't|don't|do not|never|didn't|haven't)(?: \w+){0,2} (?:it|them|any|"
    r"that|one)\b|[^.;!?\n]*\bif (?:i|we) (?:could|had)\b|[^.!?\n]*\b(?:doesn't|don't|didn't) count\b",
    re.IGNORECASE,
)
WEIGHS_BEFORE = re.compile(
    r"\b(?:could be|might be|may be|either|between(?: \S+){1,4} and|between|torn|if|considered|thought of|expected|beyond|"
    r"wished for)\W*(?:it's |it is |it was )?(?:(?:the|an?|my|our) )?$",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"\b(?:everyone|everybody|they|others|the rest|people|all of them|he|she|you|(?!It|This|That|Mine|Me|My|The|So|Then|An|"
    r"Final|Correct|Best)[A-Z][a-z]+)(?: else)?(?: in the room| before me| ahead of me)?(?: has| have)?(?: all)? "
    r"(?:says?|said|assumes?|thinks?|thought|believes?|guess(?:es|ed)?|expects?|claims?|swears?|picks?|picked|chose|choose|"
    r"answer(?:s|ed)?|goes|go|went|took|named)(?: (?:with|for|by|it was|that it was|the))*\W*$"
)
# What was intended and, as a "but" shows, did not come about.
INTENDED = re.compile(
    r"\b(?:(?:would|i'd) (?:love|like)|(?:wanted|hoped|planned|meant|supposed|going|used|love|like)(?: us| me)? to|always wanted|"
    r"going for|started|began|tried|booked|promised|applied)(?: \w+){0,4}\W*$",
    re.IGNORECASE,
)
# What follows tells about the options that were not chosen, or gives reasons.
REST = re.compile(
    r"\bas for the (?:rest|others?)\b|\bthe (?:others?|rest)(?: \w+)?(?: options)? (?:are|aren't|don't|do not|did|didn't|"
    r"belong|were|weren't|come|came)\b|"
    r"^\W*(?:explanation|reason(?:ing|s)?|note|justification|rationale|why)\b\W*[:\n]",
    re.IGNORECASE | re.MULTILINE,
)
VERB = (
    r"(?:pick|choose|chose|say|said|go(?:ing)? (?:with|for)|take|answer|select|opt for|settle on|stick with|vote(?: for)?|mean|"
    r"name|stay with|stuck with|call it|put(?: down)?)"
)
DECIDES = re.compile(
    rf"(?:\b(?:answers?|truth)(?: (?:is|are|was|would be|must be|has to be|then))?|\blet(?:'s| me| us) {VERB}|"
    rf"\bi(?:'d|'ll| would| will| have to| must| do|"
    rf" shall)?(?: \w+ly| just| still| also| therefore| then)? {VERB}(?: \w+ly)?"
    r"|\b(?:it|that|this|which)(?:'s| is| was| must be| has to be| would be|'d be|'ll be| will be| makes(?: it| that)?|"
    r" gives(?: me)?| leaves(?: me)?(?: with)?)(?: \w+ly| just| only| still| then)?"
    r"|\b(?:choice|pick|vote)s?(?: is| are| was| would be)?|\b(?:so|thus|therefore|hence|definitely|def|clearly|only|just|"
    r"simply|selected|final|finally|ultimately|put me down for|leaves|gives|makes|conclusion)"
    r"|\b(?:correct|right|true|fitting)(?: one| ones| option| options| answer| letter| letters)?(?: is| are|"
    r" would be)?)\W*(?:\b(?:and|the|option|options|letters?|both|with|be|for|also|too|it's|them)\b\W*)*$",
    re.IGNORECASE,
)
DECIDES_AFTER = re.compile(
    r"\W*(?:it (?:is|was|must be|has to be)\b|only\b|comes closest\b|fits best\b|(?:and )?nothing (?:else|more)\b|for me\b|"
    r"then\W*$|(?:is|are) (?:my|the) (?:final |right |correct |only |true )?(?:answer|choice|pick|one|ones|letter)s?\b|"
    r"(?:is|are) (?:correct|right)\W*$|final(?:ly| answer)?\W*$)",
    re.IGNORECASE,
)
# What a sentence in words decides alone: "I finished with a master's", "the choir, nothing else".
SETTLES = re.compile(r"\b(?:finish|end|stopp|settl)ed(?: \w+){0,4}\W*$|\ball (?:that )?i\b(?: \w+){1,4}\W*$", re.IGNORECASE)
ONLY_THAT = re.compile(r"[^.!?\n]*\bnothing (?:else|more)\b", re.IGNORECASE)
UNDECIDED = re.compile(
    r"\b(?:(?:can't|cannot|can not|couldn't|could not|cannae|couldnae|can hardly)(?: \w+){0,4} (?:decide|pick|choose|tell|settle|"
    r"swear|separate|make up|straight|(?:say|be sure|know) which)|changing my mind|one of the two|in two minds|torn between|"
    r"wouldn't swear|impossible to (?:say|choose))\b|\bdon't know(?: any ?more)?\W*$",
    re.IGNORECASE,
)
