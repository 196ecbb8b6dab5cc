"""Writing of one part of a biography: checks, retries, and plain sentences for facts that the model leaves out."""

from __future__ import annotations

from dataclasses import dataclass

from human_simulacra.construction.biography.biography_checks import find_biography_faults, find_order_fault
from human_simulacra.construction.biography.contradiction_judge import ContradictionJudge
from human_simulacra.construction.biography.part_prompts import BiographyPart
from human_simulacra.construction.biography.stated_facts import find_missing_facts, name_facts, state_facts
from human_simulacra.construction.checked_writer import Draft, Writer
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.text_checks.reply_checks import find_reply_faults
from human_simulacra.prompts import render
from human_simulacra.types import Character

ROUNDS = 2  # of drafts that the judge may reject


@dataclass(frozen=True)
class WrittenPart:
    """A part, with the rejected texts and their faults; its `composed` sentences are from the profile, as no model wrote them."""

    text: str
    attempts: int
    findings: tuple[str, ...]
    rejected: tuple[str, ...]
    composed: str = ""


class BiographyWriter:
    """Writes the parts of one biography; without `judge` the check by the backbone is skipped."""

    def __init__(self, writer: Writer, character: Character, pools: Pools, judge: ContradictionJudge | None) -> None:
        self._writer, self._character, self._pools, self._judge = writer, character, pools, judge

    async def write_part(self, part: BiographyPart, prompt: str) -> WrittenPart:
        """Returns a part that states all its facts and contradicts none.

        Raises:
            BackboneError: If the backbone gives no answer.
        """
        faults: list[str] = []
        rejected: list[str] = []
        judged: set[str] = set()
        attempts, asked = 0, prompt
        for _ in range(ROUNDS):
            draft = await self._writer.write(asked, part.max_words, check=lambda text: self.find_fault(text, part))
            attempts += draft.attempts
            faults += draft.findings
            rejected += draft.rejected
            if draft.text is None:
                break
            sent_back = await self._judge.find_contradictions(draft.text, part.facts) if self._judge else []
            if not sent_back:
                return WrittenPart(draft.text, attempts, tuple(faults), tuple(rejected))
            faults += sent_back
            rejected.append(draft.text)
            judged.add(draft.text)
            asked = render("make_retry", prompt=prompt, finding=sent_back[0])
        return self._completed(part, prompt, Draft(None, attempts, tuple(faults), tuple(rejected)), judged)

    def find_fault(self, text: str, part: BiographyPart) -> str | None:
        """Returns the faults of a part or None: contradictions first, then missing facts, then the order of years."""
        if found := find_biography_faults(text, self._character, self._pools):
            return "; ".join(found)
        if left_out := find_missing_facts(text, part.facts):
            return f"it left out {name_facts(left_out)}"
        return find_order_fault(text)

    def _completed(self, part: BiographyPart, prompt: str, draft: Draft, judged: set[str]) -> WrittenPart:
        """Completes the attempt with the fewest missing facts and no other fault by plain sentences."""
        usable = [
            text
            for text in draft.rejected
            if text not in judged
            and not find_reply_faults(text, prompt, part.max_words)
            and not find_biography_faults(text, self._character, self._pools)
        ]
        best = min(usable, key=lambda text: len(find_missing_facts(text, part.facts)), default="")
        composed = state_facts(self._character, find_missing_facts(best, part.facts) if best else part.facts)
        return WrittenPart(f"{composed} {best}".strip(), draft.attempts, draft.findings, draft.rejected, composed)
