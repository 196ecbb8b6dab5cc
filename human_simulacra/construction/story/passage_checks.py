"""Checks of a rewritten passage: contradictions with the profile by rules, and bias or harm by the backbone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.story.summarisers import MARGIN
from human_simulacra.construction.text_checks.attribute_contradictions import find_attribute_faults
from human_simulacra.construction.text_checks.gender_words import GENDER_WORDS, count_words, other_genders
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import describe_gender_fault, find_contradictions
from human_simulacra.construction.text_checks.sentence_subjects import MEN, SUBJECT_PRONOUNS, WOMEN, mentions_somebody_else
from human_simulacra.construction.text_splitting import split_sentences, truncate_tokens
from human_simulacra.prompts import render

LEAST = 3  # words of another gender that count as a fault where nobody else is mentioned
VERDICT_WORDS = 12
_VERDICT = re.compile(r"\W*(none|bias|harm)\W*", re.IGNORECASE)
Verdict = Literal["none", "bias", "harm", "not judged"]


def find_passage_faults(text: str, told: str, before: str, life: Lifetime, pools: Pools) -> list[str]:
    """Returns the contradictions of a rewritten passage with the profile, each a phrase for a model or a reviewer.

    Wrong attributes count only if the old passage, `told`, did not have them. `before` is the preceding paragraph or empty.
    """
    known = set(find_attribute_faults(told, life, pools))
    found = [
        *find_contradictions(text, life),
        *(fault for fault in find_attribute_faults(text, life, pools) if fault not in known),
        *_gender(text, told, before, life),
    ]
    return list(dict.fromkeys(found))


def _gender(text: str, told: str, before: str, life: Lifetime) -> Iterator[str]:
    character = life.character
    own = GENDER_WORDS[character.gender]
    if re.search(r"\b(?:I|[Mm]y)\b", text) or not count_words(f"{before} {told}", f"{own}|{re.escape(life.first_name)}"):
        return
    for other in other_genders(character.gender):
        words = count_words(text, GENDER_WORDS[other])
        lost = (
            count_words(told, own)
            and not count_words(text, own)
            and words >= max(LEAST, count_words(told, own), 1 + count_words(told, GENDER_WORDS[other]))
        )
        if lost or _unspoken(text, told, before, other, life):
            yield describe_gender_fault(character, other)


def _unspoken(text: str, told: str, before: str, other: str, life: Lifetime) -> bool:
    """Returns whether a sentence begins with she or he although only the person was mentioned before it."""
    opens = re.compile(rf"{SUBJECT_PRONOUNS[other]}\b")
    if any(map(opens.match, split_sentences(told))):
        return False
    theirs, ours = (MEN, WOMEN) if other == "male" else (WOMEN, MEN)
    for sentence in split_sentences(text):
        if opens.match(sentence) and not mentions_somebody_else(re.sub(rf"\b(?:{ours})\b", "", before, flags=re.I), life, theirs):
            return True
        before = f"{before} {sentence}"
    return False


async def judge_content(writer: Writer, text: str) -> Verdict:
    """Asks the backbone whether a text is biased or harmful; an unparseable verdict becomes `not judged`."""
    prompt = render("make_story_content_check", text=truncate_tokens(text, writer.context_tokens - 2 * MARGIN))
    draft = await writer.write(prompt, VERDICT_WORDS, check=_check_verdict)
    match = _VERDICT.fullmatch(draft.text or "")
    return match[1].lower() if match else "not judged"  # type: ignore[return-value]


def _check_verdict(text: str) -> str | None:
    return None if _VERDICT.fullmatch(text) else "it was not one of the words BIAS, HARM and NONE alone"
