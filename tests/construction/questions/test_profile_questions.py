"""The fifteen core questions: right options are right, wrong ones wrong, and their form reveals nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.construction.questions.profile_questions import (
    build_core_questions,
    list_true_statements,
    right_options,
)
from human_simulacra.replies.cloze import states_answer
from human_simulacra.validation import guessing_checks
from tests.construction.invented_characters import people, pools


@given(st.integers(0, 10**6), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_any_profile_gives_fifteen_questions_whose_right_options_are_right_and_whose_wrong_ones_are_wrong(
    seed: int, question_seed: int
) -> None:
    (character,) = people(1, seed)
    questions = build_core_questions(character, pools(), question_seed)
    assert [q.type for q in questions] == ["cloze"] * 5 + ["single_choice"] * 5 + ["multiple_choice"] * 5
    assert len({q.id for q in questions}) == 15 and all(q.core and q.source == "profile" for q in questions)
    true = {
        *character.hobbies, *character.short_term_goals, character.long_term_goal, character.family, character.education,
        *(trait.text for trait in character.traits), *list_true_statements(character),
    }  # fmt: skip
    for question in questions[5:]:
        assert len(set(question.options)) == len(question.options) == (4 if question.type == "single_choice" else 6)
        assert len(question.answer) == (1 if question.type == "single_choice" else 3)
        assert [option in true for option in question.options] == [i in question.answer for i in range(len(question.options))]
    name, gender, age, born, work = (q.answer for q in questions[:5])
    assert states_answer(f"I am {character.name}.", list(map(str, name))) and states_answer(
        str(character.age), list(map(str, age))
    )
    assert states_answer(character.date_of_birth, list(map(str, born))) and states_answer(
        f"a {character.occupation}", list(map(str, work))
    )
    assert not states_answer("female" if character.gender == "male" else "male", list(map(str, gender)))


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_wrong_hobbies_and_goals_go_with_the_person(seed: int) -> None:
    (character,) = people(1, seed)
    known = pools()
    others = [known.find_value("occupation", character.occupation), known.find_value("gender", character.gender)]
    for question in build_core_questions(character, known, 0):
        pool = {"hobbies": "hobby", "short_term_goals": "short_term_goal", "long_term_goal": "long_term_goal"}
        topic = next((t for t in pool if set(map(str, question.options)) & set(right_options(character, t))), None)
        for option in question.options if topic and question.type != "cloze" else ():
            value = known.find_value(pool[str(topic)], option)
            assert known.contains(value) or option in list_true_statements(character) or option.endswith(".")
            if known.contains(value):
                assert not known.find_age_fault(value, character.age)
                assert not any(known.find_clash(value, other) for other in others)


def test_the_core_of_many_people_cannot_be_guessed_from_its_form() -> None:
    questions = [q for seed in range(12) for c in people(10, seed) for q in build_core_questions(c, pools(), 0) if q.options]
    for kind in ("single_choice", "multiple_choice"):
        rows = [q for q in questions if q.type == kind]
        chance = sum(len(q.answer) / len(q.options) for q in rows) / len(rows)
        for name, value in guessing_checks.GUESSERS.items():
            hits = 0.0
            for q in rows:
                values = [value(option, q) for option in q.options]
                top = [i for i, v in enumerate(values) if v == max(values)]
                hits += sum(i in q.answer for i in top) / len(top)
            assert hits / len(rows) < chance + guessing_checks.SLACK, name
        size = len(rows[0].options)
        counts = [sum(place in q.answer for q in rows) for place in range(size)]
        assert max(counts) / sum(counts) < 1 / size + guessing_checks.SLACK


def test_a_changed_hobby_leaves_the_questions_alone_that_have_nothing_to_do_with_it() -> None:
    (character,) = people(1, 3)
    before = build_core_questions(character, pools(), 0)
    after = build_core_questions(replace(character, hobbies=("knitting", "rowing", "archery")), pools(), 0)
    changed = [q.id.removeprefix(character.id) for q, new in zip(before, after, strict=True) if q != new]
    # Wrong goals and jobs must go with the hobbies that are right, so these may change too.
    related = {"-multiple_choice-01", "-multiple_choice-02", "-multiple_choice-05", "-single_choice-03"}
    assert "-multiple_choice-01" in changed and set(changed) <= related
