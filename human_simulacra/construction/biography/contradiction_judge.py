"""LLM-as-judge check of a biography against its facts, used only if the backbone passes a self-test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from human_simulacra.construction.biography.stated_facts import Fact, list_facts, state_facts
from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.prompts import render
from human_simulacra.types import Character

VERDICT_WORDS = 60
_VERDICT = re.compile(r"\W*(?:none\W*\Z|wrong:\s*(?P<what>.+))", re.IGNORECASE | re.DOTALL)
_OTHER = {"occupation": ("deep-sea miner", "pastry chef"), "long_term_goal": ("owning a circus", "learning to fly")}


class ContradictionJudge:
    """Asks a writer's backbone, at temperature zero, whether a text contradicts a profile."""

    def __init__(self, writer: Writer, character: Character) -> None:
        quiet = Writer(writer.backbone, writer.seed, attempts=2, temperature=0.0, context_tokens=writer.context_tokens)
        self._writer = writer if isinstance(writer, DryRun) else quiet
        self._character = character
        self._able: bool | None = True if isinstance(writer, DryRun) else None

    async def find_contradictions(self, text: str, wanted: Sequence[Fact]) -> list[str]:
        """Returns the contradiction that the backbone finds; an empty list if there is none or the self-test failed."""
        if self._able is None:
            self._able = await self._passes_self_test()
        what = await self._ask(text, wanted) if self._able else None
        return [f"it says what the profile does not allow: {what}"] if what else []

    async def _passes_self_test(self) -> bool:
        """Returns whether the judge accepts a text that only states the facts and rejects one with two facts replaced."""
        own = list_facts(self._character)
        other = replace(
            self._character,
            **{key: next(v for v in values if v != getattr(self._character, key)) for key, values in _OTHER.items()},
        )
        right = await self._ask(state_facts(self._character, own), own)
        return right == "" and bool(await self._ask(state_facts(other, list_facts(other)), own))

    async def _ask(self, text: str, wanted: Sequence[Fact]) -> str | None:
        """Returns the contradiction, an empty string if there is none, or None if the verdict is unparseable."""
        prompt = render(
            "make_biography_contradiction_check", name=self._character.name, facts=state_facts(self._character, wanted), text=text
        )
        draft = await self._writer.write(prompt, VERDICT_WORDS, check=_check_verdict)
        match = _VERDICT.match(draft.text or "")
        return (match["what"] or "").strip() if match else None


def _check_verdict(text: str) -> str | None:
    return None if _VERDICT.match(text) else "it was neither NONE nor WRONG: with what is wrong"
