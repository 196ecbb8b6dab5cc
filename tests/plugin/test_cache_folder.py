"""The option `cache_dir`: all that a model stores lies there, and nothing in the user's cache folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from opencompass.models import OpenAISDK

from human_simulacra.errors import UserError
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.types import Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.servers import serving

ASKED = Stimulus("s", "ada-berg", "What was your boat called?", "What was your boat called?")


@pytest.mark.parametrize("index", ["lexical", "hybrid"])
def test_calls_embeddings_and_stems_lie_in_the_folder(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, index: str
) -> None:
    monkeypatch.setattr("human_simulacra.plugin.model.SentenceEmbedder", lambda name: WordEmbedder())
    with serving(lambda *_: "Alk.") as server:
        llm = dict(type=OpenAISDK, abbr="m", path="m", key="none", openai_api_base=server.address)
        for _ in range(2):
            options = {"index": index}
            model = Simulacrum(llm, "rag", options, cache_dir=str(tmp_path / "own"), data=str(data))
            assert asyncio.run(model.respond(ASKED)).text == "Alk."
        assert len(server.requests) == 1
    names = {path.name.removesuffix("-wal").removesuffix("-shm") for path in (tmp_path / "own").iterdir()}
    assert names == {"calls.sqlite", "calls.sqlite.lock", "capabilities", "texts.sqlite", "texts.sqlite.lock"}
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_is_no_path_is_refused(data: Path) -> None:
    llm = dict(type=OpenAISDK, abbr="m", path="m", key="none", openai_api_base="http://127.0.0.1:9/v1")
    with pytest.raises(UserError, match="cache_dir is 7: give the path of a folder"):
        Simulacrum(llm, data=str(data), cache_dir=7)  # type: ignore[arg-type]
