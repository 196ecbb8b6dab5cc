"""Continuing an earlier conversation: what cannot be is said with its name, before any backbone is loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from human_simulacra import Simulacrum
from human_simulacra.chat import transcripts
from human_simulacra.chat.conversation_store import own_conversations
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.slash_commands import TerminalSession
from human_simulacra.cli import main
from human_simulacra.errors import UserError
from tests.chat.test_terminal import config_for, piped
from tests.conftest import ScriptedBackbone
from tests.faults.fault import Fault, each
from tests.servers import serving

WHO = "maren-oddleif"


def made(**given: Any) -> Simulacrum:
    ada = Simulacrum.load(WHO, backbone=ScriptedBackbone("Aye."), method="prompt", **given)
    ada.chat("Hello.")
    return ada


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["chat", *arguments, "--model", "configs/models/openai_compatible.py"]) == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_continuing_at_a_time_of_which_there_is_no_conversation_names_the_newest(capsys: pytest.CaptureFixture[str]) -> None:
    none = f"there is no stored conversation with {WHO} yet: omit --continue"
    assert none in refused(capsys, WHO, "--continue", "--as-of", "1999") and none in refused(capsys, WHO, "--continue")
    own_conversations().insert("", made().conversation.transcript())
    said = f"no stored conversation with {WHO} is as of 1999, the newest is of today: omit --as-of"
    assert said in refused(capsys, WHO, "--continue", "--as-of", "1999")
    assert "no stored conversation is as of 1999" in refused(capsys, "--continue", "--as-of", "1999")
    own_conversations().insert("", made(as_of="2001").conversation.transcript())
    assert "the newest is as of 2001: omit --as-of" in refused(capsys, WHO, "--continue", "--as-of", "1999")


HEADS = [
    Fault("a method", {"method": "zzz"}, "unknown method 'zzz'"),
    Fault("a character", {"character": "zzz"}, "unknown character 'zzz'"),
    Fault("a point in time", {"as_of": "3000"}, "as_of '3000' is outside"),
    Fault("a scene", {"scene": "a harbour " * 200}, "the scene has about"),
]


def with_head(path: Path, changed: dict[str, str]) -> Path:
    head, *rest = transcripts.dump(made().conversation.transcript()).splitlines()
    path.write_text("\n".join([json.dumps(json.loads(head) | changed), *rest]) + "\n")
    return path


@each(HEADS)
def test_a_transcript_that_cannot_be_continued_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault) -> None:
    path = with_head(tmp_path / "talk.jsonl", fault.given)
    assert f"error: {path}, line 1: {fault.expected}" in refused(capsys, "--load", str(path))
    talk = made().conversation
    session = TerminalSession(talk.settings, talk, Experiences(), own_conversations())
    with pytest.raises(UserError, match="line 1: ") as raised:
        session.command(f"/load {path}")
    assert str(raised.value).startswith(f"{path}, line 1: {fault.expected}") and session.conversation is talk
    own_conversations().insert("", transcripts.load(path))
    assert f"error: stored conversation 'Hello.': {fault.expected}" in refused(capsys, "--load", "Hello.")


def test_another_method_and_scene_replace_those_of_a_transcript(tmp_path: Path, data: Path) -> None:
    path = with_head(tmp_path / "t.jsonl", {"character": "ada-berg", "method": "zzz", "scene": "a harbour " * 200})
    with serving(lambda *_: "Aye.") as server:
        config = config_for(tmp_path, server.address)
        done = piped(data, config, "And then?\n", "--load", str(path), "--method", "prompt", "--scene", "A pier.")
    assert done.returncode == 0 and "error" not in done.stderr and done.stdout.splitlines()[-1] == "Aye."
    assert "A pier." in str(server.requests[-1]) and "harbour" not in str(server.requests[-1])


def test_only_what_takes_a_file_says_that_there_is_none() -> None:
    talk = made().conversation
    session = TerminalSession(talk.settings, talk, Experiences(), own_conversations())
    with pytest.raises(UserError, match="^there is no stored conversation '3': "):
        session.command("/delete 3")
    with pytest.raises(UserError, match="^there is no file and no stored conversation '3': "):
        session.command("/load 3")
