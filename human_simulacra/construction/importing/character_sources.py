"""What a character card, a biography or the transcript of an interview says about a person.

Cards (V1, V2, V3): github.com/malfoyslastname/character-card-spec-v2 and github.com/kwaroran/character-card-spec-v3.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from human_simulacra.construction.text_splitting import split_paragraphs, split_sentences
from human_simulacra.errors import UserError
from human_simulacra.schema_errors import describe_problem

PNG = b"\x89PNG\r\n\x1a\n"
MOST_WORDS = 900  # of a biography, which is part of every prompt
SHORT = 8  # words; a shorter answer says too little without its question
LABEL_WORDS = 3  # of a speaker who speaks once; with more words before its colon, a line goes on with an answer
ASKS, ANSWERS = "Q", "A"
_BIOGRAPHY = f"the biography, up to {MOST_WORDS} words; the whole is in the story"
_HEADING = re.compile(r"^#+ *(.+?) *#*$", re.MULTILINE)
_NO_NAME = "A After An At Before Born Early For From He Her His I In It Later My On Our She The They This When While With".split()
_TURN = re.compile(r"\W*([^\W\d_][\w .’'-]{0,40}?)\W*:(?!\d)[*_]*\s*(.*)")
_ROLES = {
    ASKS: re.compile(r"(?:q|question|interviewer|host|reporter|journalist|moderator|researcher)\W*\d*", re.IGNORECASE),
    ANSWERS: re.compile(r"(?:a|answer|interviewee|respondent|participant|guest|subject)\W*\d*", re.IGNORECASE),
}
_LEANING = re.compile(r"(?:yes|no|yeah|because|it|that|this|they|he|she|there|then|maybe|never|sometimes)\b", re.IGNORECASE)


class _Entry(BaseModel):
    content: str = ""
    constant: bool = False
    enabled: bool = True
    insertion_order: float = 0
    disable: bool = False  # this and `order` are SillyTavern's keys, which has its entries in an object by number
    order: float = 0


class _Book(BaseModel):
    entries: Annotated[list[_Entry], BeforeValidator(lambda given: [*given.values()] if isinstance(given, dict) else given)] = []


class _Card(BaseModel):  # the keys that are read
    name: str = ""
    nickname: str = ""
    description: str = ""
    personality: str = ""
    character_book: _Book = _Book()
    spec: str = "V1"  # V2 and V3 have it outside of the other keys


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
    text = _find_embedded(data) if data.startswith(PNG) else data.decode("utf-8-sig")
    try:
        text = base64.b64decode(text) if isinstance(text, bytes) else text
        raw: Any = json.loads(text, object_hook=lambda found: {key: value for key, value in found.items() if value is not None})
        given = raw.get("data", raw) if isinstance(raw, dict) else {}
        if not isinstance(given, dict) or given.keys().isdisjoint(_Card.model_fields):
            raise UserError("it is JSON but no character card: a card has a 'name', or a 'spec' and 'data' with a 'name'")
        card = _Card.model_validate({"spec": raw.get("spec", "V1"), **given})
    except ValidationError as error:  # which is a ValueError too
        raise UserError(f"{describe_problem(error, _Card)}: correct the card") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"the card is cut off, damaged or no JSON ({error}): export it again as .json or .png") from None
    name = name or card.name.strip()
    if not name:
        raise UserError("the card has no name: give --name 'FIRST LAST'")
    called, entries = card.nickname or name, [entry for entry in card.character_book.entries if entry.content]
    used = [entry for entry in entries if entry.enabled and not entry.disable]
    used.sort(key=lambda entry: entry.insertion_order or entry.order)
    constant = [_fill(entry.content, called) for entry in used if entry.constant]
    story = tuple(_fill(entry.content, called) for entry in used if not entry.constant)
    biography = "\n\n".join(filter(None, [_fill(card.description, called), *constant]))
    lines = _fill(card.personality, called).splitlines()
    traits = tuple(sentence for line in lines for sentence in split_sentences(line))
    if not (biography or traits or story):
        raise UserError("the card has no description, personality or book entry: there is nothing to import")
    book = f"{len(constant)} constant entries in the biography, {len(story)} others in the story"
    book += f", {len(entries) - len(used)} disabled left out"
    notes = {"description": _BIOGRAPHY, "personality": "the traits", "character_book": book}
    told = tuple(f"{key}: {notes.get(key, 'left out')}" for key in given if given[key] and key not in ("name", "nickname"))
    return Source(f"character card ({card.spec})", name, biography, story, traits, told)


def _fill(text: str, name: str) -> str:
    """Replaces a text's placeholders, and removes its comments and the decorators of a book's entry."""
    text = re.sub(r"\r|^@@.*$|\{\{//.*?\}\}", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{\{ *char *\}\}|<(?:char|bot)>", lambda _: name, text, flags=re.IGNORECASE)
    return re.sub(r"\{\{ *user *\}\}|<user>", "the other person", text, flags=re.IGNORECASE).strip()


def _find_embedded(picture: bytes) -> bytes:
    """Returns the base64 in the text chunk `ccv3`, else `chara`, of a PNG file; its length stands before a chunk's type."""
    found = {match[2]: match for match in re.finditer(rb"(.{4})tEXt(ccv3|chara)\0", picture, re.DOTALL)}
    match = found.get(b"ccv3") or found.get(b"chara")
    if match is None:
        raise UserError("the picture holds no character card: it has no text chunk 'chara' or 'ccv3'")
    return picture[match.end() : match.start() + 8 + int.from_bytes(match[1], "big")]


def _read_biography(text: str, name: str) -> Source:
    """Reads a biography; without a given name, the first heading or the beginning of the text must be one."""
    body, heading = re.sub(r"\n\s*\n", "\n\n", _HEADING.sub("", text)).strip(), _HEADING.search(text)
    if not body:
        raise UserError("the text is empty: give a biography")
    titled, begins = _leading_name(heading[1]) if heading else "", _leading_name(body)
    # A heading is a name only if the text begins with a word of it, or has one within a sentence, where only names are capital.
    if not any(re.search(rf"(?:\A|[\w,]\s){re.escape(word)}\b", body) for word in titled.split()):
        titled = ""
    if not name and titled and begins and set(titled.split()).isdisjoint(begins.split()):
        raise UserError(f"the heading names '{titled}', but the text begins with '{begins}': give --name 'FIRST LAST'")
    name = name or begins or titled
    if not name:
        raise UserError("neither a heading nor the beginning of the text names the person: give --name 'FIRST LAST'")
    return Source("biography", name, body, notes=(f"text: {_BIOGRAPHY}",))


def _leading_name(text: str) -> str:
    """Returns the full name that a text begins with, or an empty string."""
    found = list(takewhile(lambda word: word[0].isupper(), re.split(r"[,;:(\n]", text)[0].split()))
    return " ".join(found) if 2 <= len(found) <= 6 and found[0] not in _NO_NAME else ""


def _read_turns(text: str) -> list[tuple[str, str]]:
    """Returns (speaker, what is said) of each turn; a label that opens one line alone must be short and capital, or answer."""
    lines = []
    for line in text.splitlines():
        match = _TURN.fullmatch(line)
        label, said = (match[1], match[2]) if match else ("", line)
        lines.append((next((role for role, form in _ROLES.items() if form.fullmatch(label)), label), said, line))
    counts = Counter(label for label, _, _ in lines)
    turns: list[tuple[str, str]] = []
    for label, said, line in lines:
        once = label[:1].isupper() and len(label.split()) <= LABEL_WORDS
        if label and (once or label in _ROLES or counts[label] > 1 or (turns and turns[-1][0] == ASKS)):
            turns.append((label, said.strip()))
        elif turns:
            turns[-1] = (turns[-1][0], f"{turns[-1][1]}\n{line}".strip())
    return turns


def read_prose(text: str, name: str, form: str) -> Source:
    """Reads a biography or an interview; of another `form`, text is an interview if a role asks or `name` speaks after others.

    The answers become paragraphs, with the question where an answer says too little without it.
    """
    turns, given = _read_turns(text), set(name.casefold().split())
    speakers = list(dict.fromkeys(speaker for speaker, _ in turns))
    named = max((speaker for speaker in speakers if set(speaker.casefold().split()) <= given), key=len, default="")
    by_role = ASKS in speakers
    pairs = [(before, after) for (before, _), (after, _) in pairwise(turns) if before != after]
    exchanges = [(asks, answers) for asks, answers in pairs if (asks == ASKS if by_role else answers == named)]
    if form == "biography" or (form != "interview" and len(exchanges) < (1 if by_role else 2)):
        return _read_biography(text, name)
    if not exchanges:
        one = f"one of {', '.join(speakers)}" if speakers else "who answers"
        raise UserError(f"no questions and answers found: begin the lines with 'Q:' and 'A:', or give as --name {one}")
    asking, answering = {asks for asks, _ in exchanges}, list(dict.fromkeys(answers for _, answers in exchanges))
    label = named or answering[0]
    if (not name and label == ANSWERS) or (not named and len(answering) > 1):
        raise UserError(
            f"the transcript does not tell who answers ({', '.join(answering)}): give --name, of several one of these"
        )
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
    others = [speaker for speaker in speakers if speaker not in (label, *asking)]
    left = [f"{other}: left out as another speaker; if it is none, join its line to the line before" for other in others]
    notes = (f"answers of {label}: the story, in the first person; short ones with their question", *left)
    return Source("interview", name or label, "", tuple(paragraphs), notes=notes)
