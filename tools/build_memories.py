"""Builds a character's long-term memories from its story: `python tools/build_memories.py CHARACTER --data DATA`.

Finished calls are kept, so that a stopped run goes on where it was. What the file held before is replaced at the end only.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import asdict
from pathlib import Path

from human_simulacra.agents.asking import Asker
from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache
from human_simulacra.backbones.base import Backbone
from human_simulacra.construction.memories import build_memories
from human_simulacra.errors import UserError
from human_simulacra.files import cache_dir, write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunks
from human_simulacra.persona import persona
from human_simulacra.progress import Progress
from human_simulacra.types import Memory


async def build(backbone: Backbone, library: Library, character_id: str) -> list[Memory]:
    """Returns the memories of a character in order, with progress on stderr."""
    character, story = library.character(character_id), library.story(character_id)
    system = persona(character)
    progress = Progress(f"memories of {character.name}", len(chunks(story, CHUNK_PARAGRAPHS)))
    found = []
    async for memory in build_memories(lambda: Asker(backbone, backbone, system), character_id, character.name, story):
        found.append(memory)
        progress.step()
    progress.close()
    return sorted(found, key=lambda memory: memory.index)


def main() -> int:
    """Runs the construction; returns 0, 2 for a mistake in what was given or a backbone that failed, 130 if stopped."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("character", help="the character's id")
    parser.add_argument("--data", type=Path, help="the data folder (default: the dataset package)")
    parser.add_argument("--backbone", metavar="CONFIG.py", help="file with an OpenCompass model config (default: embedded)")
    parser.add_argument("--out", type=Path, help="the file to write (default: the character's memories.jsonl)")
    arguments = parser.parse_args()
    try:
        library = Library(arguments.data)
        library.story(arguments.character)
        from human_simulacra.plugin.chat_backbone import chat_backbone

        backbone = CachedBackbone(chat_backbone(arguments.backbone).backbone, CallCache(cache_dir() / "calls.sqlite"))
        memories = asyncio.run(build(backbone, library, arguments.character))
    except (UserError, BackboneError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return 130
    target = arguments.out or library.path / "characters" / arguments.character / "memories.jsonl"
    write_jsonl(target, [asdict(memory) for memory in memories])
    print(f"{len(memories)} memories written to {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
