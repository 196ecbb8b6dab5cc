"""Memory systems from outside: how a config names one, what it must return, and mem0 if it is installed."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import socket
import sys
from pathlib import Path

import pytest

from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.memory.memory_systems import MemorySystemSearch
from human_simulacra.memory.passage_search import SearchQuery
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.methods import check_method
from human_simulacra.types import Stimulus
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone
from tests.run_config import ROOT

QUERY = "What was your green boat called?"
BROKEN = """
class Broken:
    found = [("ada-berg-m001", 1.0)]
    def __init__(self, character, embedder): pass
    def add(self, memories): pass
    def search(self, query, count): return self.found
class Stranger(Broken):
    found = [("bo-crane-m001", 1.0)]
class Unranked(Broken):
    found = [("ada-berg-m001", float("nan"))]
class Ids(Broken):
    found = ["ada-berg-m001"]
class Nothing(Broken):
    found = None
number = 3
"""


@pytest.fixture
def my_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory system of docs/memory.md as the module `my_memory`, and wrong ones as `broken`."""
    page = (ROOT / "docs" / "memory.md").read_text()
    code = re.search(r"<!-- my_memory.py -->\n```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert code
    (tmp_path / "my_memory.py").write_text(code[1])
    (tmp_path / "broken.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    for module in ("my_memory", "broken"):
        monkeypatch.delitem(sys.modules, module, raising=False)


def recalled(library: Library, retriever: str, matched: bool = False) -> list[str]:
    backbone = ScriptedBackbone("Alk")
    settings = MethodSettings(library, backbone, backbone, WordEmbedder(), max_tokens=32)
    components = [] if matched else ["memory"]
    method = Method("macm", settings, components=components, retriever=retriever, memories=2, matched=matched)
    reply = asyncio.run(method.respond(Stimulus("q1", "ada-berg", QUERY, QUERY)))
    told = backbone.calls[-1][0][-1].content
    assert all(memory.text in told for memory in reply.trace.memories)
    return [memory.id for memory in reply.trace.memories]


@pytest.mark.usefixtures("my_memory")
def test_a_system_of_ones_own_is_named_by_its_dotted_path(library: Library) -> None:
    check_method("macm", {"retriever": "my_memory.SharedWords"})
    found = recalled(library, "my_memory.SharedWords")
    assert found[0] == "ada-berg-m001" and len(found) == 2


@pytest.mark.usefixtures("my_memory")
def test_each_option_of_a_question_finds_its_memory(library: Library) -> None:
    query = SearchQuery("What was it?", ("the flood", "a broken violin"))
    found = MemorySystemSearch("my_memory.SharedWords", library, WordEmbedder()).search("ada-berg", query, 2)
    assert {memory.id for memory in found} == {"ada-berg-m003", "ada-berg-m006"}


@pytest.mark.usefixtures("my_memory")
def test_an_ablation_replaces_the_memories_of_a_system_by_others(library: Library) -> None:
    placebo = recalled(library, "my_memory.SharedWords", matched=True)
    assert len(placebo) == 2 and not set(placebo) & set(recalled(library, "my_memory.SharedWords"))


@pytest.mark.usefixtures("my_memory")
@pytest.mark.parametrize("system", ["Stranger", "Unranked", "Ids", "Nothing"])
def test_a_wrong_result_is_refused_by_name(library: Library, system: str) -> None:
    with pytest.raises(UserError, match=f"retriever 'broken.{system}' returned .*: search must return pairs"):
        recalled(library, f"broken.{system}")


@pytest.mark.usefixtures("my_memory")
@pytest.mark.parametrize(
    ("retriever", "words"),
    [
        ("no_such_module.System", "retriever 'no_such_module.System' cannot be imported .*PYTHONPATH"),
        ("my_memory.Other", "retriever 'my_memory.Other' cannot be imported"),
        (".System", "retriever '.System' cannot be imported"),
        ("broken.number", "retriever 'broken.number' is not a class"),
    ],
)
def test_a_system_that_cannot_be_imported_is_found_by_the_config_check(retriever: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        check_method("macm", {"retriever": retriever})


def test_a_missing_extra_is_found_by_the_config_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mem0", None)
    with pytest.raises(UserError, match=r"'mem0' needs the package mem0, .*pip install 'human-simulacra\[mem0\]'"):
        check_method("macm", {"retriever": "mem0"})


@pytest.mark.skipif(importlib.util.find_spec("mem0") is None, reason="the extra [mem0] is not installed")
def test_mem0_finds_memories_without_network_key_or_files_at_home(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(f"a connection to {address[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = MemorySystemSearch("mem0", library, WordEmbedder()).search("ada-berg", SearchQuery(QUERY), 3)
    assert found[0].id == "ada-berg-m001" and len(found) == 3
    assert found[0].score > found[1].score >= found[2].score
    other = MemorySystemSearch("mem0", library, WordEmbedder()).search("bo-crane", SearchQuery("The flood?"), 9)
    assert {memory.id.removesuffix(memory.id[-5:]) for memory in other} == {"bo-crane"}
    assert not (tmp_path / "home").exists()
