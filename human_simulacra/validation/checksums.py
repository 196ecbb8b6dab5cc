"""Checksums of the dataset package, one line per file in the format of `sha256sum`."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.files import sha256_file, write_atomically
from human_simulacra.validation.quality_gate import Gate

FILE = "SHA256SUMS"


def checksum_lines(folder: Path) -> str:
    """Returns the checksums of all JSONL files of a data folder, sorted by path."""
    files = sorted(folder.rglob("*.jsonl"))
    return "".join(f"{sha256_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def write_checksums(folder: Path) -> None:
    """Writes `SHA256SUMS` of a data folder."""
    write_atomically(folder / FILE, checksum_lines(folder))


def check_checksums(folder: Path) -> Gate:
    """Checks that the files match their checksums."""
    path = folder / FILE
    now = set(checksum_lines(folder).splitlines())
    then = set(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else set()
    changed = sorted({line.split("  ")[1] for line in now ^ then})
    problems = [
        f"{folder / name}: differs from {FILE}; after an intended change run validate_dataset.py --write-checksums"
        for name in changed
    ]
    return Gate("checksums", f"{len(now)} files", f"agree with {FILE}", problems)
