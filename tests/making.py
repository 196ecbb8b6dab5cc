"""A character of one's own for the tests of what comes after the story, and a backbone that writes questions on it."""

from __future__ import annotations

import datetime
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from human_simulacra.construction.profiles.attribute_pools import Pools, read_pools
from human_simulacra.construction.profiles.constraints import parse_constraints, parse_settings
from human_simulacra.construction.profiles.name_generation import NameGenerator
from human_simulacra.construction.profiles.profile_sampling import SamplingContext, sample_profiles
from human_simulacra.construction.workspace import character_folder, open_folder
from human_simulacra.files import write_jsonl
from human_simulacra.library import packaged_path
from human_simulacra.types import Character, Generation, Message, Paragraph
from tests.runs import ROOT, openai_llm
from tests.servers import serving

DAY = datetime.date(2025, 6, 30)
WISHES = (
    "name=Ida Holm", "gender=female", "date_of_birth=1980-03-04", "occupation=bus driver", "hobbies=knitting, rowing, archery",
    "education=high school", "family=low-income, nuclear family", "long_term_goal=owning a home",
)  # fmt: skip
IDA = "ida-holm"
THINGS = ("lamp", "boat", "coat")
OTHER_THINGS = {
    (False, False): ("ring", "sofa", "vase"), (False, True): ("drum", "harp", "kite"),
    (True, False): ("rake", "tent", "sled"), (True, True): ("mast", "plow", "fork"),
}  # fmt: skip


@cache
def pools() -> Pools:
    return read_pools(packaged_path())


def people(count: int, seed: int, *constraints: str, locale: str = "en_GB") -> list[Character]:
    setting = SamplingContext(pools(), NameGenerator(locale), DAY)
    return sample_profiles(setting, parse_constraints(parse_settings(constraints), pools()), count, seed)


def paragraph(number: int) -> Paragraph:
    """Returns a paragraph whose facts are its own: which lamp, boat and coat were bought in which village."""
    named = ", a ".join(f"{thing} called {thing.capitalize()}{number:02d}" for thing in THINGS)
    text = f"In {1990 + number} Ida bought a {named} in the village of Vik{number:02d}."
    return Paragraph(f"{IDA}-s{number:03d}", IDA, "One", 1, 1980, 2025, number, text)


def write_ida(out: Path, paragraphs: int = 12) -> Path:
    """Writes the profile and the story of Ida Holm, born on 4 March 1980, into a data folder of one's own."""
    open_folder(out)
    character = people(1, 0, *WISHES)[0]
    biography = (
        "Ida Holm was born on 4 March 1980 and grew up in Vik. She finished high school and became a bus driver. "
        "At 45 she still likes archery. She means to own a home one day."
    )
    folder = character_folder(out, IDA)
    write_jsonl(folder / "profile.jsonl", [asdict(replace(character, biography=biography))])
    write_jsonl(folder / "story.jsonl", (asdict(paragraph(number)) for number in range(1, paragraphs + 1)))
    return out


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


def command(tool: str, *arguments: object) -> list[str]:
    """Returns the command that runs a tool."""
    return [sys.executable, str(ROOT / "tools" / f"{tool}.py"), *map(str, arguments)]


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(cache)}


def tool(name: str, *arguments: object, cache: Path) -> subprocess.CompletedProcess[str]:
    """Runs a tool in a process of its own."""
    return subprocess.run(command(name, *arguments), capture_output=True, text=True, env=environment(cache))


def backbone_config(folder: Path, address: str) -> Path:
    path = folder / "backbone.py"
    path.write_text(f"from opencompass.models import OpenAISDK\n\nscripted = {openai_llm(address)}\n")
    return path


UNDER_WAY = 8  # calls that a tool has under way at once


def kill_and_resume(
    name: str, arguments: Sequence[object], script: Callable[[dict[str, Any], int], str], after: int, folder: Path
) -> tuple[Counter[str], subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    """Kills a tool once `after` requests are answered and as many as possible wait, and resumes it.

    Returns:
        How often each request was answered, and the runs without and with --resume after the kill.
    """
    reached, killed = threading.Event(), threading.Event()
    answered: Counter[str] = Counter()

    def scripted(body: dict[str, Any], number: int) -> str | None:
        if number > after and not killed.is_set():
            reached.set()
            killed.wait(600)
            return None
        answered[str(body)] += 1
        return script(body, number)

    with serving(scripted) as server:
        options = [*arguments, "--backbone", backbone_config(folder, server.address)]
        process = subprocess.Popen(
            command(name, *options), env=environment(folder / "cache"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert reached.wait(timeout=600)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed.set()
        refused = tool(name, *options, cache=folder / "cache")
        return answered, refused, tool(name, *options, "--resume", cache=folder / "cache")


def not_repeated(answered: Counter[str], after: int) -> bool:
    """Tells whether no finished request was sent again, though a killed process may not have noted those under way."""
    return sum(answered.values()) <= len(answered) + UNDER_WAY and UNDER_WAY < after < len(answered)
