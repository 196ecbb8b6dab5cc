"""The dataset as a repository of the Hugging Face Hub: prepared, checked and uploaded to a server on loopback."""

from __future__ import annotations

import base64
import json
import os
import pty
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from human_simulacra.describing.hub_repository import check_own_folder, prepare_repository
from human_simulacra.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
TOKEN = "hf_loopbackTokenOfATest0123456789"


def push(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if key not in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_ENDPOINT")}
    command = [sys.executable, str(ROOT / "tools" / "push_dataset.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**own, **environment})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one character, and a card of four of its configurations."""
    folder = tmp_path_factory.mktemp("small")
    who = folder / "characters" / "maren-oddleif"
    shutil.copytree(DATA / "characters" / "maren-oddleif", who)
    for name in ("LICENSE", "scenarios.jsonl"):
        shutil.copy(DATA / name, folder)
    _, front, body = (DATA / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    head = yaml.safe_load(front)
    for key in ("configs", "dataset_info"):
        head[key] = [one for one in head[key] if one["config_name"] in ("characters", "stories", "single_choice", "scenarios")]
    (folder / "README.md").write_text(f"---\n{yaml.safe_dump(head, sort_keys=False)}---\n{body}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def ready(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "out"
    lines = prepare_repository(small, folder, "somebody/lives")
    assert lines[0].startswith("datasets: 4 configurations, ") and "croissant.json is valid" in lines[1]
    return folder


def test_a_repository_has_card_parquet_and_croissant(ready: Path) -> None:
    names = {path.relative_to(ready).as_posix() for path in ready.rglob("*") if path.is_file()}
    assert names == {
        "README.md", "LICENSE", "SHA256SUMS", "croissant.json", "parquet/characters/train.parquet",
        "parquet/stories/train.parquet", "parquet/single_choice/test.parquet", "parquet/scenarios/train.parquet",
    }  # fmt: skip
    card = (ready / "README.md").read_text(encoding="utf-8")
    assert "license: cc-by-4.0" in card and 'load_dataset("somebody/lives", "stories", split="train")' in card
    assert "Language models wrote everything" in card and "machine-generated" in card and "parquet/<configuration>" in card
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=ready, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_only_what_the_tool_wrote_is_replaced(ready: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ready, tmp_path / "own"))
    check_own_folder(folder)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"notes\.txt, which was not written here"):
        check_own_folder(folder)
    (folder / "notes.txt").unlink()
    (folder / "README.md").write_text("changed by hand")
    with pytest.raises(UserError, match=r"README\.md, which was not written here or was changed"):
        check_own_folder(folder)


@pytest.mark.parametrize(
    ("line", "words"),
    [('{"id": "a", "title": "b"}', r"scenarios\.jsonl, line 1: its keys and types"), ('{"id": ', "cannot read 'scenarios'")],
)
def test_a_file_that_does_not_fit_the_card_is_named_and_nothing_is_left(
    small: Path, tmp_path: Path, line: str, words: str
) -> None:
    data = Path(shutil.copytree(small, tmp_path / "data"))
    (data / "scenarios.jsonl").write_text(f"{line}\n")
    with pytest.raises(UserError, match=words):
        prepare_repository(data, tmp_path / "out", "somebody/lives")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


class Hub(ThreadingHTTPServer):
    """The Hub's calls for an upload; it keeps what was sent, or refuses the token."""

    def __init__(self, refuse: bool) -> None:
        self.refuse = refuse
        self.tokens: set[str | None] = set()
        self.created: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._send(404, {"error": "not here"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.tokens.add(self.headers.get("Authorization"))
        if self.server.refuse:
            return self._send(401, {"error": f"invalid token {TOKEN}"})
        if self.path == "/api/repos/create":
            self.server.created.append(json.loads(body))
            return self._send(200, {"url": f"{self.server.address}/datasets/somebody/lives"})
        if "/preupload/" in self.path:
            files = [{"path": one["path"], "uploadMode": "regular", "shouldIgnore": False} for one in json.loads(body)["files"]]
            return self._send(200, {"files": files})
        if "/commit/" in self.path:
            for line in body.decode().splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    self.server.files[entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
            url = f"{self.server.address}/datasets/somebody/lives/commit/abc"
            return self._send(200, {"success": True, "commitUrl": url, "commitOid": "abc", "pullRequestUrl": None})
        self._send(200, {})

    def _send(self, status: int, content: dict[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub(request: pytest.FixtureRequest) -> Iterator[Hub]:
    server = Hub(refuse=getattr(request, "param", False))
    yield server
    server.shutdown()
    server.server_close()


def test_an_upload_sends_every_file_with_the_users_token(small: Path, tmp_path: Path, hub: Hub) -> None:
    options = ("--data", small, "--repo", "somebody/lives", "--upload")
    out = tmp_path / "out"
    refused = push(out, *options, HF_ENDPOINT=hub.address, HF_TOKEN=TOKEN, HF_HOME=str(tmp_path / "home"))
    assert refused.returncode == 2 and "add --yes" in refused.stderr and not out.exists() and hub.tokens == set()
    done = push(out, *options, "--yes", HF_ENDPOINT=hub.address, HF_TOKEN=TOKEN, HF_HOME=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    assert f"uploaded to {hub.address}/datasets/somebody/lives" in done.stdout
    assert hub.created[0]["type"] == "dataset" and hub.tokens == {f"Bearer {TOKEN}"}
    assert hub.files == {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert TOKEN not in done.stdout + done.stderr
    assert not any(TOKEN.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("hub", [True], indirect=True)
def test_a_refused_upload_is_one_sentence_without_the_token(small: Path, tmp_path: Path, hub: Hub) -> None:
    home = {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "home")}
    options = (tmp_path / "out", "--data", small, "--repo", "somebody/lives", "--upload", "--yes")
    without = push(*options, **home)
    assert without.returncode == 2 and "there is no token" in without.stderr and hub.tokens == set()
    done = push(*options, HF_TOKEN=TOKEN, **home)
    assert done.returncode == 2 and "the Hub refused the upload" in done.stderr
    assert "Traceback" not in done.stderr and TOKEN not in done.stderr + done.stdout


@pytest.mark.parametrize(("repo", "words"), [((), "--repo USER/"), (("--repo", "lives"), "--repo USER/")])
def test_a_repository_without_an_owner_is_refused(tmp_path: Path, repo: tuple[str, ...], words: str) -> None:
    done = push(tmp_path / "out", "--upload", "--yes", *repo, HF_TOKEN=TOKEN)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_at_a_terminal_nothing_is_uploaded_without_a_yes(small: Path, tmp_path: Path, hub: Hub) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "HF_ENDPOINT": hub.address, "HF_TOKEN": TOKEN, "HF_HUB_OFFLINE": "0", "HF_HOME": str(tmp_path)}
    command = [sys.executable, str(ROOT / "tools" / "push_dataset.py"), str(tmp_path / "out"), "--data", str(small),
               "--repo", "somebody/lives", "--upload"]  # fmt: skip
    os.write(ours, b"n\n")
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, env=environment)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2 and "nothing was uploaded" in done.stderr and hub.tokens == set()
    assert "to " + hub.address in done.stdout and "[y/N]" in done.stdout
