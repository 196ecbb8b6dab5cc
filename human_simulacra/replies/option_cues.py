"""Words that show how a reply means an option: denied, affirmed, only weighed, decided, or told of somebody else."""

from __future__ import annotations

import re

from human_simulacra.replies.relatives import KIN

# Where the scope of a word ends: sentences, lines, "but", and subordinate clauses that give reasons.
CLAUSE = re.compile(
    r"[.;!?\n:]+\s|[.;!?\n:]+$|\n|,?\s+\bbut\b(?! not)|,\s*(?=(?:since|because|as|though|although|while|whereas|it's|it is|"
    r"that's|so|and then|i)\b)|\s-\s",
    re.IGNORECASE,
)
LIST = re.compile(r"\W*(?:\b(?:and|or|nor|as well as|plus|also|both|then|the|option|letter)\b\W*)*", re.IGNORECASE)
DENIES_BEFORE = re.compile(
    r"(?:\bnot|n't|\bneither|\bnor|\bnever|\bno|\bexcept|\bbut not|\brather than|\binstead of|\bunlike|\bwithout|\bcannot|"
    r"\b(?:rule|ruled|ruling|rules|leave|leaves|leaving|left|cross|crossed|strike|struck)s? out|\bdrop|\breject(?:ed)?|"
    r"\bexclud(?:e|ed|ing)|\bhate|"
    r"\bdiscard(?:ed)?|\bskip|\bdisagree with|\bdislike|\boppose|\bgave up|\bstopped|"
    r"\bapart from|\bother than|\bfar from)\b(?: \w+'?\w*){0,6}\W*$",
    re.IGNORECASE,
)
DENIES_AFTER = re.compile(
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
DENIES_WORDS_AFTER = re.compile(
    r"\W*(?:no(?:\s|$|[,.!;])|nope\b|(?:isn't|wasn't|is not|was not|were not|weren't) (?:\w+ )?(?:it|that|me|mine|true|right|"
    r"so|what|"
    r"one of|the (?:one|answer|reason))\b|(?:is|was|sounds) (?:\w+ )?(?:wrong|false|untrue|what my|something my)\b|"
    r"(?:is|are|was|were) (?:\w+ )?at the other\b|(?:belongs? to|comes? from|came from|is for|was for) (?:my|his|her|"
    r"another|somebody|someone)\b)",
    re.IGNORECASE,
)
NEGATED = re.compile(r"\b(?:no|not|never|nobody|nothing|none|without|neither)\b|n't\b", re.IGNORECASE)
STOP = re.compile(r"[.!?;\n]+")
AFFIRMS_AFTER = re.compile(r"\W*(?:yes|yep|yeah|aye|true|right|correct)\b", re.IGNORECASE)
WEIGHS_AFTER = re.compile(
    r"\s*\?|\W*(?:is|sounds|seems|looks|was) (?:\w+ )?(?:what|tempting|close|plausible|likely|possible|near|nearly|almost|"
    r"half)\b",
    re.IGNORECASE,
)
WEIGHS_BEFORE = re.compile(
    r"\b(?:could be|might be|may be|either|whether|between|torn|if|considered|thought of|expected|beyond|dream(?:t|ed) of|"
    r"wished for|nearly said|almost said)\W*(?:it's |it is |it was )?(?:(?:the|an?|my|our) )?$",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"\b(?:everyone|everybody|they|others|the rest|people|all of them|he|she|you|(?!My|The|So|Then|An|Final|Correct|"
    r"Best)[A-Z][a-z]+)"
    r"(?: else)?(?: in the room| before me| ahead of me)?(?: has| have)?(?: all)? "
    r"(?:says?|said|picks?|picked|chose|choose|answer(?:s|ed)?|goes|go|went|took|named)(?: (?:with|for|it was|that it was|"
    r"the))*\W*$"
)
# What follows tells about the options that were not chosen, or gives reasons.
# What was intended and, as a "but" shows, did not come about; and the subject of what another does.
INTENDED = re.compile(r"\b(?:wanted|hoped|planned|meant|supposed|going|used|love|like) to(?: \w+){0,4}\W*$", re.IGNORECASE)
OF_KIN = re.compile(rf"\b(?:my|our) (?:\w+ )?{KIN}s?\b(?:'s)?(?: \w+){{0,5}}\W*$", re.IGNORECASE)
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
    r"\W*(?:it is\b|only\b|comes closest\b|fits best\b|(?:and )?nothing (?:else|more)\b|for me\b|then\W*$|"
    r"(?:is|are) (?:my|the) (?:final |right |correct |only |true )?(?:answer|choice|pick|one|ones|letter)s?\b|"
    r"(?:is|are) (?:correct|right)\W*$|final(?:ly| answer)?\W*$)",
    re.IGNORECASE,
)
