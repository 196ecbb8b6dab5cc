"""The change that the user requests: parsing and validation without the character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.construction.text_splitting import split_paragraphs
from human_simulacra.errors import UserError, unknown

LISTS = ("hobbies", "short_term_goals")
EDITABLE = ("age", "date_of_birth", "gender", "occupation", "education", "family", "long_term_goal", "biography", *LISTS)
FIXED = {
    "name": "the id and every text follow from the name",
    "id": "it follows from the name",
    "functions": "the traits are drawn from them",
    "traits": "they are drawn from the functions",
    "reference_date": "the whole life is told up to it",
}
_SINGULAR = {"hobby": "hobbies", "short_term_goal": "short_term_goals"}


@dataclass(frozen=True)
class EditRequest:
    """A change: `(key, value)` pairs to set, list entries to add, and an experience with its year if given."""

    sets: tuple[tuple[str, str], ...] = ()
    adds: tuple[tuple[str, str], ...] = ()
    experience: str = ""
    year: int | None = None

    def __str__(self) -> str:
        parts = [f"set {key}={value}" for key, value in self.sets] + [f"add {key}={value}" for key, value in self.adds]
        if self.experience:
            parts.append(f"experience{f' of {self.year}' if self.year else ''}: {self.experience}")
        return "; ".join(parts)


def parse_request(sets: Sequence[str], adds: Sequence[str], experience: str | None, year: int | None) -> EditRequest:
    """Parses the options of `tools/edit_character.py`; `sets` and `adds` are KEY=VALUE, where lists to set take commas.

    Raises:
        UserError: If no change is requested, or one is invalid.
    """
    if experience is None and year is not None:
        raise UserError("--year goes with --experience: say what happened in that year")
    if experience is not None and not split_paragraphs(experience):
        raise UserError("--experience is empty: give it a sentence or more")
    set_pairs = tuple(_pair("--set", text) for text in sets)
    add_pairs = tuple(_pair("--add", text) for text in adds)
    for key, _ in add_pairs:
        if key not in LISTS:
            raise UserError(f"--add {key} is not possible: only {' and '.join(LISTS)} are lists, use --set {key}=...")
        if key in dict(set_pairs):
            raise UserError(f"{key} is both set and added to: put all entries into --set {key}=..., separated by commas")
    if len(dict(set_pairs)) < len(set_pairs):
        raise UserError("an attribute is set twice: keep one")
    if not set_pairs and not add_pairs and experience is None:
        raise UserError("nothing to change: give --set, --add or --experience, or --undo or --history")
    return EditRequest(set_pairs, add_pairs, experience or "", year)


def _pair(option: str, text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    key, value = key.strip(), value.strip()
    key = _SINGULAR.get(key, key)
    if not equals or not value:
        raise UserError(
            f"{option} {text!r} is not KEY=VALUE, for instance {option} {'hobbies=rowing' if option == '--add' else 'age=41'}"
        )
    if key in FIXED:
        raise UserError(f"{key} cannot be changed ({FIXED[key]}): make a new character")
    if key not in EDITABLE:
        raise unknown("attribute", key, EDITABLE)
    return key, value
