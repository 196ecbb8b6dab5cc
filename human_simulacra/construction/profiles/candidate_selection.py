"""The candidates of a data folder: drawn, ranked and kept, shown as a table, and one picked as the profile to go on with."""

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
from human_simulacra.construction.workspace import MAKING, character_folder, work_folder
from human_simulacra.errors import UserError, unknown
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library, packaged_path
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.rows import parse_row, read_jsonl
from human_simulacra.types import Character

PROFILE = "profile.jsonl"


def candidates_file(out: Path) -> Path:
    """Returns where a data folder keeps its candidates."""
    return out / MAKING / "candidates.jsonl"


def draw_candidates(
    out: Path, constraints: Constraints, count: int, seed: int, locale: str, *, replace: bool = True
) -> list[Candidate]:
    """Draws candidates, ranks them against the characters of the folder and of the dataset package, and keeps them.

    Args:
        out: The data folder.
        constraints: Who is wanted.
        count: How many at most.
        seed: Seed of the draws.
        locale: Where names come from.
        replace: Whether candidates that were drawn before may go.

    Raises:
        UserError: If the constraints or the locale leave nobody, or one that was drawn before would go and may not.
    """
    existing = read_existing_characters(out)
    # Ages hold on the same day as those of the package's characters, so that a seed gives the same people tomorrow.
    day = parse_date("reference_date", constraints.texts.get("reference_date") or existing[0].reference_date)
    pools = read_pools(out)
    taken = {person.id for person in existing} | {path.parent.name for path in (out / MAKING).glob(f"*/{PROFILE}")}
    people = sample_profiles(SamplingContext(pools, NameGenerator(locale), day, taken), constraints, count, seed)
    path = candidates_file(out)
    drawn = {candidate_id(place): person for place, person in enumerate(people)}
    # Somebody may have noted an id: it must go on to mean the same person.
    if not replace and path.is_file() and not _profiles(read_candidates(out)).items() <= drawn.items():
        raise UserError(f"{path} holds candidates of another draw: keep them with --resume, or draw anew with --replace")
    ranked = rank_candidates(people, existing, pools, SentenceEmbedder())
    write_jsonl(path, [asdict(candidate) for candidate in ranked])
    return ranked


def _profiles(candidates: Sequence[Candidate]) -> dict[str, Character]:
    return {candidate.id: candidate.profile for candidate in candidates}


def read_existing_characters(out: Path) -> list[Character]:
    """Returns the characters of the dataset package and those of a data folder."""
    package = Library(packaged_path())
    found = [package.character(i) for i in package.ids]
    if any((out / "characters").glob(f"*/{PROFILE}")):
        mine = Library(out)
        found += [mine.character(i) for i in mine.ids if i not in package.ids]
    return found


def read_candidates(out: Path) -> list[Candidate]:
    """Returns the candidates that were drawn before, best first.

    Raises:
        UserError: If there are none.
    """
    path = candidates_file(out)
    if not path.is_file():
        raise UserError(f"{path} does not exist: draw candidates first, without --pick and --resume")
    return [parse_row(Candidate, row, f"{path}, line {number}") for number, row in read_jsonl(path)]


def find_candidate(out: Path, candidates: Sequence[Candidate], wanted: str) -> Character:
    """Returns the profile of a candidate that can be picked.

    Args:
        out: The data folder.
        candidates: Those to choose from, best first.
        wanted: A candidate's id, or "best".

    Raises:
        UserError: If there is no such candidate, or its character is there already.
    """
    by_id = _profiles(candidates)
    if wanted == "best":
        wanted = candidates[0].id
    if wanted not in by_id:
        raise unknown("candidate", wanted, by_id)
    profile = by_id[wanted]
    for folder in (character_folder(out, profile.id), work_folder(out, profile.id)):
        if (folder / PROFILE).exists():
            raise UserError(f"{folder / PROFILE} is there already: {profile.name} was picked before; remove it to begin again")
    return profile


def pick_candidate(out: Path, candidates: Sequence[Candidate], wanted: str) -> Character:
    """Makes a candidate the profile to go on with: `making/<id>/profile.jsonl`, until it has a biography.

    Raises:
        UserError: As `find`.
    """
    profile = find_candidate(out, candidates, wanted)
    write_jsonl(work_folder(out, profile.id) / PROFILE, [asdict(profile)])
    return profile


def read_picked_profile(out: Path, character_id: str) -> Character:
    """Returns the profile that was picked, as work in progress.

    Raises:
        UserError: If nobody of this id was picked.
    """
    path = work_folder(out, character_id) / PROFILE
    if not path.is_file():
        raise unknown("profile in the making", character_id, [p.parent.name for p in (out / MAKING).glob(f"*/{PROFILE}")])
    rows = [parse_row(Character, row, f"{path}, line {number}") for number, row in read_jsonl(path)]
    if len(rows) != 1 or rows[0].id != character_id:
        raise UserError(f"{path} must hold one line, the character with id '{character_id}'")
    return rows[0]


def format_candidates(candidates: Sequence[Candidate], most: int) -> str:
    """Renders the best candidates with the reasons for their places."""
    rows = []
    for c in candidates[:most]:
        who = f"{c.profile.name}, {c.profile.age}, {c.profile.gender}\n{c.profile.occupation}, {c.profile.education}"
        aims = f"{', '.join(c.profile.hobbies)}\n{c.profile.long_term_goal}"
        rows.append((c.id, f"{c.score:.2f}", f"{c.coherence:.2f}", f"{c.distance:.2f}", who, aims, "\n".join(c.reasons)))
    headers = ("id", "score", "coherence", "distance", "who", "hobbies, long-term goal", "reasons")
    widths = [None, None, None, None, 30, 34, 44]
    return tabulate(rows, headers, disable_numparse=True, maxcolwidths=widths)
