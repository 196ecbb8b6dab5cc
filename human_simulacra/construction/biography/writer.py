"""One part of a biography: asked for, checked, asked for again, and made whole with plain sentences where that is not enough."""

from __future__ import annotations

from dataclasses import dataclass

from human_simulacra.construction.biography.biography_checks import out_of_order, wrong
from human_simulacra.construction.biography.contradiction_judge import Judge
from human_simulacra.construction.biography.part_prompts import Part
from human_simulacra.construction.biography.stated_facts import missing, plain, told
from human_simulacra.construction.checked_writer import Draft, Writer
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.text_checks.reply_checks import findings
from human_simulacra.prompts import render
from human_simulacra.types import Character

ROUNDS = 2  # of what the backbone's own check sends back


@dataclass(frozen=True)
class Told:
    """A part as it stands.

    `composed` is the sentences of it that no model wrote, and `findings` says why earlier attempts were rejected.
    """

    text: str
    attempts: int
    findings: tuple[str, ...]
    rejected: tuple[str, ...]
    composed: str = ""


class Teller:
    """Has the parts of one biography written.

    Args:
        writer: Who writes.
        character: The profile.
        pools: What attributes there are beside the profile's own.
        judge: The backbone's own check; None leaves it out.
    """

    def __init__(self, writer: Writer, character: Character, pools: Pools, judge: Judge | None) -> None:
        self._writer, self._character, self._pools, self._judge = writer, character, pools, judge

    async def tell(self, part: Part, prompt: str) -> Told:
        """Returns a part that states every fact of its own and contradicts none."""
        faults: list[str] = []
        rejected: list[str] = []
        judged: set[str] = set()
        attempts, asked = 0, prompt
        for _ in range(ROUNDS):
            draft = await self._writer.write(asked, part.max_words, check=lambda text: self.fault(text, part))
            attempts += draft.attempts
            faults += draft.findings
            rejected += draft.rejected
            if draft.text is None:
                break
            sent_back = await self._judge.wrong(draft.text, part.facts) if self._judge else []
            if not sent_back:
                return Told(draft.text, attempts, tuple(faults), tuple(rejected))
            faults += sent_back
            rejected.append(draft.text)
            judged.add(draft.text)
            asked = render("make_retry", prompt=prompt, finding=sent_back[0])
        return self._completed(part, prompt, Draft(None, attempts, tuple(faults), tuple(rejected)), judged)

    def fault(self, text: str, part: Part) -> str | None:
        """Returns what is wrong with a part, or None: first what contradicts, then what is left out."""
        if found := wrong(text, self._character, self._pools):
            return "; ".join(found)
        if left_out := missing(text, part.facts):
            return f"it left out {told(left_out)}"
        return out_of_order(text)

    def _completed(self, part: Part, prompt: str, draft: Draft, judged: set[str]) -> Told:
        """Takes the attempt that lacks least and contradicts nothing, with plain sentences for what it lacks."""
        usable = [
            text
            for text in draft.rejected
            if text not in judged and not findings(text, prompt, part.max_words) and not wrong(text, self._character, self._pools)
        ]
        best = min(usable, key=lambda text: len(missing(text, part.facts)), default="")
        composed = plain(self._character, missing(best, part.facts) if best else part.facts)
        return Told(f"{composed} {best}".strip(), draft.attempts, draft.findings, draft.rejected, composed)
