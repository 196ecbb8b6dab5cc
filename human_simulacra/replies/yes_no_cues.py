"""The words of yes and no, in the one spelling that `one_spelling` gives a reply."""

from __future__ import annotations

import re

_SPELLINGS = [
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"\b([yn])[-. ]([eo])(?:[-. ](s))?\b\.?", r"\1\2\3"),  # Y-E-S, N.O.
        (r"\b(?:y+e+s+|yee+)\b|^\W*ye(?=\W*$|[,.!]| (?:of course|always|i|it|that|lol|mate|bro|sure|totally)\b)", "yes"),
        (r"\by+u+p+\b", "yup"),
        (r"\b(?:y+e+a+h+|yh)\b|\bya(?=\W*$|[,.!])", "yeah"),
        (r"\bn+o+\b", "no"),
        (r"\bn+o+pe*\b", "nope"),
        (r"\bn+a+h*\b", "nah"),
        (r"\bmost (?=certainly|definitely)", ""),
        (r"\bdef(?:in[aei]t?e?ly|o)?\b", "definitely"),
        (r"(?:(?<=^)|(?<=[.,!] ))'?course\b", "of course"),
        (r"(?<!\w)'?fraid\b", "afraid"),
        (r"[\"'](yes|no)([.,!]?)[\"']", r"\1\2"),
        (r"\b(?:cannot|can't|cant|cannae)\b", "can not"),
        (r"\b(?:won't|wont|willnae)\b", "will not"),
        (r"\b(?:ain't|aint)\b", "is not"),
        (r"\b(do|does|did|is|was|would|could|should|have)(?:n'?t|nae)\b", r"\1 not"),
        (r"\b(i|you|we|they|who|nobody|no one|it|that|there|he|she)'d\b", r"\1 would"),
        (r"\bi'?m\b", "i am"),
        (r"\b(it|that|this|there|answer)'?s\b", r"\1 is"),
        (r"(?<=\w)'ve\b", " have"),
        (r"(?<=\w)'ll\b", " will"),
        (r"(?<=\w)'re\b", " are"),
        # What only strengthens or weakens what it stands beside: "I most certainly would", "I can't honestly say yes".
        (
            r"(?<=[a-z] )(?:(?:most |very |almost )?(?:certainly|definitely|probably)|very (?:well|much)|really|honestly|truly|"
            r"simply|exactly|quite|actually|in (?:all honesty|good conscience)|sure as hell|(?:damn|bloody) well|"
            r"sure(?= (?:do|would|am)\b)|even|possibly(?= (?:say|deny)\b))\b ?",
            "",
        ),
    )
]


def joined(pattern: str) -> str:
    """Returns a pattern that is written on several lines as one."""
    return "".join(line.strip() for line in pattern.splitlines())


# The answer is over, or goes on as a sentence does: "No I don't", "no because". In "No room is too cold" it is no answer.
END = r"(?:(?=\W*$)|(?=[\"')]*[,.;:!?/)(])|(?=\s*[^\w\s'\"-])|(?=\s+[-\"']))"
_GOES_ON = joined(r"""
    i|id|ive|my|me|we|you|he|she|it|its|that|this|they|there|the|these|those|of course|not|never|no|nope|yes|yeah|sir+e*|ma'?am|
    madam|mate|man(?=\W*$)|pal|friend|buddy|dear|bro|dude|lad|pet|thanks?|thx|because|cause|cos|cuz|since|as|but|and|so|though|
    when|on|in(?!-)|at|to|for|from|with|by|lol|haha|tbh|sorry|definitely|absolutely|certainly|then|again|sadly|alas|only|always|
    usually|can|do|did|will|would|could|am|is|are|was|has|have|indeed|ever|enough|about|oh
""")
_TAIL = rf"(?:{END}|(?=\s+(?:{_GOES_ON})\b))"
_AUXILIARY = r"(?:do|does|did|would|will|am|is|was|been|have|had|has|can|could|shall|must)"
# "Never have", "always in my life"; "Never slept better" is no answer.
_HABIT_TAIL = rf"(?:{END}|(?=(?: {_AUXILIARY}){{1,2}}{END})|(?= (?:ever|in (?:my|all my|a)|again|me|i)\b))"

_SURE = "absolutely|certainly|definitely|surely|clearly|obviously|naturally|totally|undoubtedly|of course|exactly|precisely"
_YES = joined(r"""
    y|oui|(?:for )?sure thing|for sure|indeed|agreed|affirmative|roger(?: that)?|right on|correct|
    (?:(?:all|how|too|so|only) )*true|(?:you are )?not (?:wrong|untrue)|you are right|count me in|same(?: here)?|gladly|happily|
    guilty(?: as charged)?|(?:spot|bang|dead) on|right you are|(?:too|damn|damned)(?: bloody| damn)? right|
    beyond (?:doubt|question)|without (?:a |any |a shadow of a |the shadow of a )?(?:doubt|question|hesitation|fail)|
    no (?:(?:doubt|question)(?! (?:you|he|she|they)\b)|two ways|denying|exceptions?|arguments?)|in a heartbeat|every time|
    hits? the nail on the head|word for word|more than you know|you bet(?:cha)?|you know it|by all means|very much(?: so)?|
    not half(?! as)|(?:it |that )?goes without saying|likely|pretty much|(?:quite|just) (?:so|right)|need you ask|do i ever|
    and how|what else|(?:i (?:think|suppose|believe|guess|reckon|hope|should (?:say|think)|dare say)|(?:i am )?afraid) so|
    you know me too well|you took the words out of my mouth|(?:you )?(?:have )?(?:just )?(?:got|described) me(?: \w+)*|
    (?:i )?could not have (?:put|said) it better(?: myself)?|is the pope catholic|who (?:would|does) not
""")
_NO = joined(r"""
    no(?: (?:way(?! (?:to|of|i can))|chance|fear|longer))?|no+ ?sir+e*|nae|nay|n|nein|false|negat(?:ive|ory)|
    wrong(?: (?:fellow|person|man|woman|guy|one|friend|guess))?|far from it|nowhere near|on the contrary|
    (?:the )?(?:very )?(?:opposite|contrary|reverse)|nothing of the (?:sort|kind)|by no means|in no way|under no circumstances|
    nothing like me|anything but|when pigs fly|(?:fat|not a) chance|do i heck|i doubt it|
    i wish(?=[.!,]*$|[.!,]| i (?:were|was|did)\b)|if only|over my dead body|(?:god|heaven) forbid|perish the thought|count me out|
    hard pass|do not make me laugh|(?:i )?do not (?:think|believe|suppose) so|i beg to differ|
    i (?:think|suppose|believe|guess|reckon|hope|should (?:think|hope|say)) not|(?:(?:could|can) not|nothing could) be (?:further|
    farther|less)[^,.]*
""")
# "Not a chance" is an answer, "Not a day goes by" and "Not sure" are none.
_NOT = joined(r"""
    not(?! (?:sure|certain|only|just|long|everyone|everybody|half(?! as)|necessarily|wrong|untrue|that (?!often|i know)|(?:gonna|
    going to|to) (?:mention|brag|lie)|for me to|no\b|an? (?!chance|bit|hope|jot)|one (?!bit)))(?![\w-])
""")
_OTHER_ONE = joined(r"""
    you (?:must|have to|are) (?:be )?(?:thinking of|mean) (?!me\b)|(?:that is )?(?:my|your) \w+ you are \w+ing|
    you have (?:got the wrong|mixed me up)
""")
# Words that may stand before the answer: "Oh, well, to be honest, no". Few, since their ways to match multiply.
_BEFORE = joined(rf"""
    (?:(?:oh|ah+|och|ha+h?a?|lol|well|h+m+|[eu]h|um|er|ugh|ew|aw|why(?! not)|do not be \w+|obvs|so|now|nowadays|today|these days|
    since then|lately|at my age|not no|honestly|frankly|honest|tbh|look|listen|lord|god|jesus|heavens?|hell|heck|goodness|gosh|
    gracious|good|dear|friend|pal|lad|love|my dear|(?:great|good) question|i (?:think|suppose|guess|reckon|admit|must say|
    have to say|would (?:have to )?say|am afraid)|afraid|hard to admit|ok(?:ay)?|fine|all ?right|(?:laugh|grin|smile|sigh|shrug|
    chuckle|wink|snort|pause)s|actually|but|and|then|to (?:be honest|the)|(?:my|the)? ?(?:answer|vote)(?: is|
    (?: would| has to| have to| must)+ be)?|(?:it|that) is(?! not)|{_SURE}|that would be|mostly|largely|usually|probably|very|
    quite|almost|just|indeed|(?:most )?likely|hard|big|firm|only|sadly|(?:un)?fortunately|thankfully|regrettably|alas|100 ?%|100|
    an? (?:\w+ )?|for me|me|wait|sorry|i (?:do|would|am)(?! not))(?:\b|(?<=%))[\s,.:!\]-]*){{0,7}}
""")
_STARTS_YES = (
    r"(?:yes|yeah|yea|yep|yup|aye|ja|uh[- ]?huh|m+-?hm+|yessir)(?![\w-]| if\b)|"
    rf"(?:{_YES}|(?:most )?(?:{_SURE}))(?! (?:i (?:\w+ )?)?(?:not|never|no|nope)\b){_TAIL}|always{_HABIT_TAIL}|"
    rf"sure(?:{END}|(?= (?:i|do|am|would|it|that|is|as|but)\b))|rather(?=!)|"
    r"(?:nothing|never)(?: could be| was)?(?: an?)? truer\b|(?:(?:so|literally|all)(?: like)?|(?:just )?like) me(?=\W*$)"
)
_STARTS_NO = (
    rf"(?:nope|nah|naw|nuh(?:[- ]?uh)?|uh[- ]?uh)(?![\w-])|(?:{_NO}){_TAIL}|(?:never|hardly|scarcely|rarely|seldom){_HABIT_TAIL}|"
    rf"as if(?=[.!]*$)|like (?:hell|heck)\b|{_NOT}|{_OTHER_ONE}"
)
STARTS_YES, STARTS_NO = (
    re.compile(rf"^\W*(?:[ab12][).:] )?(?!(?:yeah|nah),? (?:no|nah|yeah)\b){_BEFORE}(?:{words})", re.IGNORECASE)
    for words in (_STARTS_YES, _STARTS_NO)
)

# A yes and a no in one sentence, joined or set against each other: "yes on Mondays and no on Fridays".
_ANSWER = {
    word: rf"(?<!\bnot )(?<!\bnot say )(?<!\bsaying )\b{word}(?:{END}|(?= (?:if|when|on|in|with|for|since|as|to|and|n?or)\b))"
    for word in ("yes", "no")
}
_JOINED = r"[^.!?]{0,80}?(?:[,;/]|\b(?:and|n?or|but))\s[^.!?]{0,40}?"
YES_AND_NO = re.compile(
    rf"{_ANSWER['yes']}{_JOINED}{_ANSWER['no']}|{_ANSWER['no']}{_JOINED}{_ANSWER['yes']}|\byes\W+(?:(?:or|and)\W+)?no\b(?!\W*\w)|"
    r"\bno\W+(?:(?:or|and|no)\W+)*yes\b(?!\W*\w)",
    re.IGNORECASE,
)


def one_spelling(text: str) -> str:
    """Returns a plain text with one spelling of yes and no, no contractions, and no words that only strengthen others."""
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    return text
