"""Biography generation: parts are written, checked, saved, reviewed, and stored in the finished character's profile."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.construction import review_queue
from human_simulacra.construction.biography.biography_checks import find_biography_faults
from human_simulacra.construction.biography.contradiction_judge import ContradictionJudge
from human_simulacra.construction.biography.part_prompts import Form, plan_parts, render_part_prompt
from human_simulacra.construction.biography.stated_facts import find_missing_facts, list_facts, name_facts
from human_simulacra.construction.biography.writer import BiographyWriter
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.profiles.attribute_pools import Pools, read_pools
from human_simulacra.construction.profiles.candidate_selection import read_picked_profile
from human_simulacra.construction.result_store import ResultStore
from human_simulacra.construction.terminal_review import Reviewer
from human_simulacra.construction.workspace import PROFILE, character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_jsonl
from human_simulacra.library import Library
from human_simulacra.progress import Progress
from human_simulacra.types import Character

TOOL, NAME, WHOLE = "generate_biographies", "biography", "the whole"
MOST_WORDS, LEAST_WORDS = 600, 100  # a reply may exceed its limit by half, and a biography has fewer than a thousand words


@dataclass(frozen=True)
class BiographyOptions:
    """Options of biography generation; `words` is the maximum, and with `judge` the backbone looks for contradictions as well.

    Raises:
        UserError: If `words` is out of range.
    """

    form: Form = "whole"
    words: int = 450
    judge: bool = True

    def __post_init__(self) -> None:
        if not LEAST_WORDS <= self.words <= MOST_WORDS:
            raise UserError(f"--words {self.words} is not possible: a biography has {LEAST_WORDS} to {MOST_WORDS} words")


@dataclass(frozen=True)
class BiographyResult:
    """The character with its biography and the profile's file, or None if the reviewer stopped.

    `composed` are sentences that no model wrote, `faults` the number of findings on the whole text in the review queue.
    """

    character: Character | None
    path: Path | None
    composed: tuple[str, ...] = ()
    faults: int = 0


def has_begun(out: Path, character_id: str) -> bool:
    """Returns whether a biography is finished or in progress."""
    return (character_folder(out, character_id) / PROFILE).is_file() or ResultStore(out, character_id, NAME).partial.is_file()


async def generate_biography(
    writer: Writer,
    out: Path,
    character_id: str,
    options: BiographyOptions,
    *,
    resume: bool = False,
    review: Reviewer | None = None,
) -> BiographyResult:
    """Writes the biography of a picked profile; with a `DryRun` nothing is written to disk.

    `resume` continues an interrupted run. Without `review`, what passes the checks is accepted.

    Raises:
        UserError: If the profile was not picked, or has its biography already.
        BackboneError: If the backbone gives no answer.
    """
    profile = read_picked_profile(out, character_id)
    path = character_folder(out, character_id) / PROFILE
    store = ResultStore(out, character_id, NAME)
    if path.is_file():
        if not resume:
            raise UserError(f"{profile.name} has a biography, {path}: change it with tools/edit_character.py, or remove the file")
        done = Library(out).character(character_id)
        store.finish_run(store)
        rows = review_queue.read_rows(out, character_id, TOOL)
        return BiographyResult(done, path, faults=sum(len(row["findings"]) for row in rows if row["what"] == WHOLE))
    if isinstance(writer, DryRun):
        await _text(writer, profile, read_pools(out), options, store, (), keep=False)
        return BiographyResult(None, None)
    if not resume:
        check_resumable(store.partial, resume, f"the biography of {profile.name}")
    store.begin_run()
    return await _reviewed(writer, out, profile, options, store, review)


async def _reviewed(
    writer: Writer, out: Path, profile: Character, options: BiographyOptions, store: ResultStore, review: Reviewer | None
) -> BiographyResult:
    pools = read_pools(out)
    path = character_folder(out, profile.id) / PROFILE
    reasons = [str(row["reason"]) for key in store if (row := store.get(key)) and "reason" in row]
    while True:
        text, keys = profile.biography, []
        if not text or reasons:
            text, keys = await _text(writer, profile, pools, options, store, tuple(reasons), keep=True)
        rows = [row for key in keys if (row := store.get(key))]
        composed = tuple(str(row["composed"]) for row in rows if row["composed"])
        left_out = find_missing_facts(text, list_facts(profile))
        faults = find_biography_faults(text, profile, pools) + ([f"it leaves out {name_facts(left_out)}"] if left_out else [])
        left = [
            {"what": row["part"], "findings": row["findings"], "rejected": row["rejected"]} for row in rows if row["composed"]
        ]
        left += [{"what": WHOLE, "findings": faults}] if faults else []
        if review is not None:
            notes = [*faults, *(f"no model wrote this: {sentence}" for sentence in composed)]
            decision = review(text, "", notes=notes)
            if decision.kind == "stop":
                return BiographyResult(None, None, composed)
            if decision.kind == "reject":
                reasons.append(decision.reason or "it was not good enough.")
                store.save(f"rejection {len(reasons)}", {"reason": reasons[-1]})
                continue
            text, left, faults = decision.text, [], []
        review_queue.replace_rows(out, profile.id, TOOL, left)
        character = replace(profile, biography=text, biography_dated=())
        write_jsonl(path, [asdict(character)])
        store.finish_run(keys)
        return BiographyResult(character, path, composed, len(faults))


async def _text(
    writer: Writer,
    profile: Character,
    pools: Pools,
    options: BiographyOptions,
    store: ResultStore,
    reasons: tuple[str, ...],
    keep: bool,
) -> tuple[str, list[str]]:
    """Returns the biography and the store keys of its parts; a part that has a result for the same prompt is reused."""
    biography_writer = BiographyWriter(writer, profile, pools, ContradictionJudge(writer, profile) if options.judge else None)
    wanted = plan_parts(profile, options.form, options.words)
    progress = Progress(f"biography of {profile.name}", len(wanted), unit="parts")
    texts: list[str] = []
    keys: list[str] = []
    for part in wanted:
        asked = render_part_prompt(part, profile, " ".join(texts), reasons)
        key = digest([asked, writer.backbone.fingerprint, writer.seed])
        row = store.get(key)
        if row is None:
            made = await biography_writer.write_part(part, asked)
            row = {"part": part.key, **asdict(made)}
            if keep:
                store.save(key, row)
        texts.append(str(row["text"]))
        keys.append(key)
        progress.step(failed=bool(row["composed"]))
    progress.close()
    return "\n\n".join(texts), keys
