"""Checks that questions are supported by their evidence, and that their accepted answers are whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.replies.cloze import states_answer
from human_simulacra.replies.numbers_and_dates import date_spans
from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.text_statistics import words

FAR_APART = 4
MULTI_PASSAGE_SHARE = 1 / 3


def check_evidence(people: Sequence[CharacterRows]) -> Gate:
    """Checks that story questions name their evidence, and that it contains the answer of a cloze question.

    The options of choice questions are in words of their own, so that no search for words finds the right ones.
    """
    problems, checked = [], 0
    for person in people:
        texts = {p.row.id: p.row.text for p in person.story}
        for located in person.all_questions:
            question = located.row
            if question.source != "story":
                continue
            checked += 1
            text = " ".join(texts.get(i, "") for i in question.evidence)
            if not question.evidence:
                problems.append(located.locate("a story question names no evidence"))
            elif question.type == "cloze" and not any(matches_in(text, str(a)) for a in question.answer):
                problems.append(located.locate(f"the evidence contains no accepted answer: {list(question.answer)}"))
    return Gate("evidence", f"{checked} story questions", "named; a cloze answer stands in it", problems)


def matches_in(text: str, answer: str) -> bool:
    """Returns whether a text contains an answer, as words or as a substring."""
    return answer.casefold() in text.casefold() or (not answer.isdigit() and states_answer(text, [answer]))


def check_multi_passage(people: Sequence[CharacterRows]) -> Gate:
    """Checks that enough story questions need two passages of the story."""
    story = far = 0
    for person in people:
        place = {p.row.id: p.row.index for p in person.story}
        for located in person.all_questions:
            if located.row.source == "story":
                story += 1
                at = [place[i] for i in located.row.evidence if i in place]
                far += bool(at) and max(at) - min(at) >= FAR_APART
    share = far / max(story, 1)
    problems = [] if share >= MULTI_PASSAGE_SHARE else [f"only {far} of {story} story questions need two passages"]
    return Gate("two passages", f"{far} of {story} ({100 * share:.0f} %)", f">= {100 * MULTI_PASSAGE_SHARE:.0f} %", problems)


def stated_figures(text: str) -> list[float]:
    """Returns the numbers that an accepted answer gives in figures, without separators of thousands."""
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[,\u202f\u00a0 ](?=\d{3}\b)", "", text))]


def check_accepted_answers(people: Sequence[CharacterRows]) -> Gate:
    """Checks that every accepted answer of a cloze question is whole: none is empty or names another number than the others."""
    problems, count = [], 0
    for person in people:
        for located in person.questions.get("cloze", ()):
            forms = [str(a) for a in located.row.answer]
            count += len(forms)
            named = {found[0] for form in forms if not date_spans(form) and len(found := stated_figures(form)) == 1}
            if len(named) > 1:
                problems.append(located.locate(f"the accepted answers name different numbers: {forms}"))
            problems += [located.locate("an accepted answer is empty") for form in forms if not words(form)]
    return Gate("accepted answers", f"{count} forms", "each a whole answer, none against another", problems)


QUESTION_CHECKS = (check_evidence, check_multi_passage, check_accepted_answers)
