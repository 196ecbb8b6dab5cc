"""Words that show that a speaker does not know: classes of words, and the frames that combine them (docs/reading.md).

The frames read a clause in long forms (`stance_cues.in_long_forms`).
"""

from __future__ import annotations

import re

from human_simulacra.replies.stance_cues import any_of

_NOT = "(?:not|never|no longer|hardly)"
_NOBODY = "(?:nobody|no one|n(?:one|either) of (?:us|them)|no man)(?! else)"
_KNOW = any_of(
    r"""kn[eo]w[ns]? / remember(?:s|ed)? / recall(?:s|ed)? / recollect / learn(?! to)|learn(?:ed|t)(?! to) / underst(?:and|ood) /
    f(?:i|ou)nd out / g[eo]t to know"""
)
_SAY = any_of(  # what one can not do about a thing that one does not know
    r"""say(?! for) / judge / tell / answer / name / predict / picture / speak (?:to|for) / vouch / help(?! \w+ing) / find /
    (?:hazard a )?guess / (?:see|look) (?:in(?:to)?|the future|what) / give (?:you|a) / think (?:of|what|who|where) /
    come up with / put (?:a name|my) / (?:call|bring|hold)\b[^,.;]* (?:to|back|of it|up|on)"""
)
_WITNESS = any_of(  # how one would have come to know
    r"""see / saw / seen / hear / heard / ask(?:ed)? / count(?:ed)? / look(?:ed)?(?! back| like| forward) / noticed? /
    watch(?:ed)? / read / open(?:ed)? / c(?:atch|aught) / been told / paid attention /
    ke(?:ep|pt)(?= (?:an?|any|that|it|count|track)\b|[.,;]|$)"""
)
_TELL = any_of(
    r"""tells? / told / sa(?:ys?|id) / sp[eo]aks? / spoken? / explain(?:ed)? / shared? / let (?:it |me )?(?:on|know|see) /
    talk(?:ed)? / discussed / own(?:ed)? up / breathed? a word / reveal(?:ed)? / show(?:ed|n)?"""
)
_HEARER = (  # to whom, or of what, one did not tell; or nothing follows
    r"(?: (?:(?:to )?(?:me|us|any\w+(?<!thing)|\w+sel(?:f|ves))|a soul|why|what|how|of|about|which|it|so|and|"
    r"the (?:name|reason))\b|[.,;!?]|$)"
)
_IDEA = any_of(
    r"""idea / clue / notion / memory / memories / recollection / way of (?:knowing|checking|telling) / knowledge / information /
    record / details? / picture / answer / scooby / inkling"""
)
_GONE = any_of(
    r"""blank / blur / fog / mystery / forgotten / faded / nil / beyond (?:me|reading) / lost (?:(?:to|on) (?:me|time)|in the) /
    (?<=is )gone / (?<=are )gone / (?<=it has )gone / (?<=name )gone / gone from me / over my head / any(?:one|body)'s guess"""
)
_MIND = "(?:mind|memory|head)"
_OFFICE = any_of(r"(?:\w+ )?(?:business / department / job / field / line / trade / area)")
_I = r"(?:\b(?:i|we|one|who) (?:\w+ ){0,2}?|(?:^|[.!?;:,] )(?:\w+ )?(?:do |did |can |could |would |am )?)"
_FRAMES = (
    # I do not know; I can not say; I never asked; I was not there.
    rf"{_I}{_NOT} (?:\w+ ){{0,2}}?{_KNOW}(?! (?:such|anyone who))",
    rf"(?<!he )(?<!they )(?<!you )\b(?:can|could) {_NOT} (?:\w+ ){{0,2}}?{_SAY}|\bwould not (?:like to )?say\b|\bunable to\b",
    rf"\b(?:i|we) (?:(?:did|have|could|had(?= not been)) not|(?:have |had |could )?(?:never|hardly))(?: \w+){{0,2}}? {_WITNESS}",
    rf"\bbefore (?:i|he|she|they|any\w+) could (?:{_WITNESS}|{_TELL})",
    r"\b(?:(?:saw|heard|caught) (?:nothing|no more)|(?:paid|took) no (?:attention|notice))\b",
    rf"\b(?:i|we) (?:was|were|am|have been|had been) {_NOT} (?:\w+ )?"
    + any_of(
        r"""there / (?:in(?:side)?|near|at) (?:the|her|his|that) / near / present / told / asked / informed / listening /
        looking / paying / involved / in a position / aware"""
    ),
    # Nobody knows; he never said; it is not known.
    rf"\b{_NOBODY} (?:\w+ ){{0,4}}?(?:{_KNOW}|{_WITNESS}|wrote|{_TELL}{_HEARER})",
    rf"\b(?!(?:i|we|you|do|did|have|had|would)\b)[^\W\d_]+(?: (?:has|have|had|did|was|were|would|do|does))? {_NOT} (?:\w+ )?"
    rf"{_TELL}{_HEARER}|\b{_NOT} mention(?:ed)?\b|\btold (?:me|us) nothing\b",
    rf"\b(?:is|was|are|were) {_NOT} (?:\w+ )?(?:known|recorded|revealed|written)\b|^not known\b|\bunknown(?! \w)|^n/?a\b",
    # No idea; it is gone; my memory fails me; it did not stay with me.
    rf"\b(?:no|not (?:(?:have|got) )*(?:an?|any|the|that|this))(?: (?!one|longer)\w+){{0,2}}? {_IDEA}",
    r"\bnot (?:the|an?|any) (?:faintest|slightest|foggiest|remotest)\b",
    rf"(?<!he )(?<!they )(?<!you )\b(?:is|was|am|are|were|go(?:es)?|went|drawing|has|have|name|title)(?: \w+){{0,2}}? {_GONE}",
    r"^\W*(?:all |long )?(?:gone|forgotten|pass|open|unclear|undecided)\W*$",
    rf"\b(?:(?:not|nothing) (?:\w+ )?in my {_MIND}|no {_MIND} for)\b",
    rf"\b(?:slip\w*|left|escap\w*|gone|goes|went|out|from)(?: \w+)?(?: (?:of|from))? my {_MIND}\b",
    rf"(?<!unless )\bmy (?:{_MIND}|knowledge) (?:of [^,.;]* )?(?:is|was|has|goes|went|fail|does|play|let|desert|draw)",
    r"\b(?:not|no|never|nothing)\b[^,.;]* (?:stay(?:ed)? with|stuck|stick|c[oa]mes? (?:(?:back )?to (?:me|mind)|through)|"
    r"cross(?:ed)? my mind)\b|\b(?:it|that) (?:(?:will|would|does|did) not|never) c[oa]me\b",
    # How should I know? Only he knows; ask him; it is his business; he kept it to himself.
    rf"\b(?:who|how) (?:\w+ )?(?:should|would|could|can|am|do|is) (?:\w+ ){{0,3}}?(?:{_KNOW}|tell|say)\b",
    r"\b(?:who|god|heaven|lord|goodness|only(?: \w+ \w+)?) (?:only |alone |he |she |they )?knows?\b",
    r"\bonly \w+ (?:can|could) (?:tell|say|know)\b",
    rf"\b(?:might|may|could) (?:well )?(?:have )?(?:{_KNOW}|told|said|mentioned)\b",
    r"\b(?:have to|need to|better off|better|best) (?:ask(?:ing)?|(?:speak|talk) to|check) (?!me\b)\w+|"
    r"\bwould need to (?:see|look)\b|^\W*(?:do not )?ask (?!any)\w+",
    rf"\b(?:is|are) (?:his|her|their) {_OFFICE}|\bnot my {_OFFICE}|\w+ else's {_OFFICE}",
    any_of(
        r"""(?:question|matter) for (?:an?|the|some\w*|\w+ (?:him|her)self) / for (?:the )?\w+ to (?:say|judge) /
        asking the wrong / (?:person|one|man|woman) to ask / not the (?:sort|kind) of thing (?:he|she|they) /
        leave [^,.;]* to (?:the|others) / between the (?:two|pair) of them / that is between / not (?:mine|for me) to /
        no (?:prophet|fortune teller|doctor|surgeon|engineer|expert|vet|\w+ist) / took [^,.;]{1,30} with (?:him|her|them) /
        (?:took|carried) [^,.;]{1,30}grave / kept from (?:me|us) /
        (?:kept|keeps) (?:it|that|this|his|her|their) (?:own counsel|(?:to|from) \w+)"""
    ),
    # It has not happened.
    any_of(
        r"""(?:is|lies) (?:still |all )?(?:ahead|to come|some way off|a long way off) / too (?:early|soon) to \w+ /
        in the future / (?:it|that|this) has not (?:happened|taken place) /
        (?:has|have|is) not (?:come|(?:been )?(?:made|decided|announced)) / time will tell / wait and see /
        we (?:shall|will) see / to be seen / crystal ball"""
    ),
    # Set phrases; "the song I do not".
    r"\b(?:i|me) (?:do|can|could) not\W*$|^\W*not (?:i|me)\W*$|\bit is not there\W*$",
    any_of(
        rf"""(?:hard|impossible|no way|too (?:young|small|little)) to (?:say|know|tell|remember|ask)(?! (?:good\w*|him|her)\b) /
        no way (?:i|any\w*) / wish i (?:knew|could) / guess (?:is|would be) as good / (?:like|want) to guess / lost count /
        i (?:have |must have )?(?:forgotten|forgot|forget|lost(?: sight| track| it|(?=\W*$))) /
        i must have been (?:asleep|away|out) /
        (?:only|rather not|be) (?:be )?(?:make|making|guessing|inventing)(?: (?:it|things|something) up)?(?! (?:it )?(?:but|so)) /
        (?:beats|search|escapes|stumped) me / (?:got|have) me (?:there|stumped) / one ear / before my time / lying if i /
        you tell me / tip of my tongue / knowledge (?:stops|ends) / {_KNOW} (?:nothing|little) / too long ago / not clear /
        (?:hole|gap) in my / i was too (?:young|small|little)(?=[,.]) / (?:is|was) too \w+ for me / not familiar /
        asking too much / better than mine / (?<!shot )in the dark / ask (?:me )?(?:another|again|something) / only imagine /
        look (?:it|this|that) up / not enough information / \w+ed if i know / expect me to \w+ / can not be known /
        (?:often|always) wondered / asked (?:a|many) \w+ times / racked my / (?:have|got) nothing (?:on|about|in) /
        something only / not something i / but not (?:the|one|what) /
        do not (?:think|believe) (?:he|she|they|any\w+|i) (?:\w+ )?(?:said|told|knew|heard|mentioned|knows?|do(?:es)?)"""
    ),
)
IGNORANCE = re.compile("|".join(_FRAMES))
# Manners of speaking that look like not knowing, or like a denial.
IDIOMS = re.compile(
    any_of(
        r"""
        (?:do not know|not sure|no idea) (?:about you|a (?:better|finer)|(?:why|how|if) (?:i|you|any\w+)\b|how to thank)[^,.;:]* /
        (?:did not|could not) know (?:it )?(?:then|at the time) / not know (?:what|where|whether|how) to /
        (?:not|never|how could (?:i|any\w+)) (?:let \w+ )?forg[eo]t(?:ten)? /
        can not say i (?:liked|minded|enjoyed|cared)[^,.;:]* / (?:how|why) (?:could|can|do|would) (?:i|you|any\w+) not [^,.;:?]* /
        (?:do|did|have) (?:you not|not you)[^,.;:?]* /
        you (?:have )?(?:never|(?:did|do|will|would) not) (?:\w+ )?(?:ask(?:ed)?|tell|told|know|believe|guess)\b[^,.;:!?]* /
        can not (?:tell you|say) how (?:\w+ed|happy|proud|glad|much|good) / never (?:known|seen|heard) (?:such|a \w+ like) /
        (?:not|never) (?:see|saw|seen|hear|heard) [^,.;:]* (?:again|so|like that) / never (?:\w+ )?so / not told twice /
        (?:not|never|nobody|nobody had) ask(?:ed)? (?:\w+ )?(?:for|to) /
        (?:he|she|they) (?:ha[ds] no (?:idea|clue)|(?:do|did) not know) / for years i \w+ no idea / nobody else / i can tell you /
        not (?:only|just) / no way round"""
    )
    + r"|^not \w+(?:, not \w+)+\.?$"
)
