"""Renders the web page's HTML. All texts from users, models and data are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from human_simulacra.chat.conversation_starters import conversation_starters
from human_simulacra.chat.conversation_store import StoredConversation
from human_simulacra.chat.conversation_types import Experience, Turn
from human_simulacra.chat.live_turn import LiveTurn
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
    """Returns a conversation as a log, including the turn in progress."""
    talk, name = column.conversation, column.conversation.character.name
    text = "".join(_turn(number, turn, name) for number, turn in enumerate(talk.turns, 1))
    if (live := column.live) and not live.finished:
        text += _utterance("you", "You", live.message)
        if live.answer:
            text += _utterance("them", f"{name} · {talk.method}", live.answer)
        else:
            text += f'<div class="hs-wait" role="status"><p>{escape(_doing(live, name, not talk.turns))}</p>{_inner(live)}</div>'
    if column.error:
        text += f'<p class="hs-error" role="alert">{escape(column.error)}</p>'
    if not text:
        examples = "".join(
            f'<button type="button" data-action="{escape(f"try:{text}", quote=True)}">{escape(text)}</button>'
            for text in conversation_starters(talk.library, talk.character)
        )
        text = (
            f'<div class="hs-scene"><p>{escape(talk.scene)}</p><p>Say something to {escape(name)}.</p>'
            f'<div class="hs-examples">{examples}</div></div>'
        )
    time = f" · as of {talk.as_of}" if talk.as_of else ""
    head = f'<p class="hs-method">{escape(talk.method + time)}</p>' if compared else ""
    label = escape(f"Conversation with {name}, method {talk.method}", quote=True)
    stored = escape(talk.record.id if talk.record else "", quote=True)
    return f'{head}<div class="hs-log" role="log" aria-label="{label}" tabindex="0" data-stored="{stored}">{text}</div>'


def mind(columns: Sequence[Column]) -> str:
    """Returns how the last answers came about, or what the character remembers, thinks and feels while it is answering."""
    if any(column.live for column in columns):
        parts = [_live_mind(column.conversation.method, column.live) for column in columns if column.live]
    else:
        parts = [_mind(column.conversation.turns[-1].trace) for column in columns if column.conversation.turns]
    return "".join(parts) or '<p class="hs-hint">Here you will see what led to an answer.</p>'


def story(library: Library, character: str) -> str:
    """Returns a life story. Memories link to the anchors of its paragraphs."""
    parts, chapter = [], ""
    for paragraph in library.story(character):
        if paragraph.chapter != chapter:
            chapter = paragraph.chapter
            parts.append(f"<h4>{escape(chapter)}</h4>")
        parts.append(f'<p id="{_anchor(paragraph.id)}" tabindex="-1">{escape(paragraph.text)}</p>')
    return f'<details class="hs-story"><summary>Life story</summary><div class="hs-prose">{"".join(parts)}</div></details>'


def conversations(stored: Sequence[StoredConversation], shown: Sequence[str], problem: str) -> str:
    """Returns the list of stored conversations.

    Args:
        stored: The conversations, the newest first.
        shown: The ids of those on the page.
        problem: Why nothing can be stored, or empty.
    """
    warning = f'<p class="hs-error" role="alert">{escape(problem)}</p>' if problem else ""
    if not stored:
        return f'{warning}<p class="hs-hint">None yet. A conversation is stored after its first turn.</p>'
    return f'{warning}<ul class="hs-list">{"".join(_stored(one, one.id in shown) for one in stored)}</ul>'


def _stored(one: StoredConversation, shown: bool) -> str:
    title, current = escape(one.title, quote=True), ' aria-current="true"' if shown else ""
    return (
        f'<li><button type="button" class="hs-open" data-action="open:{one.id}"{current}><b>{title}</b>'
        f"<small>{escape(one.about)}</small></button>"
        f"{_list_button('Rename', one.id, title)}{_list_button('Delete', one.id, title)}</li>"
    )


def _list_button(act: str, identity: str, title: str) -> str:
    label = f'data-title="{title}" aria-label="{act} {title}"'
    return f'<button type="button" data-action="{act.lower()}:{identity}" {label}>{act}</button>'


def editing(number: int) -> str:
    """Returns what happens to the message that is being edited; empty for 0."""
    if not number:
        return ""
    text = f"You edit turn {number}. Send starts a branch; the conversation so far stays in the list."
    return f'<p class="hs-editing" role="status">{text} {_button("cancel:", "Cancel", "Cancel editing")}</p>'


def experiences(known: Sequence[Experience]) -> str:
    """Returns the experiences from a visitor's conversations."""
    kept = "".join(
        f'<li id="{_anchor(e.paragraph.id)}" tabindex="-1"><b>{escape(e.memory.summary)}</b><br>{escape(e.memory.content)}</li>'
        for e in known
    )
    return f'<div class="hs-prose"><h4>New experiences</h4><ul>{kept}</ul></div>' if kept else ""


def _turn(number: int, turn: Turn, name: str) -> str:
    """Returns a turn; its answer is labelled with the method that gave it."""
    edit = _button(f"edit:{number}", "Edit", f"Edit turn {number}")
    again = _button(f"again:{number}", "Answer again", f"Answer turn {number} again")
    branch = _button(f"branch:{number}", "Branch", f"Start a branch after turn {number}")
    said = _utterance("you", "You", turn.message, edit)
    return said + _utterance("them", f"{name} · {turn.trace.method}" if turn.trace.method else name, turn.answer, again + branch)


def _button(action: str, text: str, label: str) -> str:
    return f'<button type="button" data-action="{escape(action)}" aria-label="{escape(label)}">{text}</button>'


def _utterance(side: str, name: str, text: str, buttons: str = "") -> str:
    act = f'<span class="hs-acts">{buttons}</span>' if buttons else ""
    return f'<div class="hs-said hs-{side}"><span class="hs-name">{escape(name)}</span><div>{escape(text)}</div>{act}</div>'


def _doing(live: LiveTurn, name: str, first: bool) -> str:
    if live.doing == "searching memories" and first:
        return f"{name}: searching memories … (the first search in a life can take a minute)"
    return f"{name}: {live.doing} …"


def _inner(live: LiveTurn) -> str:
    parts = (("Thoughts", live.thoughts), ("Feelings", live.feelings))
    return "".join(f"<h4>{title}</h4><p>{escape(text)}</p>" for title, text in parts if text)


def _live_mind(method: str, live: LiveTurn) -> str:
    return f'<section class="hs-mind"><h3>{escape(method)}</h3>{_memories(live.memories)}{_inner(live)}</section>'


def _memories(found: Sequence[RetrievedPassage]) -> str:
    return f"<h4>Memories</h4><ol>{''.join(map(_memory, found))}</ol>" if found else ""


def _mind(trace: Trace) -> str:
    parts = [f'<section class="hs-mind"><h3>{escape(trace.method)}</h3>', _memories(trace.memories)]
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
