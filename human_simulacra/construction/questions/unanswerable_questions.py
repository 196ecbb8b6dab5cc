"""Questions without an answer in the texts: what lies after the reference date, and details that only the person knows."""

from __future__ import annotations

import random

from human_simulacra.items import OpenDetail, Unanswerable
from human_simulacra.library import Library
from human_simulacra.validation.text_statistics import stems

NOT_SAID, BEYOND = 6, 3
# The question, and words of which any text with the answer would contain one.
DETAILS = (
    ("What is your blood group?", "blood rhesus"),
    ("What number do your shoes have?", "shoe shoes boots"),
    ("What was the number plate of your first car?", "car cars plate registration"),
    ("Which number stands in your passport?", "passport passports"),
    ("What is the name of your dentist?", "dentist dentists tooth teeth"),
    ("What did your first pair of glasses look like?", "glasses spectacles optician"),
    ("Which brand of toothpaste do you use?", "toothpaste"),
    ("What is the colour of your umbrella?", "umbrella umbrellas"),
    ("What is the name of the chemist's where you get your medicine?", "chemist pharmacy medicine medicines"),
    ("How much did your last haircut cost?", "haircut hairdresser barber"),
)
LATER = (
    "How hot was the hottest day in July {}?",
    "What was the first film that you saw in {}?",
    "Where did you spend New Year's Eve of {}?",
    "What did bread cost where you live in the spring of {}?",
)
YEARS_LATER = (2, 3, 4, 5)  # than the reference date


def build_open_details(library: Library, character_id: str, seed: int) -> list[OpenDetail]:
    """Returns up to six questions on details that the character's texts do not mention."""
    character = library.character(character_id)
    story = library.story(character_id) if (library.path / "characters" / character_id / "story.jsonl").is_file() else ()
    said = stems(" ".join([character.biography, *(paragraph.text for paragraph in story)]))
    rng = random.Random(f"{seed}:{character_id}:open_detail")
    unsaid = [(question, words) for question, words in DETAILS if not said & stems(words)]
    return [
        OpenDetail(f"{character_id}-open_detail-{place:02d}", character_id, question,
                   f"Neither biography nor story has any of the words {', '.join(words.split())}.")
        for place, (question, words) in enumerate(rng.sample(unsaid, min(NOT_SAID, len(unsaid))), 1)
    ]  # fmt: skip


def build_unanswerable_questions(library: Library, character_id: str, seed: int) -> list[Unanswerable]:
    """Returns three questions on years after the character's reference date."""
    today, rng = library.character(character_id).reference_date, random.Random(f"{seed}:{character_id}:unanswerable")
    return [
        Unanswerable(f"{character_id}-unanswerable-{place:02d}", character_id, "beyond_knowledge",
                     form.format(int(today[:4]) + rng.choice(YEARS_LATER)),
                     f"It lies after {today}, the present of the texts.")
        for place, form in enumerate(rng.sample(LATER, BEYOND), 1)
    ]  # fmt: skip
