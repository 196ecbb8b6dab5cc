"""Talking from Python, and transcripts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from human_simulacra import Simulacrum
from human_simulacra.chat import transcripts
from human_simulacra.chat.conversation_types import Note, Remembered, Transcript, Turn
from human_simulacra.errors import UserError
from human_simulacra.traces import Call, RetrievedPassage, Trace
from human_simulacra.types import Completion
from tests.conftest import ScriptedBackbone
from tests.servers import serving


def load(data: Path, **given) -> Simulacrum:
    return Simulacrum.load("ada-berg", backbone=ScriptedBackbone("Aye, in Sund."), data=data, **{"method": "prompt", **given})


def test_chat_in_plain_code_in_a_coroutine_and_blocking_within_one(data: Path) -> None:
    ada = load(data)
    assert str(ada.chat("Where were you born?")) == "Aye, in Sund."

    async def inside() -> list[str]:
        return [(await ada.achat("And then?")).text, ada.chat("And then?").text]

    assert asyncio.run(inside()) == ["Aye, in Sund."] * 2
    assert [turn.trace.method for turn in ada.turns] == ["prompt"] * 3
    assert ada.turns[0].trace.calls[-1].agent == "top" and ada.character.name == "Ada Berg"


def test_the_embedded_model_is_asked_for_thoughts_and_feelings_apart(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from opencompass.models import OpenAISDK

    from human_simulacra.plugin import chat_backbone_loader

    monkeypatch.setattr(chat_backbone_loader, "build_backbone", lambda *given: ScriptedBackbone("THOUGHTS: a\nFEELINGS: b"))
    api = dict(type=OpenAISDK, abbr="m", path="m", key="none", openai_api_base="http://127.0.0.1:9/v1")
    for backbone, agents in ((None, ["emotion", "thinking", "top"]), (api, ["joint", "top"])):
        reply = Simulacrum.load("ada-berg", backbone=backbone, data=data).chat("Hello.")
        assert sorted(call.agent for call in reply.trace.calls) == agents and reply.trace.problems == []


def test_a_config_and_a_config_file_name_a_backbone(data: Path, tmp_path: Path) -> None:
    from opencompass.models import OpenAISDK

    file = tmp_path / "mine.py"
    with serving(lambda body, number: "Aye, from a server.") as server:
        config = dict(type=OpenAISDK, abbr="mine", path="m", key="none", openai_api_base=server.address)
        ada = Simulacrum.load("ada-berg", backbone=config, data=data, method="prompt")
        assert ada.chat("Hello.").text == "Aye, from a server."
        text = "from opencompass.models import OpenAISDK\n" + "".join(
            f"{name} = dict(type=OpenAISDK, abbr='{name}', path='{name}', key='none', openai_api_base='{server.address}')\n"
            for name in ("one", "two")
        )
        file.write_text(text)
        with pytest.raises(UserError, match=r"several models: choose one with .*mine\.py:NAME from one, two"):
            Simulacrum.load("ada-berg", backbone=file, data=data)
        Simulacrum.load("ada-berg", backbone=f"{file}:two", data=data, method="prompt").chat("Hello.")
        assert server.requests[-1]["model"] == "two"
    file.write_text("x = 1\n")
    with pytest.raises(UserError, match="defines no model"):
        Simulacrum.load("ada-berg", backbone=file, data=data)
    with pytest.raises(UserError, match="does not exist"):
        Simulacrum.load("ada-berg", backbone=tmp_path / "no.py", data=data)


def test_the_package_is_cheap_to_import() -> None:
    code = "import sys, human_simulacra; print([m for m in ('numpy', 'torch', 'opencompass', 'gradio', 'openai') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    import human_simulacra

    with pytest.raises(AttributeError, match="no attribute 'Simulacra'"):
        _ = human_simulacra.Simulacra  # type: ignore[attr-defined]


def test_a_saved_conversation_goes_on(data: Path, tmp_path: Path) -> None:
    ada = load(data)
    ada.chat("The word is heron.")
    ada.save(tmp_path / "talk.jsonl")
    again = load(data)
    again.conversation.restore(transcripts.load(tmp_path / "talk.jsonl"))
    assert again.turns == ada.turns
    again.chat("Which word?")
    assert "heron" in again.turns[-1].trace.calls[-1].prompt


texts = st.text(max_size=20)
count = st.integers(0, 2**53)
completions = st.builds(Completion, texts, count, count, count, st.booleans(), st.floats(0, 1e9), st.booleans())
recalled = st.builds(RetrievedPassage, texts, st.floats(-1e9, 1e9), texts, st.lists(texts, max_size=2).map(tuple))
calls = st.builds(Call, texts, texts, completions)
few = {"max_size": 2}
traces = st.builds(Trace, texts, texts, st.lists(recalled, **few), texts, texts, st.lists(calls, **few), st.lists(texts, **few))
turns = st.lists(st.builds(Turn, texts, texts, traces, texts), max_size=3).map(tuple)
held = st.lists(st.builds(Remembered, st.integers(0, 9), texts), **few).map(tuple)
made = st.builds(Transcript, texts, texts, texts, texts, held, turns, st.just(()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(made, texts)
def test_any_transcript_comes_back_as_it_was(tmp_path: Path, transcript: Transcript, noted: str) -> None:
    if transcript.turns:
        transcript = replace(transcript, notes=(Note(1, len(transcript.turns), noted, (noted,)),))
    (tmp_path / "t.jsonl").unlink(missing_ok=True)
    transcripts.save(tmp_path / "t.jsonl", transcript)
    assert transcripts.load(tmp_path / "t.jsonl") == transcript


HEAD = {"kind": "conversation", "version": 1, "character": "a", "method": "macm", "scene": "s", "backbone": "b", "kept": 0}
TURN = {"kind": "turn", "message": "m", "answer": "a", "at": "t", "trace": Trace().as_dict()}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["{"], r"t\.jsonl, line 1: not a JSON object"),
        ([json.dumps(HEAD), json.dumps(TURN), '{"kind": "turn"'], "line 3: not a JSON object"),
        ([json.dumps(HEAD), json.dumps({**TURN, "answer": 7})], "line 2: key 'answer' must be a text, not 7"),
        ([json.dumps(HEAD), json.dumps({**TURN, "trace": {"calls": 1}})], "line 2: key 'trace.calls' must be a list, not 1"),
        ([json.dumps(HEAD), json.dumps({**HEAD, "kind": "song"})], "line 2: .* not 'song'"),
        ([json.dumps(TURN)], "line 1: not a transcript"),
        ([json.dumps({**HEAD, "remembered": 1})], "line 1: key 'remembered' must be a list, not 1"),
        (
            [json.dumps({**HEAD, "remembered": [{"turns": -1, "experience": ""}]})],
            "key 'turns' must be a whole number of at least 0",
        ),
        ([json.dumps({**HEAD, "version": 9})], "line 1: a transcript of version 9"),
        ([json.dumps(HEAD), json.dumps({"kind": "note", "first": 1, "last": 2, "text": "", "facts": []})], "line 2: a note"),
        ([], "is empty"),
    ],
)
def test_a_corrupt_line_is_named(tmp_path: Path, lines: list[str], words: str) -> None:
    (tmp_path / "t.jsonl").write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(UserError, match=words):
        transcripts.load(tmp_path / "t.jsonl")


def test_what_is_no_text_or_not_there_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"t\.jsonl"):
        transcripts.load(tmp_path / "t.jsonl")
    with pytest.raises(UserError, match="does not exist"):
        transcripts.load(tmp_path / "no.jsonl")
