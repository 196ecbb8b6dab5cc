"""Candidates of a data folder: sampled, ranked by coherence and distance from existing characters, kept in a file, and picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

from tabulate import tabulate

from human_simulacra.construction.lifetime import parse_date
from human_simulacra.construction.profiles.attribute_pools import POOL_OF_KEY, VALUES_PER_POOL, Pools, read_pools
from human_simulacra.construction.profiles.constraints import Constraints
from human_simulacra.construction.profiles.profile_sampling import sample_profiles
from human_simulacra.construction.workspace import MAKING, PROFILE, character_folder, work_folder
from human_simulacra.errors import UserError, unknown
from human_simulacra.files import write_jsonl
from human_simulacra.jsonl_rows import read_rows
from human_simulacra.library import Library, packaged_path
from human_simulacra.memory.embedding import Embedder, SentenceEmbedder
from human_simulacra.types import Character

ALIKE = 0.55  # cosine similarity from which two hobbies or goals count as the same
LEVELS_ABOVE = 3  # levels of education above an occupation's minimum that are not a doubt
AGE_ROOM = 2  # years from the limit of a value's age range
TEXT_SHARE = 0.5  # weight of text similarity in the distance; the rest is the share of common attributes
MOST_SHARED = len(POOL_OF_KEY) + sum(count - 1 for count in VALUES_PER_POOL.values())
FAULT = 0.2  # what each doubt subtracts from a coherence of 1


@dataclass(frozen=True)
class Candidate:
    """A profile with its scores (0 to 1, higher is better) and the reasons for them; ids follow the order of sampling."""

    id: str
    score: float
    coherence: float
    distance: float
    reasons: tuple[str, ...]
    profile: Character


def rank_candidates(
    people: Sequence[Character], existing: Sequence[Character], pools: Pools, embedder: Embedder
) -> list[Candidate]:
    """Ranks candidates, each coherent in itself, by the mean of coherence and distance from `existing` characters, best first."""
    new = embedder.encode([_describe(person) for person in people])
    old = embedder.encode([_describe(person) for person in existing])
    aims = sorted({text for person in people for texts in _aims(person) for text in texts})
    vectors = dict(zip(aims, embedder.encode(aims), strict=True))
    ranked = []
    for place, person in enumerate(people):
        doubts = _find_doubts(person, pools)
        for texts in _aims(person):
            cosine, one, other = max((float(vectors[a] @ vectors[b]), a, b) for a, b in combinations(texts, 2))
            doubts += [f"{one} and {other} are much alike"] if cosine >= ALIKE else []
        coherence = max(0.0, 1.0 - FAULT * len(doubts))
        distance, nearest = 1.0, "there is no other character"
        if existing:
            alike = [max(0.0, float(new[place] @ vector)) for vector in old]
            shared = [_find_shared(person, other, pools) for other in existing]
            distance, at = min(
                (TEXT_SHARE * (1 - cosine) + (1 - TEXT_SHARE) * (1 - min(1.0, len(common) / MOST_SHARED)), at)
                for at, (cosine, common) in enumerate(zip(alike, shared, strict=True))
            )
            nearest = f"nearest {existing[at].name}, " + (f"both {'; '.join(shared[at])}" if shared[at] else "nothing in common")
        score, reasons = round((coherence + distance) / 2, 3), (*doubts, nearest)
        ranked.append(Candidate(f"c{place + 1:03d}", score, round(coherence, 3), round(distance, 3), reasons, person))
    return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.id))


def _describe(person: Character) -> str:
    """Returns a profile as text for embedding, without name, gender and dates."""
    return (
        f"{person.age}, {person.occupation}, {person.education}; grew up in a {person.family}. "
        f"Likes {', '.join(person.hobbies)}. Is busy with {', '.join(person.short_term_goals)}; "
        f"in the long run with {person.long_term_goal}. Mostly {', '.join(person.functions[:2])}."
    )


def _find_doubts(person: Character, pools: Pools) -> list[str]:
    found = []
    for value in pools.find_character_values(person):
        have, need = pools.education_level(person.education), pools.education_level(value.min_education)
        if value.attribute == "occupation" and have is not None and have - (need or 0) > LEVELS_ABOVE:
            found.append(f"a {person.education} is far more than a {value.value} needs")
        if value.max_age is not None and value.max_age - person.age < AGE_ROOM:
            found.append(f"{person.age} is late for {value.value}")
        elif value.attribute == "occupation" and value.min_age is not None and person.age - value.min_age < AGE_ROOM:
            found.append(f"{person.age} is early for a {value.value}")
        if not pools.contains(value):
            found.append(f"{value} is in no pool, so nothing is known of what it goes with")
    return found


def _aims(person: Character) -> tuple[Sequence[str], Sequence[str]]:
    return person.hobbies, (*person.short_term_goals, person.long_term_goal)


def _find_shared(person: Character, other: Character, pools: Pools) -> list[str]:
    """Returns the sampled attributes that two people have in common, except gender."""
    theirs = pools.find_character_values(other)
    found = [v.value for v in pools.find_character_values(person) if v in theirs and v.attribute != "gender"]
    return [*found, "-".join(person.functions[:2])] if person.functions[:2] == other.functions[:2] else found


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
