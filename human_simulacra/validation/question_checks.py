"""Gates on the questions: provable from their evidence, and not guessable without the person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from human_simulacra.evaluation.answers import matches_cloze
from human_simulacra.types import Question
from human_simulacra.validation.gate import Gate
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.text_statistics import stems, words

KEY_WORDS_SHARE = 1 / 3
SLACK = 0.10
FAR_APART = 4
MULTI_PASSAGE_SHARE = 0.30


def check_evidence(people: Sequence[CharacterRows]) -> Gate:
    """A story question's key words stand in the paragraphs named as its evidence."""
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
                    problems.append(located.locate(f"no accepted answer stands in the evidence: {list(question.answer)}"))
            else:
                for position in question.answer:
                    right = stems(question.options[int(position)])
                    if right and len(right & stems(text)) < KEY_WORDS_SHARE * len(right):
                        problems.append(located.locate(f"the evidence has too few words of '{question.options[int(position)]}'"))
    return Gate("evidence", f"{checked} story questions", "cloze answers verbatim, a third of a right option's words", problems)


def matches_in(text: str, answer: str) -> bool:
    """Tells whether an answer stands in a longer text, as words or as written."""
    return answer.casefold() in text.casefold() or (not answer.isdigit() and matches_cloze(text, [answer]))


def check_multi_passage(people: Sequence[CharacterRows]) -> Gate:
    """About a third of the story questions need two places of the story."""
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
    """Right options are stored in every position about equally often."""
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
            problems.append(f"{kind}: {100 * share:.0f} % of the right options stand in place {worst + 1} of {size}")
    return Gate("answer positions", ", ".join(figures), "<= chance + 10 points", problems)


def specificity(option: str) -> int:
    """Counts digits and capital letters after the first word: names and numbers make an option look sure."""
    return sum(w[0].isupper() or w[0].isdigit() for w in words(option)[1:])


def overlap(option: str, question: Question) -> int:
    """Counts the words that an option shares with the other options: the odd one out is often wrong."""
    own = stems(option)
    return sum(len(own & stems(other)) for other in question.options if other != option)


GUESSERS: dict[str, Callable[[str, Question], float]] = {
    "longest option": lambda option, question: len(option),
    "most specific option": lambda option, question: specificity(option),
    "option most like the others": overlap,
}


def check_guessers(people: Sequence[CharacterRows]) -> list[Gate]:
    """Guessers that know no person do no better than chance, with ties shared."""
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
    """A wrong option is not used again for the same person: a repeat would show that it is wrong."""
    problems, count = [], 0
    for person in people:
        seen: dict[str, LocatedRow] = {}
        for located in person.choice_questions:
            question = located.row
            for position, option in enumerate(question.options):
                if position not in question.answer and question.source != "profile":
                    count += 1
                    if option.casefold() in seen:
                        problems.append(
                            located.locate(f"the wrong option '{option}' was used in {seen[option.casefold()].row.id}")
                        )
                    seen[option.casefold()] = located
    return Gate("wrong options", f"{count} wrong options", "none repeated for a character", problems)


QUESTION_CHECKS = (check_evidence, check_multi_passage, check_answer_positions, check_repeated_distractors)
