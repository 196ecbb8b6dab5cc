"""Commands that need no OpenCompass, torch or statistics do not wait for their imports, and mistakes are told before them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from human_simulacra.plugin.run_command import main
from tests.servers import serving

HEAVY = {"opencompass", "mmengine", "torch", "sentence_transformers", "scipy", "statsmodels", "pandas", "gradio"}
TELL = f"\nimport sys\nprint(sorted({HEAVY!r} & sys.modules.keys()))"


def run_python(code: str, **environment: str) -> list[str]:
    """Runs code in a process of its own and returns the lines that it prints; the last tells what heavy packages it imported."""
    done = subprocess.run(
        [sys.executable, "-c", code + TELL], capture_output=True, text=True, env={**os.environ, **environment}, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_chat_with_a_named_server_starts_without_opencompass(data: Path, tmp_path: Path) -> None:
    with serving(lambda body, number: f"Aye, {body['model']}.") as server:
        load = f"Simulacrum.load('ada-berg', backbone='openai/mine', base_url={server.address!r}, data={str(data)!r}, method='prompt')"
        code = f"from human_simulacra import Simulacrum\nprint({load}.chat('Hello.').text)"
        lines = run_python(code, OPENAI_API_KEY="sk-of-this-test-1", HUMAN_SIMULACRA_HOME=str(tmp_path))
        assert lines == ["Aye, mine.", "[]"]
        assert server.headers[0]["authorization"] == "Bearer sk-of-this-test-1"


def test_lists_import_nothing_heavy() -> None:
    *lines, heavy = run_python("from human_simulacra.cli import main\nmain(['list'])")
    assert "macm" in " ".join(lines) and heavy == "[]"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--method", "mcam"], "did you mean 'macm'?"),
        (["--sample", "quik"], "did you mean 'quick'?"),
        (["--llm", "openai/m"], "OPENAI_API_KEY is not set"),
        (["--llm", "mine.py"], "mine.py does not exist"),
        (["--base-url", "http://127.0.0.1:9/v1"], "give --llm too"),
    ],
)
def test_a_wrong_option_is_told_before_opencompass_is_loaded(
    options: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.py").write_text("models = []\n")
    assert main([str(tmp_path / "config.py"), *options]) == 2
    told = capsys.readouterr().err
    assert message in told and "loading OpenCompass" not in told
