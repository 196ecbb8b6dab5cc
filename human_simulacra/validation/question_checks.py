"""Checks that questions are supported by their evidence and cannot be guessed without knowing the character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from human_simulacra.replies.cloze import states_answer
from human_simulacra.types import Question
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.text_statistics import stems, words

KEY_WORDS_SHARE = 1 / 3
SLACK = 0.10
FAR_APART = 4
MULTI_PASSAGE_SHARE = 0.30


def check_evidence(people: Sequence[CharacterRows]) -> Gate:
    """Checks that the evidence paragraphs of story questions contain the answers' key words."""
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
            elif question.type == "cloze":
                if not any(matches_in(text, str(a)) for a in question.answer):
                    problems.append(located.locate(f"the evidence contains no accepted answer: {list(question.answer)}"))
            else:
                for position in question.answer:
                    right = stems(question.options[int(position)])
                    if right and len(right & stems(text)) < KEY_WORDS_SHARE * len(right):
                        problems.append(located.locate(f"the evidence has too few words of '{question.options[int(position)]}'"))
    return Gate("evidence", f"{checked} story questions", "cloze answers verbatim, a third of a correct option's words", problems)


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


def check_answer_positions(people: Sequence[CharacterRows]) -> Gate:
    """Checks that correct options are about equally frequent in every position."""
    problems, figures = [], []
    for kind in ("single_choice", "multiple_choice"):
        rows = [q.row for person in people for q in person.questions.get(kind, ())]
        counts = Counter(int(a) for q in rows for a in q.answer)
        total = sum(counts.values())
        size = max((len(q.options) for q in rows), default=1)
        worst, count = counts.most_common(1)[0] if counts else (0, 0)
        share = count / max(total, 1)
        figures.append(f"{kind} at most {100 * share:.0f} % in one place")
        if share > 1 / size + SLACK:
            problems.append(f"{kind}: {100 * share:.0f} % of the correct options are in place {worst + 1} of {size}")
    return Gate("answer positions", ", ".join(figures), "<= chance + 10 points", problems)


def specificity(option: str) -> int:
    """Counts the names and numbers of an option after its first word, which make it look correct."""
    return sum(w[0].isupper() or w[0].isdigit() for w in words(option)[1:])


def overlap(option: str, question: Question) -> int:
    """Counts the words that an option shares with the other options, since the odd one out is often wrong."""
    own = stems(option)
    return sum(len(own & stems(other)) for other in question.options if other != option)


GUESSERS: dict[str, Callable[[str, Question], float]] = {
    "longest option": lambda option, question: len(option),
    "most specific option": lambda option, question: specificity(option),
    "option most like the others": overlap,
}


def check_guessers(people: Sequence[CharacterRows]) -> list[Gate]:
    """Checks that guessers without knowledge of the character are no better than chance; ties are shared."""
    gates = []
    for name, value in GUESSERS.items():
        problems, figures = [], []
        for kind in ("single_choice", "multiple_choice"):
            rows = [q.row for person in people for q in person.questions.get(kind, ()) if q.row.source != "profile"]
            hits = chance = 0.0
            for question in rows:
                values = [value(option, question) for option in question.options]
                top = [i for i, v in enumerate(values) if v == max(values)]
                hits += sum(i in question.answer for i in top) / len(top)
                chance += len(question.answer) / len(question.options)
            rate, base = hits / max(len(rows), 1), chance / max(len(rows), 1)
            figures.append(f"{kind} {100 * rate:.0f} % (chance {100 * base:.0f} %)")
            if rate > base + SLACK:
                problems.append(f"{kind}: the {name} is right in {100 * rate:.0f} %, chance is {100 * base:.0f} %")
        gates.append(Gate(f"guesser: {name}", ", ".join(figures), "<= chance + 10 points", problems))
    return gates


def check_repeated_distractors(people: Sequence[CharacterRows]) -> Gate:
    """Checks that no distractor is repeated for a character, since a repeat reveals that it is wrong."""
    problems, count = [], 0
    for person in people:
        seen: dict[str, LocatedRow] = {}
        for located in person.choice_questions:
            question = located.row
            for position, option in enumerate(question.options):
                if position not in question.answer and question.source != "profile":
                    count += 1
                    if (earlier := seen.get(option.casefold())) is not None:
                        problems.append(located.locate(f"the wrong option '{option}' was used in {earlier.row.id}"))
                    seen[option.casefold()] = located
    return Gate("wrong options", f"{count} wrong options", "none repeated for a character", problems)


QUESTION_CHECKS = (check_evidence, check_multi_passage, check_answer_positions, check_repeated_distractors)
