"""The card of an imported release, with which `datasets.load_dataset` reads the folder like the dataset package."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from human_simulacra.files import write_atomically
from human_simulacra.library import packaged_path

LICENCE = "cc-by-nc-sa-4.0"
BODY = """
# Characters of the paper "Human Simulacra"

This folder holds the public data release of the paper "Human Simulacra: Benchmarking the Personification of Large Language
Models", converted into another layout by `tools/import_release.py`. The data is not ours but the authors'; the conversion adds
no text and corrects none. The columns are described in the card of the dataset package.

The licence is the release's: Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International (CC BY-NC-SA 4.0,
<https://creativecommons.org/licenses/by-nc-sa/4.0/>). Name the authors, share changed versions under the same licence, and make
no commercial use.

## Citation

"""


def write_release_card(folder: Path) -> None:
    """Writes `README.md`: the dataset package's configurations as far as the folder has rows for them, licence and citation."""
    card = (packaged_path() / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---\n")[1])
    configs = []
    for config in front["configs"]:
        files = config["data_files"][0]
        # `datasets` cannot read a file without rows together with its features.
        paths = [path for path in sorted(folder.glob(files["path"])) if path.stat().st_size]
        if paths:
            named = files["path"] if len(paths) == len(list(folder.glob(files["path"]))) else _relative(paths, folder)
            configs.append({**config, "data_files": [{**files, "path": named}]})
    names = {config["config_name"] for config in configs}
    head = {
        "license": LICENCE, "language": front["language"], "pretty_name": "Human Simulacra, imported release", "configs": configs,
        "dataset_info": [info for info in front["dataset_info"] if info["config_name"] in names],
    }  # fmt: skip
    citation = re.search(r"```bibtex\n@inproceedings.*?```\n", card, re.DOTALL)
    assert citation is not None
    write_atomically(
        folder / "README.md", f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---\n{BODY}{citation[0]}"
    )


def _relative(paths: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]
