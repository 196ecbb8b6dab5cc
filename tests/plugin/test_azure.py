"""A deployment of Azure OpenAI is evaluated by its name, with the key and the address of the environment."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from human_simulacra.plugin.run_command import main as run_config
from tests.run_config import latest, predictions
from tests.servers import completion

KEY = "azure-key-for-tests-0123456789"
DEPLOYMENTS = "/openai/deployments/my-gpt/chat/completions"


class AzureServer:
    """Answers as a resource with one deployment does; keeps path and headers of each request."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.path, headers))
                sent = headers.get("api-key") or headers.get("authorization", "").removeprefix("Bearer ")
                if sent != KEY:
                    # A server may repeat the key that it was sent.
                    self._send(
                        401, {"error": {"code": "401", "message": f"Access denied due to invalid subscription key {sent}"}}
                    )
                elif "deployments" in self.path and not self.path.startswith(DEPLOYMENTS):
                    self._send(404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}})
                else:
                    self._send(200, json.loads(completion("A")))

            def _send(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[AzureServer]:
    server = AzureServer()
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_API_VERSION", "AZURE_OPENAI_API_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", f"{server.address}/")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    yield server
    server.close()


def evaluate(tmp_path: Path, data: Path, *more: str, model: str = "azure/my-gpt") -> int:
    given = ["eval", "--model", model, "--data", str(data), "--work-dir", str(tmp_path / "out"), "--method", "none"]
    return main([*given, "--limit", "1", *more])


def test_a_deployment_is_called_with_its_version_and_the_key_stands_in_no_file(
    tmp_path: Path, data: Path, azure: AzureServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    assert evaluate(tmp_path, data) == 0
    assert {path for path, _ in azure.requests} == {f"{DEPLOYMENTS}?api-version=2024-10-21"}
    assert all(headers["api-key"] == KEY and "authorization" not in headers for _, headers in azure.requests)
    assert len(azure.requests) == 1 + 3  # the call before the run, and a row of each type of question
    answers = predictions(latest(tmp_path / "out"))
    assert {row["prediction"] for rows in answers.values() for row in rows} == {"A"}
    printed = capfd.readouterr()
    assert "my-gpt: answers in" in printed.err and KEY not in printed.out + printed.err
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    (config,) = (tmp_path / "out").glob("config_*.py")
    assert run_config([str(config), "-w", str(tmp_path / "again")]) == 0 and len(azure.requests) == 4  # all cached


def test_without_a_version_the_api_without_versions_is_called(tmp_path: Path, data: Path, azure: AzureServer) -> None:
    assert evaluate(tmp_path, data) == 0
    assert {path for path, _ in azure.requests} == {"/openai/v1/chat/completions"}


def test_a_token_of_entra_id_is_sent_where_there_is_no_key(
    tmp_path: Path, data: Path, azure: AzureServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "")
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", "a-token-of-another-resource")
    assert evaluate(tmp_path, data) == 2 and "refused the key in AZURE_OPENAI_AD_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", KEY)
    azure.requests.clear()
    assert evaluate(tmp_path, data) == 0
    assert all(headers["authorization"] == f"Bearer {KEY}" and not headers.get("api-key") for _, headers in azure.requests)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_azure_s_refusals_name_its_own_settings(
    tmp_path: Path, data: Path, azure: AzureServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_VERSION", "2024-10-21")

    def message(model: str = "azure/my-gpt") -> str:
        assert evaluate(tmp_path, data, model=model) == 2
        said = capsys.readouterr().err
        assert said.count("error: ") == 1 and "Traceback" not in said
        return said

    assert "has no deployment 'gpt-9'" in message("azure/gpt-9")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "azure-key-of-another-resource")
    wrong = message()
    assert "refused the key in AZURE_OPENAI_API_KEY" in wrong and "export AZURE_OPENAI_API_KEY with a valid key" in wrong
    assert "azure-key-of-another-resource" not in wrong
    monkeypatch.delenv("AZURE_OPENAI_API_KEY")
    assert "AZURE_OPENAI_API_KEY is not set: export it" in message()
    assert "for the Azure resource in AZURE_OPENAI_ENDPOINT write azure/DEPLOYMENT" in message("openai/my-gpt")
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT")
    assert "azure/DEPLOYMENT needs AZURE_OPENAI_ENDPOINT" in message()
