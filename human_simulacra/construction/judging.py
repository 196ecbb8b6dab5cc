"""Judging of texts that a model wrote, by a rubric, with a model that has passed a known-answer check."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel

from human_simulacra.backbones.base import Backbone
from human_simulacra.json_form import FormError, describe_form, form_of, read_form
from human_simulacra.prompts import render, template
from human_simulacra.types import Generation, Message

VERDICT_TOKENS = 500
NOT_JUDGED = "nobody judged it: the judge did not pass its known-answer check, or there is none"
Person = Literal["first", "second", "third"]


class Point(BaseModel):
    """The verdict on one point of the rubric: `why` quotes what is wrong, and is empty if nothing is."""

    why: str
    ok: bool


class Verdict(BaseModel):
    """The rubric; the prompt `make_judge` says what each point asks."""

    person: Point
    voice: Point
    language: Point
    task: Point
    whole: Point
    states: Point
    consistent: Point
    harmless: Point


@dataclass(frozen=True)
class Standard:
    """What a text is held to.

    Args:
        name: The person's name.
        kind: What was asked for, such as "a paragraph of the story of a life".
        person: The grammatical person in which it tells of the person.
        true: What is true of this life: the profile, and what the ledger has on the matter; one line a fact.
        stated: The facts that the text must state, by meaning; empty if it may choose.
    """

    name: str
    kind: str
    person: Person
    true: str
    stated: str = ""


class TextJudge:
    """Judges texts with a backbone, which may be the writer's own, at temperature zero, once it has told known texts apart.

    Both methods raise a BackboneError if the backbone gives no answer.
    """

    def __init__(self, backbone: Backbone, seed: int = 0) -> None:
        self.backbone, self.seed = backbone, seed
        self._admission: asyncio.Future[bool] | None = None

    async def find_faults(self, text: str, standard: Standard) -> list[str] | None:
        """Returns what is wrong with a text as phrases, an empty list if nothing is; None if it could not be judged."""
        if not await self.is_admitted():
            return None
        verdict = await self._ask(text, standard)
        return None if verdict is None else list_faults(verdict)

    async def is_admitted(self) -> bool:
        """Returns whether the judge accepts every sound text of `known_texts.json` and rejects every other; asks once."""
        if self._admission is None:
            self._admission = asyncio.ensure_future(self._admit())
        return await asyncio.shield(self._admission)

    async def _admit(self) -> bool:
        first, *others = known_texts()
        # One alone, since a model that cannot judge mostly fails it; then all others at once.
        return await self._tells_apart(first) and all(await asyncio.gather(*map(self._tells_apart, others)))

    async def _tells_apart(self, known: dict[str, str]) -> bool:
        verdict = await self._ask(known["text"], known_standard())
        return verdict is not None and bool(list_faults(verdict)) == bool(known["fault"])

    async def _ask(self, text: str, standard: Standard) -> Verdict | None:
        generation = Generation(VERDICT_TOKENS, 0.0, self.seed, form=form_of(Verdict), whole=True)
        completion = await self.backbone.complete(judge_messages(text, standard), generation)
        try:
            return read_form(Verdict, completion.text)
        except FormError:
            return None


def list_faults(verdict: Verdict) -> list[str]:
    """Returns the points of a verdict that are not fulfilled, each with its reason."""
    points = ((name, getattr(verdict, name)) for name in Verdict.model_fields)
    return [f"{FAULTS[name]}{f': {point.why}' if point.why else ''}" for name, point in points if not point.ok]


FAULTS = {
    "person": "it is not about this person",
    "voice": "it is not in the grammatical person asked for",
    "language": "it is not all in English prose",
    "task": "it speaks of its own writing",
    "whole": "it is cut off or begins anew",
    "states": "it leaves out what it must state",
    "consistent": "it contradicts what is true of this life",
    "harmless": "it demeans people or encourages harm",
}


def judge_messages(text: str, standard: Standard) -> list[Message]:
    """Returns the request for a verdict on a text."""
    prompt = render(
        "make_judge",
        name=standard.name,
        kind=standard.kind,
        person=f"the {standard.person} person",
        true=standard.true,
        stated=standard.stated or "nothing in particular",
        text=text,
    )
    request = f"{prompt}\n\n{render('make_form', schema=describe_form(Verdict))}"
    return [Message("system", template("make_judge_system")), Message("user", request)]


def known_texts() -> list[dict[str, str]]:
    """Returns texts on an invented person with the point of the rubric that each violates; empty for a sound one."""
    return _known()["texts"]


def known_standard() -> Standard:
    """Returns what the known texts are held to."""
    return Standard(**_known()["standard"])


@cache
def _known() -> dict[str, Any]:
    return json.loads(files("human_simulacra.construction").joinpath("known_texts.json").read_text(encoding="utf-8"))
