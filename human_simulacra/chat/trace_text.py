"""Formats traces, persons, experiences and lists of conversations as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_store import StoredConversation
from human_simulacra.chat.conversation_types import Experience
from human_simulacra.traces import Trace


def format_trace(trace: Trace) -> str:
    """Formats the memories, thoughts, feelings, problems and calls of an answer."""
    lines = [f"method {trace.method}"]
    if trace.memories:
        lines.append("memories, most relevant first")
        lines += [f"  {m.score:.3f}  {m.id} ({', '.join(m.paragraphs)})\n         {m.text}" for m in trace.memories]
    if trace.thoughts:
        lines.append(f"thoughts\n  {trace.thoughts}")
    if trace.feelings:
        lines.append(f"feelings\n  {trace.feelings}")
    lines += [f"problem: {problem}" for problem in trace.problems]
    lines.append("calls: " + ", ".join(format_calls(trace)))
    return "\n".join(lines)


def format_person(conversation: Conversation) -> str:
    """Formats whom one talks to, and at which point in time."""
    who, time = conversation.character, conversation.as_of
    return f"you talk to {who.name}, {who.age}, {who.occupation}{f', as of {time}' if time else ''}"


def format_calls(trace: Trace) -> list[str]:
    """Formats each model call: agent, tokens read and written, seconds."""
    return [
        f"{call.agent} {'about ' if call.completion.estimated else ''}{call.completion.prompt_tokens} tokens read, "
        f"{call.completion.completion_tokens} written, {call.completion.seconds:.1f} s"
        for call in trace.calls
    ]


def format_experience(experience: Experience) -> str:
    """Formats an experience: its memory with thoughts and feelings."""
    memory = experience.memory
    return f"{memory.id}, {experience.at}\n  {memory.content}\n  thinks: {memory.thinking}\n  feels: {memory.emotion}"


def format_conversations(stored: Sequence[StoredConversation], shown: str) -> str:
    """Formats stored conversations, numbered, the newest first; `shown` is the id of the present one."""
    lines = [
        f"{number}. {one.title}{' (this one)' if one.id == shown else ''}\n   {one.about}" for number, one in enumerate(stored, 1)
    ]
    return "\n".join(lines) or "none yet"
