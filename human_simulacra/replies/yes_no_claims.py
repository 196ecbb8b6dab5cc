"""Claims of yes or no that may stand anywhere in a sentence, once `one_spelling` spelled it: "I can hardly deny it"."""

from __future__ import annotations

import re

from human_simulacra.replies.yes_no_cues import END, joined

_FOOLISH = r"(?:lying|fibbing|liar|lie|daft|mad|crazy|fool(?:ish)?|ashamed|hypocrite|kidding|fooling|opposite|nonsense|rubbish)"
# A claim says yes, or no if the number of these words in it is odd: "Why would I say no?" has two.
_DENIAL = re.compile(
    r"\b(?:not|never|hardly|scarcely|nothing|nobody|none|no|(?:why|how|who)(?= (?:would|could|can|should|will|deny|am))|last|"
    rf"unlike|(?<!that )far(?! as)|wrong|false|untrue|den(?:y|ying|ied)|dispute|argue|doubt|otherwise|other way|disagree|else|"
    rf"shakes?|{_FOOLISH})\b|\U0001f44e",
    re.IGNORECASE,
)
_NOT = "(?:not|never|hardly|scarcely|nothing)"
_IT = r"\b(?:that|it|this|the (?:statement|description|sentence))(?: one)?"
_NOT_AFTER = "".join(rf"(?<!\b{word} )" for word in ("would", "could", "should", "do", "did", "must", "wish", "would that", "if"))
_NOBODY = r"nobody|no one|not a soul|who(?= (?:would|could|can|will)\b)|none of them|you will (?:not|never) (?:hear|catch) me"
_MODAL = "(?:can|could|would|will|must|should|do|am (?:going|inclined|gonna) to|have (?:got )?to|gonna|go(?:ing)? to)"
_BARE = rf"(?:(?:do|would|am|shall)|{_NOT} (?:do|would|am|have|did|could|will)|(?:do|would|am|could|did|will|can|have) {_NOT})"
# "as badly as I do" and "what I do" claim nothing.
_FREE = "".join(
    rf"(?<!\b{word} )" for word in ("as", "like", "than", "what", "how", "who", "if", "wish", "way", "all", "where", "when")
)
_BELIEF = r"(?:\bi (?:do|can|could) not (?:think|believe|suppose|imagine|see (?:how|why)) (?:that )?|\bi doubt (?:that |if )?)"

_SAID = joined(rf"""
    (?:(?:with |to )?(?:that|it|so|this|as much|you)(?: (?:of|about|to|for) (?:me|myself|that|it|this)| with a straight face)?|
    me (?:of )?(?:that|it)|otherwise|(?:an? )?(?:\w+ )?(?:yes|no)(?: (?:to|on) [^,.]*)?|(?:that )?i (?:{_BARE}|have|did)|
    (?:that )?(?:that|it|this) (?:is|fits|describes|does)(?: me)?|myself (?:like|as) (?:that|so)|it that way|that far|
    such a thing)
""")
# Who says it: "I would", "I can't see how I could", "Can't", "Nobody who knows me would", "Why would I".
_SPEAKER = joined(rf"""
    (?:^\W*(?:(?:no|well|oh|sorry|so)\W+)?{_MODAL} |^\W*(?:you|one) (?:could|can|might) |
    {_BELIEF}?\b(?:{_NOT_AFTER}i|{_NOBODY})(?: (?:else|(?:who|that) knows me))? (?:am |will )?(?:{_NOT} )?(?:{_MODAL} )?|
    \b(?:why|how|never) (?:can|could|would|should) i |\bwhy would anyone |\bit would )
""")
_FRAME = joined(rf"""
    (?:be (?:an? )?(?:{_FOOLISH}|glad|happy|proud)(?: myself)? (?:if i|to)\b |go (?:so|as) far as to |
    be the (?:last|first)(?: one| person)? to\b |(?:have to|rather)\b )?
""")
_SAY = joined(r"""
    (?:(?:dream of |see myself |imagine |hear myself )?say(?:ing)?|dream of|said|claim|call|deny(?:ing)?|admit|own up|accuse|
    dispute|argue|pretend|answer(?= (?:with|yes|no))|describe|put(?: my name to)?|go(?:ing)?(?: with)?|
    lean(?:ing)? (?:to|towards?))
""")
# "Nobody would say that of me", "Why would I say no?", "I can't say I do", "I'd be lying if I said no", "It's a no".
_SAYS = joined(rf"""
    {_SPEAKER}(?:{_NOT} )?{_FRAME}{_SAY} {_SAID}{END}|\bno (?:(?:point|use|sense) (?:in )?)?saying (?:it|that|this|yes|no){END}|
    \b(?:{_NOT}|no|why|who)(?: \w+){{0,3}}? den(?:y|ying|ied) (?:it|that|this){END}|\bthe last thing i would (?:say|call)\b|
    \bif i said (?:yes|no|that|otherwise),? i would be (?:lying|a liar)\b|\bi (?:have to )?(?:dis)?agree\b|\bplead guilty\b|
    \bi (?:can not |do not )?(?:recogni[sz]e|see) myself in (?:that|it|this)\b|
    \b(?:can|could|would) not \w+ (?:\w+ )?any other way\b|
    \b(?:it|that|answer|vote|truth|mine) (?:is|(?:(?:would|has to|have to|must) )+be)
    (?: (?:an?|the|still|now|always|clear|honest|definite|firm|hard|big|simple)){{0,2}} (?:yes|no){END}|
    (?<!\bwant )(?<!\bexpect )(?:\bnot (?:hear|get) )?\b(?:a|the) (?:\w+ )?(?:yes|no) (?:from|for)\b|
    \b(?:down|me) (?:as|for) an? (?:yes|no){END}
""")
# "That isn't like me", "This describes me".
_FITS = joined(rf"""
    (?:\bnot (?:a|one) word of )?{_IT} (?:is|was(?= not)|would(?: not)? be|could not be|has (?:always|never) been)(?: (?!(?:for|
    to|about|with|of|from|on|by)\b)\w+){{0,3}}? (?:me|true|untrue|(?:about )?right|wrong|false|fair|accurate|correct|like me|
    a lie|nonsense|rubbish|the (?:very )?opposite|the case|my (?:thing|way|style|habit|nature)|so(?=\W*$)|the story of my life|
    (?:fair|good|perfect) (?:description|portrait|summary)|how i\b.*)(?! to (?!a t)| (?:of|for) (?!me|myself))\b|
    {_IT}(?: \w+)? (?:is|was|would) not(?: be)?(?: \w+)? (?:like|how|who|something|what|so|that|the (?:sort|kind|way))\b|
    (?:{_IT}(?: \w+)? |^\W*)(?:does|would) {_NOT}(?: \w+)? (?:sound|fit|describe|apply|match|ring|suit)\b|{_IT} is nothing like\b|
    {_IT} (?:describes|is) some(?:one|body) else\b|{_IT} (?:\w+ ){{0,2}}?(?:fits?(?! (?:my|him|her|them|the)\b)|describes? me|
    sounds? (?:\w+ )*like me|applies|suits me|sums me up|rings true)\b|\b(?:not )?(?:fits? me|me (?:to a t|all over))\b|
    \bsounds (?:about right|(?:\w+ )?like me)\b|^is not me\b|\bi am {_NOT} (?:like that|the (?:sort|kind|type)|that|one (?:of|
    for) (?:that|those|it))\b|\b(?:i )?could have (?:written|said) that myself\b|\bnot (?:me|i|any ?more)(?: at all)?[.!]*$|
    \bnods?\b(?: my head| slowly| vigorously)?$|\bshakes? (?:my |his |her |the )?head\b|[\U0001f44d\U0001f44e]
""")
# A bare auxiliary ends the sentence or stands alone at its beginning: "My wife doesn't, but I do."
_ANSWERS = joined(rf"""
    {_BELIEF}?{_FREE}\bi {_BARE}(?:,? (?:indeed|too|now|at all|any ?more|say so|so|either|ever|these days))?[.!]*$|
    ^\W*(?:oh,? )?i {_BARE},(?! (?:but|if|only|when|were))|^\W*(?:oh,? )?i (?:would|do),? (?!not)\w+[.!]*$|
    \byou know i (?:do|would|am){END}
""")
_CLAIM = re.compile("|".join((_SAYS, _FITS, _ANSWERS)), re.IGNORECASE)
# "They'd all say that's me" is no claim of the speaker's.
_OTHERS_SAY = re.compile(
    r"\b(?!i\b)\w+ (?:would |will |all |always |do )*(?:says?|thinks?|believes?|tells?(?: me)?|"
    r"expects?)(?: that)?\W*$",
    re.IGNORECASE,
)

# What the speaker once was, or what somebody else says: a yes or no at the end of such a sentence is not the speaker's of now.
_ONCE = (
    r"(?:once\b|when i was|as an? (?:young )?(?:\w+)|back (?:then|when)|in (?:my (?:youth|\w+ days|day|\w+ties)|those days)|"
    r"(?:\w+ )?(?:years|decades) ago|i used to|used to|before (?:the|my|i)|formerly|until)"
)
ONCE = re.compile(rf"\W*(?:yes|no)\W+{_ONCE}[^,.;]*\W*", re.IGNORECASE)
_ELSEWHERE = joined(rf"""
    \b{_ONCE}\b|(?:^|[,;] )\W*(?:if (?!i am (?:honest|frank|being)|you ask|truth|pressed|pushed)|with|on|for (?!me|the most)|
    (?:my|our|most|many|other) \w+(?=,))\b|\b(?!(?:i|to)\b)\w+ (?:would|will|may|might|do|does|did|expects|thinks|
    says)\b(?! not\b)|\b(?:they|people|every(?:one|body)|you|we|some|most|others|friends|family) (?:all )?(?:say|think|expect)\b
""")
_AT_THE_END = re.compile(rf"^(?:(?!.*(?:{_ELSEWHERE})).*(?:[,-] |\bme )|.*\bso )(?P<answer>yes|yeah|aye|no)[.!]*$", re.IGNORECASE)

# What stands last, after a "but", and is an answer in itself: "My wife does, but I don't", "Yes, everyone says so, but not me".
_TURN = re.compile(
    r"(?:\b(?:but|yet|though|while|whereas|and)|[,;-](?=\W*(?:now|nowadays|today|these days)\b))(?P<turn>\W+"
    r"(?:(?:now|nowadays|today|these days|for me|as for me|me|i say|i would say|it is|actually|honestly|then)\W+)*"
    rf"(?:yes|no|never|not (?:me|i|now|any ?more)|no longer|i {_BARE}|me never)"
    r"(?:,? (?:now|nowadays|today|these days|any ?more|at all|then))?)\W*$",
    re.IGNORECASE,
)


def claims(sentence: str) -> list[bool]:
    """Returns what each claim of the speaker's in a sentence says, in order."""
    return [
        _says(found[0])
        for found in _CLAIM.finditer(sentence)
        if not _OTHERS_SAY.search(sentence[max(0, found.start() - 60) : found.start()])
    ]


def turn(sentence: str) -> tuple[bool, str] | None:
    """Returns what a sentence says after its last "but", and what stands before, if that is an answer in itself."""
    found = _TURN.search(sentence)
    return (_says(found["turn"]), sentence[: found.start("turn")]) if found else None


def at_the_end(sentence: str) -> bool | None:
    """Returns the yes or no at the end of a sentence, unless it is of the past or of somebody else."""
    found = _AT_THE_END.search(sentence)
    return found["answer"].casefold() != "no" if found else None


def _says(claim: str) -> bool:
    return len(_DENIAL.findall(claim)) % 2 == 0
