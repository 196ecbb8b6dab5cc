"""Where a run of a story starts: from the biography, a checkpoint, or a finished story to be extended.

Checkpoints are `making/<id>/story/NNNN.json`, one for each iteration; a run can resume from any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from human_simulacra.construction.ledger import list_statements
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story.story_options import ITERATIONS, SETTINGS, StoryOptions
from human_simulacra.construction.story.story_state import Change, DraftParagraph, QueuedTask, StoryState
from human_simulacra.construction.text_splitting import split_paragraphs
from human_simulacra.construction.workspace import work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.jsonl_rows import parse_row
from human_simulacra.library import Library

_NAME = re.compile(r"(\d{4,})\.json")


class Checkpoints:
    """The checkpoints of one character's story."""

    def __init__(self, out: Path, character_id: str) -> None:
        self.folder = work_folder(out, character_id) / "story"

    def save(self, state: StoryState) -> None:
        """Writes a state atomically as its iteration's checkpoint; a review of that iteration overwrites it."""
        text = json.dumps(asdict(state), ensure_ascii=False, indent=1, sort_keys=True)
        write_atomically(self.folder / f"{state.iteration:04d}.json", text + "\n")

    def iterations(self) -> list[int]:
        """Returns the iterations that have a checkpoint, in ascending order."""
        if not self.folder.is_dir():
            return []
        return sorted(int(match[1]) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name)))

    def load(self, iteration: int | None = None) -> StoryState | None:
        """Returns the checkpoint of an iteration, or the last one; None if there are no checkpoints.

        Raises:
            UserError: If there is none of this iteration, or its file is damaged.
        """
        known = self.iterations()
        if not known:
            return None
        wanted = known[-1] if iteration is None else iteration
        if wanted not in known:
            raise UserError(f"there is no checkpoint of iteration {wanted} in {self.folder}: it has {known[0]} to {known[-1]}")
        path = self.folder / f"{wanted:04d}.json"
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise UserError(f"{path} is damaged: remove it and resume from the checkpoint before it")
        return parse_row(StoryState, row, str(path))

    def set_aside(self, after: int) -> Path | None:
        """Moves the checkpoints after an iteration into a new folder `aside-N`, before a run that branches off there.

        Returns the folder, or None if there were no later checkpoints.
        """
        later = [i for i in self.iterations() if i > after]
        if not later:
            return None
        number = 1 + sum(1 for _ in self.folder.glob("aside-*"))
        aside = self.folder / f"aside-{number}"
        aside.mkdir()
        for iteration in reversed(later):  # last first: an interruption leaves a shorter run without gaps
            path = self.folder / f"{iteration:04d}.json"
            path.replace(aside / path.name)
        return aside


def read_story_settings(out: Path, character_id: str, iteration: int | None = None) -> dict[str, Any]:
    """Returns the settings that a story was started with, by field of `StoryOptions`; an empty dict without checkpoints.

    They are read from the checkpoint of an iteration, by default the last.

    Raises:
        UserError: If there is no such checkpoint, or it is damaged.
    """
    state = Checkpoints(out, character_id).load(iteration)
    kept = state.settings if state is not None else {}
    return {name: tuple(v) if isinstance(v := kept[name], list) else v for name in SETTINGS if name in kept}


def prepare_start(
    checkpoints: Checkpoints, library: Library, life: Lifetime, options: StoryOptions, say: Callable[[str], None]
) -> StoryState:
    """Returns the state to continue from, and saves it as a checkpoint; `say` prints a line for the user.

    Raises:
        UserError: If there is no such state, or a new run would overwrite one.
    """
    cid, last = life.character.id, checkpoints.load()
    story = library.path / "characters" / cid / "story.jsonl"
    if options.resume and last is None:
        raise UserError(f"nothing to resume for '{cid}', there is no checkpoint in {checkpoints.folder}: run without --resume")
    if options.resume and last and not (options.extend and last.finished and options.resume_at is None):
        state = _resumed(checkpoints, options, say)
    elif options.extend:
        if last is None and not story.is_file():
            raise UserError(f"'{cid}' has no story to continue: run without --continue")
        if last is not None and not last.finished:
            raise UserError(f"the story of '{cid}' is unfinished at iteration {last.iteration}: continue with --resume")
        told = _read_story(library, cid)
        state = _extended(last or _start_from(life, told, options), told, life, options, say)
    elif last is not None:
        mend = "extend it with --continue" if last.finished else "continue with --resume"
        done = "finished" if last.finished else "unfinished"
        raise UserError(f"the story of '{cid}' is {done} at iteration {last.iteration}: {mend}, or remove {checkpoints.folder}")
    elif story.is_file():
        raise UserError(f"'{cid}' has a story, {story}: extend it with --continue, or remove it to write another")
    elif not life.character.biography.strip():
        raise UserError(f"the profile of '{cid}' has no biography to grow a story from: run tools/generate_biographies.py")
    else:
        # With an outline the draft is empty: the sections come from the outline, which is written first.
        state = _start_from(life, [] if options.plan == "outline" else _split_biography(life), options)
    checkpoints.save(state)
    return state


def _start_from(life: Lifetime, pieces: list[DraftParagraph], options: StoryOptions) -> StoryState:
    """Returns the state before the first iteration."""
    return StoryState(
        character=life.character.id, iteration=0, goal=options.iterations or ITERATIONS, finished=False,
        settings=options.settings(), change=Change("start", after=tuple(p.text for p in pieces)), places=tuple(pieces),
        pieces=tuple(pieces), profile=list_statements(life.character),
    )  # fmt: skip


def _split_biography(life: Lifetime) -> list[DraftParagraph]:
    """Returns the paragraphs of the biography, dated by their sentences, or else by the last year that they name."""
    dated = {" ".join(sentence.text.split()): sentence.year for sentence in life.character.biography_dated}
    pieces = []
    for place, text in enumerate(split_paragraphs(life.character.biography)):
        years = [year for sentence, year in dated.items() if sentence in " ".join(text.split())] or life.lived_years(text)
        pieces.append(DraftParagraph(text, place, year=max(years, default=None), first_year=min(years, default=None)))
    return pieces


def _read_story(library: Library, character_id: str) -> list[DraftParagraph]:
    """Returns the non-empty paragraphs of a story: a row emptied by hand counts as removed."""
    told = [row for row in library.story(character_id) if row.text.strip()]
    if not told:
        raise UserError(f"the story of '{character_id}' is empty: remove its story.jsonl")
    return [
        DraftParagraph(row.text, place, year=row.end_year, month=row.month, first_year=row.year) for place, row in enumerate(told)
    ]


def _resumed(checkpoints: Checkpoints, options: StoryOptions, say: Callable[[str], None]) -> StoryState:
    state = checkpoints.load(options.resume_at)
    assert state is not None
    if aside := checkpoints.set_aside(state.iteration):
        say(f"the checkpoints after iteration {state.iteration} are kept in {aside}")
    goal = state.goal if options.iterations is None or options.extend else options.iterations + state.planned
    if state.finished and (aside or goal > state.iteration or any(not piece.text for piece in state.pieces)):
        state = replace(state, finished=False)
    for name, value in options.settings().items():
        if name in state.settings and state.settings[name] != value:
            say(f"note: {name.replace('_', '-')} was {state.settings[name]} and is {value} from here on")
    # A section that failed before is tried again: another seed gives another text.
    resting = tuple(key for key in state.resting if any(piece.key == key and piece.text for piece in state.pieces))
    say(f"continuing from iteration {state.iteration} of {goal}")
    return replace(state, goal=goal, settings=options.settings(), resting=resting)


def _extended(
    state: StoryState, told: list[DraftParagraph], life: Lifetime, options: StoryOptions, say: Callable[[str], None]
) -> StoryState:
    """Returns a finished state with further iterations, and a task for each fact that is new in the profile."""
    if [piece.text for piece in told] != [piece.text for piece in state.written]:
        say(f"the story was changed since iteration {state.iteration}: continuing from the story as it is now")
        known = {piece.text: piece for piece in state.pieces}
        pieces = tuple(replace(known.get(piece.text, piece), place=place) for place, piece in enumerate(told))
        state = replace(state, pieces=pieces, places=pieces, woven=(), decided=())
    facts = list_statements(life.character)
    new = [fact for fact in facts if fact not in state.profile]
    for fact in new:
        say(f"to be added to the story: {fact}")
    return replace(
        state, goal=state.iteration + (options.iterations or ITERATIONS), finished=False, settings=options.settings(), resting=(),
        queue=(*state.queue, *(QueuedTask("", fact) for fact in new)), profile=facts,
    )  # fmt: skip
