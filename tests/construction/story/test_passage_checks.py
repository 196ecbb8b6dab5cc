"""What is checked in a story's text, and the chapters and years that its rows get."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.story.chapters import build_rows
from human_simulacra.construction.story.passage_checks import find_passage_faults, judge_content
from human_simulacra.construction.story.profile_statements import find_new_statements, list_statements, mentions
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import find_contradictions
from human_simulacra.construction.text_splitting import split_paragraphs, split_sentences
from human_simulacra.errors import UserError
from human_simulacra.library import Library, packaged_path
from human_simulacra.validation.gates import Located, Person
from human_simulacra.validation.soundness import ages, identity
from tests.conftest import ScriptedBackbone, make_character
from tests.construction.story.scripted_story import BIOGRAPHY

ADA = replace(make_character("Ada Berg", 1980)[0], biography="\n\n".join(BIOGRAPHY))
LIFE = Lifetime.from_character(ADA)
POOLS = read_pools(packaged_path())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("In 2031 the bakery burned down.", "it tells of 2031, but the present is 2025"),
        ("In 1950 Ada rowed to Sund.", "it tells of Ada in 1950, before the birth in 1980"),
        ("Ada was born in 1975 at home.", "it says born in 1975, but the profile says 1980-03-04"),
        ("Ada was born on 5 March 1980.", "it says born on 1980-03-05, but the profile says 1980-03-04"),
        ("In 2025, Ada Berg was born in Sund.", "it says born in 2025, but the profile says 1980-03-04"),
        ("Ada Berg, born on March 4, 1979, grew up in Sund.", "it says born in 1979, but the profile says 1980-03-04"),
        ("They met on Monday, 4 March 1980.", "Monday, 4 March 1980 was a Tuesday"),
        ("It was signed on 31 April 2001.", "there is no 31 April 2001"),
        ("Ada was fifty-five when the ferry stopped.", "it says 'Ada was fifty-five', but Ada is 45 at present"),
        ("In 1990 Ada turned 20.", "it says 'Ada turned 20' in 1990, but the birth was in 1980"),
        ("At the age of fourteen, Ada left in 2003.", "it says 'At the age of fourteen, Ada' in 2003, but the birth was in 1980"),
        ("Then Ada Larsen sang.", "it calls Ada Berg 'Ada Larsen'"),
        ("She said: my name is Berit.", "it says 'my name is Berit', but the name is Ada Berg"),
    ],
)
def test_what_contradicts_the_profile_is_named(text: str, fault: str) -> None:
    assert fault in find_contradictions(text, LIFE)


@pytest.mark.parametrize(
    "text",
    [
        *BIOGRAPHY,
        "By 2030 Ada means to own a house above the harbour.",
        "Ada slept in the room that her grandfather had built in 1931.",
        "The dyke was raised in 1911, a hundred years too late.",
        "In 1994 Ada was fourteen, and in 1993 she had been thirteen.",
        "They met on Tuesday, 4 March 1980, and again in May 1999.",
        "Her aunt, aged seventy-eight, rowed with Ada. Ada Berg laughed. Ada's Sunday was spoilt.",
        "Ada was thirty when her son was born in 2010. In 2012 Ada's daughter was born, and I was there when it was born in 2012.",
        "Ada was born on March 4, 1980. In 1980 Ada was born in Sund. The year before Ada was born, in 1979, the mill closed.",
        "Ada was two hours late. Ada was one of four.",
    ],
)
def test_what_fits_the_profile_is_let_be(text: str) -> None:
    assert find_contradictions(text, LIFE) == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("Ada Berg died in 2010 of a fever.", "it says that Ada died, who lives"),
        ("Ada Berg, a doctor, died.", "it says that Ada died, who lives"),
        (
            "In 2015 she earned a doctorate and became a surgeon.",
            "it gives Ada Berg a doctorate, but the education is high school",
        ),
        ("Ada works as a nurse in Sund.", "it makes Ada Berg a nurse, but the occupation is baker"),
        (
            "She studied for years at the university.",
            "it says 'studied for years at the university', but the education is high school",
        ),
        ("Ada came from a high-income family.", "it speaks of a high-income, but the family is low-income, nuclear family"),
        ("He was a strong man.", "it speaks of Ada Berg as male, but the profile says female"),
        ("Ada was a quiet boy.", "it speaks of Ada Berg as male, but the profile says female"),
    ],
)
def test_what_a_passage_newly_says_of_the_person_against_the_profile_is_named(more: str, fault: str) -> None:
    flood = BIOGRAPHY[3]
    assert fault in find_passage_faults(f"{flood} {more}", flood, BIOGRAPHY[2], LIFE, POOLS)


def test_a_passage_that_turns_she_into_he_is_named() -> None:
    text = "Since 2010 he has run the bakery alone. He sings in the choir and plays chess with his ferryman."
    assert find_passage_faults(text, BIOGRAPHY[4], "", LIFE, POOLS) == [
        "it speaks of Ada Berg as male, but the profile says female"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Her father mended nets. He was a strong man, and he went to his brother when the work was done.",
        "Ada rowed with the ferryman. He sang.",
        "Her friend Berit went away. In 2015 she earned a doctorate and became a surgeon.",
        "Her sister works as a nurse. Ada hopes to work as a teacher. Ada never attended a university.",
        "Ada attended a university lecture and passed the university. Ada is a keen gardener.",
        "Ada wanted a doctorate and never had one.",
        "Her uncle died, and was buried in the rain. Ada's mother had died before him.",
    ],
)
def test_what_a_passage_says_of_others_is_let_be(text: str) -> None:
    assert find_passage_faults(text, BIOGRAPHY[3], BIOGRAPHY[2], LIFE, POOLS) == []


def test_no_paragraph_of_the_dataset_is_against_its_profile() -> None:
    library = Library(packaged_path())
    for cid in library.ids:
        life, texts = Lifetime.from_character(library.character(cid)), [paragraph.text for paragraph in library.story(cid)]
        for before, text in zip(["", *texts], texts, strict=False):
            assert [
                fault
                for fault in find_passage_faults(text, "", before, life, POOLS)
                if fault not in find_contradictions(text, life)
            ] == []
            assert not any("died" in fault or "speaks of" in fault for fault in find_contradictions(text, life))


@pytest.mark.parametrize(
    ("replies", "verdict"),
    [
        (["NONE"], "none"),
        (["bias."], "bias"),
        (["I think it is harmful.", "HARM"], "harm"),
        (["NONE, although BIAS is near", "Verdict NONE", "none none"], "not judged"),
        (["", "", ""], "not judged"),
    ],
)
def test_the_content_verdict_is_read_strictly(replies: list[str], verdict: str) -> None:
    backbone = ScriptedBackbone(lambda messages, generation: replies[generation.sample])
    assert asyncio.run(judge_content(Writer(backbone), "Ada rowed.")) == verdict
    assert len(backbone.calls) == len(replies)


def test_rows_get_chapters_by_phase_of_life_and_years_from_the_text() -> None:
    texts = [
        "A boat was late.",
        "Ada was born on 4 March 1980.",
        "In 1987 she began school. It had been built in 1901.",
        "Nothing is dated here.",
        "In 1997 she learnt the trade.",
        "She remembered what happened in 1986, when Ada was six.",
        "In 1999 she stayed. By 2027 she hoped to own a house.",
        "Since 2010 she has run it.",
    ]
    found = build_rows(LIFE, texts)
    assert [(r.chapter, r.chapter_index, r.first_year, r.last_year) for r in found] == [
        *[("Early years", 1, 1980, 1980)] * 2,
        *[("Childhood", 2, 1987, 1987)] * 2,
        *[("Youth", 3, 1986, 1997)] * 2,
        ("Setting out", 4, 1999, 2027),
        ("Thirties", 5, 2010, 2010),
    ]
    assert [r.text for r in found] == texts and found[-1].id == "ada-berg-s008"
    person = Person("ada-berg", profile=[Located(None, 1, ADA)], folder=None)  # type: ignore[arg-type]
    person.story = [Located(None, r.index, r) for r in found]  # type: ignore[arg-type]
    assert ages([person]).problems == [] and identity([person]).problems == []


def test_a_story_without_dates_is_one_chapter_of_unknown_years() -> None:
    assert {(r.chapter, r.chapter_index, r.first_year, r.last_year) for r in build_rows(LIFE, ["A boat.", "A net."])} == {
        ("Life", 1, 0, 0)
    }


def test_prose_is_cut_at_blank_lines_and_long_paragraphs_at_sentences_and_nothing_is_lost() -> None:
    assert split_paragraphs("\n\n One \n two.\n\n \n\nThree.\n") == ["One two.", "Three."]
    long = " ".join(f'"Number {i} went by," she said.' for i in range(100))
    parts = split_paragraphs(long)
    assert len(parts) == 4 and all(100 <= len(part.split()) <= 160 for part in parts)
    assert " ".join(parts) == long and parts[0].endswith("said.")
    assert split_sentences('He said "Go." Then he went.') == ('He said "Go."', "Then he went.")
    assert split_paragraphs("word " * 400) == [("word " * 400).strip()]


def test_what_was_added_to_a_profile_is_found_and_seen_in_a_text() -> None:
    now = replace(ADA, hobbies=(*ADA.hobbies, "wood carving"), occupation="harbour master")
    new = find_new_statements(now, list_statements(ADA))
    assert new == ["Ada Berg works as: harbour master.", "A hobby of Ada Berg's: wood carving."]
    assert mentions("In the evenings she carved spoons of birch wood.", new[1]) and not mentions("She sang in the choir.", new[1])


@pytest.mark.parametrize("wrong", [{"date_of_birth": "4 March 1980"}, {"reference_date": "1970-01-01"}])
def test_a_profile_with_unfit_dates_is_named(wrong: dict) -> None:
    with pytest.raises(UserError, match="the profile of 'ada-berg'"):
        Lifetime.from_character(replace(ADA, **wrong))
