"""Faults of the call cache and the text cache: a damaged file is set aside, a disk that takes nothing is told, no row fails."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from human_simulacra import sqlite_files
from human_simulacra.backbones import CachedBackbone, CallCache
from human_simulacra.errors import UserError
from human_simulacra.judging.grade_store import GradeStore
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.lexical_index import cached_stems
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.types import Completion, Generation, Message
from tests.agents.word_embedder import CountingEmbedder, WordEmbedder
from tests.conftest import ScriptedBackbone
from tests.faults.fault import Fault, each

ASK, PLAIN = [Message("user", "Who?")], Generation(16)
TEXTS = ["a green boat", "the bakery in Torp"]


def use_calls(path: Path) -> int:
    """Asks through the call cache and returns how many calls were made."""
    inner = ScriptedBackbone("Ada")
    assert asyncio.run(CachedBackbone(inner, CallCache(path)).complete(ASK, PLAIN)).text == "Ada"
    return len(inner.calls)


def use_texts(path: Path) -> int:
    """Encodes through the text cache and returns how many texts were encoded."""
    inner = CountingEmbedder()
    with closing(TextCache(path)) as cache:
        assert np.array_equal(CachedEmbedder(inner, cache).encode(TEXTS), WordEmbedder().encode(TEXTS))
    return len(inner.encoded)


@pytest.fixture(params=[use_calls, use_texts], ids=["calls", "texts"])
def use(request: pytest.FixtureRequest) -> Callable[[Path], int]:
    return request.param


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(sqlite_files, "RETRY_SECONDS", 0.01)


def fill(path: Path, use: Callable[[Path], int]) -> None:
    """Fills the file with what `use` needs and enough else for several pages."""
    use(path)
    with closing(sqlite3.connect(path)) as connection:
        table = "calls" if use is use_calls else "texts"
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(f"other {n}", b"x" * 500) for n in range(60)])
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def overwrite(start: int, data: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with path.open("r+b") as stream:
            stream.seek(start)
            stream.write(data)

    return change


def write(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def in_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "mine.txt").write_text("mine")


def link_in_a_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def tables(*statements: str) -> Callable[[Path], None]:
    """Replaces both tables by those of another program."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            for table in ("calls", "texts"):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in statements:
                    connection.execute(statement.replace("TABLE_NAME", table))

    return change


def folder_as_log(path: Path) -> None:
    Path(f"{path}-wal").mkdir()


DAMAGED = [
    Fault("words", write(b"not a database, but long enough to be taken for one " * 50), "not a database"),
    Fault("a short text", write(b"hello"), "not a database"),
    Fault("zeros", write(bytes(8192)), "not a database"),
    Fault("bytes of a picture", write(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20), "not a database"),
    Fault("JSON", write(b"{}" * 1000), "not a database"),
    Fault("a header alone", write(b"SQLite format 3\x00"), "not a database"),
    Fault("a zeroed first page", overwrite(0, bytes(4096)), "not a database"),
    Fault("a zeroed schema", overwrite(100, bytes(3996)), "malformed"),
    Fault("all pages but the first zeroed", overwrite(4096, bytes(40_000)), "malformed"),
    Fault("all pages but the first overwritten", overwrite(4096, b"\xa5" * 40_000), "malformed"),
    Fault("a cut in the second page", lambda path: os.truncate(path, 5000), "malformed"),
    Fault("all but the first page cut off", lambda path: os.truncate(path, 4096), "malformed"),
    Fault("a cut in the first page", lambda path: os.truncate(path, 700), "malformed"),
    Fault("another magic string", overwrite(0, b"SQLite format 9\x00"), "not a database"),
    Fault("a page size of nonsense", overwrite(16, b"\x00\x03"), "not a database"),
    Fault("a folder in its place", in_a_folder, "unable to open"),
    Fault("a link in a circle", link_in_a_circle, "unable to open"),
    Fault("a folder as its write-ahead log", folder_as_log, ""),
    Fault("a table of other columns", tables("CREATE TABLE TABLE_NAME (id INTEGER, body TEXT)"), "other columns"),
    Fault("a table with one column more", tables("CREATE TABLE TABLE_NAME (key TEXT PRIMARY KEY, a, b NOT NULL)"), "other columns"),
    Fault("a table of keys alone", tables("CREATE TABLE TABLE_NAME (key TEXT PRIMARY KEY)"), "other columns"),
    Fault("a table without a primary key",
          tables("CREATE TABLE TABLE_NAME (key TEXT, value BLOB NOT NULL, completion TEXT)"), "other columns"),
    Fault("a view of its name", tables("CREATE VIEW TABLE_NAME AS SELECT 1 AS key, 2 AS value, 2 AS completion"), "other columns"),
]  # fmt: skip


@each(DAMAGED)
def test_a_damaged_file_is_set_aside_and_a_new_one_is_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], use: Callable[[Path], int], fault: Fault
) -> None:
    path = tmp_path / "c" / "c.sqlite"
    fill(path, use)
    for companion in ("-wal", "-shm"):
        Path(f"{path}{companion}").unlink(missing_ok=True)
    fault.given(path)
    assert use(path) > 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and f"{path} is damaged" in told and f"{path}.damaged-1" in told and fault.expected in told
    assert os.path.lexists(f"{path}.damaged-1")
    assert use(path) == 0 and capsys.readouterr().err == ""


HARMLESS = [
    Fault("a garbled write-ahead log", lambda path: Path(f"{path}-wal").write_bytes(b"\xa5" * 9000), None),
    Fault("a cut write-ahead log", lambda path: Path(f"{path}-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(20)), None),
    Fault("an empty write-ahead log", lambda path: Path(f"{path}-wal").write_bytes(b""), None),
    Fault("garbled shared memory", lambda path: Path(f"{path}-shm").write_bytes(b"\xa5" * 32768), None),
    Fault("a lock file of an earlier process", lambda path: Path(f"{path}.lock").write_text("x"), None),
    Fault("another program's table beside ours", lambda path: execute(path, "CREATE TABLE other (a)"), None),
]  # fmt: skip


def execute(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


@each(HARMLESS)
def test_what_sqlite_mends_itself_needs_no_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], use: Callable[[Path], int], fault: Fault
) -> None:
    path = tmp_path / "c.sqlite"
    fill(path, use)
    fault.given(path)
    assert use(path) == 0 and capsys.readouterr().err == ""


def test_an_empty_file_is_a_new_one(tmp_path: Path, capsys: pytest.CaptureFixture[str], use: Callable[[Path], int]) -> None:
    (tmp_path / "c.sqlite").touch()
    assert use(tmp_path / "c.sqlite") > 0 and use(tmp_path / "c.sqlite") == 0 and capsys.readouterr().err == ""


def refuse(message: str, *words: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Lets SQLite refuse statements that begin with one of these words."""

    class Refusing(sqlite3.Connection):
        def execute(self, statement: str, *given: Any) -> sqlite3.Cursor:
            if statement.startswith(words):
                raise sqlite3.OperationalError(message)
            return super().execute(statement, *given)

        def executemany(self, statement: str, *given: Any) -> sqlite3.Cursor:
            if statement.startswith(words):
                raise sqlite3.OperationalError(message)
            return super().executemany(statement, *given)

    connect = sqlite3.connect
    return lambda patch: patch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "factory": Refusing}))


def no_folders(patch: pytest.MonkeyPatch) -> None:
    def mkdir(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    patch.setattr(Path, "mkdir", mkdir)


UNWRITABLE = [
    Fault("a full disk", refuse("database or disk is full", "INSERT"), "full"),
    Fault("a full disk from the start", refuse("database or disk is full", "CREATE", "INSERT"), "full"),
    Fault("a read-only file", refuse("attempt to write a readonly database", "INSERT", "BEGIN"), "readonly"),
    Fault("a read-only folder", refuse("unable to open database file", "PRAGMA"), "unable to open"),
    Fault("a read-only disk", no_folders, "Read-only"),
    Fault("an input/output error in writing", refuse("disk I/O error", "INSERT"), "I/O"),
    Fault("an input/output error in reading", refuse("disk I/O error", "SELECT key"), "I/O"),
    Fault("a lock that nobody gives back", refuse("database is locked", "BEGIN"), "locked"),
    Fault("a lock from the start", refuse("database is locked", "PRAGMA"), "locked"),
    Fault("a table lock", refuse("database table is locked", "INSERT"), "locked"),
    Fault("no locks on this disk", refuse("locking protocol", "BEGIN"), "locking"),
    Fault("no permission", refuse("access permission denied", "PRAGMA"), "permission"),
    Fault("no memory", refuse("out of memory", "INSERT"), "memory"),
]


@each(UNWRITABLE)
def test_where_nothing_can_be_written_values_stay_in_memory_and_it_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    fault.given(monkeypatch)
    inner = ScriptedBackbone("Ada")
    cached = CachedBackbone(inner, CallCache(tmp_path / "new" / "calls.sqlite"))
    for number in range(3):
        asyncio.run(cached.complete([Message("user", str(number))], PLAIN))
    assert asyncio.run(cached.complete([Message("user", "1")], PLAIN)).from_cache and len(inner.calls) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "memory only" in told and fault.expected in told


@each([
    Fault("a file as the folder", lambda t: ((t / "file").write_text("") and None) or t / "file" / "c.sqlite", "exists"),
    Fault("a folder in a file", lambda t: ((t / "file").write_text("") and None) or t / "file" / "a" / "c.sqlite", "directory"),
    Fault("a name too long", lambda t: t / ("n" * 300) / "c.sqlite", "too long"),
    Fault("a NUL byte in its name", lambda t: t / "a\0b" / "c.sqlite", "null"),
    Fault("a device as the folder", lambda t: (t / "link").symlink_to("/dev/null") or t / "link" / "c.sqlite", ""),
])  # fmt: skip
def test_a_folder_that_cannot_be_made_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], use: Callable[[Path], int], fault: Fault
) -> None:
    assert use(fault.given(tmp_path)) > 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "memory only" in told and fault.expected in told


def test_a_locked_file_is_still_read(tmp_path: Path, use: Callable[[Path], int]) -> None:
    path = tmp_path / "c.sqlite"
    fill(path, use)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert use(path) == 0


@each([
    Fault(what, value, None) for what, value in {
        "words": "what", "nothing": "", "a cut object": '{"text": "Ad', "a list": "[1]", "a number": "7", "null": "null",
        "no text": '{"prompt_tokens": 3}', "a text of null": '{"text": null}', "tokens in words": '{"text": "x", "seconds": "many"}',
        "no UTF-8": b"\xff\xfe", "NUL bytes": bytes(90), "an end of no version": '{"text": "x", "finish": "tired"}',
        "half a score": '{"scores": [{"tokens": 1}]}', "nesting without end": "[" * 100_000, "a list as text": '{"text": ["x"]}',
        "a whole number": 17, "a fraction": 0.5,
    }.items()
])  # fmt: skip
def test_an_unreadable_answer_is_asked_again_and_the_others_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Fault
) -> None:
    path = tmp_path / "calls.sqlite"
    use_calls(path)
    asyncio.run(CallCache(path).put("other", Completion("kept")))
    execute(path, "UPDATE calls SET completion = ? WHERE key != 'other'", fault.given)
    assert use_calls(path) == 1
    assert capsys.readouterr().err.count("computed again") == 1
    assert use_calls(path) == 0 and capsys.readouterr().err == ""
    kept = CallCache(path).get("other")
    assert isinstance(kept, Completion) and kept.text == "kept"


@each([
    Fault("a key of a later version", {"text": "Ada", "mood": "glad"}, Completion("Ada", from_cache=True)),
    Fault("nested keys of a later version", {"text": "Ada", "usage": {"a": [1]}}, Completion("Ada", from_cache=True)),
    Fault("nothing but a text", {"text": "Ada"}, Completion("Ada", from_cache=True)),
    Fault("half a surrogate pair", {"text": "A\ud83d"}, Completion("A\ud83d", from_cache=True)),
    Fault("no end", {"text": "Ada", "prompt_tokens": 3}, Completion("Ada", 3, from_cache=True)),
])  # fmt: skip
def test_an_answer_of_another_version_is_still_read(tmp_path: Path, fault: Fault) -> None:
    cache = CallCache(tmp_path / "calls.sqlite")
    execute(cache.path, "INSERT INTO calls VALUES ('k', ?)", json.dumps(fault.given))
    assert cache.get("k") == fault.expected


VECTORS = [
    Fault("a cut of odd length", lambda blob: blob[:7], 1),
    Fault("half of it", lambda blob: blob[: len(blob) // 2], 1),
    Fault("one number of it", lambda blob: blob[:4], 1),
    Fault("nothing", lambda blob: b"", 1),
    Fault("zeros", lambda blob: bytes(len(blob)), 1),
    Fault("no numbers", lambda blob: np.full(512, np.nan, np.float32).tobytes(), 1),
    Fault("one that is no number", lambda blob: np.float32("nan").tobytes() + blob[4:], 1),
    Fault("infinity", lambda blob: np.full(512, np.inf, np.float32).tobytes(), 1),
    Fault("twice its length", lambda blob: (2 * np.frombuffer(blob, np.float32)).tobytes(), 1),
    Fault("words", lambda blob: b"a vector of words...", 1),
    Fault("twice its dimensions", lambda blob: blob + bytes(len(blob)), 1),
    Fault("a unit vector of three dimensions", lambda blob: np.array([1, 0, 0], np.float32).tobytes(), 1),
    Fault("double precision", lambda blob: np.frombuffer(blob, np.float32).astype(float).tobytes(), 1),
]


@each(VECTORS)
@pytest.mark.parametrize("all_of_them", [False, True])
def test_an_embedding_of_a_wrong_shape_is_computed_again(tmp_path: Path, fault: Fault, all_of_them: bool) -> None:
    path = tmp_path / "texts.sqlite"
    use_texts(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        stored = connection.execute("SELECT key, value FROM texts").fetchall()
        changed = [(fault.given(value), key) for key, value in (stored if all_of_them else stored[:1])]
        connection.executemany("UPDATE texts SET value = ? WHERE key = ?", changed)
    with closing(TextCache(path)) as cache:
        embedder = CachedEmbedder(WordEmbedder(), cache)
        size = WordEmbedder().encode(["a question"]).shape[1]  # as a search compares them
        assert np.array_equal(embedder.encode(TEXTS, size), WordEmbedder().encode(TEXTS))
    assert use_texts(path) == 0


def test_embeddings_of_two_sizes_are_computed_again_though_no_question_was_asked(tmp_path: Path) -> None:
    use_texts(tmp_path / "texts.sqlite")
    execute(tmp_path / "texts.sqlite", "UPDATE texts SET value = ? WHERE rowid = 1", np.array([0, 1], np.float32).tobytes())
    assert use_texts(tmp_path / "texts.sqlite") > 0 and use_texts(tmp_path / "texts.sqlite") == 0


@each([
    Fault("words", b"what", None), Fault("a cut list", b'["boat', None), Fault("numbers", b"[1, 2]", None),
    Fault("an object", b"{}", None), Fault("null", b"null", None), Fault("no UTF-8", b'["\xff"]', None), Fault("zeros", bytes(30), None),
])  # fmt: skip
def test_unreadable_stems_are_computed_again(tmp_path: Path, fault: Fault) -> None:
    path = tmp_path / "texts.sqlite"
    with closing(TextCache(path)) as cache:
        right = cached_stems(TEXTS, cache)
        execute(path, "UPDATE texts SET value = ?", fault.given)
        assert cached_stems(TEXTS, cache) == right
    with closing(sqlite3.connect(path)) as connection:
        stored = [json.loads(value) for (value,) in connection.execute("SELECT value FROM texts")]
    assert sorted(stored) == sorted(right)


def test_a_file_damaged_in_the_middle_of_a_run_costs_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "calls.sqlite"
    fill(path, use_calls)
    inner = ScriptedBackbone("Ada")
    cached = CachedBackbone(inner, CallCache(path))
    asyncio.run(cached.complete(ASK, PLAIN))
    overwrite(0, b"\xa5" * 60_000)(path)
    for _ in range(2):
        assert asyncio.run(cached.complete([Message("user", "And then?")], PLAIN)).text == "Ada"
    assert len(inner.calls) == 1 and use_calls(path) <= 1
    assert capsys.readouterr().err.count("is damaged") <= 1


def test_many_that_heal_at_once_share_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "BUSY_SECONDS", 10.0)
    path = tmp_path / "calls.sqlite"
    path.write_bytes(b"garbage " * 1000)

    def run(worker: int) -> None:
        cache = CallCache(path)
        for number in range(10):
            asyncio.run(cache.put(f"{worker} {number}", Completion("kept")))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))
    found = CallCache(path)
    assert all(found.get(f"{worker} {number}") for worker in range(8) for number in range(10))
    assert [name.name for name in tmp_path.glob("*.damaged-*")] == ["calls.sqlite.damaged-1"]


@each([
    Fault("words", write(b"not a database " * 300), "not a database"),
    Fault("a folder", lambda path: path.mkdir(), "unable to open"),
    Fault("another table", lambda path: execute(path, "CREATE TABLE grades (a)"), "other columns"),
    Fault("a grade in words", lambda path: [GradeStore(path).save("Ida", {"i": 3}),
          execute(path, "UPDATE grades SET grade = 'good'")], "is 'good'"),
    Fault("a name of bytes", lambda path: [GradeStore(path).save("Ida", {"i": 3}),
          execute(path, "UPDATE grades SET judge = ?", b"\xff")], "judge"),
])  # fmt: skip
def test_grades_of_people_are_never_set_aside(tmp_path: Path, fault: Fault) -> None:
    path = tmp_path / "grades.sqlite"
    fault.given(path)
    with pytest.raises(UserError, match=rf"grades\.sqlite cannot be used for judgements \(.*{fault.expected}"):
        GradeStore(path).grades_of("Ida")
    assert list(tmp_path.glob("*damaged*")) == []


def test_a_grade_that_the_disk_does_not_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse("database or disk is full", "INSERT")(monkeypatch)
    with pytest.raises(UserError, match="cannot be used for judgements .*full"):
        GradeStore(tmp_path / "grades.sqlite").save("Ida", {"i": 3})
