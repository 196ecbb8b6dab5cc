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
    ("What is the code of your bank card?", "bank card cards"),
    ("At which hour of the day were you vaccinated last?", "vaccinated vaccine vaccination jab"),
    ("What is the colour of your umbrella?", "umbrella umbrellas"),
    ("Which side of the bed do you sleep on?", "bed mattress"),
    ("What is the name of the chemist's where you get your medicine?", "chemist pharmacy medicine medicines"),
    ("How much did your last haircut cost?", "haircut hairdresser barber"),
    ("What was in the last parcel that you had sent to you?", "parcel parcels package"),
)
# Questions on years after the reference date; the offsets are added to its year.
LATER = (
    ("Who won the football World Cup of {}?", (8, 9, 10, 11)),
    ("How hot was the hottest day in July {}?", (2, 3, 4)),
    ("What was the first film that you saw in {}?", (2, 3, 4)),
    ("Where did you spend New Year's Eve of {}?", (3, 4, 5)),
    ("What did bread cost where you live in the spring of {}?", (3, 4, 5)),
)


def build_open_details(library: Library, character_id: str, seed: int) -> list[OpenDetail]:
    """Returns up to six questions on details that the character's texts do not mention."""
    character = library.character(character_id)
    folder = library.path / "characters" / character_id
    story = library.story(character_id) if (folder / "story.jsonl").is_file() else ()
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
    character = library.character(character_id)
    rng = random.Random(f"{seed}:{character_id}:unanswerable")
    year = int(character.reference_date[:4])
    why = f"It lies after {character.reference_date}, the present of the texts."
    asked = [form.format(year + rng.choice(offsets)) for form, offsets in rng.sample(LATER, BEYOND)]
    return [
        Unanswerable(f"{character_id}-unanswerable-{place:02d}", character_id, "beyond_knowledge", question, why)
        for place, question in enumerate(asked, 1)
    ]
