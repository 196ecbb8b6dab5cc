"""Types of the package, frozen dataclasses; columns that a data folder may leave out are keyword-only."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal, get_args

from annotated_types import MaxLen
from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from human_simulacra.answer_keys import check_distinct, check_question_key
from human_simulacra.json_form import ReplyForm
from human_simulacra.life_dates import Dated
from human_simulacra.schema import AtLeastOne, Count, Date, Share, Text, TraitRank, Year

QuestionType = Literal["cloze", "single_choice", "multiple_choice"]
QUESTION_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)
Answering = Literal["generate", "likelihood", "structured"]
ANSWERINGS: tuple[Answering, ...] = get_args(Answering)
Finish = Literal["", "stop", "length", "content_filter"]
FUNCTIONS = ("Ne", "Ni", "Se", "Si", "Te", "Ti", "Fe", "Fi")
Function = Annotated[str, Field(pattern=f"^({'|'.join(FUNCTIONS)})$"), f"one of {', '.join(FUNCTIONS)}"]


@dataclass(frozen=True)
class Trait:
    """One sentence of self-description, for a Jungian function at a rank (1 strongest, 8 weakest; empty and 0 if unknown)."""

    function: Function | Annotated[str, MaxLen(0), "empty"]
    rank: TraitRank
    text: Text


@dataclass(frozen=True)
class DatedSentence:
    """One sentence of a biography, with the last year that it tells about."""

    year: Year
    text: Text


@dataclass(frozen=True)
class Character:
    """A virtual person: attributes, personality and biography.

    `id` is the slug of `name`, `age` that on `reference_date`. `functions` are the eight Jungian functions from strongest to
    weakest, `biography_dated` the biography's sentences in order; empty if undated.
    """

    id: Text
    name: Text
    gender: str
    age: Count
    date_of_birth: Date
    reference_date: Date
    occupation: str
    hobbies: tuple[str, ...]
    family: str
    education: str
    short_term_goals: tuple[str, ...]
    long_term_goal: str
    functions: Annotated[tuple[Function, ...], AfterValidator(check_distinct), "distinct functions, strongest first"]
    traits: tuple[Trait, ...]
    biography: str
    _: KW_ONLY
    biography_dated: tuple[DatedSentence, ...] = ()


@dataclass(frozen=True)
class Paragraph(Dated):
    """One paragraph of a life story, numbered by `index` from 1.

    `first_year` and `last_year` are those of its chapter, 0 if unknown.
    """

    id: Text
    character: Text
    chapter: str
    chapter_index: Count
    first_year: Year
    last_year: Year
    index: AtLeastOne
    text: str


@dataclass(frozen=True)
class Memory(Dated):
    """A long-term memory made from a chunk of paragraphs.

    `summary` is its entry in the memory index, `content` the text in the first person, `thinking` and `emotion` the
    character's thoughts and feelings about it. The dates and the age are those of its paragraphs, from the first to the last.
    """

    id: str
    character: Text
    index: Count
    paragraphs: tuple[Text, ...]
    summary: str
    content: str
    thinking: str
    emotion: str


@dataclass(frozen=True)
class WrongOption:
    """Why the option at a position is wrong, with the ids of the paragraphs that show it."""

    option: Count
    why: Text
    evidence: tuple[Text, ...]


@dataclass(frozen=True)
class Question:
    """A scored question of the self report.

    `answer` holds accepted strings (cloze) or positions of the correct options (choice questions), `evidence` the ids of the
    paragraphs that contain the answer. `source` is `profile` or `story`.

    Two forms are marked: `core`, the paper's fifteen questions on core information, and `life`, questions on the story alone
    that readers without it seldom get right. `kind` says what it asks for (see the card). `why_wrong` explains the wrong
    options. `blind` is what readers without any text reached, 0 to 1: the share that answered rightly, of multiple choice the
    mean share of options judged rightly; None if nobody has tried. `open_book` is the share right with the life open.
    """

    id: str
    character: Text
    type: QuestionType
    question: Text
    options: tuple[str, ...]
    answer: tuple[Text, ...] | tuple[int, ...]
    evidence: tuple[Text, ...]
    source: str
    core: bool
    _: KW_ONLY
    life: bool = False
    kind: str = ""
    why_wrong: tuple[WrongOption, ...] = ()
    blind: Share | None = None
    blind_readers: Count = 0
    open_book: Share | None = None
    open_book_readers: Count = 0

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_question_key(self.type, self.options, self.answer, [wrong.option for wrong in self.why_wrong])
        return self


@dataclass(frozen=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Generation:
    """Parameters of one generation.

    `max_tokens` bounds what the model writes, not what it thinks before. `sample` numbers repeated draws of a prompt. `form` is
    the answer's form: a choice, or a JSON object. With `whole`, a cut answer is asked for once more; that is no part of the call.
    """

    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    sample: int = 0
    form: ReplyForm | None = None
    whole: bool = False


@dataclass(frozen=True)
class Completion:
    """A backbone's answer and its usage.

    `prompt_tokens` includes `cached_tokens`, which the server reused. `estimated` marks counts that no server reported. `seconds`
    is the duration, `from_cache` whether the call cache answered. `finish` says why the answer ended; empty if the backbone does
    not tell. `requests` counts the calls whose usage it sums: those that gave nothing were repeated.
    """

    text: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = True
    seconds: float = 0.0
    from_cache: bool = False
    finish: Finish = ""
    requests: int = 1


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
        abstain_option: The option of not knowing, lettered after `options` and none of them, so that no query holds it; or empty.
        plain: The user message without the form of the answer and without letters; never empty, since `text` replaces it.
        scored: The user message for scoring options by likelihood; `plain` if empty.
        neutral: `scored` without its question, which favours no option; the prompt `neutral_turn` if empty.
        as_of: The point in time at which the character answers (`point_in_time`); today if empty.
    """

    id: str
    character: str
    text: str
    query: str
    history: tuple[Message, ...] = ()
    options: tuple[str, ...] = ()
    several: bool = False
    sample: int = 0
    abstain_option: str = ""
    plain: str = ""
    scored: str = ""
    neutral: str = ""
    as_of: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", self.plain or self.text)
