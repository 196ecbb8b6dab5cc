"""The nouns of human_simulacra: every other module speaks in these frozen dataclasses."""

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
    """One sentence of self-description, drawn from the statements of a Jungian function at a rank (1 strongest, 8 weakest)."""

    function: str
    rank: int
    text: str


@dataclass(frozen=True)
class Character:
    """A virtual person: attributes, personality and biography. `id` is the slug of `name`."""

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
    """One paragraph of a life story, in order of `index` (from 1). The years are those its chapter covers, 0 if unknown."""

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
    """A long-term memory made from a chunk of paragraphs; `summary` is what retrieval reads."""

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
    """A scored question. `answer` holds accepted strings (cloze) or indices into `options` (choice questions)."""

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
    """A question to which the right answer is to say that one does not know.

    `kind` is `unanswerable` (the texts do not say) or `beyond_knowledge` (this person could not know); `why` says it.
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
    """Parameters of one generation. `sample` tells repeated draws of the same prompt apart."""

    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0


@dataclass(frozen=True)
class Completion:
    """What a backbone answered and what it took. Token counts that no server reported are marked `estimated`."""

    text: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = True
    seconds: float = 0.0
    from_cache: bool = False


@dataclass(frozen=True)
class Stimulus:
    """What is put to a simulacrum: the text of one turn, to which character, after which earlier turns.

    `query` is what memory is searched with: the bare question, without the instructions on how to answer. Where the
    answer is a choice, `options` are the texts to choose from, in the order shown, and `several` says that more than one
    may be chosen. `sample` tells repeated draws of the same stimulus apart. Where options are weighed by likelihood, `plain`
    (else `text`) is the turn that they follow, and `neutral` (else the prompt `neutral`) the same turn without its question,
    which says nothing for any option.
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
