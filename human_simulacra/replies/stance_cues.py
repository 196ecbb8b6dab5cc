"""Words that show a clause's stance: that the speaker guesses, denies a premise, or speaks as an AI.

The patterns read a text in long forms (`in_long_forms`), so that each word needs one spelling. Those of not knowing are in
`not_knowing`.
"""

from __future__ import annotations

import re

from human_simulacra.replies.relatives import KIN

_LONG_FORMS = (
    (r"\b(?:can't|cannot|cant|cannae|canna)\b", "can not"), (r"\bwon't\b", "will not"), (r"\bain't\b", "is not"),
    (r"\b(\w+)nae\b", r"\1 not"), (r"n't\b", " not"), (r"\b(do|did|would|could|have|has|was|is)nt\b", r"\1 not"),
    (r"\b(i)'?m\b", r"\1 am"), (r"'ve\b", " have"), (r"'d (?=(?:no|an?|the|better)\b)", " had "), (r"'d\b", " would"),
    (r"\blet's\b", "let us"), (r"'ll\b", " will"), (r"'re\b", " are"), (r"\b(that|it|he|she|who|what|there)'s\b", r"\1 is"),
    (r"'s (?=(?:all|clean|gone|lost|not|no|an?|the|still|never)\b)", " is "),
    (r"\b(?:dunno|idk|dinnae ken|ken not)\b", "i do not know"), (r"\bno-one\b", "no one"), (r"\bmibbe\b", "maybe"),
    (r"\b(?:really|just|honestly|truly|simply|quite|actually|even|exactly|precisely|rightly|clearly|for sure|at all|any ?more|"
     r"myself|absolutely|entirely|completely|for certain|i am afraid|ever|yet|properly|fully|any longer|tbh|to be honest|"
     r"for the life of me|to tell (?:you )?the truth|i (?:must|have to) (?:say|admit|confess))\b", " "),
    (r"\s+", " "), (r" ([,.;:!?])", r"\1"),
)  # fmt: skip

_MACHINE = (
    r"(?:ai|a\.i\.|(?:large )?language model|artificial intelligence|chatbot|(?:virtual|computer|digital|ai) assistant|"
    r"(?:computer )?program|"
    r"machine|bot|llm)"
)
_ME = r"(?:\bi(?:'m| am| was)|\bwe are|\bbeing|\bas|\blike me|\bto|\bwith|\bmerely|\bonly|\bjust)"
SPEAKS_AS_AI = re.compile(
    rf"{_ME}(?: (?:but|just|only|merely|really|in fact|actually|here))* an? (?:\w+ ){{0,3}}?{_MACHINE}\b|"
    r"\bas an assistant\b|\ban ai (?:made|built|developed|trained|created|from|by)\b|"
    r"\bai (?:models?|assistants?|systems?|language models?) (?:like me|do not|don't|have no|cannot|can't)\b|"
    r"\b(?:large )?language models?\b|\bi am (?:qwen|gpt|claude|llama|gemini|mistral|deepseek)\b|"
    r"\b(?:my training data|created by \w+|trained (?:by|on) \w+|step(?:ping|s)? out of (?:character|the role|the scene)|"
    r"set the role aside)\b",
    re.IGNORECASE,
)


def any_of(words: str) -> str:
    """Returns a pattern for one of some words or phrases, which ` / ` sets apart."""
    return rf"\b(?:{'|'.join(' '.join(words.split()).split(' / '))})\b"


_THINK = "(?:think|guess|suppose|reckon|expect|imagine|believe|wonder if|fancy|gather|suspect|assume|bet|wager)"
# A guess, or a claim taken back in part.
DOUBT = re.compile(
    any_of(
        rf"""maybe / perhaps / probably / possibly / presumably / likely / apparently /
        i (?:would |might |should |can only |do )?{_THINK}(?! (?:so|not|it is best|you)\b) /
        i (?:have )?always (?:thought|{_THINK}d?) /
        i (?:would|might) (?:\w+ )?(?:say|put|go (?:with|for)|venture|hazard)(?! (?:no|yes|so)\b) /
        (?<=i )would have (?:thought|said) / (?:i|would) lean / let me guess / i am inclined / i want to say / let (?:us|me) say /
        (?:could|might|may) (?:it )?(?:well )?have(?! (?:been )?(?:any of|told|known)) / (?<!i )(?<!there )must have /
        my (?:\w+ )?(?:guess|hunch|bet|feeling|money|impression) / (?:a|the) (?:\w+ )?(?:feeling|hunch|impression) /
        (?<!not )(?:best|wild|a|only a) guess / shot in the dark /
        vague(?:ly)? (?:memory|idea|notion|recollection|remember|recall) / seems? to have / not mistaken /
        seem to (?:recall|remember) / (?:as far as|unless) i / unless my memory /
        if (?:memory serves|i (?:recall|remember|had to|have to)) / if (?:you )?(?:press|push|force)(?:ed)?(?: me)? /
        heard (?:that )?(?:it|he|she|they) (?:was|were|had) / something (?:about|like|along|with an?) /
        or (?:something|words of the sort) / (?<!week )(?<!day )or so(?= i|[,.!?]|$) / either (?:the |an? )?\w+ or /
        give or take / (?:comes|springs) to mind / rings a bell / looks like the / it is possible /
        (?:almost|fairly|pretty) (?:sure|certain|good) / hold me to / quote me / rely on it / (?:of|with|some) salt /
        my word for it / (?:put|bet) (?:any |my )?money on / speculating / (?:treat|take) (?:it|this|that) (?:as|with) /
        (?:may|might|could) (?:\w+ )?be (?:wrong|completely|doing|mixing|confusing|making|well off) /
        (?:only|am) (?:guess(?:ing)?|making|piecing)"""
    )
    + r"|(?:^|[,~] |\b(?:it|that|this|they|there) )(?:could|might|may) be\b(?! (?:any|wrong))"
)
# Less than certain: a doubt beside a claim, not knowing without one.
UNSURE = re.compile(
    any_of(
        r"""(?:not|hardly) (?:\w+ )?(?:\d+ ?% )?(?:sure|certain|confident) / unsure / uncertain / any confidence /
        (?:can|could|would) not (?:\w+ )?(?:be (?:sure|certain)|swear|promise|say for)"""
    )
)
# An answer that is asked: a guess, unless not knowing follows ("Was it red? Was it blue? No idea.").
ASKS = re.compile(r"^(?:or )?(?:was|is|were|could|might) (?:it|that|he|she|they) [^?]*\?$")
# What a question takes for granted is not so, wherever the reply says it.
DENIES_PREMISE = re.compile(
    any_of(
        r"""there (?:is|was|were|are|has been|had been)(?: \w+)? (?:no|not|never|nothing) / no such / who says /
        never (?:did|happened|took place|existed) /
        (?:has|have|had|is|was)(?: \w+)? not (?:\w+ )?(?:been there|begun|come out|set off|started|won) /
        nothing (?:to (?:tell|say|bring)|that (?:he|she|they) said|(?:he|she) could have said) / was [^.]* not me(?=\W*$) /
        (?:i|he|she|it|they|we) (?:did not did|can not have \w+) / so (?:he|she|they|it) never / the question assumes /
        (?:was|were|got) (?:cancelled|called off) / the other way ro?und / (?:an? (?:lie|rumour|myth)|nonsense|rubbish)(?=\W*$) /
        you (?:\w+ ){0,4}?(?:mistaken|wrong|misinformed|thinking of|mix(?:ed|ing)?|confus(?:ed|ing)|backways|got (?:it|the)) /
        you (?:got|heard|read) (?:that|this|it) / (?:told|gave) you that / get that (?:from|idea) / correction /
        (?:some|an?) (?:mistake|misunderstanding|mix-?up|error)"""
    )
    + r"|^(?:nothing|none|never|not (?:a single |even )?one)\W*$"
    r"|^\W*(?:(?:but|i am|sorry),? )*that is (?:wrong|untrue|not (?:right|true|correct|so|how|what happened))\b"
)
# The speaker never did it, or has no such relative: no mere lack of knowledge, "I never visited Oslo, so I can't say".
DENIES_DEED = re.compile(
    r"\b(?:i|we) (?:(?:have |had )?never|did not|have not) (?:been (?:to|on)|gone? to|went to|owned?|marr(?:y|ied)|lived? in|"
    r"visit(?:ed)?|play(?:ed)?|served?|set foot|moved?|won|bought|sold|had an? \w+[.,])\b|"
    rf"\b(?:have|had) (?:no|never had an?) (?:\w+ )?{KIN}\b|\b(?:not|never) (?:been )?married\b"
)
# A denial only where a reply begins.
COUNTERS = re.compile(r"^but (?:he|she|they|i|we|there) (?:did|was|were|had)\b|\b(?:has|have) not (?:happened|taken place)\b")
NEGATION = re.compile(
    r"^\W*(?:i|he|she|we|they) (?:has|have|had|gave|wrote|made|took|sang|am|is) (?:no|nothing|still|both|not)\b|"
    r"\b(?:alive and well|an only child|to this day)\b|^\W*(?:what|which) (?!(?:was|is|did|do|can|will)\b)\w+\?|"
    r"^\W*(?:no\b(?!\.? \d| (?:doubt|one (?:told|can)|wonder|question))|n(?:ope|ah|othing|one|either)\b|nobody\b(?! c)|"
    r"never\b(?! told)|not (?:a single |even )?one\b|(?:\w+\W+){0,3}?only (?!remember|recall|know)(?:\w+ ){0,2}?(?:one|once)\b|"
    r"(?:i|we|he|she) (?:have |had )?only (?:have|had|ever)\b|(?:i|he|she|they|we) \w+ed (?:nothing|no one|nobody)\b(?!')|"
    r"(?:\w+[^\w,]+){1,4}?(?<!could )(?<!can )(?<!would )(?<!am )(?:not|never)\b(?! (?:to|alone|cheap|easy|bad|much|far|long|"
    r"proud|surprised|the only|sleep|eat|wait|mind|like|want|dare|care|enjoy)\b))"
)
OPENER = re.compile(
    r"^(?:\W*(?:but|and|well|actually|sorry|oh|ah|because|so|(?:\w+ )?question|my (?:dear|friend)|i am sorry)\b[,.:!]?)+ ?"
)


def in_long_forms(text: str) -> str:
    """Returns a plain text in lower case, without contractions, dialect forms and intensifying adverbs."""
    text = text.lower()
    for pattern, long_form in _LONG_FORMS:
        text = re.sub(pattern, long_form, text)
    return text.strip(" \"'*,")
