"""Questions of a person of a release, and whether their keys agree with the profile."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from human_simulacra.answer_keys import check_question_key
from human_simulacra.construction.importing.release_folder import Person, QuestionRow, Release
from human_simulacra.replies.cloze import states_answer
from human_simulacra.types import Character, Question, QuestionType

_OPTION = re.compile(r"\W*([A-Za-z])\s*[.):：、]\s*(.+)", re.DOTALL)
_LETTERS = re.compile(r"(?:\W|\band\b|\b[A-Za-z]\b)+")


def read_questions(release: Release, person: Person, character: Character, kind: QuestionType) -> list[Question]:
    """Reads questions of one type; reports and skips invalid ones, and reports keys that contradict the profile."""
    name, facts = {  # the facts are what the first questions of each type ask for
        "cloze": (
            "Cloze", (character.name, character.gender, str(character.age), character.date_of_birth, character.occupation),
        ),
        "single_choice": ("Single_choice", (character.family, character.education, character.long_term_goal)),
        "multiple_choice": ("Multiple_choices", (character.hobbies, character.short_term_goals)),
    }[kind]  # fmt: skip
    file, questions = person.path("Questions", f"{name}.json"), []
    report = partial(release.report, file, person.name)
    for number, row in release.rows(file, person.name, QuestionRow, "question"):
        options, answer, keys = (), tuple(filter(None, row.answer)), list(row.answer)
        try:
            if kind != "cloze":
                options, answer = _read_choice(row, lambda note, number=number: report(f"question {number} {note}"))
                keys = [options[place] for place in answer]
            check_question_key(kind, options, answer, ())
        except ValueError as error:
            report(f"question {number} cannot be asked ({error}) and is left out")
            continue
        fact = dict(enumerate(facts, 1)).get(number)
        source = "story" if fact is None else "profile"
        identity = f"{character.id}-{kind}-{number:02d}"
        questions.append(Question(identity, character.id, kind, row.question, options, answer, (), source, True))
        if fact and not (set(keys) == set(fact) if isinstance(fact, tuple) else states_answer(fact, keys)):
            report(f"question {number} has the key {keys}, the profile says {fact!r}")
    return questions


def _read_choice(row: QuestionRow, note: Callable[[str], None]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Returns the options without letters, each once, and the positions of the right ones; raises a ValueError if unsound."""
    options: dict[str, str] = {}
    for option in row.options:
        if not (match := _OPTION.fullmatch(option)):
            raise ValueError(f"option {option!r} has no letter")
        if match[1].upper() in options:
            raise ValueError("two options have the same letter")
        options[match[1].upper()] = match[2].strip()
    right: set[str] = set()
    for text in filter(None, row.answer):
        option = _OPTION.fullmatch(text)  # an option with its letter, its text alone, or letters in any writing
        meant = (option[1].upper(), option[2].strip().casefold()) if option else None
        letters = [k for k, v in options.items() if meant == (k, v.casefold()) or text.casefold() == v.casefold()]
        if not letters and _LETTERS.fullmatch(text):
            letters = [letter.upper() for letter in re.findall(r"\b[A-Za-z]\b", text)]
        if not letters or not set(letters) <= set(options):
            raise ValueError(f"the answer {text!r} is no option")
        right.update(letters)
        if text not in options:
            note(f"has the answer {text!r}, read as {', '.join(letters)}")
    same: dict[str, list[str]] = {}
    for letter, text in options.items():
        same.setdefault(text.casefold(), []).append(letter)
    for first, *others in same.values():
        if others:
            agree = len({letter in right for letter in (first, *others)}) == 1
            told = "which is kept once" if agree else "once right and once wrong, which is kept once, as right"
            note(f"has the option {options[first]!r} twice, {told}")
    kept = [options[letters[0]] for letters in same.values()]
    return tuple(kept), tuple(place for place, letters in enumerate(same.values()) if right & set(letters))
