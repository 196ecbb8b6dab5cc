"""Candidates of a data folder: sampling and ranking, their file, a table of them, and picking one as the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tabulate import tabulate

from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.profiles.birth_dates import parse_date
from human_simulacra.construction.profiles.candidate_ranking import Candidate, rank_candidates
from human_simulacra.construction.profiles.constraints import Constraints
from human_simulacra.construction.profiles.profile_sampling import sample_profiles
from human_simulacra.construction.workspace import MAKING, PROFILE, character_folder, work_folder
from human_simulacra.errors import UserError, unknown
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import Library, packaged_path
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.types import Character


def candidates_file(out: Path) -> Path:
    """Returns the candidates' file of a data folder."""
    return out / MAKING / "candidates.jsonl"


def draw_candidates(
    out: Path, constraints: Constraints, count: int, seed: int, locale: str, *, replace: bool = True
) -> list[Candidate]:
    """Samples candidates, ranks them against the characters of the folder and of the dataset package, and saves them.

    There are at most `count`, with names of the Faker `locale`; `replace` allows to overwrite those of another draw.

    Raises:
        UserError: If no profile satisfies the constraints, or candidates of another draw would be overwritten.
    """
    package = Library(packaged_path())
    existing = {person_id: package.character(person_id) for person_id in package.ids}
    # The reference date is that of the package's characters, so that a seed gives the same people on any day.
    reference = constraints.texts.get("reference_date") or existing[package.ids[0]].reference_date
    if any((out / "characters").glob(f"*/{PROFILE}")):
        mine = Library(out)
        existing |= {person_id: mine.character(person_id) for person_id in mine.ids if person_id not in existing}
    pools, day = read_pools(out), parse_date("reference_date", reference)
    taken = {*existing, *(path.parent.name for path in (out / MAKING).glob(f"*/{PROFILE}"))}
    people = sample_profiles(pools, locale, day, constraints, count, seed, taken)
    ranked = rank_candidates(people, list(existing.values()), pools, SentenceEmbedder())
    path = candidates_file(out)
    # The user may have noted an id, which must not come to mean another person.
    if not replace and path.is_file() and not _profiles(read_candidates(out)).items() <= _profiles(ranked).items():
        raise UserError(f"{path} holds candidates of another draw: keep them with --resume, or draw anew with --replace")
    write_jsonl(path, [asdict(candidate) for candidate in ranked])
    return ranked


def _profiles(candidates: Sequence[Candidate]) -> dict[str, Character]:
    return {candidate.id: candidate.profile for candidate in candidates}


def read_candidates(out: Path) -> list[Candidate]:
    """Returns the saved candidates, best first.

    Raises:
        UserError: If there are none.
    """
    path = candidates_file(out)
    if not path.is_file():
        raise UserError(f"{path} does not exist: draw candidates first, without --pick and --resume")
    return read_rows(Candidate, path)


def pick_candidate(out: Path, candidates: Sequence[Candidate], wanted: str, *, dry_run: bool = False) -> Character:
    """Saves a candidate, given by its id or as "best", as the picked profile `making/<id>/profile.jsonl`, and returns it.

    Raises:
        UserError: If there is no such candidate, or its character exists already.
    """
    by_id = _profiles(candidates)
    profile = candidates[0].profile if wanted == "best" else by_id.get(wanted)
    if profile is None:
        raise unknown("candidate", wanted, by_id)
    for folder in (character_folder(out, profile.id), work_folder(out, profile.id)):
        if (folder / PROFILE).exists():
            raise UserError(f"{folder / PROFILE} is there already: {profile.name} was picked before; remove it to start over")
    if not dry_run:
        write_jsonl(work_folder(out, profile.id) / PROFILE, [asdict(profile)])
    return profile


def read_picked_profile(out: Path, character_id: str) -> Character:
    """Returns a picked profile, which has no biography yet.

    Raises:
        UserError: If no profile with this id was picked.
    """
    path = work_folder(out, character_id) / PROFILE
    if not path.is_file():
        raise unknown("profile in the making", character_id, [p.parent.name for p in (out / MAKING).glob(f"*/{PROFILE}")])
    rows = read_rows(Character, path)
    if len(rows) != 1 or rows[0].id != character_id:
        raise UserError(f"{path} must hold one line, the character with id '{character_id}'")
    return rows[0]


def format_candidates(candidates: Sequence[Candidate], most: int) -> str:
    """Returns a table of the `most` best candidates with the reasons for their scores."""
    rows = []
    for c in candidates[:most]:
        who = f"{c.profile.name}, {c.profile.age}, {c.profile.gender}\n{c.profile.occupation}, {c.profile.education}"
        aims = f"{', '.join(c.profile.hobbies)}\n{c.profile.long_term_goal}"
        rows.append((c.id, f"{c.score:.2f}", f"{c.coherence:.2f}", f"{c.distance:.2f}", who, aims, "\n".join(c.reasons)))
    headers = ("id", "score", "coherence", "distance", "who", "hobbies, long-term goal", "reasons")
    return tabulate(rows, headers, disable_numparse=True, maxcolwidths=[None, None, None, None, 30, 34, 44])
