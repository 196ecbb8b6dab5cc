"""Questions that nobody in the story could answer: who says so, and who makes an answer up."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.evaluation import run_folder
from human_simulacra.evaluation.abstention import stance
from human_simulacra.evaluation.registry import EXPERIMENTS
from human_simulacra.evaluation.samples import sample_unanswerable
from human_simulacra.evaluation.tables import as_json
from human_simulacra.files import write_jsonl
from human_simulacra.plugin.main import main
from human_simulacra.types import Unanswerable
from tests.runs import latest, openai_llm, write_config
from tests.servers import serving

ABSTAIN = """
I don't know.
I do not know what she was called, to be honest.
I really don’t remember the name of the spaniel.
I can't remember now.
I couldn't tell you.
I couldn't rightly say.
I can't say for sure.
No idea.
I have no idea what it cost.
I haven't the faintest idea.
I haven't a clue, friend.
Not a clue.
I'm not sure.
I'm afraid I don't recall his surname.
Hm. Don't know. He never said.
She never told me.
He never mentioned her name to me.
Nobody ever told me that.
I never asked.
I never knew his name.
I never found out what they decided.
I was never told.
I wasn't there, so I couldn't say.
I wouldn't know, I'm a cook and not a signalman.
How should I know?
Who knows what goes on in another man's head?
God knows.
Only she knows what was going through her mind.
You'd have to ask Jochen about that.
That's beyond me.
The name escapes me.
It has slipped my mind.
I've forgotten what it was called.
That hasn't happened yet.
It's only June, that is still to come.
I wish I knew.
I don't have that information.
As an AI I don't have access to personal memories.
I know nothing about anaesthetics.
I'm not the one to ask about locomotives.
It is not my trade, the levers were Jochen's.
Your guess is as good as mine.
I dunno
I cannot speak for what he thought.
I don't think I ever knew.
I don't know his name, but he was always kind to me.
I'm unable to say.
I am no doctor.
If I ever knew it, it's gone.
That's not something I know.
I'd need to ask my sister, I was too small.
I have no way of knowing that.
""".strip().splitlines()

STATE = """
His name was Bruno.
The spaniel was called Bobík.
Rex.
It cost four hundred euros.
She was thinking of her children.
I remember it well, the waltz was the Blue Danube.
I know exactly: it was a Makita.
I'll never forget it, the dog was called Luna.
I didn't know it then, but her name was Rosa.
I don't know about you, but I called him Rex.
I can't say I liked the colour, it was a washed-out green.
I never learned to swim, but the boat was called Alk.
I have never known such a winter, the river stood at eight metres.
I couldn't forget the name: Hotel Bellevue.
The parrot was named Coco and he knew six words.
They decided in the autumn to close the office.
Nobody in the village liked it, but the van was blue.
He didn't know that I saw him. He thought about his mother.
The hotel was the Grand, everybody knows it.
I told you already, it was 1994.
He did not say a word and gave me the grey recorder, a Philips.
We called it The Baa, and I put my age and my boat in it.
Eighty-five newton metres, then another quarter turn.
My father worked on the railways before the ferries.
The doctor told me that the tests were fine.
She liked the song, it was called Hani.
Two daughters, Aoife and Clare.
There were no other bands, only Los Kjarkas and Savia Andina.
I remember that the rent was twelve hundred.
The house is painted yellow.
I never asked for it, but he gave me a watch.
I was not told twice: the password was swordfish.
""".strip().splitlines()

HEDGE = """
I don't know, but I think it was called Rex.
I'm not sure, maybe Bruno?
I can't remember, it must have been about four hundred.
I don't recall exactly, but it was a Makita.
No idea. Probably green.
I couldn't say, but if I had to guess, a Monday.
I forget, though I believe her name was Olga.
""".strip().splitlines()


@pytest.mark.parametrize("reply", ABSTAIN)
def test_saying_that_one_does_not_know_is_recognised(reply: str) -> None:
    assert stance(reply) == "abstains"


@pytest.mark.parametrize("reply", STATE)
def test_an_answer_is_no_abstention_whatever_words_it_shares_with_one(reply: str) -> None:
    assert stance(reply) == "states"


@pytest.mark.parametrize("reply", HEDGE)
def test_a_guess_after_not_knowing_is_an_answer_in_disguise(reply: str) -> None:
    assert stance(reply) == "hedges"


@pytest.mark.parametrize("reply", ["", "  \n", "...", '""'])
def test_a_reply_without_a_word_is_empty(reply: str) -> None:
    assert stance(reply) == "empty"


def row(model: str, number: int, kind: str, reply: str | None) -> dict[str, Any]:
    base = {"experiment": "unanswerable", "model": model, "id": f"u{number}", "character": f"c{number % 2}", "type": kind,
            "prediction": reply, "missing": reply is None, "trace": None, "run": 1}  # fmt: skip
    return {**base, **EXPERIMENTS["unanswerable"].mark(base, reply)}


ROWS = [
    row("liar", 0, "unanswerable", "It was called Rex."),
    row("liar", 1, "unanswerable", "I don't know, but I think it was Rex."),
    row("liar", 2, "beyond_knowledge", "I don't know."),
    row("liar", 3, "beyond_knowledge", "  "),
    row("liar", 4, "beyond_knowledge", None),
    *(row("honest", i, "unanswerable" if i < 2 else "beyond_knowledge", "I couldn't say.") for i in range(5)),
]


def test_false_memories_are_counted_by_kind_and_silence_apart() -> None:
    summary = EXPERIMENTS["unanswerable"].summarise(ROWS)
    rates = {(r["model"], r["kind"], r["character"]): r for r in summary.data["rates"]}
    whole = rates["liar", "all", "all"]
    assert whole["rate"]["value"] == pytest.approx(100 * 2 / 3) and whole["rate"]["rows"] == 3
    assert (whole["hedged"], whole["abstained"], whole["empty"], whole["missing"]) == (1, 1, 1, 1)
    assert rates["liar", "unanswerable", "all"]["rate"]["value"] == 100
    assert rates["liar", "beyond_knowledge", "all"]["rate"]["value"] == 0
    assert rates["honest", "all", "all"]["rate"]["value"] == 0
    headline = next(h for h in summary.headlines if (h.model, h.of, h.character) == ("liar", "all", "all"))
    assert (headline.measure, headline.unit, headline.better) == ("false memories", "%", "lower")
    pair = next(c for c in summary.data["comparisons"] if c["type"] == "all")
    assert (pair["first"], pair["second"], pair["difference"]["rows"]) == ("liar", "honest", 3)
    assert pair["difference"]["value"] > 0 and pair["p_holm"] >= pair["p"]


def test_metrics_of_one_model_leave_silence_out_of_the_rate() -> None:
    metrics = EXPERIMENTS["unanswerable"].metrics([r for r in ROWS if r["model"] == "liar"])
    assert metrics == {"false_memories": pytest.approx(100 * 2 / 3), "hedged": 1, "abstained": 1, "empty": 1, "missing": 1}


def questions(character: str) -> list[Unanswerable]:
    return [
        Unanswerable(f"{character}-unanswerable-{i:02d}", character, kind, f"{kind} {i}?", "Nobody says.")
        for i, kind in enumerate(["unanswerable"] * 4 + ["beyond_knowledge"] * 3, 1)
    ]  # type: ignore[misc]


def test_the_quick_sample_takes_two_questions_a_kind() -> None:
    quick = sample_unanswerable("quick", questions("ada"))
    assert [q.id[-2:] for q in quick] == ["01", "02", "05", "06"]
    assert len(sample_unanswerable("core", questions("ada"))) == len(sample_unanswerable("all", questions("ada"))) == 7


def test_a_run_ends_in_rates_of_false_memories_beside_the_self_report(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    for character in ("ada-berg", "bo-crane", "cy-dahl"):
        write_jsonl(data / "characters" / character / "unanswerable.jsonl", [asdict(q) for q in questions(character)])

    def knows_its_limits(body: dict[str, Any], number: int) -> str:
        return "I could not tell you that." if "You are" in body["messages"][0]["content"] else "It was Rex."

    with serving(knows_its_limits) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("none", "prompt"), dataset={"sample": "quick"})
        more = """
from human_simulacra.plugin.unanswerable import UnanswerableDataset
datasets = datasets + [dict(
    type=UnanswerableDataset, abbr='unanswerable', sample='quick', data=datasets[0]['data'], reader_cfg=datasets[0]['reader_cfg'],
    infer_cfg=datasets[0]['infer_cfg'], eval_cfg=datasets[0]['eval_cfg'])]
"""
        config.write_text(config.read_text() + more)
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        asked = [body["messages"][-1]["content"] for body in server.requests]
    open_ones = [text for text in asked if "unanswerable 1?" in text]
    assert open_ones and all("sits with you over coffee" in text for text in open_ones)
    printed = capsys.readouterr().out
    assert "Unanswerable questions: false memories %" in printed and "Self report: score %" in printed
    folder = latest(tmp_path / "out") / "summary"
    found = {(r["model"], r["kind"], r["character"]): r for r in json.loads((folder / "unanswerable.json").read_text())["data"]["rates"]}
    assert found["m-none", "all", "all"]["rate"]["value"] == 100 and found["m-prompt", "all", "all"]["rate"]["value"] == 0
    assert found["m-prompt", "beyond_knowledge", "ada-berg"]["abstained"] == 2
    # The same figures from the saved rows alone.
    saved = [row for row in run_folder.rows(folder.parent, run_folder.pairs(folder.parent)) if row["experiment"] == "unanswerable"]
    for row in saved:
        marks = EXPERIMENTS["unanswerable"].mark(row, row["prediction"])
        assert marks == {key: row[key] for key in marks}
    assert as_json(EXPERIMENTS["unanswerable"].summarise(saved)) == (folder / "unanswerable.json").read_text()
