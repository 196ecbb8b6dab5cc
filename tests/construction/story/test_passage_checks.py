"""Checks of a rewritten passage against the profile, and the content verdict."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.story.passage_checks import find_passage_faults, judge_content
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_checks.profile_contradictions import find_contradictions
from human_simulacra.library import Library, packaged_path
from tests.conftest import ScriptedBackbone, make_character
from tests.construction.story.scripted_story import BIOGRAPHY

ADA = replace(make_character("Ada Berg", 1980)[0], biography="\n\n".join(BIOGRAPHY))


LIFE = Lifetime.from_character(ADA)


POOLS = read_pools(packaged_path())


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
def test_new_contradictions_of_a_passage_are_found(more: str, fault: str) -> None:
    flood = BIOGRAPHY[3]
    assert fault in find_passage_faults(f"{flood} {more}", flood, BIOGRAPHY[2], LIFE, POOLS)


def test_a_passage_that_changes_the_persons_pronouns_is_found() -> None:
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
def test_statements_about_other_people_pass(text: str) -> None:
    assert find_passage_faults(text, BIOGRAPHY[3], BIOGRAPHY[2], LIFE, POOLS) == []


def test_no_paragraph_of_the_dataset_contradicts_its_profile() -> None:
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
def test_the_content_verdict_is_parsed_strictly(replies: list[str], verdict: str) -> None:
    backbone = ScriptedBackbone(lambda messages, generation: replies[generation.sample])
    assert asyncio.run(judge_content(Writer(backbone), "Ada rowed.")) == verdict
    assert len(backbone.calls) == len(replies)
