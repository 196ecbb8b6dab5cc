"""Rule-based checks of which facts a biography states, leaves out or contradicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.construction.biography.biography_checks import find_biography_faults, find_order_fault
from human_simulacra.construction.biography.stated_facts import find_missing_facts, list_facts, state_facts, states_date
from human_simulacra.library import Library, packaged_path
from tests.construction.biography.docile_model import ADA, POOLS
from tests.construction.invented_characters import people


def test_the_plain_sentences_of_any_profile_state_it_and_contradict_nothing() -> None:
    for person in [*people(25, 5), ADA, *(Library(packaged_path()).character(i) for i in Library(packaged_path()).ids)]:
        text = state_facts(person, list_facts(person))
        assert find_missing_facts(text, list_facts(person)) == [] and find_biography_faults(text, person, POOLS) == [], text


def test_correct_biographies_pass() -> None:
    people = [Library(packaged_path()).character(i) for i in Library(packaged_path()).ids]
    for person in people:
        assert find_biography_faults(person.biography, person, POOLS) == [], person.id
        assert find_order_fault(person.biography) is None, person.id
    # They say much in words of their own ("her father built the second house in the street"); most facts are found all the same.
    left_out = sum(len(find_missing_facts(person.biography, list_facts(person))) for person in people)
    assert left_out < 0.15 * sum(len(list_facts(person)) for person in people)


@pytest.mark.parametrize("key", ["date_of_birth", "family", "education", "occupation", "hobbies", "long_term_goal"])
def test_a_missing_fact_is_found(key: str) -> None:
    kept = [fact for fact in list_facts(ADA) if fact.key not in (key, "age")]
    left_out = {fact.key for fact in find_missing_facts(state_facts(ADA, kept), list_facts(ADA))}
    assert left_out - {"age"} == {key}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Ada Berg was born on 4 March 1979.", "1979"),
        ("Ada Berg was born on 5 March 1980.", "1980-03-05"),
        ("Ada was fifty when she left.", "45"),
        ("In 2041 Ada opened a shop.", "2041"),
        ("Ada Larsen baked bread.", "Larsen"),
        ("He baked bread as his father did, and he sold it himself in his shop.", "as male"),
        ("Ada is a man.", "as male"),
        ("Ada Berg, born on 4 March 1980, was a tall man.", "as male"),
        ("Ada earned a bachelor's degree in 2002.", "bachelor's degree"),
        ("She went on to attend a prestigious university.", "attend a prestigious university"),
        ("She was educated at a private university.", "educated at a private university"),
        ("Ada works mainly as a nurse.", "a nurse"),
        ("In 2025, Ada Berg was born in Sund.", "2025"),
        ("Ada grew up in a high-income family.", "high-income"),
        ("Ada came from a single-parent family.", "single-parent family"),
        ("Ada Berg died in 2019.", "died"),
        ("This is the biography of Ada Berg.", "biography"),
        ("Ada bakes bread. I'll do that.", "speaks as I"),
    ],
)
def test_contradictions_of_a_biography_are_found(text: str, fault: str) -> None:
    assert any(fault in found for found in find_biography_faults(text, ADA, POOLS))


def test_a_nonbinary_person_is_not_called_woman_or_man() -> None:
    kim = replace(ADA, name="Kim Berg", gender="nonbinary")
    assert find_biography_faults("Kim is nonbinary. She baked bread, and her shop was hers alone.", kim, POOLS)
    assert not find_biography_faults(
        "Kim is nonbinary. They baked bread with their mother, and she sold it in her shop.", kim, POOLS
    )


@pytest.mark.parametrize(
    "text",
    [
        "Ada never earned a bachelor's degree, but her brother holds one. In 2002 she was twenty-two.",
        "Her father was born in 1950. He worked at the mill, and his brother too. Ada watched her mother.",
        "Ada plans to open a shop by 2027. Ada's mother died in 1999.",
        "Her aunt works as a nurse. Ada bakes bread.",
        'Ada said, "I will not go," and stayed.',
    ],
)
def test_possible_statements_pass(text: str) -> None:
    assert find_biography_faults(text, ADA, POOLS) == []


@given(st.dates(), st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "the {d}th of {m} {y}", "{iso}"]))
def test_a_date_is_found_in_any_usual_form(day: Any, form: str) -> None:
    text = f"Ada was born on {form.format(d=day.day, m=day.strftime('%B'), y=day.year, iso=day.isoformat())}."
    assert states_date(text, day) and not states_date(text, day.replace(year=day.year - 1 if day.year > 1 else 2, day=1))
