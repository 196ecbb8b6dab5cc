"""Candidates of a data folder: sampling and ranking, their file, a table of them, and picking one as the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tabulate import tabulate

from human_simulacra.construction.profiles.attribute_pools import read_pools
from human_simulacra.construction.profiles.birth_dates import parse_date
from human_simulacra.construction.profiles.candidate_ranking import Candidate, candidate_id, rank_candidates
from human_simulacra.construction.profiles.constraints import Constraints
from human_simulacra.construction.profiles.name_generation import NameGenerator
from human_simulacra.construction.profiles.profile_sampling import SamplingContext, sample_profiles
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
    existing = read_existing_characters(out)
    # The reference date is that of the package's characters, so that a seed gives the same people on any day.
    day = parse_date("reference_date", constraints.texts.get("reference_date") or existing[0].reference_date)
    pools = read_pools(out)
    taken = {person.id for person in existing} | {path.parent.name for path in (out / MAKING).glob(f"*/{PROFILE}")}
    people = sample_profiles(SamplingContext(pools, NameGenerator(locale), day, taken), constraints, count, seed)
    path = candidates_file(out)
    drawn = {candidate_id(place): person for place, person in enumerate(people)}
    # The user may have noted an id, which must not come to mean another person.
    if not replace and path.is_file() and not _profiles(read_candidates(out)).items() <= drawn.items():
        raise UserError(f"{path} holds candidates of another draw: keep them with --resume, or draw anew with --replace")
    ranked = rank_candidates(people, existing, pools, SentenceEmbedder())
    write_jsonl(path, [asdict(candidate) for candidate in ranked])
    return ranked


def _profiles(candidates: Sequence[Candidate]) -> dict[str, Character]:
    return {candidate.id: candidate.profile for candidate in candidates}


def read_existing_characters(out: Path) -> list[Character]:
    """Returns the characters of the dataset package and of a data folder."""
    package = Library(packaged_path())
    found = [package.character(i) for i in package.ids]
    if any((out / "characters").glob(f"*/{PROFILE}")):
        mine = Library(out)
        found += [mine.character(i) for i in mine.ids if i not in package.ids]
    return found


def read_candidates(out: Path) -> list[Candidate]:
    """Returns the saved candidates, best first.

    Raises:
        UserError: If there are none.
    """
    path = candidates_file(out)
    if not path.is_file():
        raise UserError(f"{path} does not exist: draw candidates first, without --pick and --resume")
    return read_rows(Candidate, path)


def find_candidate(out: Path, candidates: Sequence[Candidate], wanted: str) -> Character:
    """Returns the profile of a candidate, given by its id or as "best", and checks that it was not picked before.

    Raises:
        UserError: If there is no such candidate, or its character exists already.
    """
    by_id = _profiles(candidates)
    if wanted == "best":
        wanted = candidates[0].id
    if wanted not in by_id:
        raise unknown("candidate", wanted, by_id)
    profile = by_id[wanted]
    for folder in (character_folder(out, profile.id), work_folder(out, profile.id)):
        if (folder / PROFILE).exists():
            raise UserError(f"{folder / PROFILE} is there already: {profile.name} was picked before; remove it to start over")
    return profile


def pick_candidate(out: Path, candidates: Sequence[Candidate], wanted: str) -> Character:
    """Saves a candidate as the picked profile, `making/<id>/profile.jsonl`, and returns it; raises what `find_candidate` does."""
    profile = find_candidate(out, candidates, wanted)
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
    widths = [None, None, None, None, 30, 34, 44]
    return tabulate(rows, headers, disable_numparse=True, maxcolwidths=widths)
