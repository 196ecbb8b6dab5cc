"""The text of a memory in prompts: when it was, what it is about, and what the character remembers."""

from __future__ import annotations

from calendar import month_name

from human_simulacra.types import Memory


def memory_text(memory: Memory) -> str:
    """Returns a memory as one line: its date and the age, if known, its summary, and its content.

    The content is in the first person and often leaves out who is in it; the summary names them.
    """
    month = month_name[memory.month] if memory.month else ""
    when = f"{month} {memory.year}".strip() if memory.year is not None else ""
    age = f"aged {memory.age}" if memory.age is not None else ""
    dated = ", ".join(filter(None, (when, age)))
    title = memory.summary.rstrip(".")
    head = f"{dated} ({title})" if dated and title else dated or title
    content = " ".join(memory.content.split())
    return f"{head}: {content}" if head else content
