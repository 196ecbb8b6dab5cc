"""Renders the web page's HTML. All texts from users, models and data are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from human_simulacra.chat.conversation_types import Experience
from human_simulacra.chat.trace_text import format_calls
from human_simulacra.chat.web_session import Column
from human_simulacra.library import Library
from human_simulacra.traces import RetrievedPassage, Trace
from human_simulacra.types import Character

FIRST_FUNCTIONS = 2


def card(character: Character) -> str:
    """Returns a card's text: name, age and occupation, and first functions, one line each."""
    functions = " · ".join(character.functions[:FIRST_FUNCTIONS])
    return f"{character.name}\n{character.age}, {character.occupation}\n{functions}"


def biography(character: Character) -> str:
    """Returns a character's biography."""
    paragraphs = "".join(f"<p>{escape(p)}</p>" for p in character.biography.split("\n") if p.strip())
    return f'<div class="hs-prose">{paragraphs}</div>'


def log(column: Column, compared: bool) -> str:
    """Returns a conversation as a log, including the answer in progress."""
    name = column.conversation.character.name
    text = "".join(_utterance("you", "You", t.message) + _utterance("them", name, t.answer) for t in column.conversation.turns)
    if column.asked:
        text += _utterance("you", "You", column.asked)
        text += (
            _utterance("them", name, column.received)
            if column.received
            else f'<p class="hs-wait">{escape(name)} is thinking …</p>'
        )
    if column.error:
        text += f'<p class="hs-error" role="alert">{escape(column.error)}</p>'
    if not text:
        text = f'<p class="hs-scene">{escape(column.conversation.scene)}<br>Say something to {escape(name)}.</p>'
    head = f'<p class="hs-method">{escape(column.conversation.method)}</p>' if compared else ""
    label = escape(f"Conversation with {name}, method {column.conversation.method}")
    return f'{head}<div class="hs-log" role="log" aria-label="{label}" tabindex="0">{text}</div>'


def mind(columns: Sequence[Column]) -> str:
    """Returns the traces of the last answers."""
    traces = [column.conversation.turns[-1].trace for column in columns if column.conversation.turns]
    return "".join(map(_mind, traces)) or '<p class="hs-hint">Here you will see what led to an answer.</p>'


def story(library: Library, character: str) -> str:
    """Returns a life story. Memories link to the anchors of its paragraphs."""
    parts, chapter = [], ""
    for paragraph in library.story(character):
        if paragraph.chapter != chapter:
            chapter = paragraph.chapter
            parts.append(f"<h4>{escape(chapter)}</h4>")
        parts.append(f'<p id="{_anchor(paragraph.id)}" tabindex="-1">{escape(paragraph.text)}</p>')
    return f'<details class="hs-story"><summary>Life story</summary><div class="hs-prose">{"".join(parts)}</div></details>'


def experiences(known: Sequence[Experience]) -> str:
    """Returns the experiences from a visitor's conversations."""
    kept = "".join(
        f'<li id="{_anchor(e.paragraph.id)}" tabindex="-1"><b>{escape(e.memory.summary)}</b><br>{escape(e.memory.content)}</li>'
        for e in known
    )
    return f'<div class="hs-prose"><h4>New experiences</h4><ul>{kept}</ul></div>' if kept else ""


def _utterance(side: str, name: str, text: str) -> str:
    return f'<div class="hs-said hs-{side}"><span class="hs-name">{escape(name)}</span><div>{escape(text)}</div></div>'


def _mind(trace: Trace) -> str:
    parts = [f'<section class="hs-mind"><h3>{escape(trace.method)}</h3>']
    if trace.memories:
        parts.append(f"<h4>Memories</h4><ol>{''.join(map(_memory, trace.memories))}</ol>")
    for title, text in (("Thoughts", trace.thoughts), ("Feelings", trace.feelings)):
        if text:
            parts.append(f"<h4>{title}</h4><p>{escape(text)}</p>")
    if not (trace.memories or trace.thoughts or trace.feelings):
        parts.append('<p class="hs-hint">This method answers at once, without memories, thoughts or feelings of its own.</p>')
    parts += [f'<p class="hs-error">{escape(problem)}</p>' for problem in trace.problems]
    calls = "".join(f"<li>{escape(call)}</li>" for call in format_calls(trace))
    return "".join([*parts, f"<details><summary>{len(trace.calls)} calls</summary><ul>{calls}</ul></details></section>"])


def _memory(memory: RetrievedPassage) -> str:
    links = " ".join(f'<a href="#{_anchor(p)}">paragraph {escape(p.rsplit("-", 1)[-1])}</a>' for p in memory.paragraphs)
    score = f'<span class="hs-score" title="relevance">{memory.score:.3f}</span>'
    return f"<li>{score} {escape(memory.text)} <small>{links}</small></li>"


def _anchor(paragraph: str) -> str:
    return escape(f"story-{paragraph}", quote=True)
