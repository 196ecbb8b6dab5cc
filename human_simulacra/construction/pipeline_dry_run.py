"""The dry run of the pipeline, in a temporary copy of the data folder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from human_simulacra.construction.biography import generate_biography
from human_simulacra.construction.dry_run import DryRun, placeholder_text
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.pipeline import PipelineOptions, Reviewers, select_profile, state_file
from human_simulacra.construction.profiles.candidates import read_picked_profile
from human_simulacra.construction.questions.question_generation import generate_questions
from human_simulacra.construction.story import generate_story
from human_simulacra.construction.workspace import MAKING, character_folder, check_folder, open_folder
from human_simulacra.files import write_jsonl

PARAGRAPHS = 5  # of a placeholder biography


async def dry_run_pipeline(writer: DryRun, out: Path, options: PipelineOptions, seed: int) -> None:
    """Runs every step with placeholder texts, so that `writer` records all prompts; `out` is not changed and need not exist.

    Raises:
        UserError: If the constraints cannot be satisfied, or the folder has other content.
    """
    check_folder(out)  # before the copy, because it could be a large folder such as the home folder
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        if out.is_dir():
            shutil.copytree(out, copy, ignore=shutil.ignore_patterns(MAKING))
        open_folder(copy)
        character = select_profile(copy, options, seed, state_file(copy).exists(), Reviewers())
        await generate_biography(writer, copy, character, options.biography)
        biography = "\n\n".join([placeholder_text(options.biography.words // PARAGRAPHS)] * PARAGRAPHS)
        profile = replace(read_picked_profile(copy, character), biography=biography, biography_dated=())
        write_jsonl(character_folder(copy, character) / "profile.jsonl", [asdict(profile)])
        await generate_story(writer, copy, character, options.story)
        await build_memories(writer, copy, character)
        await generate_questions(writer, copy, character, options.questions)
