"""A data folder as a repository of the Hugging Face Hub: Parquet files, card and Croissant description, checked offline."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from human_simulacra.dataset_loading import load_folder
from human_simulacra.describing.croissant import croissant_json
from human_simulacra.describing.dataset_card import Card, read_card
from human_simulacra.errors import UserError
from human_simulacra.files import sha256_file, write_atomically
from human_simulacra.jsonl_rows import read_jsonl

CARD, CROISSANT, CHECKSUMS, LICENCE = "README.md", "croissant.json", "SHA256SUMS", "LICENSE"
NOTE = """## Files of this repository

Each configuration is one Parquet file: `parquet/<configuration>/<split>.parquet`. Where this card names other files, such as
`characters/<id>/story.jsonl`, it means the source folder in JSON Lines, which the Python package `human_simulacra` installs.
`SHA256SUMS` and `croissant.json` of this repository describe the files of this repository.

"""
_LOAD = re.compile(r'load_dataset\("data", ("\w+", split="\w+"\))[^\n]*')
_FIRST_PARAGRAPH = re.compile(r"(?<=\n---\n)\n# [^\n]+\n\n[^\n]+\n\n")
_CHECKSUM = re.compile(r"([0-9a-f]{64})  (\S.*)")


def prepare_repository(source: Path, target: Path, name: str) -> list[str]:
    """Writes a repository's files, checks them, and puts them in place only if every check holds.

    Args:
        source: The data folder, with a card.
        target: The folder of the repository: new, empty, or one that this function wrote and nobody changed.
        name: The name of the repository in the card's examples, such as `USER/human_simulacra`.

    Returns:
        A line for each check that was made.

    Raises:
        UserError: If the folder holds other files, the card cannot be read, or a check fails.
    """
    check_own_folder(target)
    card = read_card(source / CARD)
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=f".{target.name[:30]}.") as temporary:
        folder, cache = Path(temporary) / "repository", Path(temporary) / "cache"
        _write_parquet(card, source, folder, cache)
        write_atomically(folder / CARD, _hub_card(card, name))
        if (source / LICENCE).is_file():
            shutil.copyfile(source / LICENCE, folder / LICENCE)
        write_atomically(folder / CROISSANT, croissant_json(read_card(folder / CARD), folder))
        sums = [f"{sha256_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)]
        write_atomically(folder / CHECKSUMS, "".join(sums))
        lines = [_check_rows(card, source, folder, cache), *_check_croissant(card, folder)]
        folder.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    return lines


def check_own_folder(folder: Path) -> None:
    """Checks that a folder is missing, empty, or exactly what `prepare_repository` wrote.

    Raises:
        UserError: If not; the message names a file that would be lost.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UserError(f"{folder} is a file: choose a folder")
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines() if (folder / CHECKSUMS).is_file() else []
    own = {match[2]: match[1] for line in lines if (match := _CHECKSUM.fullmatch(line))}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if name != CHECKSUMS and (name not in own or sha256_file(path) != own[name]):
            raise UserError(f"{folder} holds {name}, which was not written here or was changed: choose a new folder")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() or path.is_symlink())


def _parquet(name: str, split: str) -> str:
    return f"parquet/{name}/{split}.parquet"


def _write_parquet(card: Card, source: Path, folder: Path, cache: Path) -> None:
    for config in card.configs:
        path = folder / _parquet(config.name, config.split)
        path.parent.mkdir(parents=True)
        load_folder(source, config.name, config.split, cache_dir=cache).to_parquet(str(path))


def _hub_card(card: Card, name: str) -> str:
    """Returns the card with the Parquet files in its front matter, and a note on the files."""
    _, front, body = card.text.split("---\n", 2)
    head = yaml.safe_load(front)
    for entry in head["configs"]:
        entry["data_files"] = [{**files, "path": _parquet(entry["config_name"], files["split"])} for files in entry["data_files"]]
    text = f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---\n{body}"
    text = _LOAD.sub(lambda match: f'load_dataset("{name}", {match[1]}', text)
    return _FIRST_PARAGRAPH.sub(lambda match: match[0] + NOTE, text, count=1)


def _check_rows(card: Card, source: Path, folder: Path, cache: Path) -> str:
    """Loads every configuration of the repository and compares its rows with the lines of the source."""
    total = 0
    for config in card.configs:
        lines = [(path, place, row) for path in sorted(source.glob(config.glob)) for place, row in read_jsonl(path)]
        found = load_folder(folder, config.name, config.split, cache_dir=cache).to_list()
        if len(found) != len(lines):
            raise UserError(f"'{config.name}' has {len(found)} rows in Parquet, but {len(lines)} in {source}")
        for row, (path, place, line) in zip(found, lines, strict=True):
            if json.loads(json.dumps(row, default=str)) != line:  # dates are texts in the source
                raise UserError(f"{path}, line {place}: its keys and types are not those of the features in {source / CARD}")
        total += len(found)
    return f"datasets: {len(card.configs)} configurations, {total:,} rows, the same as in {source}"


def _check_croissant(card: Card, folder: Path) -> Iterator[str]:
    """Validates the Croissant description and reads every record by it, if mlcroissant is installed."""
    try:
        import mlcroissant
    except ImportError:
        yield "mlcroissant: not installed, so croissant.json is not validated (pip install mlcroissant)"
        return
    try:
        described = mlcroissant.Dataset(str(folder / CROISSANT))
        counts = {config.name: sum(1 for _ in described.records(config.name)) for config in card.configs}
    except Exception as error:  # mlcroissant raises errors of many kinds
        raise UserError(f"{CROISSANT} is not valid: {str(error).strip().splitlines()[0]}") from error
    if issues := [*described.metadata.ctx.issues.errors, *described.metadata.ctx.issues.warnings]:
        raise UserError(f"{CROISSANT} is not valid: {issues[0]}")
    yield f"mlcroissant: {CROISSANT} is valid, {sum(counts.values()):,} records"
