"""Meta-commentary: what an assistant says about its own writing or task."""

from __future__ import annotations

import re

_WORK = r"(?:sentences?|paragraphs?|passages?|articles?|texts?|wording|summary|prompts?|instructions?)"
_CHANGED = r"(?:re-?written|rewrote|rephrased?|reworded|revised|edited|added|removed|shortened|expanded|refined)"
_QUALITY = (
    r"(?:clear|concise|plain|ready|coherent|grammatical\w*|well[- ]written|free (?:of|from)"
    r"|(?:no longer|not|fully|already) edited)"
)
_ANYWHERE = re.compile(
    rf"\bI(?:['’]ve| have| also)* {_CHANGED}\b[^.]{{0,80}}\b(?:{_WORK}|word|details?|reference|subject)\b"
    rf"|\b(?:this|the)(?: \w+)? {_WORK} (?:was|were|is|are|has been|have been) {_CHANGED}\b"
    rf"|\b(?:this|the|your)(?: (?:entire|whole|given|original|new))?"
    rf" (?:sentence|paragraph|passage|text|summary|biography|prose|writing) (?:is|reads)"
    rf"(?: \w+){{0,2}} {_QUALITY}\b|\b(?:original|edited|revised|rewritten|corrected)(?: {_WORK}| version)?\s*:(?=\s*[\"“\n])"
    rf"|\bin this (?:revised|edited|rewritten|corrected|updated|refined) (?:{_WORK}|version)\b"
    rf"|\bnote(?: that)?:? (?:this|the) {_WORK}\b"
    rf"|\blet['’]s (?:refine|rephrase|rewrite|reword|revise|shorten|polish) (?:it|this|that|the)\b"
    rf"|\b(?:previous(?:ly mentioned)?|preceding|above[- ]mentioned|aforementioned) {_WORK}\b"
    rf"|\bthis {_WORK} (?:is|was) (?:already|no longer|only|also|referenced|mentioned|connected)\b|\bpieces? of writing\b"
    rf"|\badditions? to (?:the|this|your) (?:story|biography|{_WORK})\b"
    rf"|\bto summari[sz]e,|\bthis is the (?:last|first|next|final) (?:line|sentence|paragraph|passage)s?\b"
    rf"|\byou will be (?:presented|given|provided) with\b"
    rf"|\b(?:ready to be used by|make no exceptions)\b"
    rf"|\bthis is (?:not )?(?:just |only |merely )?an? (?:\w+ )?(?:detail|sentence|paragraph)\b"
    rf"|\bno (?:other|further|additional|more) (?:details?|information)\b[^.]{{0,30}}\b(?:is|are) (?:given|provided|needed)\b"
    rf"|\b(?:we|you) (?:can|could) (?:rephrase|rewrite|reword)\b|\blet me know if\b[^.]*\b(?:changes|revis\w+|help|questions)\b",
    re.IGNORECASE,
)
# These count only if the prompt does not contain them: a story may be about a writer.
_OWN_TASK = re.compile(
    rf"\b(?:early|earlier|previous) attempts?\b|\b(?:is|are|was|be|been) rewritten\b|\b\d+ words\b|\bloss of information\b"
    rf"|\brewr[io]t\w* (?:(?:this|the) )?(?:{_WORK}|version|of)\b|\bwithout (?:any )?(?:errors?|faults?)\b"
    r"|\b(?:contains?|has|have|had|with) no (?:errors?|faults?)\b",
    re.IGNORECASE,
)


def find_meta_commentary(reply: str, prompt: str) -> str | None:
    """Returns the first meta-commentary in a reply, or None; some phrases are allowed if the prompt contains them too."""
    if match := _ANYWHERE.search(reply):
        return match[0]
    told = prompt.casefold()
    return next((match[0] for match in _OWN_TASK.finditer(reply) if match[0].casefold() not in told), None)
