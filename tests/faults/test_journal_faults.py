"""Faults of the row journal: good rows stay, damaged lines are set aside and told, and no disk stops a run."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import pytest

from human_simulacra.errors import UserError
from human_simulacra.plugin import row_checkpoint
from human_simulacra.plugin.row_checkpoint import RowCheckpoint
from human_simulacra.plugin.saved_rows import SavedRow
from human_simulacra.traces import Call, Trace
from human_simulacra.types import Completion
from tests.faults.fault import Fault, each

TRACE = Trace("macm", calls=[Call("top", "Who?", Completion("Ada"))]).as_dict()


def row(key: str = "k", **given: Any) -> dict[str, Any]:
    return {"id": f"row-{key}", "origin_prompt": "Who?", "prediction": "Ada", "trace": TRACE, "error": None, "key": key, **given}


def line(key: str = "k", **given: Any) -> bytes:
    return json.dumps(row(key, **given)).encode() + b"\n"


def without(*names: str) -> bytes:
    return json.dumps({name: value for name, value in row("bad").items() if name not in names}).encode() + b"\n"


def load(checkpoint: RowCheckpoint, key: str) -> dict[str, Any]:
    """Returns the row with a key."""
    found = checkpoint.find(key)
    assert found is not None
    return found.load()


LINES = [
    Fault("a blank line", b"\n", 1),
    Fault("a line of spaces", b"   \t \n", 1),
    Fault("a carriage return alone", b"\r\n", 1),
    Fault("three blank lines", b"\n\n\n", 3),
    Fault("words", b"what is this\n", 1),
    Fault("a line of dashes", b"-----\n", 1),
    Fault("a merge conflict", b"<<<<<<< HEAD\n=======\n>>>>>>> other\n", 3),
    Fault("NUL bytes", b"\x00" * 512 + b"\n", 1),
    Fault("NUL bytes before a row", b"\x00" * 64 + line("lost"), 1),
    Fault("a NUL byte inside a row", line("lost").replace(b"Ada", b"A\x00a", 1), 1),
    Fault("bytes that are no UTF-8", b"\xff\xfe\xfa\n", 1),
    Fault("a cut UTF-8 character in a row", line("lost").replace(b"Ada", b"A\xc3", 1), 1),
    Fault("UTF-16", '{"key": "k"}'.encode("utf-16") + b"\n", 1),
    Fault("a gzip header", b"\x1f\x8b\x08\x00\x00\x00\n", 1),
    Fault("a list", b'["k", "Ada", null]\n', 1),
    Fault("a text", b'"Ada"\n', 1),
    Fault("a number", b"17\n", 1),
    Fault("null", b"null\n", 1),
    Fault("true", b"true\n", 1),
    Fault("an empty object", b"{}\n", 1),
    Fault("a row without a key", without("key"), 1),
    Fault("a row without a prediction", without("prediction"), 1),
    Fault("a row without an error", without("error"), 1),
    Fault("a row without either", without("prediction", "error"), 1),
    Fault("a row with neither answer nor error", line("bad", prediction=None), 1),
    Fault("an empty key", line(""), 1),
    Fault("a key that is a number", json.dumps(row() | {"key": 7}).encode() + b"\n", 1),
    Fault("a key that is null", json.dumps(row() | {"key": None}).encode() + b"\n", 1),
    Fault("a key that is a list", json.dumps(row() | {"key": ["k"]}).encode() + b"\n", 1),
    Fault("a prediction that is a number", line("bad", prediction=3), 1),
    Fault("a prediction that is a list", line("bad", prediction=["Ada"]), 1),
    Fault("an error that is an object", line("bad", error={"message": "down"}), 1),
    Fault("an error that is false", line("bad", error=False), 1),
    Fault("a trace that is a text", line("bad", trace="none"), 1),
    Fault("a trace that is a list", line("bad", trace=[]), 1),
    Fault("a trace whose calls are a number", line("bad", trace={"calls": 3}), 1),
    Fault("a call without its completion", line("bad", trace={"calls": [{"agent": "top", "prompt": ""}]}), 1),
    Fault("a memory without its score", line("bad", trace={"memories": [{"id": "m", "text": ""}]}), 1),
    Fault("a recap that is a number", line("bad", recap=9), 1),
    Fault("an object that does not end", line("bad")[:-20] + b"\n", 1),
    Fault("the second half of a row", line("bad")[60:], 1),
    Fault("two rows in one line", line("a")[:-1] + line("b"), 1),
    Fault("a row and a comma", line("a")[:-1] + b",\n", 1),
    Fault("a comment", b"// checked by hand\n", 1),
    Fault("single quotes", b"{'key': 'k', 'prediction': 'Ada', 'error': None}\n", 1),
    Fault("nesting without end", b"[" * 100_000 + b"\n", 1),
    Fault("a number of ten thousand digits", b'{"key": ' + b"9" * 10_000 + b"}\n", 1),
]


@each(LINES)
def test_good_rows_stay_and_the_damaged_lines_lie_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    path, aside = tmp_path / "cloze.jsonl", tmp_path / "cloze.jsonl.damaged-1"
    path.write_bytes(line("one") + fault.given + line("two"))
    checkpoint = RowCheckpoint(path)
    assert checkpoint.keys == ["one", "two"]
    checkpoint.append("three", row())
    assert checkpoint.close() == path
    assert capsys.readouterr().err == (
        f"warning: {path}: {fault.expected} of {fault.expected + 2} lines cannot be read and now lie in {aside}; the others are used\n"
    )
    assert aside.read_bytes() == fault.given
    assert RowCheckpoint(path).keys == ["one", "two", "three"]
    assert capsys.readouterr().err == "" and sorted(tmp_path.iterdir()) == [path, aside]


ENDS = [
    Fault("half a row", line("two")[:40], ["one"]),
    Fault("one byte", b"{", ["one"]),
    Fault("a whole row without its line end", line("two")[:-1], ["one", "two"]),
    Fault("NUL bytes after a power cut", b"\x00" * 100, ["one"]),
    Fault("a cut UTF-8 character", b'{"key": "two", "prediction": "\xc3', ["one"]),
]


@each(ENDS)
def test_an_incomplete_end_harms_neither_the_rows_before_nor_those_after(tmp_path: Path, fault: Fault) -> None:
    path = tmp_path / "cloze.jsonl"
    path.write_bytes(line("one") + fault.given)
    checkpoint = RowCheckpoint(path)
    assert checkpoint.keys == fault.expected
    checkpoint.append("new", row())
    checkpoint.close()
    assert RowCheckpoint(path).keys == [*fault.expected, "new"]


def test_texts_that_only_look_like_damage_are_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = ["a\u2028b\u0085c\rd\ne", "", "\x00", "half a pair \ud83d", "null", "é" * 3000]
    checkpoint = RowCheckpoint(tmp_path / "r.jsonl")
    for number, text in enumerate(odd):
        checkpoint.append(str(number), row(prediction=text))
    checkpoint.append("failed", row(prediction=None, trace=None, error="down"))
    checkpoint.close()
    again = RowCheckpoint(tmp_path / "r.jsonl")
    assert [load(again, str(n))["prediction"] for n in range(len(odd))] == odd and load(again, "failed")["error"] == "down"
    assert capsys.readouterr().err == ""


def test_what_was_set_aside_before_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    for number in range(1, 4):
        path.write_bytes(line("one") + b"garbage %d\n" % number)
        RowCheckpoint(path).close()
    assert [(tmp_path / f"r.jsonl.damaged-{n}").read_text() for n in (1, 2, 3)] == [f"garbage {n}\n" for n in (1, 2, 3)]


def folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)


def link_in_a_circle(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(path.name)


def link_to_a_full_device(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("/dev/full")


def fifo(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


@each(
    [Fault(make.__name__.replace("_", " "), make, None) for make in (folder_in_its_place, link_in_a_circle, link_to_a_full_device, fifo)]
)  # fmt: skip
def test_what_is_no_file_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault) -> None:
    path = tmp_path / "rows" / "r.jsonl"
    fault.given(path)
    checkpoint = RowCheckpoint(path)
    checkpoint.append("one", row())
    assert checkpoint.close() == path and RowCheckpoint(path).keys == ["one"]
    assert f"now lies in {path}.damaged-1" in capsys.readouterr().err


class Disk:
    """A disk on which files can be opened, but that takes only `room` more writes, and then the beginning of one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int, code: int) -> None:
        self.room, self.code = room, code
        really = row_checkpoint._open_at_line_start
        monkeypatch.setattr(row_checkpoint, "_open_at_line_start", lambda path: OnDisk(really(path), self))


class OnDisk:
    def __init__(self, stream: BinaryIO, disk: Disk) -> None:
        self._stream, self._disk = stream, disk
        self.flush, self.close = stream.flush, stream.close

    def write(self, data: bytes) -> None:
        if self._disk.room <= 0:
            self._stream.write(data[: len(data) // 2])
            raise OSError(self._disk.code, os.strerror(self._disk.code))
        self._disk.room -= 1
        self._stream.write(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        for data in lines:
            self.write(data)

    def __enter__(self) -> OnDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


CODES = [
    Fault("a full disk", errno.ENOSPC, "No space left"),
    Fault("a spent quota", errno.EDQUOT, "quota"),
    Fault("a disk that became read-only", errno.EROFS, "Read-only"),
    Fault("an input/output error", errno.EIO, "Input/output"),
    Fault("a file limit", errno.EFBIG, "too large"),
]


@each(CODES)
@pytest.mark.parametrize("room", [0, 2])
def test_rows_are_held_while_the_disk_is_full_and_written_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Fault, room: int
) -> None:
    disk = Disk(monkeypatch, room, fault.given)
    checkpoint = RowCheckpoint(tmp_path / "r.jsonl")
    for number in range(5):
        assert checkpoint.append(str(number), row()).load()["key"] == str(number)
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and fault.expected in told and "held in memory" in told
    disk.room = 99
    assert checkpoint.close() == tmp_path / "r.jsonl"
    assert sorted(RowCheckpoint(tmp_path / "r.jsonl").keys) == list("01234")


@each(CODES)
def test_rows_that_the_disk_never_takes_can_be_fetched_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    Disk(monkeypatch, 1, fault.given)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    checkpoint = RowCheckpoint(tmp_path / "rows" / "r.jsonl")
    for number in range(3):
        checkpoint.append(str(number), row())
    rescued = checkpoint.close()
    assert rescued is not None and str(rescued) in capsys.readouterr().err
    assert [json.loads(text)["key"] for text in rescued.read_text().splitlines()] == ["0", "1", "2"]


def no_folder(tmp_path: Path) -> Path:
    (tmp_path / "rows").write_text("a file")
    return tmp_path / "rows" / "r.jsonl"


def long_name(tmp_path: Path) -> Path:
    return tmp_path / ("r" * 300)


@each([Fault("a file where the folder should be", no_folder, "exists"), Fault("a name too long", long_name, "too long")])
def test_a_journal_that_cannot_even_begin_holds_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    make: Callable[[Path], Path] = fault.given
    checkpoint = RowCheckpoint(make(tmp_path))
    checkpoint.append("one", row())
    assert fault.expected in capsys.readouterr().err
    assert load(checkpoint, "one")["prediction"] == "Ada"
    checkpoint.close()


def test_predictions_that_cannot_be_written_are_one_sentence_that_says_where_the_rows_are(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from human_simulacra.plugin import inferencer

    def full(path: Path, content: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(inferencer, "write_atomically", full)
    monkeypatch.setattr(inferencer.SimulacrumInferencer, "_answer_all", answer_one)
    made = inferencer.SimulacrumInferencer.__new__(inferencer.SimulacrumInferencer)
    with pytest.raises(UserError, match=r"m\.json cannot be written \(No space left on device\).*rows/m\.jsonl.*resume"):
        made.inference(SimpleNamespace(test_ds=[]), output_json_filepath=str(tmp_path), output_json_filename="m.json")
    assert RowCheckpoint(tmp_path / "rows" / "m.jsonl").keys == ["one"]


def answer_one(self: object, conversations: object, checkpoint: RowCheckpoint, label: str) -> list[SavedRow]:
    return [checkpoint.append("one", row())]
