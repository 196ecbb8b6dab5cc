"""What a character card, a biography or the transcript of an interview says about a person.

Cards (V1, V2, V3): github.com/malfoyslastname/character-card-spec-v2 and github.com/kwaroran/character-card-spec-v3.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from human_simulacra.construction.text_splitting import split_paragraphs, split_sentences
from human_simulacra.errors import UserError

PNG = b"\x89PNG\r\n\x1a\n"
MOST_WORDS = 900  # of a biography, which is part of every prompt
SHORT = 8  # words; a shorter answer says too little without its question
ASKS, ANSWERS = "Q", "A"
_BIOGRAPHY = f"the biography, up to {MOST_WORDS} words; the whole is in the story"
_HEADING = re.compile(r"^#+ *(.+?) *#*$", re.MULTILINE)
_NO_NAME = set("A After An At Before Born For From He Her His I In It My On Our She The They This When While With".split())
_TURN = re.compile(r"\W*([^\W\d_][\w .’'-]{0,40}?)\W*:[*_]*\s*(.*)")
_ROLES = {
    ASKS: re.compile(r"(?:q|question|interviewer|host|reporter|journalist|moderator|researcher)\W*\d*", re.IGNORECASE),
    ANSWERS: re.compile(r"(?:a|answer|interviewee|respondent|participant|guest|subject)\W*\d*", re.IGNORECASE),
}
_LEANING = re.compile(r"(?:yes|no|yeah|because|it|that|this|they|he|she|there|then|maybe|never|sometimes)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """What a source says: form, name, biography, further paragraphs of the story, traits, and where each part of it went."""

    form: str
    name: str
    biography: str = ""
    story: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_card(data: bytes, name: str) -> Source:
    """Reads a card: description and constant entries of its book are the biography, other entries story, personality traits."""
    try:
        raw: Any = json.loads(_find_embedded(data) if data.startswith(PNG) else data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"it is no character card, since it is no JSON ({error}): give a card as .json or .png") from None
    card: Any = raw.get("data", raw) if isinstance(raw, dict) else None
    if not isinstance(card, dict) or "name" not in card:
        raise UserError("it is JSON but no character card: a card has a 'name', or a 'spec' and 'data' with a 'name'")
    name = name or str(card["name"] or "").strip()
    if not name:
        raise UserError("the card has no name: give --name 'FIRST LAST'")
    called, book = str(card.get("nickname") or name), card.get("character_book")
    rows = book.get("entries") if isinstance(book, dict) else None
    entries = [row for row in rows if isinstance(row, dict) and row.get("content")] if isinstance(rows, list) else []
    used = [entry for entry in entries if entry.get("enabled") is not False]
    used.sort(key=lambda entry: place if isinstance(place := entry.get("insertion_order"), int | float) else 0)
    constant = [_fill(entry["content"], called) for entry in used if entry.get("constant")]
    story = tuple(_fill(entry["content"], called) for entry in used if not entry.get("constant"))
    biography = "\n\n".join(filter(None, [_fill(card.get("description"), called), *constant]))
    lines = _fill(card.get("personality"), called).splitlines()
    traits = tuple(sentence for line in lines for sentence in split_sentences(line))
    if not (biography or traits or story):
        raise UserError("the card has no description, personality or book entry: there is nothing to import")
    counts = f"{len(constant)} constant entries in the biography, {len(story)} others in the story"
    notes = {
        "description": _BIOGRAPHY, "personality": "the traits",
        "character_book": f"{counts}, {len(entries) - len(used)} disabled left out",
    }  # fmt: skip
    told = tuple(f"{key}: {notes.get(key, 'left out')}" for key in card if card[key] and key not in ("name", "nickname"))
    return Source(f"character card ({raw.get('spec', 'V1')})", name, biography, story, traits, told)


def _fill(text: Any, name: str) -> str:
    """Replaces a text's placeholders, and removes its comments and the decorators of a book's entry."""
    text = re.sub(r"\r|^@@.*$|\{\{//.*?\}\}", "", str(text or ""), flags=re.MULTILINE)
    text = re.sub(r"\{\{ *char *\}\}|<(?:char|bot)>", lambda _: name, text, flags=re.IGNORECASE)
    return re.sub(r"\{\{ *user *\}\}|<user>", "the other person", text, flags=re.IGNORECASE).strip()


def _find_embedded(picture: bytes) -> bytes:
    """Returns the JSON in the text chunk `ccv3`, else `chara`, of a PNG file; its length stands before a chunk's type."""
    found = {match[2]: match for match in re.finditer(rb"(.{4})tEXt(ccv3|chara)\0", picture, re.DOTALL)}
    match = found.get(b"ccv3") or found.get(b"chara")
    if match is None:
        raise UserError("the picture holds no character card: it has no text chunk 'chara' or 'ccv3'")
    return base64.b64decode(picture[match.end() : match.start() + 8 + int.from_bytes(match[1], "big")])


def _read_biography(text: str, name: str) -> Source:
    """Reads a biography; without a given name, the first heading or the beginning of the text must be one."""
    body, heading = _HEADING.sub("", text).strip(), _HEADING.search(text)
    if not body:
        raise UserError("the text is empty: give a biography")
    titled = _leading_name(heading[1]) if heading else ""
    name = name or (titled if any(word in body for word in titled.split()) else "") or _leading_name(body)
    if not name:
        raise UserError("neither a heading nor the beginning of the text names the person: give --name 'FIRST LAST'")
    return Source("biography", name, body, notes=(f"text: {_BIOGRAPHY}",))


def _leading_name(text: str) -> str:
    """Returns the full name that a text begins with, or an empty string."""
    found = list(takewhile(lambda word: word[0].isupper(), re.split(r"[,;:(\n]", text)[0].split()))
    return " ".join(found) if 2 <= len(found) <= 6 and found[0] not in _NO_NAME else ""


def _read_turns(text: str) -> list[tuple[str, str]]:
    """Returns (speaker, what is said) of each turn; a label that opens one line alone is none, unless it asks or answers."""
    lines = []
    for line in text.splitlines():
        match = _TURN.fullmatch(line)
        label, said = (match[1], match[2]) if match else ("", line)
        lines.append((next((role for role, form in _ROLES.items() if form.fullmatch(label)), label), said, line))
    counts = Counter(label for label, _, _ in lines)
    turns: list[tuple[str, str]] = []
    for label, said, line in lines:
        if label and (label in _ROLES or counts[label] > 1 or (turns and turns[-1][0] == ASKS)):
            turns.append((label, said.strip()))
        elif turns:
            turns[-1] = (turns[-1][0], f"{turns[-1][1]}\n{line}".strip())
    return turns


def read_prose(text: str, name: str, form: str) -> Source:
    """Reads a biography or an interview; a text of another `form` is an interview if somebody asks and somebody else speaks.

    The answers become paragraphs, with the question where an answer says too little without it.
    """
    turns = _read_turns(text)
    speakers = list(dict.fromkeys(speaker for speaker, _ in turns))
    if form == "biography" or (form != "interview" and (ASKS not in speakers or len(speakers) == 1)):
        return _read_biography(text, name)
    asking = [ASKS] if ASKS in speakers else [speaker for speaker in speakers if name in speakers and speaker != name]
    others = [speaker for speaker in speakers if speaker not in asking]
    if not others or not asking:
        raise UserError("no questions and answers found: begin the lines with 'Q:' and 'A:', or give as --name who answers")
    label = name if name in others else others[0]
    if (not name and label == ANSWERS) or (name != label and len(others) > 1):
        raise UserError(f"the transcript does not tell who answers ({', '.join(others)}): give --name")
    question, paragraphs = "", []
    for speaker, said in turns:
        if speaker in asking:
            question = " ".join(said.split())
        elif speaker == label and said:
            leans = question and (len(said.split()) < SHORT or _LEANING.match(said))
            paragraphs += split_paragraphs(f'When I am asked "{question}", I say: {said}' if leans else said)
            question = ""
    if not paragraphs:
        raise UserError(f"{name or label} answers nothing: give a transcript with answers")
    left = [f"{speaker}: left out, neither asks nor answers" for speaker in others if speaker != label]
    notes = (f"answers of {label}: the story, in the first person; short ones with their question", *left)
    return Source("interview", name or label, "", tuple(paragraphs), notes=notes)
