"""`human_simulacra.load_dataset`: the dataset from any folder, and what is refused."""

from __future__ import annotations

from pathlib import Path

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
