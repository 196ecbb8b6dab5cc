"""Biography generation: the text is checked and judged, its sentences are dated, and nothing unusable reaches a character."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.construction.biography_generation import BiographyOptions, generate_biography
from human_simulacra.construction.dated_biography import BiographyReply, Sentence, find_biography_faults, join_sentences
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.review.terminal_review import Decision
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.library import Library, packaged_path
from tests.conftest import ScriptedBackbone
from tests.construction.docile_model import ADA, SENTENCES, TEXT, make, obey, picked, reply


def queue(out: Path) -> list[dict[str, Any]]:
    path = out / "making/ada-berg/for-review.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def instead(place: int, *sentence: Any) -> str:
    """Returns a sound biography with another sentence at a place."""
    return reply(*SENTENCES[:place], *([sentence] if sentence else []), *SENTENCES[place + 1 :])


def test_a_biography_is_written_in_one_call_with_paragraphs_and_dated_sentences(tmp_path: Path) -> None:
    out = picked(tmp_path)
    asked, made = make(out)
    written = Library(out).character("ada-berg")
    assert len(asked) == 1 and made.findings == () and not made.failed and queue(out) == []
    assert written.biography == TEXT and [(s.year, s.text) for s in written.biography_dated] == [s[1:] for s in SENTENCES]
    assert replace(written, biography="", biography_dated=()) == ADA


def test_the_request_shows_facts_and_personality_and_names_no_type(tmp_path: Path) -> None:
    asked, _ = make(picked(tmp_path))
    request = asked[0][-1].content
    assert "Ada Berg works as: baker." in request and "from 1980 to 2025" in request
    assert all(trait.text in request for trait in ADA.traits if trait.rank <= 2)
    assert not any(f" {name} " in request for name in ADA.functions)


def test_a_sentence_is_dated_by_the_latest_year_that_it_names(tmp_path: Path) -> None:
    out = picked(tmp_path)
    make(out, lambda m, g: instead(1, 1, 1984, "She finished high school in 1996; Ada was thirty then by her own count."))
    assert Library(out).character("ada-berg").biography_dated[1].year == 2010


FAULTY = {
    "at least": reply(SENTENCES[0], (1, 2025, "She bakes.")),
    "at most": instead(2, 2, 2001, " ".join(f"word{n}" for n in range(200)) + "."),
    "repeated the sentence": reply(*SENTENCES, SENTENCES[3]),
    "tells of 2031": instead(4, 3, 2031, "She is learning first aid and hopes to publish a book one day."),
    "tells of 2040": instead(4, 3, 2025, "She is learning first aid and hopes to publish a book by 2040."),
    "tells of 1971": instead(0, 1, 1971, "Ada Berg's parents met at a dance in the old mill above Vik."),
    "tells of 2075": instead(3, 2, 2019, "When Ada was ninety-five she liked hiking, knitting and yoga.").replace("ninety-five", "95"),
    "years in their order": reply(*reversed(SENTENCES)),
    "it ends in 2001": reply(*(SENTENCES[:3]), (3, 2001, "She is learning first aid and hopes to publish a book one day.")),
    "was not the JSON object": "I am sorry, but I cannot write about real people.",
    "its JSON could not be read": obey([])[:120],
    "did not have the form": '{"sentences": [{"text": "Ada Berg was born in 1980."}]}',
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_reply_is_asked_for_again_with_its_fault(tmp_path: Path, fault: str) -> None:
    out = picked(tmp_path)
    asked, made = make(out, lambda m, g: obey(m) if g.sample else FAULTY[fault])
    assert len(asked) == 2 and fault in asked[1][-1].content and made.findings == ()
    assert Library(out).character("ada-berg").biography == TEXT


@pytest.mark.parametrize("fault", FAULTY)
def test_where_no_attempt_is_usable_nothing_is_in_the_character(tmp_path: Path, fault: str) -> None:
    out = picked(tmp_path)
    asked, made = make(out, lambda m, g: FAULTY[fault])
    assert len(asked) == 3 and made.failed and made.path is None and fault in made.findings[-1]
    assert not (out / "characters/ada-berg").exists()
    (row,) = queue(out)
    assert (row["what"], row["in_character"], row["file"]) == ("biography", False, "") and len(row["findings"]) == 3
    again, made = make(out, resume=True)
    assert made.failed and again == []  # the same request of the same model is not paid twice


NOISE = {
    "I cannot go on with this person's private life.": "task",
    "Let me know if you would like more of her humour.": "task",
    "I was a baker then, and I still am.": "voice",
    "Ella nació en un pueblo junto al lago.": "language",
    "She has been a surgeon in Bergen ever since.": "consistent",
    "Alternatively: Ada Berg was born in a mill.": "whole",
}


@pytest.mark.parametrize("noise", NOISE)
def test_noise_of_a_writer_never_stands_in_the_biography(tmp_path: Path, noise: str) -> None:
    out = picked(tmp_path)

    def judge(text: str) -> str:
        return next((point for sentence, point in NOISE.items() if sentence in text), "")

    asked, made = make(out, lambda m, g: obey(m) if g.sample == 2 else instead(2, 2, 2001, noise), judge)
    assert len(asked) == 3 and made.findings == () and Library(out).character("ada-berg").biography == TEXT
    stubborn, made = make(picked(tmp_path / "other"), lambda m, g: instead(2, 2, 2001, noise), judge)
    assert made.failed and len(stubborn) == 3 and not (tmp_path / "other/mine/characters/ada-berg").exists()


def test_where_nobody_can_judge_the_biography_is_used_and_for_review(tmp_path: Path) -> None:
    out = picked(tmp_path)
    _, made = make(out, obey, None)
    (row,) = queue(out)
    assert made.path is not None and "nobody judged it" in made.findings[0]
    assert row["in_character"] and (row["file"], row["row"], row["field"]) == ("profile.jsonl", "ada-berg", "biography")
    assert row["text"] == TEXT and make(out, obey, None, resume=True)[1].findings == made.findings


def test_a_faulty_text_that_nobody_can_judge_is_used_with_its_faults_and_without_years(tmp_path: Path) -> None:
    out = picked(tmp_path)
    _, made = make(out, lambda m, g: FAULTY["tells of 2031"], None)
    assert "tells of 2031" in made.findings[1] and queue(out)[0]["findings"] == list(made.findings)
    written = Library(out).character("ada-berg")
    assert "publish a book" in written.biography and written.biography_dated == ()


def test_a_reviewer_accepts_edits_rejects_with_a_reason_or_stops(tmp_path: Path) -> None:
    out = picked(tmp_path)
    shown: list[tuple[str, Sequence[str]]] = []
    decisions = iter([Decision("reject", "", "Say more of the mill."), Decision("stop", ""), Decision("edit", "Ada Berg bakes.")])

    def review(text: str, before: str, *, notes: Sequence[str]) -> Decision:
        shown.append((text, notes))
        return next(decisions)

    asked, made = make(out, review=review)
    assert made.path is None and not made.failed and not (out / "characters/ada-berg").exists()
    assert len(asked) == 2 and "Say more of the mill." in asked[1][-1].content
    with pytest.raises(UserError, match="--resume"):
        make(out, review=review)
    again, made = make(out, review=review, resume=True)
    assert again == [] and shown[2] == shown[1]
    written = Library(out).character("ada-berg")
    assert (written.biography, written.biography_dated, made.findings) == ("Ada Berg bakes.", (), ())


def accept(text: str, before: str, *, notes: Sequence[str]) -> Decision:
    return Decision("accept", text)


def test_a_reviewer_can_accept_what_the_judge_rejected(tmp_path: Path) -> None:
    out = picked(tmp_path)
    _, made = make(out, obey, lambda text: "consistent", review=accept)
    assert made.path is not None and Library(out).character("ada-berg").biography == TEXT and queue(out) == []


def test_what_a_reviewer_accepts_keeps_its_years(tmp_path: Path) -> None:
    out = picked(tmp_path)
    make(out, review=accept)
    assert len(Library(out).character("ada-berg").biography_dated) == len(SENTENCES)


def test_a_finished_biography_is_not_written_again(tmp_path: Path) -> None:
    out = picked(tmp_path)
    make(out)
    with pytest.raises(UserError, match="has a biography"):
        make(out)
    asked, made = make(out, resume=True)
    assert asked == [] and made.path == out / "characters/ada-berg/profile.jsonl"


@pytest.mark.parametrize("finding", ["died", "later", "unjudged"])
def test_a_biography_that_the_profile_brings_is_taken_and_its_faults_listed(tmp_path: Path, finding: str) -> None:
    text = "Ada Berg was born on 4 March 1980 and " + ("moves to Sund in 2026." if finding == "later" else "grew up.")
    out = picked(tmp_path, replace(ADA, biography=text))
    faults: Callable[[str], str] | None = {"died": lambda text: "consistent", "later": lambda text: "", "unjudged": None}[finding]
    asked, made = make(out, obey, faults)
    wanted = {"died": "contradicts", "later": "it tells of 2026", "unjudged": "nobody judged it"}[finding]
    assert asked == [] and wanted in made.findings[0] and len(made.findings) == 1 and queue(out)[0]["text"] == text
    assert Library(out).character("ada-berg").biography == text


def test_a_model_without_room_for_a_biography_is_named_before_any_call(tmp_path: Path) -> None:
    backbone = ScriptedBackbone(obey)
    small, short = Writer(backbone, longest=100), Writer(backbone, context_tokens=1000)
    for writer, sentence in ((small, "max_out_len has room for 10 words"), (short, "context of 1000 tokens is too small")):
        with pytest.raises(UserError, match=sentence):
            asyncio.run(generate_biography(writer, picked(tmp_path), ADA.id, BiographyOptions(100)))
    assert backbone.calls == []


def dataset() -> Iterator[tuple[Lifetime, BiographyReply, str]]:
    library = Library(packaged_path())
    for character in map(library.character, library.ids):
        numbers = iter(range(10**6))
        blocks = [(next(numbers), " ".join(block.split())) for block in character.biography.split("\n\n")]
        told = [
            Sentence(paragraph=next(n for n, block in blocks if s.text in block), year=s.year, text=s.text)
            for s in character.biography_dated
        ]
        yield Lifetime.from_character(character), BiographyReply(sentences=told), character.biography


def test_the_biographies_of_the_dataset_have_no_fault_and_are_what_their_sentences_join_to() -> None:
    people = list(dataset())
    assert len(people) == 12
    for life, told, biography in people:
        assert find_biography_faults(told, life, 450) == [] and join_sentences(told) == biography, life.first_name
