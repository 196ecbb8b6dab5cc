"""Items of the scripted writer: it writes them from the passages that it is shown, and knows the keys when the life is open."""

from __future__ import annotations

import random
import re
from typing import Any

SHORTEST, LONGEST = 26, 46  # letters of an option


class ItemWriter:
    """Writes items, and answers them: wrongly without the life, rightly with it."""

    def __init__(self) -> None:
        self.keys: dict[str, list[str]] = {}  # the right options, or the accepted answer, by the words of the question

    def write(self, prompt: str, rng: random.Random, words: dict[str, list[str]]) -> dict[str, Any]:
        """Returns the item that a prompt asks for; `words` has things, places and doings."""
        scene, _, others = prompt.partition("Other scenes of the same life:")
        passages = {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.+)$", prompt, re.MULTILINE)}
        here = [int(number) for number in re.findall(r"^\[(\d+)\]", scene.split("What was before:")[0], re.MULTILINE)]
        there = [int(number) for number in re.findall(r"^\[(\d+)\]", others, re.MULTILINE)]
        ends = [here[0], here[-1]] if "second part" in scene else here[:1]
        kind = re.findall(r'"kind" .*one of: (\w+)', prompt)[0]
        about = " and ".join(phrase(passages[number], rng, 24) for number in ends)
        if "takes for granted" in prompt:
            thing, place = rng.choice(words["things"]), rng.choice(words["places"])
            premise = f"The person gave up {thing} {place} for good."
            option = {"text": premise, "why": "It was kept to the end.", "passages": ends, "right": False}
            return self._keep(kind, f"What made you give up {thing} {place} for good?", [option])
        if "one bare fact" in prompt:
            names = re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", " ".join(passages[number] for number in ends))
            name = rng.choice(names or ["nobody"])
            about = re.sub(rf"\b(?:{'|'.join(name.split())})\b", "somebody", about)
            options = [{"text": name, "why": "", "passages": ends, "right": True}]
            return self._keep(kind, f"Who is the first that comes to you when you hear of {about}?", options)
        if "could have acted otherwise" in prompt:
            acts = [f"{verb.capitalize()} {thing}" for verb, thing in zip(VERBS, rng.sample(words["things"], 4), strict=True)]
            right = rng.randrange(4)
            options = [
                {"text": f"{act} before the evening", "why": "It had to be done.", "passages": ends, "right": n == right}
                for n, act in enumerate(acts)
            ]
            return self._keep(kind, SITUATION.format(place=rng.choice(words["places"]), time=rng.choice(words["times"])), options)
        count, right = int(re.findall(r"take (\d) true", prompt)[0]), int(re.findall(r"Exactly (\d) of", prompt)[0])
        sources = [*(ends * right)[: max(right, len(ends))], *(rng.choice(there) for _ in range(count))][:count]
        if right < len(ends):  # one right option that rests on both parts
            sources = [ends[0], *(rng.choice(there) for _ in range(count - 1))]
        options = [
            {
                "text": phrase(passages[number], rng), "why": "It is told there.", "right": n < right,
                "passages": ends if n < right else [number],
            }
            for n, number in enumerate(sources)
        ]  # fmt: skip
        return self._keep(kind, f"Which of these do you think of when somebody speaks of {about}?", options)

    def equalise(self, prompt: str) -> dict[str, Any]:
        """Returns the options of a prompt as they are: they are alike already."""
        return {"texts": [text for _, text in lettered(prompt)]}

    def answer(self, prompt: str, knows: bool) -> dict[str, Any]:
        """Returns the answer to an item."""
        right = next((key for question, key in self.keys.items() if question in prompt), [])
        shown = lettered(prompt)
        if not shown:
            return {"answer": right[0] if knows and right else "I cannot tell"}
        correct = [letter for letter, text in shown if text in right]
        chosen = correct if knows else [letter for letter, _ in shown if letter not in correct][:3]
        return {"answer": (chosen or ["A"]) if "One or more of these" in prompt else (chosen or ["A"])[0]}

    def _keep(self, kind: str, question: str, options: list[dict[str, Any]]) -> dict[str, Any]:
        self.keys[question] = [option["text"] for option in options if option["right"]]
        return {"kind": kind, "question": question, "options": options}


VERBS = ("give away", "take home", "hide", "sell")
SITUATION = (
    "You are not old, you have little money, and you stand {place}, {time}. Nobody is with you. What lies before you belongs to "
    "others, and they will be back within the hour. You could leave it all as it is, or do what you came for. Whatever you do, "
    "somebody will hear of it, and you will have to explain yourself at the table tonight, where your word counts for less than "
    "you would like it to."
)


def lettered(prompt: str) -> list[tuple[str, str]]:
    """Returns the lettered options of a prompt."""
    return re.findall(r"^([A-F])\. (.*)$", prompt, re.MULTILINE)


def phrase(text: str, rng: random.Random, shortest: int = SHORTEST) -> str:
    """Returns a run of words of a passage, of a length that makes options alike."""
    words = re.sub(r"[“”\".,;:?!]", "", text).split()
    for _ in range(50):
        start = rng.randrange(max(1, len(words) - 4))
        for end in range(start + 3, min(len(words), start + 10)):
            run = " ".join(words[start:end])
            if shortest <= len(run) <= LONGEST:
                return run
    return " ".join(words[:6])
