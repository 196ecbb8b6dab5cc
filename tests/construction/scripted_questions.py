"""A scripted backbone that writes items on the story of Ida Holm, and answers them with the life open but not without."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from human_simulacra.types import Generation, Message
from tests.construction.invented_characters import THINGS
from tests.construction.scripted_judge import JUDGE, verdict

BLIND, OPEN_BOOK, EQUAL, WRITING = (
    "Nothing is known of the person",
    "by what the story says",
    "of which you do not know",
    "Write one question",
)


def answer(messages: Sequence[Message], generation: Generation | None = None) -> str:
    """Writes items in the form asked for; answers them rightly with the life open, else wrongly; judges texts and premises."""
    return reply(messages[-1].content, messages[0].content)


def reply(asked: str, system: str = "") -> str:
    if system.startswith(JUDGE):
        return verdict(
            asked, lambda text: "consistent" if "a statement on this life" in asked and "sold the boat" in text else ""
        )
    if BLIND in asked or OPEN_BOOK in asked:
        return read(asked, OPEN_BOOK in asked)
    if EQUAL in asked:
        return json.dumps({"texts": [text for _, text in options(asked)]})
    return json.dumps(write(asked))


def is_writing(asked: str) -> bool:
    """Returns whether an item is asked for."""
    return "each with its number" in asked


def options(asked: str) -> list[tuple[str, str]]:
    """Returns the lettered options of a prompt."""
    return re.findall(r"^([A-F])\. (.*)$", asked, re.MULTILINE)


def read(asked: str, knows: bool) -> str:
    """Answers an item; who does not know the life chooses what is wrong."""
    villages = re.findall(
        r"Vik(\d\d)", next(line for line in asked.splitlines() if "you" in line.lower().split() and "?" in line)
    )
    if not (shown := options(asked)):
        return json.dumps({"answer": f"Lamp{villages[0]}" if knows else "no idea"})
    right = [letter for letter, text in shown if (text[2:4] in villages if villages else "coat" in text)]
    chosen = right if knows else [letter for letter, _ in shown if letter not in right][:3]
    return json.dumps({"answer": chosen if "One or more of these" in asked else chosen[0]})


def write(asked: str) -> dict[str, Any]:
    """Writes an item on the scene; the options are things bought in its villages and in others, all in one form."""
    scene, _, others = asked.partition("Other scenes of the same life:")
    numbered = {village: int(n) for n, village in re.findall(r"^\[(\d+)\] .* Vik(\d\d)\.$", asked, re.MULTILINE)}
    here = re.findall(r"Vik(\d\d)\.$", scene.split("What was before:")[0], re.MULTILINE)
    ends = [here[0], here[-1]] if "second part" in asked else here[:1]
    places, numbers = " and ".join(f"Vik{village}" for village in ends), [numbered[village] for village in ends]
    kind = re.findall(r'"kind" .*one of: (\w+)', asked)[:1]
    if "takes for granted" in asked:
        premise = {"text": f"Ida sold the boat in {places}.", "why": "She bought one there.", "passages": numbers, "right": False}
        return {"kind": kind[0], "question": f"Why did you sell the boat in {places}?", "options": [premise]}
    if "one bare fact" in asked:
        accepted = {"text": f"Lamp{ends[0]}", "why": "", "passages": numbers, "right": True}
        return {"kind": kind[0], "question": f"What was the lamp called that you bought in {places}?", "options": [accepted]}
    if "could have acted otherwise" in asked:
        made = [{"text": f"Take the {thing} of lot {ends[0]}", "why": "It was cold.", "passages": numbers, "right": thing == "coat"}
                for thing in (*THINGS, "ring")]  # fmt: skip
        return {"kind": kind[0], "question": f"You are young, have little money and stand in shop {ends[0]}.", "options": made}
    count, right = (int(re.findall(pattern, asked)[0]) for pattern in (r"take (\d) true", r"Exactly (\d) of"))
    elsewhere = re.findall(r"Vik(\d\d)\.$", others, re.MULTILINE)
    mark = ("s" if count == 4 else "m") + "".join(ends)
    rights = [(thing, v) for v in ends for thing in (*THINGS, "ring", "vase")][:right]
    wrongs = [(thing, v) for thing in THINGS for v in elsewhere][: count - right]
    made = [
        {"text": f"a {v}{thing} {mark}", "why": f"bought in Vik{v}", "right": (thing, v) in rights,
         "passages": numbers if (thing, v) in rights else [numbered[v]]}
        for thing, v in (*rights, *wrongs)
    ]  # fmt: skip
    return {"kind": kind[0], "question": f"Which did you buy in {places}?", "options": made}
