"""The dataset package as Hugging Face `datasets`, from any folder and without a network."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from human_simulacra.errors import UserError, unknown
from human_simulacra.files import digest, sha256_file
from human_simulacra.library import Library

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

CARD = "README.md"


def load_dataset(
    name: str = "characters", split: str | None = None, data: str | os.PathLike[str] | None = None, **more: Any
) -> Dataset | DatasetDict:
    """Loads one configuration of the dataset, with the rows that the folder has now.

    Args:
        name: The configuration, such as `stories`, `memories`, `single_choice` or `decisions`.
        split: `train` or `test`, as the configuration has it, or a part of it, such as `train[:10]`; None for a dictionary.
        data: A data folder with a dataset card; None for the dataset package.
        **more: Further arguments of `datasets.load_dataset`. Below its `cache_dir` lies a folder for each state of the files.

    Returns:
        The rows, or with `split=None` the rows by the name of their split.

    Raises:
        UserError: If there is no such configuration or split, the folder has no dataset card, or its files cannot be read.
    """
    folder = Library(data).path
    splits = {config: files[0]["split"] for config, files in _read_data_files(folder).items()}
    if name not in splits:
        raise unknown("dataset", name, splits)
    if split is not None and split.partition("[")[0] != splits[name]:
        raise unknown(f"split of {name}", split, [splits[name]])
    return load_folder(folder, name, split, **more)


def load_folder(folder: Path, name: str, split: str | None = None, **more: Any) -> Any:
    """Loads one configuration of any folder with a card, as `load_dataset` does.

    `datasets` keeps rows under the name of their folder, so without a cache of its own for each content it would return
    those of another folder of this name, or those before a change.

    Raises:
        UserError: If the folder has no card, or `datasets` cannot read its files.
    """
    import datasets
    from datasets.config import HF_DATASETS_CACHE
    from datasets.exceptions import DatasetsError

    parent = more.pop("cache_dir", None) or Path(HF_DATASETS_CACHE) / "human_simulacra"
    try:
        cache = Path(parent) / _hash_files(folder, name)[:16]
        return datasets.load_dataset(str(folder), name, split=split, cache_dir=str(cache), **more)
    except (ValueError, OSError, DatasetsError) as error:
        reason = str(error.__cause__ or error).strip().splitlines()
        raise UserError(
            f"{folder}: `datasets` cannot read '{name}' ({reason[0] if reason else repr(error)}): mend its files or the call"
        ) from None


def _hash_files(folder: Path, name: str) -> str:
    """Returns a hash of the card, which has the types of columns, and of the files of one configuration."""
    patterns = [pattern for files in _read_data_files(folder)[name] for pattern in _texts(files["path"])]
    paths = {path for pattern in patterns for path in glob.glob(os.path.join(glob.escape(str(folder)), pattern), recursive=True)}
    return digest([(os.path.relpath(path, folder), sha256_file(Path(path))) for path in sorted({*paths, str(folder / CARD)})])


def _texts(one_or_more: str | list[str]) -> list[str]:
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more


def _read_data_files(folder: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Returns the split and the paths of each configuration, from the card; raises a UserError if it does not say them."""
    import yaml

    card = folder / CARD
    if not card.is_file():
        raise UserError(
            f"{card} is missing: `datasets` needs the card of a data folder; `Library('{folder}')` reads it without one"
        )
    try:
        front = yaml.safe_load(card.read_text(encoding="utf-8").split("---\n")[1])
        found = {entry["config_name"]: entry["data_files"] for entry in front["configs"]}
        if all(files and all(part["split"] and part["path"] for part in files) for files in found.values()):
            return found
    except (IndexError, KeyError, TypeError, yaml.YAMLError):
        pass
    raise UserError(f"{card}: the front matter lists no configs: compare it with the dataset package's card")
