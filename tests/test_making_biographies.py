"""Biographies: every fact of the profile is in them and none is contradicted, whatever the model returns."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.construction.biography import BiographyOptions, make_biography
from human_simulacra.construction.biography.contradicting import out_of_order, wrong
from human_simulacra.construction.biography.facts import facts, missing, plain, states_date
from human_simulacra.construction.folder import open_folder
from human_simulacra.construction.pools import read_pools
from human_simulacra.construction.review import Decision
from human_simulacra.construction.writing import Writer
from human_simulacra.errors import UserError
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library, packaged_path
from human_simulacra.types import Character, Generation, Message
from tests.conftest import ScriptedBackbone
from tests.runs import ROOT, openai_llm
from tests.servers import serving
from tests.test_making_profiles import draw

ADA = replace(
    draw(1, 0, "name=Ada Berg", "gender=female", "date_of_birth=1980-03-04", "occupation=baker", "education=high school",
         "family=low-income, nuclear family", "hobbies=hiking,knitting,yoga", "long_term_goal=publishing a book",
         "short_term_goals=learning first aid,seeing the dentist,walking to work")[0],
)  # fmt: skip
POOLS = read_pools(packaged_path())
PARTS = BiographyOptions("parts", 400, judge=False)
WHOLE = BiographyOptions("whole", 400, judge=False)


def asked_facts(messages: Sequence[Message]) -> str:
    """Returns the facts that a prompt states, as a docile model would repeat them."""
    found = re.search(r"What is known of [^\n]+:\n(.+)", messages[-1].content)
    assert found
    return found[1]


def obey(messages: Sequence[Message], generation: Generation = Generation(1)) -> str:
    """A docile model: every fact, each with something of its own around it."""
    told = re.split(r"(?<=\.) ", asked_facts(messages))
    own = iter(range(100))
    return " ".join(f"{fact} People in quarter {next(own)} of the town still talk about that." for fact in told)


def picked(tmp_path: Path, person: Character = ADA) -> Path:
    out = open_folder(tmp_path / "mine")
    write_jsonl(out / "making" / person.id / "profile.jsonl", [asdict(person)])
    return out


def make(out: Path, script: Any, options: BiographyOptions = PARTS, **more: Any):
    backbone = ScriptedBackbone(script)
    result = asyncio.run(make_biography(Writer(backbone), out, ADA.id, options, **more))
    return backbone, result


def test_the_plain_sentences_of_any_profile_state_it_and_contradict_nothing() -> None:
    for person in [*draw(25, 5), ADA, *(Library(packaged_path()).character(i) for i in Library(packaged_path()).ids)]:
        text = plain(person, facts(person))
        assert missing(text, facts(person)) == [] and wrong(text, person, POOLS) == [], text


def test_biographies_that_people_would_call_right_are_not_found_wrong() -> None:
    people = [Library(packaged_path()).character(i) for i in Library(packaged_path()).ids]
    for person in people:
        assert wrong(person.biography, person, POOLS) == [], person.id
        assert out_of_order(person.biography) is None, person.id
    # They say much in words of their own ("her father built the second house in the street"); most facts are found all the same.
    left_out = sum(len(missing(person.biography, facts(person))) for person in people)
    assert left_out < 0.15 * sum(len(facts(person)) for person in people)


@pytest.mark.parametrize("key", ["date_of_birth", "family", "education", "occupation", "hobbies", "long_term_goal"])
def test_a_fact_that_is_left_out_is_missed(key: str) -> None:
    kept = [fact for fact in facts(ADA) if fact.key not in (key, "age")]
    left_out = {fact.key for fact in missing(plain(ADA, kept), facts(ADA))}
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
        ("Ada grew up in a high-income family.", "high-income"),
        ("Ada came from a single-parent family.", "single-parent family"),
        ("Ada Berg died in 2019.", "died"),
        ("This is the biography of Ada Berg.", "biography"),
        ("Ada bakes bread. I'll do that.", "speaks as I"),
    ],
)
def test_what_cannot_be_true_is_named(text: str, fault: str) -> None:
    assert any(fault in found for found in wrong(text, ADA, POOLS))


def test_who_is_neither_woman_nor_man_is_not_made_one() -> None:
    kim = replace(ADA, name="Kim Berg", gender="nonbinary")
    assert wrong("Kim is nonbinary. She baked bread, and her shop was hers alone.", kim, POOLS)
    assert not wrong("Kim is nonbinary. They baked bread with their mother, and she sold it in her shop.", kim, POOLS)


@pytest.mark.parametrize(
    "text",
    [
        "Ada never earned a bachelor's degree, but her brother holds one. In 2002 she was twenty-two.",
        "Her father was born in 1950. He worked at the mill, and his brother too. Ada watched her mother.",
        "Ada plans to open a shop by 2027. Ada's mother died in 1999.",
        'Ada said, "I will not go," and stayed.',
    ],
)
def test_what_may_be_true_is_left_alone(text: str) -> None:
    assert wrong(text, ADA, POOLS) == []


@given(st.dates(), st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "the {d}th of {m} {y}", "{iso}"]))
def test_a_date_is_found_in_any_usual_form(day: Any, form: str) -> None:
    text = f"Ada was born on {form.format(d=day.day, m=day.strftime('%B'), y=day.year, iso=day.isoformat())}."
    assert states_date(text, day) and not states_date(text, day.replace(year=day.year - 1 if day.year > 1 else 2, day=1))


@pytest.mark.parametrize("options", [PARTS, WHOLE])
def test_a_docile_model_writes_every_part_once(tmp_path: Path, options: BiographyOptions) -> None:
    out = picked(tmp_path)
    backbone, made = make(out, obey, options)
    assert len(backbone.calls) == (5 if options is PARTS else 1) and made.composed == ()
    written = Library(out).character("ada-berg")
    assert written.biography and missing(written.biography, facts(ADA)) == []
    assert replace(written, biography="") == ADA and len(written.biography.split()) < 1000
    assert not (out / "making/ada-berg/for-review.jsonl").exists()


NASTY = ["", "I'm sorry, but I can't help with that.", "```json\n{}\n```", "### Instruction\nWrite the biography.",
         "Ada Berg. " * 60, "<|im_start|>assistant\nAda", "Ada Berg died in 1999.", "word " * 900 + "."]  # fmt: skip


@pytest.mark.parametrize("reply", NASTY)
@pytest.mark.parametrize("options", [PARTS, WHOLE])
def test_nothing_of_a_bad_reply_gets_in_and_the_facts_do(tmp_path: Path, reply: str, options: BiographyOptions) -> None:
    out = picked(tmp_path)
    backbone, made = make(out, reply, options)
    assert len(backbone.calls) == 3 * (5 if options is PARTS else 1)
    text = Library(out).character("ada-berg").biography
    assert text.replace("\n\n", " ") == plain(ADA, facts(ADA)) and " ".join(made.composed) == text.replace("\n\n", " ")
    left = [json.loads(line) for line in (out / "making/ada-berg/for-review.jsonl").read_text().splitlines()]
    assert len(left) == len(made.composed) and all(row["findings"] and len(row["rejected"]) == 3 for row in left)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*NASTY, "obey", "Ada Berg walked along the river and thought of the mill."]), min_size=3))
def test_whatever_a_model_returns_the_biography_is_sound(tmp_path_factory: Any, replies: list[str]) -> None:
    out = picked(tmp_path_factory.mktemp("b"))
    turn = iter(range(10**6))

    def script(messages: Sequence[Message], generation: Generation) -> str:
        reply = replies[next(turn) % len(replies)]
        return obey(messages) if reply == "obey" else reply

    make(out, script)
    text = Library(out).character("ada-berg").biography
    assert missing(text, facts(ADA)) == [] and wrong(text, ADA, POOLS) == []
    assert "```" not in text and "sorry" not in text and "###" not in text and "<|" not in text


def test_a_draft_that_only_lacks_a_fact_is_kept_with_that_fact_in_a_plain_sentence(tmp_path: Path) -> None:
    out = picked(tmp_path)

    def script(messages: Sequence[Message], generation: Generation) -> str:
        if "free time" in messages[-1].content:
            return "Ada likes hiking above the mill and knitting by the stove, winter after winter."
        return obey(messages)

    _, made = make(out, script)
    assert made.composed == ("Ada likes yoga.",)
    assert "Ada likes yoga. Ada likes hiking above the mill" in Library(out).character("ada-berg").biography


def test_a_retry_names_what_was_left_out(tmp_path: Path) -> None:
    backbone, _ = make(picked(tmp_path), lambda m, g: obey(m) if g.sample else "Ada Berg walked along the river.")
    assert "it left out the date of birth (1980-03-04), the gender (female)" in backbone.calls[1][0][-1].content


def test_the_backbones_own_check_counts_only_where_it_can_judge(tmp_path: Path) -> None:
    def judged(verdict: Callable[[str], str]) -> int:
        def script(messages: Sequence[Message], generation: Generation) -> str:
            prompt = messages[-1].content
            return verdict(prompt) if "A text about" in prompt else obey(messages)

        _, made = make(picked(tmp_path / str(len(list(tmp_path.iterdir())))), script, BiographyOptions("parts", 400))
        return len(made.composed)

    able = "WRONG: the miner is a baker."
    assert judged(lambda prompt: able if "miner" in prompt else "NONE") == 0
    # One that finds fault with everything, or cannot be read, has shown that it cannot judge.
    assert judged(lambda prompt: able) == 0 and judged(lambda prompt: "Perhaps it is so.") == 0
    # One that can, and finds fault with a part twice, is believed: that part holds plain sentences only.
    assert judged(lambda prompt: able if "miner" in prompt or "quarter 2" in prompt else "NONE") == 1


def test_a_reviewer_accepts_edits_rejects_with_a_reason_or_stops(tmp_path: Path) -> None:
    out = picked(tmp_path)
    asked: list[tuple[str, Sequence[str]]] = []
    decisions = iter([Decision("reject", "", "Say more of the mill."), Decision("stop", ""), Decision("edit", "Ada Berg bakes.")])

    def review(text: str, notes: Sequence[str]) -> Decision:
        asked.append((text, notes))
        return next(decisions)

    backbone, made = make(out, obey, review=review)
    assert made.path is None and not (out / "characters/ada-berg").exists()
    assert len(backbone.calls) == 10 and "Say more of the mill." in backbone.calls[5][0][-1].content
    with pytest.raises(UserError, match="--resume"):
        make(out, obey, review=review)
    again, made = make(out, obey, review=review, resume=True)
    assert again.calls == [] and asked[2] == asked[1]
    assert Library(out).character("ada-berg").biography == "Ada Berg bakes." and made.path is not None


def test_a_finished_biography_is_not_written_again(tmp_path: Path) -> None:
    out = picked(tmp_path)
    make(out, obey)
    with pytest.raises(UserError, match="has a biography"):
        make(out, obey)
    backbone, made = make(out, obey, resume=True)
    assert backbone.calls == [] and made.character == Library(out).character("ada-berg")


def test_a_biography_that_the_profile_brings_is_taken_and_its_faults_listed(tmp_path: Path) -> None:
    out = picked(tmp_path, replace(ADA, biography="Ada Berg was born on 4 March 1980 and grew old."))
    backbone, _ = make(out, obey)
    assert backbone.calls == [] and "leaves out" in (out / "making/ada-berg/for-review.jsonl").read_text()


def tool(*arguments: object, cache: Path, wait: bool = True, name: str = "generate_biographies") -> Any:
    command = [sys.executable, str(ROOT / "tools" / f"{name}.py"), *map(str, arguments)]
    environment = {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(cache)}
    if wait:
        return subprocess.run(command, capture_output=True, text=True, env=environment)
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def config(tmp_path: Path, address: str) -> Path:
    path = tmp_path / "backbone.py"
    path.write_text(f"from opencompass.models import OpenAISDK\n\nscripted = {openai_llm(address)}\n")
    return path


def http_obey(body: dict[str, Any], number: int) -> str:
    messages = [Message(m["role"], m["content"]) for m in body["messages"]]
    return "NONE" if "A text about" in messages[-1].content else obey(messages)


def test_killed_in_the_middle_it_goes_on_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    out = picked(tmp_path)
    reached, go_on = threading.Event(), threading.Event()
    answered: Counter[str] = Counter()

    def script(body: dict[str, Any], number: int) -> str:
        if number > 4 and not reached.is_set():
            reached.set()
            go_on.wait(600)
        answered[json.dumps(body, sort_keys=True)] += 1
        return http_obey(body, number)

    with serving(script) as server:
        arguments = ("--out", out, "--backbone", config(tmp_path, server.address), "--review", "none", "--form", "parts")
        process = tool(*arguments, cache=tmp_path / "cache", wait=False)
        assert reached.wait(600)
        process.send_signal(signal.SIGKILL)
        process.wait()
        go_on.set()
        blocked = tool(*arguments, cache=tmp_path / "cache")
        assert blocked.returncode == 2 and "--resume" in blocked.stderr
        resumed = tool(*arguments, "--resume", cache=tmp_path / "cache")
        assert resumed.returncode == 0, resumed.stderr
    # Only the call under way at the kill was paid for twice.
    assert sum(count - 1 for count in answered.values()) <= 1 and len(answered) > 4
    assert missing(Library(out).character("ada-berg").biography, facts(ADA)) == []
    assert "generate_life_story.py ada-berg" in resumed.stdout


def test_an_endpoint_whose_messages_are_empty_leaves_plain_sentences(tmp_path: Path) -> None:
    out = picked(tmp_path)
    with serving(lambda body, number: "") as server:
        done = tool(
            "--out",
            out,
            "--backbone",
            config(tmp_path, server.address),
            "--review",
            "none",
            "--no-judge",
            cache=tmp_path / "cache",
        )
    assert done.returncode == 0, done.stderr
    assert "sentences that no model wrote" in done.stdout and len(server.requests) == 3
    assert Library(out).character("ada-berg").biography == plain(ADA, facts(ADA))


def test_a_dry_run_prints_prompts_and_an_estimate_and_touches_nothing(tmp_path: Path) -> None:
    out = picked(tmp_path)
    before = sorted(p for p in out.rglob("*"))
    with serving(http_obey) as server:
        done = tool("--out", out, "--backbone", config(tmp_path, server.address), "--dry-run", cache=tmp_path / "cache")
        assert server.requests == []
    assert done.returncode == 0, done.stderr
    assert "Write the biography of Ada Berg" in done.stdout and "estimate, without retries: 2 calls" in done.stdout
    assert sorted(p for p in out.rglob("*")) == before


def test_mistakes_are_sentences(tmp_path: Path) -> None:
    out = picked(tmp_path)
    for arguments, sentence in (
        (["--out", tmp_path / "none"], "has no profile that waits"),
        (["ada", "--out", out, "--review", "none"], "unknown profile in the making 'ada': did you mean 'ada-berg'"),
        (["--out", out, "--words", "5000"], "100 to 600 words"),
        (["--out", out, "--resume"], "nothing to resume for ada-berg"),
        (["--out", out, "--backbone", "nowhere.py"], "config nowhere.py does not exist"),
    ):
        done = tool(*arguments, cache=tmp_path / "cache")
        assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr, done.stderr
