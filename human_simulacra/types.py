"""Types of the package: frozen dataclasses for characters, questions, messages, completions and stimuli."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QuestionType = Literal["cloze", "single_choice", "multiple_choice"]
QUESTION_TYPES: tuple[QuestionType, ...] = ("cloze", "single_choice", "multiple_choice")
Answering = Literal["generate", "likelihood"]
ANSWERINGS: tuple[Answering, ...] = ("generate", "likelihood")
FUNCTIONS = ("Ne", "Ni", "Se", "Si", "Te", "Ti", "Fe", "Fi")


@dataclass(frozen=True)
class Trait:
    """One sentence of self-description: a personality statement for a Jungian function at a rank (1 strongest, 8 weakest)."""

    function: str
    rank: int
    text: str


@dataclass(frozen=True)
class Character:
    """A virtual person: attributes, personality and biography.

    `id` is the slug of `name`. Dates are ISO 8601; `age` is the age on `reference_date`. `functions` are the eight Jungian
    functions from strongest to weakest.
    """

    id: str
    name: str
    gender: str
    age: int
    date_of_birth: str
    reference_date: str
    occupation: str
    hobbies: tuple[str, ...]
    family: str
    education: str
    short_term_goals: tuple[str, ...]
    long_term_goal: str
    functions: tuple[str, ...]
    traits: tuple[Trait, ...]
    biography: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a life story, numbered by `index` from 1. The years are those of its chapter, 0 if unknown."""

    id: str
    character: str
    chapter: str
    chapter_index: int
    first_year: int
    last_year: int
    index: int
    text: str


@dataclass(frozen=True)
class Memory:
    """A long-term memory made from a chunk of paragraphs.

    `summary` is its entry in the memory index, `content` the text in the first person, `thinking` and `emotion` the
    character's thoughts and feelings about it.
    """

    id: str
    character: str
    index: int
    paragraphs: tuple[str, ...]
    summary: str
    content: str
    thinking: str
    emotion: str


@dataclass(frozen=True)
class Question:
    """A scored question of the self report.

    `answer` holds accepted strings (cloze) or positions of the correct options (choice questions), `evidence` the ids of the
    paragraphs that contain the answer. `source` is `profile` or `story`; `core` marks questions about core information.
    """

    id: str
    character: str
    type: QuestionType
    question: str
    options: tuple[str, ...]
    answer: tuple[str, ...] | tuple[int, ...]
    evidence: tuple[str, ...]
    source: str
    core: bool


@dataclass(frozen=True)
class Unanswerable:
    """A question whose correct answer is that one does not know.

    `kind` is `unanswerable` (the texts do not say) or `beyond_knowledge` (this person could not know); `why` explains it.
    """

    id: str
    character: str
    kind: Literal["unanswerable", "beyond_knowledge"]
    question: str
    why: str


@dataclass(frozen=True)
class Message:
    """One chat message; `role` is system, user or assistant."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Generation:
    """Parameters of one generation. `sample` is the number of the draw; it distinguishes repeated draws of the same prompt."""

    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0


@dataclass(frozen=True)
class Completion:
    """A backbone's answer and its usage.

    `prompt_tokens` includes `cached_tokens`, which the server reused. `estimated` marks token counts that no server reported.
    `seconds` is the duration of the call; `from_cache` tells whether the call cache answered.
    """

    text: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = True
    seconds: float = 0.0
    from_cache: bool = False


@dataclass(frozen=True)
class Stimulus:
    """One turn that a character answers.

    Args:
        id: The stimulus's id.
        character: Id of the character.
        text: The user message.
        query: The text to search memory with: the question without answering instructions.
        history: Earlier turns.
        options: Texts to choose from, in the order shown; empty for an open question.
        several: Whether more than one option may be chosen.
        sample: Number of the draw; it distinguishes repeated draws of the same stimulus.
        plain: The user message for scoring options by likelihood; `text` if empty.
        neutral: The user message of the neutral prompt: `plain` without its question, which favours no option. The prompt
            `neutral_turn` if empty.
    """

    id: str
    character: str
    text: str
    query: str
    history: tuple[Message, ...] = ()
    options: tuple[str, ...] = ()
    several: bool = False
    sample: int = 0
    plain: str = ""
    neutral: str = ""
