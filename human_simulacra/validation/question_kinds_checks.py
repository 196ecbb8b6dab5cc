"""Checks what story questions ask for: kinds, reasons against wrong options, and numbers of right options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from human_simulacra.validation.located_rows import CharacterRows
from human_simulacra.validation.quality_gate import Gate

# Kinds of choice questions that need an understanding of the person; the others are `event` and `detail`.
UNDERSTANDING = ("motive", "relation", "value", "reaction", "change")
UNDERSTANDING_SHARE, DETAIL_SHARE = 0.5, 0.25
NUMBERS_RIGHT, LEAST_NUMBER_SHARE = (1, 2, 3, 4, 5), 0.15


def check_question_kinds(people: Sequence[CharacterRows]) -> Gate:
    """Checks that most choice questions of every life need an understanding of the person, and few ask for a detail."""
    problems, total = [], Counter[str]()
    for person in people:
        kinds = Counter(q.row.kind for q in person.choice_questions if q.row.source == "story")
        total += kinds
        count = max(sum(kinds.values()), 1)
        if (found := sum(kinds[k] for k in UNDERSTANDING)) < UNDERSTANDING_SHARE * count:
            problems.append(f"{person.id}: {found} of {count} choice questions need understanding")
        if kinds["detail"] > DETAIL_SHARE * count:
            problems.append(f"{person.id}: {kinds['detail']} of {count} choice questions ask for a detail")
    figure = ", ".join(f"{name or 'unknown'} {n}" for name, n in total.most_common())
    threshold = f"understanding >= {100 * UNDERSTANDING_SHARE:.0f} %, detail <= {100 * DETAIL_SHARE:.0f} % of a life"
    return Gate("kinds of questions", figure, threshold, problems)


def check_why_wrong(people: Sequence[CharacterRows]) -> Gate:
    """Checks that every wrong option of a story question is explained, once, with paragraphs that exist."""
    problems, count = [], 0
    for person in people:
        known = {p.row.id for p in person.story}
        for located in person.choice_questions:
            question = located.row
            if question.source != "story":
                continue
            wrong = [p for p in range(len(question.options)) if p not in question.answer]
            count += len(wrong)
            if sorted(w.option for w in question.why_wrong) != wrong:
                problems.append(located.locate("why_wrong must explain every wrong option once"))
            for reason in question.why_wrong:
                if not reason.why or not reason.evidence or not known.issuperset(reason.evidence):
                    problems.append(
                        located.locate(f"why_wrong of option {reason.option} needs a reason and paragraphs that exist")
                    )
    return Gate("reasons against wrong options", f"{count} wrong options", "a reason with paragraphs for each", problems)


def check_numbers_right(people: Sequence[CharacterRows]) -> Gate:
    """Checks that the number of right options of the multiple choice questions on the story is spread evenly from 1 to 5."""
    numbers = Counter(
        len(q.row.answer) for p in people for q in p.questions.get("multiple_choice", ()) if q.row.source == "story"
    )
    total = max(sum(numbers.values()), 1)
    problems = [f"{numbers[n]} of {total} multiple choice questions have {n} right" for n in NUMBERS_RIGHT
                if numbers[n] < LEAST_NUMBER_SHARE * total]  # fmt: skip
    figure = ", ".join(f"{n}: {100 * numbers[n] / total:.0f} %" for n in sorted(numbers))
    return Gate("numbers of right options", figure, f"each of 1 to 5 >= {100 * LEAST_NUMBER_SHARE:.0f} %", problems)


QUESTION_KINDS_CHECKS = (check_question_kinds, check_why_wrong, check_numbers_right)
