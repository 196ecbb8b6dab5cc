"""Config files that cannot be read: one sentence says where, and which name was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_simulacra.plugin.run_command import main
from tests.faults.fault import Fault, each

IMPORT = "from mmengine.config import read_base\nwith read_base():\n    from .parts.{} import *\n"
FAULTS = [
    Fault("a name is misspelt", "self_datasets = []\n\ndatasets = self_dataset\n",
          "line 3: NameError: name 'self_dataset' is not defined: did you mean 'self_datasets'?"),
    Fault("a name of an import is misspelt", IMPORT.format("quick") + "datasets = quick_dataset\n",
          "line 4: NameError: name 'quick_dataset' is not defined: did you mean 'quick_datasets'?"),
    Fault("an imported config is misspelt", IMPORT.format("quik"), "parts 'quik': did you mean 'quick'? known: broken, quick"),
    Fault("an imported config is wrong", IMPORT.format("broken"), "broken.py, line 2: ZeroDivisionError: division by zero"),
    Fault("a value is wrong", "a = 1\nb = a / 0\n", "line 2: ZeroDivisionError: division by zero"),
    Fault("the folder of runs is no text", "work_dir = 3\n", "c.py: work_dir must be a text that is not empty or None, not 3"),
    Fault("the folder of runs is empty", "work_dir = ' '\n", "c.py: work_dir must be a text that is not empty or None, not ' '"),
]  # fmt: skip


@each(FAULTS)
def test_a_config_that_cannot_be_read_is_refused(
    tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "quick.py").write_text("quick_datasets = []\n")
    (tmp_path / "parts" / "broken.py").write_text("a = 1\nb = a / 0\n")
    (tmp_path / "c.py").write_text(fault.given)
    assert main(["c.py"]) == 2
    printed = capsys.readouterr().err
    assert printed.count("error: ") == 1 and fault.expected in printed and "Traceback" not in printed
