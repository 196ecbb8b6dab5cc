"""Faults of stored experiences and transcripts: nothing of the user's is lost or overwritten, and each is one sentence."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from human_simulacra import Simulacrum
from human_simulacra.chat import experiences as experiences_module
from human_simulacra.chat import transcripts
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_store import ConversationStore
from human_simulacra.chat.conversation_types import Experience, Remembered, Transcript, Turn
from human_simulacra.chat.experiences import Experiences
from human_simulacra.chat.slash_commands import TerminalSession
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.traces import Trace
from human_simulacra.types import Memory, Paragraph
from tests.conftest import ScriptedBackbone
from tests.faults.fault import Fault, each

WHO = "ada-berg"
PARAGRAPH = Paragraph("ada-berg-x", WHO, "Conversations", 0, 2025, 2025, 1, "We talked of herons.")
MEMORY = Memory("ada-berg-m001", WHO, 1, ("ada-berg-x",), "Herons.", "I talked of herons.", "I think.", "I was glad.")
EXPERIENCE = Experience(MEMORY, PARAGRAPH, "2025-01-01T00:00:00+00:00")


def line(number: int, **given: Any) -> bytes:
    memory = replace(MEMORY, id=f"ada-berg-xm{number:03d}", index=number, paragraphs=(f"ada-berg-x{number:03d}",))
    paragraph = replace(PARAGRAPH, id=f"ada-berg-x{number:03d}", index=number)
    return json.dumps({**asdict(Experience(memory, paragraph, "now")), **given}).encode() + b"\n"


LINES = [
    Fault("a blank line", b"\n", 1),
    Fault("spaces", b"    \n", 1),
    Fault("words", b"remember the milk\n", 1),
    Fault("NUL bytes", bytes(200) + b"\n", 1),
    Fault("no UTF-8", b"\xff\xfe\n", 1),
    Fault("an empty object", b"{}\n", 1),
    Fault("a list", b"[]\n", 1),
    Fault("null", b"null\n", 1),
    Fault("a number", b"12\n", 1),
    Fault("half an experience", line(9)[:80] + b"\n", 1),
    Fault("two in one line", line(8)[:-1] + line(9), 1),
    Fault("a memory that is a text", line(9, memory="herons"), 1),
    Fault("a memory without content", line(9, memory={"id": "x"}), 1),
    Fault("no paragraph", line(9, paragraph=None), 1),
    Fault("a paragraph of numbers", line(9, paragraph=[1, 2]), 1),
    Fault("a time that is a number", line(9, at=5), 1),
    Fault("a merge conflict", b"<<<<<<< HEAD\n>>>>>>> other\n", 2),
    Fault("nesting without end", b"[" * 100_000 + b"\n", 1),
]


@each(LINES)
def test_a_damaged_line_is_set_aside_and_the_others_are_remembered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    path, aside = tmp_path / f"{WHO}.jsonl", tmp_path / f"{WHO}.jsonl.damaged-1"
    path.write_bytes(line(1) + fault.given + line(3))
    known = Experiences(tmp_path).of(WHO)
    assert [e.memory.id for e in known] == ["ada-berg-xm001", "ada-berg-xm003"]
    told = f"warning: {path}: {fault.expected} of {fault.expected + 2} lines cannot be read and now lie in {aside}; the others are used\n"
    assert capsys.readouterr().err == told and aside.read_bytes() == fault.given
    assert Experiences(tmp_path).add(WHO, EXPERIENCE).memory.id == "ada-berg-xm004"  # a number that no other has
    assert len(Experiences(tmp_path).of(WHO)) == 3 and capsys.readouterr().err == ""


def test_a_conversation_goes_on_with_the_experiences_that_can_be_read(
    tmp_path: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"{WHO}.jsonl").write_bytes(b"{}\n" + line(2))
    settings = ChatSettings(library, ScriptedBackbone("Aye."), "m")
    talk = Conversation(settings, WHO, "rag", {"index": "lexical"}, experiences=Experiences(tmp_path))
    assert asyncio.run(talk.say("Hello.")).text == "Aye."
    assert capsys.readouterr().err.count("warning") == 1


def test_experiences_that_two_processes_add_at_once_are_all_there(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.faults.test_chat_store_faults import EXPERIENCE, WHO, Experiences\n"
        "for _ in range(25): Experiences(Path(sys.argv[1])).add(WHO, EXPERIENCE)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    known = Experiences(tmp_path).of(WHO)
    assert len({e.memory.id for e in known}) == len({e.paragraph.id for e in known}) == len(known) == 50
    assert all(e.memory.paragraphs == (e.paragraph.id,) for e in known)


@pytest.mark.parametrize("stored", [True, False])
def test_experiences_that_threads_add_and_remove_at_once_are_counted_right(tmp_path: Path, stored: bool) -> None:
    shared = Experiences(tmp_path if stored else None)

    def work(number: int) -> None:
        shared.add(WHO, EXPERIENCE)
        shared.add(WHO, EXPERIENCE)
        assert shared.remove_newest(WHO) is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(20)))
    assert len({e.memory.id for e in shared.of(WHO)}) == 20


def fail_with(code: int) -> Any:
    def write(path: Path, content: str) -> None:
        raise OSError(code, os.strerror(code))

    return lambda tmp_path, patch: patch.setattr(experiences_module, "write_atomically", write)


def file_as_folder(tmp_path: Path, patch: pytest.MonkeyPatch) -> None:
    (tmp_path / "experiences").write_text("a file")


def folder_as_lock(tmp_path: Path, patch: pytest.MonkeyPatch) -> None:
    (tmp_path / "experiences" / f"{WHO}.jsonl.lock").mkdir(parents=True)


@each([
    Fault("a read-only disk", fail_with(errno.EROFS), "Read-only"),
    Fault("a full disk", fail_with(errno.ENOSPC), "No space"),
    Fault("no permission", fail_with(errno.EACCES), "Permission"),
    Fault("a broken disk", fail_with(errno.EIO), "Input/output"),
    Fault("a spent quota", fail_with(errno.EDQUOT), "quota"),
    Fault("a file as the folder", file_as_folder, ""),
    Fault("a folder as the lock", folder_as_lock, ""),
])  # fmt: skip
def test_an_experience_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    fault.given(tmp_path, monkeypatch)
    with pytest.raises(UserError, match=rf"{WHO}\.jsonl cannot be written \(.*{fault.expected}.*HUMAN_SIMULACRA_HOME"):
        Experiences(tmp_path / "experiences").add(WHO, EXPERIENCE)


def test_half_a_surrogate_pair_that_was_said_is_remembered(tmp_path: Path) -> None:
    odd = replace(EXPERIENCE, paragraph=replace(PARAGRAPH, text="He said \ud83d\u2028 and left."))
    Experiences(tmp_path).add(WHO, odd)
    assert Experiences(tmp_path).of(WHO)[0].paragraph.text == odd.paragraph.text


def turn(number: int, **given: Any) -> Turn:
    return replace(Turn(f"Question {number}?", f"Answer {number}.", Trace("prompt"), "2025"), **given)


def talk(count: int, **given: Any) -> Transcript:
    return replace(Transcript(WHO, "prompt", "a pier", "m", (), tuple(map(turn, range(count))), ()), **given)


@each([
    Fault("the same turns", talk(3), None),
    Fault("fewer turns", talk(1), None),
    Fault("no turn yet", talk(0), None),
    Fault("another method", talk(2, method="macm"), None),
    Fault("another scene", talk(2, scene="a bridge"), None),
    Fault("another backbone", talk(2, backbone="n"), None),
    Fault("fewer remembered turns", talk(3, remembered=(Remembered(3, EXPERIENCE.key),)), None),
])  # fmt: skip
def test_a_conversation_is_saved_over_its_own_earlier_state(tmp_path: Path, fault: Fault) -> None:
    transcripts.save(tmp_path / "t.jsonl", fault.given)
    transcripts.save(tmp_path / "t.jsonl", talk(3))
    assert transcripts.load(tmp_path / "t.jsonl") == talk(3)


def saved(transcript: Transcript, change: Any = lambda text: text) -> Any:
    return lambda path: path.write_text(change(transcripts.dump(transcript)))


def link_to(name: str) -> Any:
    def make(path: Path) -> None:
        (path.parent / name).write_text("notes of mine\n")
        path.symlink_to(path.parent / name)

    return make


OTHERS = [
    Fault("notes", lambda path: path.write_text("my notes\n"), "is no transcript"),
    Fault("an empty file", lambda path: path.write_text(""), "is no transcript"),
    Fault("bytes", lambda path: path.write_bytes(b"\xff\xd8\xff"), "is no transcript"),
    Fault("NUL bytes", lambda path: path.write_bytes(bytes(100)), "is no transcript"),
    Fault("a character's profile", lambda path: path.write_text('{"id": "ada-berg"}\n'), "is no transcript"),
    Fault("a list", lambda path: path.write_text("[1]\n"), "is no transcript"),
    Fault("nesting without end", lambda path: path.write_text("[" * 100_000), "is no transcript"),
    Fault("a transcript and a line of notes", saved(talk(2), lambda text: text + "mine\n"), "is no transcript"),
    Fault("a cut transcript", saved(talk(2), lambda text: text[:-9]), "is no transcript"),
    Fault("a transcript of a later version", saved(talk(2), lambda text: text.replace('"version": 1', '"version": 2')), "is no transcript"),
    Fault("a longer conversation", saved(talk(4)), "another conversation"),
    Fault("another character", saved(talk(3, character="bo-crane")), "another conversation"),
    Fault("another point in time", saved(talk(3, as_of="1999")), "another conversation"),
    Fault("another question", saved(talk(3, turns=(turn(0), turn(7)))), "another conversation"),
    Fault("another answer", saved(talk(3, turns=(turn(0, answer="No."),))), "another conversation"),
    Fault("another time", saved(talk(3, turns=(turn(0, at="2024"),))), "another conversation"),
    Fault("a folder", lambda path: path.mkdir(), "is a folder"),
    Fault("a link to a folder", lambda path: path.symlink_to(path.parent), "is a folder"),
    Fault("a link to notes", link_to("notes.txt"), "is no transcript"),
    Fault("a link in a circle", lambda path: path.symlink_to(path.name), "not overwritten|Too many levels"),
    Fault("a pipe", os.mkfifo, "is no transcript"),
    Fault("a link to a device", lambda path: path.symlink_to("/dev/full"), "is no transcript"),
]  # fmt: skip


def contents(folder: Path) -> dict[str, object]:
    return {p.name: p.read_bytes() if p.is_file() else os.lstat(p).st_ino for p in folder.iterdir()}


@each(OTHERS)
def test_what_save_did_not_write_is_never_overwritten(tmp_path: Path, fault: Fault) -> None:
    path = tmp_path / "t.jsonl"
    fault.given(path)
    before = contents(tmp_path)
    with pytest.raises(UserError, match=fault.expected):
        transcripts.save(path, talk(3))
    assert contents(tmp_path) == before


PLACES = [
    Fault("a folder that is missing", "no/t.jsonl", "folder .*no does not exist"),
    Fault("folders that are missing", "a/b/c/t.jsonl", "does not exist"),
    Fault("a folder that is a file", "file/t.jsonl", "does not exist"),
    Fault("this folder", ".", "is a folder"),
    Fault("the folder above", "..", "is a folder"),
    Fault("a name too long", "n" * 300 + ".jsonl", "too long"),
    Fault("a path too long", "/".join(["n" * 200] * 30), "does not exist|too long"),
    Fault("a device", "/dev/full", "not overwritten"),
    Fault("another device", "/dev/null", "not overwritten"),
    Fault("a file of the system", "/proc/version", "not overwritten"),
    Fault("the home folder of nobody", "~no-such-user/t.jsonl", "does not exist"),
    Fault("a NUL byte", "a\0b.jsonl", "null"),
    Fault("half a surrogate pair", "a\ud83d.jsonl", "cannot be written"),
]


@each(PLACES)
def test_a_place_where_no_transcript_can_be_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match=fault.expected) as raised:
        transcripts.save(Path(fault.given), talk(1))
    assert "\n" not in str(raised.value) and [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_name_of_the_greatest_length_and_a_link_to_a_transcript_can_be_saved_to(tmp_path: Path) -> None:
    longest = tmp_path / ("n" * 249 + ".jsonl")
    transcripts.save(longest, talk(1))
    (tmp_path / "link").symlink_to(longest)
    transcripts.save(tmp_path / "link", talk(2))
    assert (tmp_path / "link").is_symlink() and transcripts.load(longest) == talk(2)


def test_an_earlier_state_stays_if_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transcripts.save(tmp_path / "t.jsonl", talk(1))

    def full(descriptor: int, *_: object, **__: object) -> None:
        os.close(descriptor)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", full)
        with pytest.raises(UserError, match=r"t\.jsonl cannot be written \(No space left"):
            transcripts.save(tmp_path / "t.jsonl", talk(2))
    assert transcripts.load(tmp_path / "t.jsonl") == talk(1) and len(list(tmp_path.iterdir())) == 1


def test_the_command_and_the_python_interface_refuse_alike_and_go_on(tmp_path: Path, data: Path) -> None:
    ada = Simulacrum.load(WHO, backbone=ScriptedBackbone("Aye."), data=data, method="prompt")
    ada.chat("Hello.")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="is no transcript"):
        ada.save(tmp_path / "notes.txt")
    session = TerminalSession(ada.conversation.settings, ada.conversation, Experiences(), ConversationStore(None))
    with pytest.raises(UserError, match="is no transcript"):
        session.command(f"/save {tmp_path / 'notes.txt'}")
    session.command(f"/save {tmp_path / 'talk.jsonl'}")
    ada.chat("And then?")
    ada.save(tmp_path / "talk.jsonl")
    session.command(f"/load {tmp_path / 'talk.jsonl'}")
    session.command(f"/save {tmp_path / 'talk.jsonl'}")
    session.command("/forget")
    asyncio.run(session.conversation.say("Something else."))
    with pytest.raises(UserError, match="another conversation"):
        session.command(f"/save {tmp_path / 'talk.jsonl'}")
    assert len(transcripts.load(tmp_path / "talk.jsonl").turns) == 2 and (tmp_path / "notes.txt").read_text() == "mine"
