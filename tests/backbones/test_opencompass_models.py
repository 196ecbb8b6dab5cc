"""Any OpenCompass model behind a simulacrum: transformers, stock configs, classes we know nothing of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config

from human_simulacra.plugin.run_command import main
from tests.run_config import ROOT, latest, predictions, texts, write_config
from tests.servers import serving


def test_a_transformers_chat_model_answers_in_batches(
    tmp_path: Path, data: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opencompass.models import HuggingFacewithChatTemplate

    sizes: list[int] = []
    generate = HuggingFacewithChatTemplate.generate

    def counting(self: Any, inputs: list, *arguments: Any, **options: Any) -> list[str]:
        sizes.append(len(inputs))
        return generate(self, inputs, *arguments, **options)

    monkeypatch.setattr(HuggingFacewithChatTemplate, "generate", counting)
    llm = f"dict(type=HuggingFacewithChatTemplate, path={str(tiny_model)!r}, max_out_len=6, batch_size=4, model_kwargs=dict(device_map='cpu'))"
    config = write_config(tmp_path, data, llm, ("prompt", "macm"), model={"cache_dir": str(tmp_path / "c")})
    assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    rows = predictions(latest(tmp_path / "out"))
    assert all(isinstance(row["prediction"], str) for found in rows.values() for row in found)
    assert max(sizes) == 4 and rows["m-macm/cloze"][0]["trace"]["calls"][0]["completion"]["estimated"]


def test_a_stock_config_is_wrapped_in_one_line(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The stock config names OpenCompass's class `OpenAI`, which retries without end; we drive its endpoint ourselves.
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    with serving(lambda *_: "A") as server:
        llm = f"dict(stock[0], openai_api_base={server.address + '/chat/completions'!r})"
        config = write_config(tmp_path, data, llm, ("prompt",))
        stock = "from mmengine.config import read_base\nwith read_base():\n    from opencompass.configs.models.openai.gpt_4o_2024_05_13 import models as stock\n"
        config.write_text(stock + config.read_text())
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        assert {body["model"] for body in server.requests} == {"gpt-4o-2024-05-13"}
    assert set(sum(texts(latest(tmp_path / "out")).values(), [])) == {"A"}


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("eval_*.py")), ids=lambda p: p.stem)
def test_every_config_that_we_ship_loads_and_survives_opencompass_round_trip(path: Path, tmp_path: Path) -> None:
    config = Config.fromfile(str(path), format_python_code=False)
    if path.stem != "eval_stock_dataset":  # which is for models that are no simulacra
        assert all(model["type"].__name__ == "Simulacrum" and model["llm"]["type"] for model in config.models)
    config.dump(str(tmp_path / "dumped.py"))
    again = Config.fromfile(str(tmp_path / "dumped.py"), format_python_code=False)
    assert [m["abbr"] for m in again.models] == [m["abbr"] for m in config.models]


def test_the_main_config_stays_small() -> None:
    assert len((ROOT / "configs" / "eval_human_simulacra.py").read_text().splitlines()) <= 40


def test_help_lists_our_options_and_those_of_opencompass() -> None:
    shown = subprocess.run([sys.executable, str(ROOT / "run.py"), "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and all(option in shown.stdout for option in ("--work-dir", "--limit", "--wide", "--hf-path"))
