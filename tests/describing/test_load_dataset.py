"""`human_simulacra.load_dataset`: the dataset from any folder, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import datasets
import pytest

from human_simulacra import Library, UserError, load_dataset


def test_the_dataset_is_loaded_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    library = Library()
    stories = load_dataset("stories", split="train", cache_dir=str(tmp_path / "cache"))
    assert list(stories["text"]) == [paragraph.text for who in library.ids for paragraph in library.story(who)]
    decisions = load_dataset("decisions", cache_dir=str(tmp_path / "cache"))
    assert {split: set(rows["character"]) for split, rows in decisions.items()} == {"test": set(library.ids)}


@pytest.mark.parametrize(
    ("name", "split", "words"),
    [
        ("storys", None, r"unknown dataset 'storys': did you mean 'stories'\? known: acquiescence, .*, unanswerable"),
        ("stories", "test", r"unknown split of stories 'test': known: train"),
    ],
)
def test_an_unknown_name_lists_the_known_ones(name: str, split: str | None, words: str) -> None:
    with pytest.raises(UserError, match=words):
        load_dataset(name, split=split)


def test_a_folder_without_a_usable_card_is_named(data: Path) -> None:
    with pytest.raises(UserError, match=r"README\.md is missing"):
        load_dataset("stories", data=data)
    (data / "README.md").write_text("no front matter")
    with pytest.raises(UserError, match="lists no configs"):
        load_dataset("stories", data=data)


@pytest.fixture
def own(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the card of the dataset package, and a cache of `datasets` beside it."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", data.parent / "cache")
    shutil.copy(Library().path / "README.md", data)
    return data


def test_two_folders_of_one_name_have_their_own_rows(own: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(own, tmp_path / "other" / own.name))
    shutil.rmtree(next((other / "characters").iterdir()))
    for folder in (own, other):
        rows = load_dataset("characters", split="train", data=folder)
        assert list(rows["id"]) == list(Library(folder).ids)  # type: ignore[index]


def test_a_changed_folder_gives_its_rows_of_now(own: Path) -> None:
    def texts(**more: str) -> list[str]:
        return list(load_dataset("stories", split="train", data=own, **more)["text"])  # type: ignore[index]

    before = texts()
    story = own / "characters" / Library(own).ids[0] / "story.jsonl"
    whole = story.read_text()
    story.write_text(whole.replace(before[0], "Something else."))
    assert texts() == ["Something else.", *before[1:]]
    assert texts(download_mode="force_redownload") == ["Something else.", *before[1:]]
    story.unlink()
    assert texts(download_mode="force_redownload") == before[len(whole.splitlines()) :]
    story.write_text(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="cannot read 'stories'.*: mend its files"):
        texts()
    story.write_text(whole)
    assert texts() == before


def test_the_types_of_a_changed_card_hold(own: Path) -> None:
    assert load_dataset("stories", data=own)["train"].features["year"].dtype == "int64"  # type: ignore[union-attr,index]
    card = own / "README.md"
    head, year, rest = card.read_text().partition("- name: year\n    dtype: int64")
    card.write_text(head + year.replace("int64", "int32") + rest)
    assert load_dataset("stories", data=own)["train"].features["year"].dtype == "int32"  # type: ignore[union-attr,index]
