"""The dataset package as Hugging Face `datasets`, from any folder and without a network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from human_simulacra.errors import UserError, unknown
from human_simulacra.library import Library

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict


def load_dataset(
    name: str = "characters", split: str | None = None, data: str | os.PathLike[str] | None = None, **more: Any
) -> Dataset | DatasetDict:
    """Loads one configuration of the dataset.

    Args:
        name: The configuration, such as `stories`, `memories`, `single_choice` or `decisions`.
        split: `train` or `test`, as the configuration has it, or a part of it, such as `train[:10]`; None for a dictionary.
        data: A data folder with a dataset card; None for the dataset package.
        **more: Further arguments of `datasets.load_dataset`.

    Returns:
        The rows, or with `split=None` the rows by the name of their split.

    Raises:
        UserError: If there is no such configuration or split, or the folder has no dataset card.
    """
    import datasets
    import yaml

    folder = Library(data).path
    card = folder / "README.md"
    if not card.is_file():
        raise UserError(
            f"{card} is missing: `datasets` needs the card of a data folder; `Library('{folder}')` reads it without one"
        )
    try:
        front = yaml.safe_load(card.read_text(encoding="utf-8").split("---\n")[1])
        splits = {entry["config_name"]: entry["data_files"][0]["split"] for entry in front["configs"]}
    except (IndexError, KeyError, TypeError, yaml.YAMLError):
        raise UserError(f"{card}: the front matter lists no configs: compare it with the dataset package's card") from None
    if name not in splits:
        raise unknown("dataset", name, splits)
    if split is not None and split.partition("[")[0] != splits[name]:
        raise unknown(f"split of {name}", split, [splits[name]])
    return datasets.load_dataset(str(folder), name, split=split, **more)  # type: ignore[return-value]
