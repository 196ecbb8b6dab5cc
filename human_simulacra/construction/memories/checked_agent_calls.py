"""Calls of memory construction agents with checks, retries, and a review of texts that fail them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.construction.checked_writer import Draft, Writer
from human_simulacra.construction.terminal_review import review_at_terminal

# Gets the prompt and the rejected draft; returns the reviewer's text, or None.
ReviewAgentText = Callable[[str, Draft], str | None]


def review_agent_text(prompt: str, draft: Draft) -> str | None:
    """Reviews the last rejected text at the terminal; returns the accepted or edited text, or None.

    Raises:
        KeyboardInterrupt: If the user stops; `--resume` then asks again.
    """
    print(f"\n{prompt}\n")
    decision = review_at_terminal(draft.rejected[-1] if draft.rejected else "", "", notes=draft.findings)
    if decision.kind == "stop":
        raise KeyboardInterrupt
    return decision.text.strip() or None if decision.kind != "reject" else None


class AgentTextRejected(Exception):
    """All attempts of an agent, with their faults in `draft`, were rejected."""

    def __init__(self, agent: str, draft: Draft) -> None:
        super().__init__(f"{agent} agent: {'; '.join(draft.findings)}")
        self.agent = agent
        self.draft = draft

    def review_row(self, chunk: int, paragraphs: Sequence[str], what: str) -> dict[str, object]:
        """Returns the row of the review queue; `told` is a sentence for the user."""
        last = self.draft.findings[-1] if self.draft.findings else "no attempt was made"
        return {
            "agent": self.agent,
            "chunk": chunk,
            "findings": list(self.draft.findings),
            "paragraphs": list(paragraphs),
            "rejected": list(self.draft.rejected),
            "told": f"chunk {chunk} ({', '.join(paragraphs)}): the {self.agent} agent's text was rejected {self.draft.attempts} "
            f"times, the last time because {last}",
            "what": what,
        }


class CheckedAsker(ModelCaller):
    """A `ModelCaller` that generates agents' texts through a `Writer`; without `decide`, rejected texts stay rejected."""

    def __init__(self, writer: Writer, system: str, decide: ReviewAgentText | None = None) -> None:
        super().__init__(writer.backbone, writer.backbone, system, writer.temperature, writer.seed)
        self.writer = writer
        self.decide = decide

    async def ask_words(self, agent: str, prompt: str, words: int) -> str:
        """Returns an agent's text of at most `words` words as one line.

        Raises:
            AgentTextRejected: If no attempt passed the checks and the reviewer accepted none.
        """
        draft = await self.writer.write(prompt, words, system=self.system)
        text = draft.text
        if text is None and self.decide is not None:
            text = self.decide(prompt, draft)
        if text is None:
            raise AgentTextRejected(agent, draft)
        return " ".join(text.split())
