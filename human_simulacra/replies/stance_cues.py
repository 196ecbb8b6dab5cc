"""Words that show a sentence's stance: that the speaker does not know, guesses, denies a premise, or speaks as an AI.

The patterns read a text in long forms (`in_long_forms`), so that each needs one spelling.
"""

from __future__ import annotations

import re

_LONG_FORMS = (
    (r"\b(?:can't|cannot|cant|cannae|canna)\b", "can not"), (r"\bwon't\b", "will not"),
    (r"\b(\w+)nae\b", r"\1 not"),
    (r"n't\b", " not"), (r"\b(do|did|would|could|have|has|was|is)nt\b", r"\1 not"), (r"\b(i)'?m\b", r"\1 am"),
    (r"'ve\b", " have"), (r"'d\b", " would"), (r"'ll\b", " will"), (r"'re\b", " are"),
    (r"\b(that|it|he|she|who|what|there|nobody|memory|name|title)'s\b", r"\1 is"),
    (r"\b(?:dunno|idk|dinnae ken|ken not)\b", "i do not know"), (r"\bno-one\b", "no one"), (r"\bmibbe\b", "maybe"),
    (r"\b(?:really|just|honestly|truly|simply|quite|actually|even|exactly|rightly|clearly|for sure|at all|any ?more|myself|"
     r"absolutely|entirely|for certain|i am afraid|ever|yet|properly|fully|any longer|for the life of me)\b", " "),
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
    r"\bas an assistant\b|\bai (?:models?|assistants?|systems?|language models?) (?:like me|do not|don't|have no|cannot|can't)\b|"
    r"\b(?:large )?language models?\b|\bi am (?:qwen|gpt|claude|llama|gemini|mistral|deepseek)\b|"
    r"\b(?:my training data|created by \w+|trained (?:by|on) \w+|step(?:ping|s)? out of (?:character|the role|the scene)|"
    r"set the role aside)\b",
    re.IGNORECASE,
)
_NOT = r"(?:not|never|no longer)"
_I = (
    r"(?:\b(?:i|we|one|nobody|no one|no man|who|none of us) (?:\w+ ){0,2}?|"
    r"(?:^|[.!?;:,] )(?:\w+ )?(?:do |did |can |could |would |am )?)"
)
_KNOW = (
    r"(?:know|knew|known|remember|recall|recollect|(?<=can not )say|(?<=could not )say|(?<=would not )say|(?<=can not )tell|"
    r"(?<=could not )tell|see into|look into|bring|call it to mind|answer|swear|place|speak (?:to|for)|vouch|help you|find|"
    r"give you|picture|be sure|be certain|put a name|name|predict|see|look in|summon|learned|learnt|found out)"
)
_TOLD = r"(?:tell|told|say|said|speak|spoke|spoken|mention|mentioned|explain|explained|share|shared|let on|talk|talked|owned up)"
IGNORANCE = re.compile(
    rf"{_I}{_NOT} (?:\w+ ){{0,2}}{_KNOW}\b(?! (?:about you|how to thank|i (?:know|remember)|anyone who|such))|"
    rf"\b(?:nobody|no one|none of them) (?:can|could|has|have|had|will|would)? ?(?:\w+ )?(?:{_KNOW}|{_TOLD})s?\b|"
    rf"\b(?:he|she|they|nobody|no one|[a-z]+)(?: has| have| had| did| was| were)? {_NOT} (?:once )?{_TOLD}\b(?: (?:me|us|why|"
    rf"what|how|of|about|which|a word|to me|it|so)\b|[.,;!?]|$)|"
    rf"\bi (?:was|am|have been|had been) {_NOT} (?:\w+ )?(?:there|in the room|in the house|near|present|told|asked|informed|"
    rf"let in|listening|looking|out at|on the (?:bus|boat|ship)|"
    r"given|the (?:one|right)|sure|certain|aware)\b|"
    rf"\bi (?:did|have|had|would) {_NOT} (?:\w+ )?(?:been told|ask|asked|see|seen|hear|heard|catch|caught|count|counted|look|"
    rf"notice|keep a record)\b|"
    rf"\bi never (?:saw|heard|asked|counted|looked|noticed|knew|learned|learnt|found out|kept|caught|got to know|was told)\b|"
    rf"\b(?:nobody|no one|none) of (?:us|them) (?:counted|asked|knows|knew)\b|"
    r"\b(?:no|not (?:have |got )*(?:a|an|any|the)(?: faintest| slightest| foggiest)?|no real|no clear) (?:idea|clue|notion|"
    r"memory|memories|recollection|way of knowing|"
    r"knowledge|information|record|access|details?|picture|answer|facts?)\b|"
    r"\b(?:is|was|goes|went|drawing|are|were)(?: all| clean| long| lost| a)* (?:blank|blur|fog|gone|unknown|mystery|forgotten|"
    r"beyond me|lost to me|outside (?:what i|my)|anyone's guess|anybody's guess)\b|"
    r"\b(?:i (?:have |must have )?(?:forgotten|forgot|forget|lost sight of)|slip(?:s|ped) my mind|beats me|search me|"
    r"escapes me|beyond me|who knows|(?:god|heaven|lord) (?:only |alone )?knows(?! i\b)|"
    r"only (?:he|she|they|god) (?:knows?|can|could)|hard to say|ask (?:me )?another|ask me (?:again|when|in|after)|(?:have|"
    r"need) to ask (?!me)\w+|(?:better|best) ask \w+|question for (?:a|an|the|some)|"
    r"(?:only )?be (?:making (?:it|things) up|guessing|inventing)(?! (?:it )?(?:but|so))|can not help with|"
    r"between the (?:two|pair) of them|(?:is|are) (?:his|her|their) (?:own )?business|kept (?:it|that|this) (?:to|from)|"
    r"kept (?:his|her|their) own counsel|no use to you|(?:some|any)(?:body|one) else's (?:job|department|business)|"
    r"knowledge stops|not mentioned|lies in the future|(?:is|"
    r"lies) (?:still )?(?:ahead|to come|some way off)|in the future|guess is as good|"
    r"wish i (?:knew|could)|not (?:mine|for me) to (?:say|know|tell)|unaware|not sure|unsure|uncertain|unable to|(?:took|"
    r"carried) (?:it|that)(?: \w+ \w+)? to (?:the|his|her) grave|too (?:young|small) to (?:know|remember|notice|ask)|"
    r"how (?:should|would|could|am) i (?:to |supposed to )?know|who (?:can|could) (?:tell|say)|(?:impossible|no way|"
    r"hard) to (?:know|tell)|"
    r"(?:can|could) not be known|unknown(?! \w)|not enough information|tip of my tongue|often wondered|faded|nobody (?:wrote|"
    r"told)|"
    r"(?:name|word|title|rest|detail|date|number)s? (?:i have|is|are|was)? ?(?:lost|gone|escapes?|escaped|faded)|"
    r"not familiar with|"
    r"only the \w+ knows|ask me something|but not the (?:\w+)|"
    r"can only imagine|look (?:it|this|that) up|(?:will|does|do|did) not come (?:back )?to (?:me|mind)|no way (?:i|anyone|"
    r"for me|to (?:know|tell))|wrong (?:man|woman|person)|know (?:nothing|little) (?:about|of)|"
    r"not (?:my (?:trade|field|line)|something i know)|no (?:doctor|surgeon|engineer|expert|vet|\w+ist)|"
    r"never (?:thought to ask|did (?:learn|know|hear|find out|ask))|lying if i|(?:has|have|is) not (?:happened|come|"
    r"taken place|been (?:made|decided))|something only \w+|"
    r"not have (?:that|the|this|a clear|any) (?:information|answer|memory)|do not (?:think|believe) (?:he|she|they|anyone|"
    r"anybody|i) (?:said|told|knew|heard|mentioned|know))\b"
)
# Phrases that look like not knowing, but are a manner of speaking.
IDIOMS = re.compile(
    r"\b(?:do not know (?:about you|a (?:better|finer|nicer) [^,.;:]*|why (?:i|you)\b[^,.;:]*|how to thank)|(?:did not|"
    r"could not) know (?:it )?(?:then|at the time)|(?:will|would|can|could|shall) (?:not|never) forget|"
    r"can not say i (?:liked|minded|enjoyed|cared)[^,.;:]*|(?:have )?never (?:known|seen|heard) (?:such|a \w+ like)|"
    r"never (?:learned|learnt) to [^,.;:]*|not told twice|never asked (?:for|to)|(?:he|she|they) (?:do|did) not know|"
    r"i can tell you|not (?:only|just)|god knows i|no way round)\b"
)
DOUBT = re.compile(
    r"\bwas it (?:the )?\w+\?|\bunless (?:my memory|i)\b|\bshot in the dark\b|\bvague (?:memory|idea|notion|recollection)\b|"
    r"\bspeculation\b|"
    r"~[^.;]*,? (?:but|though) (?:it|his name|her name|they) (?:was|were|cost)\b|"
    r"\b(?:maybe|perhaps|probably|possibly|presumably|likely|i (?:would )?(?:think|guess|suppose|reckon|imagine|believe|"
    r"wonder if|fancy|gather)(?! (?:so|not|it is best|you)\b)|i would (?:put it|guess|go with|bet)|i lean|"
    r"(?:could|might|may|must) (?:well )?have(?: been)?|(?:could|might|may) be\b|(?:my|best|only a|wild|"
    r"a) (?:best )?(?:guess|hunch|bet|speculation)|if i (?:had|have) to|if you press me|if pressed|at a (?:guess|push|pinch)|"
    r"something (?:about|like|along)|or (?:something|words of the sort|so)\b|i have always thought|knowing (?:him|her|them|"
    r"\w+),|comes to mind|i want to say|it is possible|six in ten|fairly good|as far as i can guess|"
    r"either \w+ or|will have asked|chances are|somewhere around)\b"
)
CAVEAT = re.compile(
    r"\b(?:hold me to|quote me|take (?:it|this|that|my word)[^.]{0,20}(?:salt|guess|care)|(?:pinch|grain|some|"
    r"with) (?:of )?salt|my word for it|treat (?:it|this|that) as|put money on|rely on it|may be (?:wrong|confusing|mixing|"
    r"making|well off)|"
    r"could be (?:wrong|completely|doing|mixing)|i may be|only (?:guess|guessing|speculat\w+|how i imagine)|i am (?:only |"
    r"purely )?(?:guessing|speculating|making|piecing)|speculating|this is only|is (?:only|purely) (?:my|how|a)|"
    r"only my guess|poor memory|no proof)\b"
)
# What a question takes for granted is not so: beyond doubt, or by a negation near the beginning of a sentence.
DENIES_PREMISE = re.compile(
    r"\bthere (?:is|was|were|are|has been|had been)(?: \w+)? (?:no|not|never|nothing)\b|\bno such\b|\b(?:has|have|had|is|"
    r"was)(?: \w+)? not (?:\w+ )?(?:been there|begun|"
    r"come out|set off|started|won)\b|\bnothing (?:to (?:tell|say|bring)|that (?:he|she|they) said|(?:he|"
    r"she) could have said)\b|\b(?:he|she|it|they|i|we) (?:never|did not) did\b|"
    r"\b(?:you are|you have|you have got) (?:mistaken|wrong|thinking of|mixing|confusing|it backways|me mixed|"
    r"been told wrong|got (?:it|the))|\byou mix me\b|^[^\w~]*but (?:he|she|they|i|we|there) (?:did|was|were|had)\b|"
    r"\b(?:premise|correction)\b|\bfell through\b|\bbegged no\b|\bnever did\b"
)
NEGATION = re.compile(
    r"^\W*(?:actually,? |well,? )?(?:i|he|she|we|they) (?:has|have|had|gave|wrote|made|took|sang) (?:no|nothing|only one)\b|"
    r"\b(?:alive and well|mixing me up|the question assumes|an only child|to this day)\b|"
    r"^\W*(?:but |and |well,? )?(?:no\b(?! (?:doubt|idea|one (?:knows|told|can)|clue|memory|wonder|question|way))|nothing\b|"
    r"nobody\b|none\b|never\b(?! told)|not one\b|"
    r"(?:\w+\W+){1,4}?(?<!could )(?<!can )(?<!would )(?<!am )(?:not|never)\b|(?:i|he|she|they|we) \w+ed (?:nothing|no one|"
    r"nobody)\b)(?![^.]*\bbut (?:the|it|he|she|i|they|his|her|we)\b)"
)


def in_long_forms(text: str) -> str:
    """Returns a plain text in lower case, without contractions, dialect forms and intensifying adverbs."""
    text = text.lower()
    for pattern, long_form in _LONG_FORMS:
        text = re.sub(pattern, long_form, text)
    return text.strip(" \"'*,")
