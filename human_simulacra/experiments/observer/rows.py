"""Rows of the observer report: a row is an open scenario, or a scene of the life, that a character answers."""

from __future__ import annotations

from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.base import STIMULUS
from human_simulacra.experiments.samples import Sample, choose_characters
from human_simulacra.items import Scene
from human_simulacra.library import Library
from human_simulacra.schema import Count, Names, Whole
from human_simulacra.stimuli import scenario_stimulus, talk_stimulus

QUICK = "the first two scenarios of two characters"
QUICK_SCENARIOS, QUICK_CHARACTERS = 2, 2  # judgements make rows expensive


def observer_rows(
    library: Library, sample: Sample = "all", characters: Names | None = None, seed: Whole = 0, scenes: Count = 0
) -> list[dict[str, Any]]:
    """Returns the rows.

    Args:
        library: The characters.
        sample: A named sample (`experiments.samples`).
        characters: Ids of the characters to take; None for those of the sample.
        seed: Ignored; accepted so that one config can set it for all datasets.
        scenes: In how many scenes of its life each character talks as well, as of the moment before the scene.

    Returns:
        One row per scenario or scene and character, grouped by character: id, character, type (`scenario` or `talk`), scenario
        (the id of either), title, question, functions, answer (what the character said in the scene; empty of a scenario, which
        has no right answer), stimulus.

    Raises:
        UserError: If a name is unknown, a line is not valid, `scenes` is no number of at least 0, or there is no scenario.
    """
    rows: list[dict[str, Any]] = []
    most = QUICK_SCENARIOS if sample == "quick" else None
    for character in choose_characters(characters, sample, library.ids, QUICK_CHARACTERS):
        library.character(character)
        for scenario in library.scenarios[:most]:
            stimulus = scenario_stimulus(f"{character}-{scenario.id}", character, scenario.text)
            rows.append({
                "id": stimulus.id, "character": character, "type": "scenario", "scenario": scenario.id, "title": scenario.title,
                "question": scenario.text, "functions": list(scenario.functions), "answer": "", STIMULUS: stimulus,
            })  # fmt: skip
        rows += [talk_row(library, scene) for scene in library.dialogues(character)[:scenes]] if scenes else []
    if not rows:
        raise UserError(f"no scenario of sample '{sample}' in {library.path}")
    return rows


def talk_row(library: Library, scene: Scene) -> dict[str, Any]:
    """Returns the row of a scene, cut before the character's last line that answers somebody; raises a UserError without one."""
    own = [place for place, turn in enumerate(scene.turns) if turn.thought and place and not scene.turns[place - 1].thought]
    if not own or not scene.evidence:
        raise UserError(
            f"scene '{scene.id}' in {library.path} has no evidence, or no line of the person after another's: mend it"
        )
    index = {paragraph.id: paragraph.index for paragraph in library.story(scene.character)}
    as_of = min(scene.evidence, key=lambda paragraph: index.get(paragraph, 0))
    stimulus = talk_stimulus(f"{scene.id}-talk", scene.character, scene, scene.turns[: own[-1]], as_of)
    return {
        "id": stimulus.id, "character": scene.character, "type": "talk", "scenario": scene.id, "title": scene.title,
        "question": stimulus.plain, "functions": [], "answer": scene.turns[own[-1]].text, STIMULUS: stimulus,
    }  # fmt: skip
