"""Classifying a reply by its stance: it abstains (says that the speaker does not know), hedges or states an answer."""

from __future__ import annotations

import re
from typing import Literal

Stance = Literal["empty", "abstains", "corrects", "hedges", "states"]

# A reply is normalised to long forms first, so that each pattern needs one spelling.
_LONG_FORMS = (
    (r"[‘’`´]", "'"), (r"\bcannot\b|\bcan't\b|\bcant\b", "can not"), (r"\bwon't\b", "will not"), (r"n't\b", " not"),
    (r"\b(do|did|would|could|have|has|was|is)nt\b", r"\1 not"), (r"\b(i)'m\b|\bim\b", "i am"), (r"'ve\b", " have"),
    (r"'d\b", " would"), (r"'ll\b", " will"), (r"'re\b", " are"), (r"\b(that|it|he|she|who|what)'s\b", r"\1 is"),
    (r"\bdunno\b", "do not know"), (r"\bnot possibly\b", "not"), (r"\bno-one\b", "no one"), (r"[—–]| - ", " , "),
    (r"\b(?:really|just|honestly|truly|simply|quite|actually|even|exactly|rightly|clearly|for sure|at all|any ?more|myself|"
     r"now|absolutely|either|entirely|also|earthly|off the top of my head|i am afraid|i fear|that)\b", " "),
    (r"\s+", " "), (r" ([,.;:!?])", r"\1"),
)  # fmt: skip
# Idioms that look like abstentions but are not.
_IDIOMS = (
    r"do not know (?:about you|a (?:better|finer|nicer)|why i|how i|how to thank|what i would do|"
    r"what i would have done|anyone who)",
    r"did not know (?:it )?(?:then|yet|at the time|him|her|them|anyone|when|how|what to|whether to)",
    r"do not remember (?:a|any) (?:better|happier|worse)",
    r"can not say (?:i|we)\b(?! (?:know|remember|recall|ever knew))",
    r"could not say (?:a word|no|it loud)",
    r"never (?:known|knew|heard) (?:such|a \w+ like|anything like|anyone|him to|her to)",
    r"never (?:learned|learnt) to",
    r"not told (?:twice|off)",
    r"never asked (?:for|to|him to|her to|them to)",
    r"(?:will|would|can|could|shall) (?:not|never) forget",
    r"who knows (?:me|him|her|us|the)",
    r"no idea (?:was|is) ",
    r"not sure (?:footed|handed)",
    r"i can tell you",
    r"(?:he|she|they|you|nobody|no one) (?:do|does|did) not know",
)  # fmt: skip
_OPENING = r"(?:\b(?:i|we) |^|[.,;:!?] )"
_ABSTAINS = (
    rf"{_OPENING}(?:do|did|would|can|could|should) not (?:ever )?(?:know|remember|recall|recollect)\b",
    r"\bi no longer (?:know|remember|recall)\b",
    r"\b(?:it is|is) (?:all )?a blank\b",
    r"\bi was not in the (?:room|house)\b",
    r"\b(?:can|could) not (?:see|look) into\b",
    r"\bi did not catch\b",
    r"\b(?:have|need) to look (?:it|this) up\b",
    r"\ba question for (?:a|an|the)\b",
    r"\bdo not (?:think|believe) i (?:ever )?(?:know|knew|heard|remember|was told)",
    rf"{_OPENING}(?:can|could) not (?:tell you|tell(?=[.,;!?]|$| what| which| who| how| if| whether| for)|say\b|place|"
    r"help you|give you)",
    rf"{_OPENING}(?:can|could) not (?:be (?:sure|certain)|answer(?=[.,;!?]|$| you| this| (?:the )?question| it)|"
    r"speak (?:to|for)|bring)",
    r"\b(?:no|not (?:have |got )*(?:a|an|any|the)(?: faintest| slightest| foggiest| least)?) (?:idea|clue|notion|memory|"
    r"memories|recollection|way of knowing|knowledge|information|record|access)\b",
    r"\bnot (?:have|got|possess)(?: \w+){0,3} (?:idea|clue|memory|memories|information|knowledge|access|records?|answer|"
    r"details?)\b",
    r"\bnot the (?:faintest|slightest|foggiest)\b",
    r"\bi (?:have |had |would have )?never (?:knew|known|learned|learnt|asked|heard|found out|been told|was told|"
    r"got to know|thought to ask|caught (?:his|her|its|their|the) name)\b",
    r"\bi (?:was|have been) (?:not|never) (?:told|there|let in|shown|present|informed)\b",
    r"(?:\bi am |^|[.!?] )(?:still )?(?:not (?:too |so )?(?:sure|certain|aware|able to)|unsure|uncertain|unable to|unaware)\b",
    r"\bi am (?:not the (?:one|person|man|woman) to ask|(?:no|not an?) (?:doctor|surgeon|engineer|expert|vet|pilot|"
    r"mechanic|\w+ist)\b)",
    r"\b(?:he|she|they)(?: has| had)? never (?:once )?(?:told|said|mentioned|let on|spoke of|gave)\b",
    r"\b(?:he|she|they) did not (?:tell me|tell us|say[.,;!?]|say (?:what|who|which|where|how)|mention)",
    r"\b(?:nobody|no one)(?: has| had)?(?: ever)? (?:told me|told us|said|mentioned|knows|could know|knew)\b",
    r"\b(?:who|how) (?:knows|can (?:say|tell|know)|(?:should|would|could) i (?:possibly )?know|am i (?:supposed |"
    r"meant )?to know)\b",
    r"\b(?:god|heaven|lord|goodness) (?:alone |only )?knows\b",
    r"\bonly (?:he|she|they) (?:knows?|knew|can|could)\b",
    r"\b(?:he|she|they) alone (?:knows?|knew)\b",
    r"\b(?:have to|need to|must|should|better|go and|would) ask (?!me|you|i\b|for)\w+",
    r"\b(?:escapes|eludes) me\b",
    r"\bslip(?:s|ped) my mind\b",
    r"\bbeyond me\b",
    r"\b(?:is|lies|falls) (?:beyond|outside) (?:my|what i)\b",
    r"\b(?:has|have|is) not (?:yet )?(?:happened|come|taken place|been decided|arrived|been)(?: yet)?[.,;!?]",
    r"\b(?:not yet|yet to) (?:happen|come|be decided)",
    r"\bstill (?:ahead|to come|in the future)\b",
    r"\bis (?:in )?the future\b",
    r"\bi (?:have )?forgotten\b",
    r"\bi forget\b",
    r"\bif i ever knew\b",
    r"\bwish i (?:knew|could (?:remember|recall|tell))\b",
    r"\bnot (?:something|a thing|anything) i (?:ever )?(?:know|knew|remember|was told|learned|learnt|have)\b",
    r"\bnot (?:my (?:trade|field|line)|for me to (?:know|say))\b",
    r"\bknow (?:nothing|very little|little) (?:about|of)\b",
    r"\bmemory (?:fails|is blank|has gone)\b",
    r"\bdraw(?:ing)? a blank\b",
    r"\bguess is as good as mine\b",
    r"\b(?:beats|search) me\b",
    r"\b(?:was never|was not|were not) (?:told|named|mentioned|said)\b",
    r"\bi (?:never did (?:know|learn|hear|find out|ask|catch)|(?:have|had) not (?:heard|been told|been informed|"
    r"found out|learned|learnt))\b",
    r"\b(?:keep|kept|keeps) (?:it |this |those )?(?:to|for) (?:him|her|them)sel(?:f|ves)\b",
    r"\bto (?:the|his|her|their) grave\b",
    r"\bdo not (?:think|believe) (?:he|she|they|anyone|anybody) (?:ever )?(?:said|told|mentioned|gave)\b",
    r"\b(?:gone|went|slipped|fallen) (?:clean |right |completely )?(?:out of|from) my (?:head|mind|memory)\b",
    r"^not i know of\b",
    r"\b(?:wrong|not the right) (?:man|woman|person|one)\b(?: to ask)?[.,;!?]",
    r"\b(?:any(?:one|body)'s|any (?:man|one)'s) guess\b",
    r"\bno way (?:i|anyone|for me to|to)\b(?: \w+)? (?:know|tell|say|remember)",
    r"\b(?:lying|a lie|a liar|inventing|making (?:it|things) up) if i\b",
    r"\bi (?:can|could) only (?:imagine|guess|wonder)\b",
    r"\b(?:will|would|does|do|did) not come (?:back )?to (?:me|mind)\b",
    r"\b(?:could|can) not tell one \w+ from another\b",
    r"\btoo (?:young|small|little) to (?:remember|know|notice)\b",
    r"\b(?:have|has|had|with) no (?:\w+ )?(?:details?|answers?|facts?|figures?)\b",
    r"\bsomething only \w+",
    r"\bi (?:did not|never) (?:see|saw|notice|noticed|look|looked|count|counted|catch|caught|hear|heard|ask|asked)[.,;!?]",
    r"\bnot (?:given|meant) to know\b",
    r"\b(?:is|remains) (?:a mystery|unknown)\b",
)  # fmt: skip
# A guess after an abstention counts as an answer.
_CLAIMS = r"(?:was|were|is|are|must have|might have|may have|could have|called|named|cost)"
_GUESSES = (
    rf"\bi (?:think|believe|guess|suppose|reckon|would say|would guess)(?! so\b| not\b),? (?:\S+ ){{0,4}}{_CLAIMS}\b",
    r"\b(?:but|though|maybe|perhaps|possibly|probably)\b,? (?:it|his name|her name|its name|"
    rf"the \w+) (?:probably )?{_CLAIMS}\b"
    r"(?! (?:not|never|a long time|long ago|before|years ago|so long|all so|lost|gone|private|his|hers|theirs)\b)",
    r"\b(?:maybe|perhaps|probably|possibly) (?!(?:you|i|we|he|she|they|it|someone|somebody|one day|some ?day|next|later|"
    r"not|another)\b)\w+",
    r"\bit (?:must|might|may) have been\b",
    r"\b(?:if i had to guess|at a guess|my (?:best )?guess (?:is|would be))\b",
)  # fmt: skip


# Denials of what a question takes for granted, as in "I never had a brother" or "That wasn't Edvin, it was Kåre".
_DENIES = (
    r"^no\b(?! (?:doubt|idea|one knows|clue|memory|wonder))",
    r"\bthere (?:is|was|were|are|has been|had been) (?:no|never|not)\b",
    r"\b(?:i|we) (?:never|did not|was not|were not|am not|have not|had not|have no|had no|had never|have never)\b",
    r"\b(?:it|that|this|he|she|they|\w+) (?:was|is|were|did|had|has) (?:not|never)\b",
    r"\b(?:no such|you are (?:mistaken|wrong|thinking of|mixing|confusing)|you have (?:got )?(?:it|me|the wrong|him|her) )",
    r"\bnot (?:mine|me|him|her|true|so|how it|what happened)\b",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


_ABSTENTION, _IDIOM, _GUESS, _DENIAL = _any(_ABSTAINS), _any(_IDIOMS), _any(_GUESSES), _any(_DENIES)
# Not to know or remember is no denial.
_UNKNOWING = re.compile(
    r"\b(?:do|did|can|could|would) not (?:ever )?(?:know|remember|recall|recollect|say|tell|think of)\b|"
    r"\bi (?:am|was) not (?:sure|certain|told)\b|\bi never (?:knew|heard|learned|asked|found out)\b|"
    r"\bi have no (?:idea|memory|clue)\b"
)


def _in_long_forms(reply: str) -> str:
    text = reply.lower()
    for pattern, long_form in _LONG_FORMS:
        text = re.sub(pattern, long_form, text)
    return text.strip(" \"'*,")


def denies_premise(reply: str) -> bool:
    """Returns whether a reply denies what its question takes for granted, in English."""
    return bool(_DENIAL.search(_UNKNOWING.sub("~", _in_long_forms(reply))))


def read_stance(reply: str) -> Stance:
    """Classifies what a reply to a question says about the speaker's knowledge.

    Args:
        reply: The reply, in English.

    Returns:
        `empty` if it has no word; `abstains` if the speaker does not know, remember or have access; `hedges` if the speaker
        abstains and then guesses; else `states`.
    """
    text = _in_long_forms(reply)
    if not re.search(r"\w", text):
        return "empty"
    text = _IDIOM.sub("~", text)
    found = _ABSTENTION.search(text)
    if not found:
        return "states"
    return "hedges" if _GUESS.search(text, found.start()) else "abstains"
