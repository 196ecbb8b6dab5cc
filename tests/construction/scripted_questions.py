"""A scripted backbone that writes questions on the story of Ida Holm, and answers them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from human_simulacra.types import Generation, Message
from tests.construction.invented_characters import THINGS

OTHER_THINGS = {
    (False, False): ("ring", "sofa", "vase"), (False, True): ("drum", "harp", "kite"),
    (True, False): ("rake", "tent", "sled"), (True, True): ("mast", "plow", "fork"),
}  # fmt: skip


def answer(messages: Sequence[Message], generation: Generation | None = None) -> str:
    """Writes questions in the form asked for, and answers them rightly where the passages are given, else wrongly."""
    return reply(messages[-1].content)


def reply(asked: str) -> str:
    if "Write one question" in asked:
        return written(asked)
    if "nothing is known of your life" in asked:
        return "I do not know."
    known = re.findall(r"\w+\d\d", asked.split("You are Ida Holm.")[0])
    lettered = re.findall(r"^([A-F])\. (.*)$", asked, re.MULTILINE)
    if lettered:
        return ", ".join(letter for letter, option in lettered if any(word in option for word in known))
    village = re.findall(r"Vik\d\d", asked.split("You are Ida Holm.")[1])[0]
    return "It was " + next(word for word in known if word.startswith("Lamp") and word[-2:] == village[-2:]) + "."


def written(asked: str) -> str:
    """Writes a question on the first passage shown; on two parts, on the first and the last. All options have one form."""
    numbers = re.findall(r"^\[\d\] In \d+ Ida .* Vik(\d\d)\.$", asked, re.MULTILINE)
    first, two_parts = numbers[0], "both the first and the last" in asked
    head = f"Evidence: 1, {len(numbers)}" if two_parts else "Evidence: 1"
    place = f"Vik{first}, before Vik{numbers[-1]}" if two_parts else f"Vik{first}"
    if "Answer: the fact" in asked:
        return f"{head}\nAnswer: Lamp{first}\nQuestion: What was the lamp called that you bought in {place}?"
    several = "Right: another" in asked
    bought = [(thing, numbers[-1] if two_parts and thing == "boat" else first) for thing in (THINGS if several else THINGS[:1])]
    others = [(thing, first) for thing in OTHER_THINGS[several, two_parts]]
    options = [
        f"{key}: the {thing} called {thing.capitalize()}{number}"
        for key, pairs in (("Right", bought), ("Wrong", others))
        for thing, number in pairs
    ]
    return "\n".join([head, *options, f"Question: {'What' if several else 'Which thing'} did you buy in {place}?"])
