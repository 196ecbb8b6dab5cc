"""An asker whose agents' texts are checked, asked for again, and at last left to a person: what a model returns is untrusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from human_simulacra.agents.asking import Asker
from human_simulacra.construction.checked_writer import Draft, Writer
from human_simulacra.construction.terminal_review import review_at_terminal

# Gets the prompt and the draft that was rejected; returns the text that a person wants in its place, or None.
ReviewAgentText = Callable[[str, Draft], str | None]


def review_agent_text(prompt: str, draft: Draft) -> str | None:
    """Shows the last rejected text to the person at the terminal; returns what stands in its place, None if nothing.

    Raises:
        KeyboardInterrupt: If the person wants to stop: the run ends as if stopped, and `--resume` asks again.
    """
    print(f"\n{prompt}\n")
    decision = review_at_terminal(draft.rejected[-1] if draft.rejected else "", "", notes=draft.findings)
    if decision.kind == "stop":
        raise KeyboardInterrupt
    return decision.text.strip() or None if decision.kind != "reject" else None


class AgentTextRejected(Exception):
    """Every attempt of an agent at a text was rejected.

    Args:
        agent: The agent that was asked.
        draft: The attempts and what was wrong with them.
    """

    def __init__(self, agent: str, draft: Draft) -> None:
        super().__init__(f"{agent} agent: {'; '.join(draft.findings)}")
        self.agent = agent
        self.draft = draft

    def review_row(self, chunk: int, paragraphs: Sequence[str], what: str) -> dict[str, object]:
        """Returns the row for the reviewer; `told` is its sentence."""
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


class CheckedAsker(Asker):
    """Asks through a `Writer`.

    Args:
        writer: Who writes and checks.
        system: The persona.
        decide: Lets a person decide on a text that was rejected.
    """

    def __init__(self, writer: Writer, system: str, decide: ReviewAgentText | None = None) -> None:
        super().__init__(writer.backbone, writer.backbone, system, writer.temperature, writer.seed)
        self.writer = writer
        self.decide = decide

    async def ask_words(self, agent: str, prompt: str, words: int) -> str:
        """Asks for at most so many words and returns one line that passed the checks.

        Raises:
            Rejected: If none did, and nobody decided otherwise.
        """
        draft = await self.writer.write(prompt, words, system=self.system)
        text = draft.text
        if text is None and self.decide is not None:
            text = self.decide(prompt, draft)
        if text is None:
            raise AgentTextRejected(agent, draft)
        return " ".join(text.split())
