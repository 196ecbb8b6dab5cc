"""Biography generation: a text is written, checked, judged, saved, reviewed, and stored in the finished character's profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from human_simulacra.construction.dated_biography import (
    BiographyReply,
    Sentence,
    date_sentences,
    find_biography_faults,
    find_dating_faults,
    join_sentences,
)  # fmt: skip
from human_simulacra.construction.dry_run import DryRun, placeholder_text
from human_simulacra.construction.judging import NOT_JUDGED, Standard
from human_simulacra.construction.ledger import describe_personality, describe_profile, format_facts, list_statements
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.profiles.candidates import read_picked_profile
from human_simulacra.construction.review import review_queue
from human_simulacra.construction.review.review_queue import Decisions, ReviewItem
from human_simulacra.construction.review.terminal_review import Reviewer
from human_simulacra.construction.structured_writing import Writer, render_request, require_room
from human_simulacra.construction.text_faults import find_date_faults, find_text_faults
from human_simulacra.construction.workspace import PROFILE, ResultStore, Row, character_folder, check_resumable
from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_jsonl
from human_simulacra.prompts import render, template
from human_simulacra.types import Character, DatedSentence

TOOL, NAME, RESULT = "generate_biographies", "biography", "result"
MOST_WORDS, LEAST_WORDS = 600, 100  # a text may exceed its limit by half, and a biography has fewer than a thousand words
FORM_SHARE = 2.5  # length of a reply by that of its text: every sentence has keys and a year


@dataclass(frozen=True)
class BiographyOptions:
    """Options of biography generation; `words` is the length.

    Raises:
        UserError: If `words` is out of range.
    """

    words: int = 450

    def __post_init__(self) -> None:
        if not LEAST_WORDS <= self.words <= MOST_WORDS:
            raise UserError(f"--words {self.words} is not possible: a biography has {LEAST_WORDS} to {MOST_WORDS} words")


@dataclass(frozen=True)
class BiographyResult:
    """The file of the profile with its biography, None if the reviewer stopped, or if it `failed`.

    `findings` are open: on the biography that is used, or on the last attempt if none could be used.
    """

    path: Path | None
    findings: tuple[str, ...] = ()
    failed: bool = False


def has_begun(out: Path, character_id: str) -> bool:
    """Returns whether a biography is finished or in progress."""
    return (character_folder(out, character_id) / PROFILE).is_file() or ResultStore(out, character_id, NAME).partial.is_file()


async def generate_biography(
    writer: Writer, out: Path, character_id: str, options: BiographyOptions, *, resume: bool = False,
    review: Reviewer | None = None,
) -> BiographyResult:  # fmt: skip
    """Writes the biography of a picked profile; with a `DryRun` nothing is written to disk.

    `resume` continues an interrupted run. `review` decides about the text, also about one that was rejected; without it, what
    passes is used. A text that was accepted or edited in the review queue is used; why others were rejected enters the prompt.

    Raises:
        UserError: If the profile was not picked, has its biography already, or the backbone's context is too small.
        BackboneError: If the backbone gives no answer.
    """
    profile = read_picked_profile(out, character_id)
    path, store = character_folder(out, character_id) / PROFILE, ResultStore(out, character_id, NAME)
    if path.is_file():
        if not resume:
            raise UserError(f"{profile.name} has a biography, {path}: change it with tools/edit_character.py, or remove the file")
        findings = (store.get(RESULT) or {}).get("findings", ())
        store.finish_run(store)
        return BiographyResult(path, tuple(findings))
    if isinstance(writer, DryRun):
        await _obtain_text(writer, profile, options, store, ())
        return BiographyResult(None)
    if not resume:
        check_resumable(store.partial, resume, f"the biography of {profile.name}")
    decisions = Decisions(out, profile.id)
    if taken := _find_accepted(out, profile.id, decisions):
        write_jsonl(path, [asdict(replace(profile, biography=taken, biography_dated=()))])
        store.finish_run(store)
        return BiographyResult(path)
    reasons = [*decisions.rejections(NAME), *(str(row["reason"]) for key in store if (row := store.get(key)) and "reason" in row)]
    while True:
        key, row = await _obtain_text(writer, profile, options, store, reasons)
        text, findings = str(row["text"]), tuple(row["findings"])
        if not text or (row["failed"] and review is None):
            _queue(out, profile.id, text, findings, in_character=False)
            return BiographyResult(None, findings, failed=True)
        dated = tuple(DatedSentence(**sentence) for sentence in row["dated"])
        if review is not None:
            decision = review(text, "", notes=findings)
            if decision.kind == "stop":
                return BiographyResult(None, findings)
            if decision.kind == "reject":
                reasons.append(decision.reason or "it was not good enough.")
                store.save(f"rejection {len(reasons)}", {"reason": reasons[-1]})
                continue
            text, dated, findings = decision.text, dated if decision.text == text else (), ()
        store.save(RESULT, {"findings": findings})
        _queue(out, profile.id, text, findings, in_character=True)
        write_jsonl(path, [asdict(replace(profile, biography=text, biography_dated=dated))])
        store.finish_run([key, RESULT])
        return BiographyResult(path, findings)


def _queue(out: Path, character_id: str, text: str, findings: Sequence[str], in_character: bool) -> None:
    place = (PROFILE, character_id) if in_character else ("", "")
    item = ReviewItem(TOOL, NAME, *place, "biography", text, "", tuple(findings), in_character)
    review_queue.replace_items(out, character_id, TOOL, [item] if findings else [])


def _find_accepted(out: Path, character_id: str, decisions: Decisions) -> str:
    """Returns the rejected text that a person has accepted or edited in the review queue since; empty if there is none."""
    saved = [decisions.find(item.key) for item in review_queue.read_items(out, character_id, TOOL) if not item.in_character]
    return next((entry.text for entry in saved if entry is not None and entry.decision != "reject"), "")


async def _obtain_text(
    writer: Writer, profile: Character, options: BiographyOptions, store: ResultStore, reasons: Sequence[str]
) -> tuple[str, Row]:
    """Returns a key and a row: `text`, its `dated` sentences, the `findings` on it, and whether it `failed`.

    The text is the profile's own, one that was written for the same request before, or a new one.
    """
    life = Lifetime.from_character(profile)
    facts = format_facts([f"{profile.name} was born on {profile.date_of_birth}.", *list_statements(profile)])
    standard = Standard(profile.name, "the biography of a person", "third", describe_profile(profile), facts)
    if profile.biography and not reasons:
        findings = await _judge(writer, profile.biography, standard, store)
        findings += find_text_faults(profile.biography, MOST_WORDS)
        findings += find_date_faults(profile.biography, life, life.born.year, life.today.year)
        dated = [asdict(sentence) for sentence in profile.biography_dated]
        return "own", {"text": profile.biography, "dated": dated, "findings": findings, "failed": False}
    words = round(writer.fit_words(int(options.words * FORM_SHARE)) / FORM_SHARE)
    if words < LEAST_WORDS:
        raise UserError(f"the backbone's max_out_len has room for {words} words, a biography needs {LEAST_WORDS}: increase it")
    first, last = life.born.year, life.today.year
    prompt = render(
        "make_biography", name=profile.name, facts=describe_profile(profile), traits=describe_personality(profile) or "-",
        advice="".join(render("make_rejection_reason", reason=reason) + "\n\n" for reason in reasons), first=first, last=last,
        reference_date=profile.reference_date, words=words,
    )  # fmt: skip
    system, reply_words = template("make_biography_system"), int(words * FORM_SHARE)
    request = render_request(BiographyReply, prompt)
    require_room(writer, system + request, reply_words, "a biography")
    judge = writer.judge and writer.judge.backbone.fingerprint
    key = digest([system, request, asdict(standard), writer.backbone.fingerprint, writer.seed, judge])
    if (row := store.get(key)) is not None:
        return key, row
    if not isinstance(writer, DryRun):
        store.begin_run()
    draft = await writer.write(
        BiographyReply, prompt, reply_words, system=system, standard=standard, show=join_sentences,
        example=BiographyReply(sentences=[Sentence(paragraph=1, year=last, text=placeholder_text(words))]),
        check=lambda reply: find_biography_faults(reply, life, words),
    )  # fmt: skip
    row = {"text": (draft.rejected or ("",))[-1], "dated": [], "findings": draft.findings, "failed": True}
    if draft.value is not None and (text := join_sentences(draft.value)):
        dated = date_sentences(draft.value, life)
        # With years that do not fit, a person at a point in time would know its future; without years it cannot be put at one.
        fits = not any(find_dating_faults(dated, life))
        row = {"text": text, "dated": [asdict(s) for s in dated if fits], "findings": draft.doubts, "failed": False}
    return key, row if isinstance(writer, DryRun) else store.save(key, row)


async def _judge(writer: Writer, text: str, standard: Standard, store: ResultStore) -> list[str]:
    if isinstance(writer, DryRun):
        if writer.judge:
            writer.record_verdicts([(text, standard)])
        return []
    store.begin_run()
    judged = await writer.judge.find_faults(text, standard) if writer.judge else None
    return [NOT_JUDGED] if judged is None else judged
