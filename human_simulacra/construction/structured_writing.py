"""Writing by a language model: a JSON form is asked for, checked by arithmetic and judged; what fails is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from pydantic import BaseModel

from human_simulacra.agents.model_calls import TOKENS_A_WORD
from human_simulacra.backbones.base import Backbone, estimate_tokens
from human_simulacra.construction.judging import NOT_JUDGED, Standard, TextJudge
from human_simulacra.errors import UserError
from human_simulacra.json_form import FormError, FormModel, describe_form, form_of, read_beginning, read_form
from human_simulacra.prompts import render, template
from human_simulacra.types import Generation, Message, Paragraph

DEFAULT_CONTEXT, CONCURRENCY = 32768, 8
ATTEMPTS = 3  # requests for one text at most
FORM_TOKENS = 60  # of keys, braces and quotation marks around a text
Check = Callable[[FormModel], Sequence[str]]


class Rejected(FormError):
    """A reply that cannot be used; `beginning` is what can be read of it, up to a whole sentence, or None."""

    def __init__(self, why: str, beginning: object = None) -> None:
        super().__init__(why)
        self.beginning = beginning


class TextReply(BaseModel):
    """One text."""

    text: str


@dataclass(frozen=True)
class Draft(Generic[FormModel]):
    """What a model wrote in a form, or None if no attempt passed.

    Attributes:
        value: The accepted reply; where nobody can judge, also the last one that a reviewer can decide on.
        attempts: Number of requests.
        findings: Why each rejected attempt was rejected, in order.
        rejected: The rejected texts that had the form.
        last: The last reply that could be read, accepted or not.
        doubts: What speaks against the reply although it is used: that nobody judged it, and its own faults if that is so.
    """

    value: FormModel | None
    attempts: int
    findings: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    last: FormModel | None = None


def words_to_tokens(words: int) -> int:
    """Returns a token limit under which a text of so many words in a form can be finished."""
    return int(words * TOKENS_A_WORD) + FORM_TOKENS


def build_messages(prompt: str, system: str = "") -> list[Message]:
    """Returns the messages of one request, without a system message if `system` is empty."""
    return [*([Message("system", system)] if system else []), Message("user", prompt)]


def render_request(form: type[BaseModel], prompt: str, finding: str = "") -> str:
    """Returns the user message that asks for a form; `finding` says what was wrong with the attempt before."""
    again = render("make_another_attempt", finding=finding) if finding else ""
    return "\n\n".join(part for part in (prompt, render("make_form", schema=describe_form(form)), again) if part)


class Writer:
    """Asks a backbone for texts in a form. Behind a call cache, a resumed run repeats no paid call.

    `context_tokens` is the length of prompt and reply together (None: `DEFAULT_CONTEXT`), `longest` that of a text by the model's
    config (`max_out_len`; None: no limit). `judge` judges texts, and `concurrency` of them are in progress at once. Every method
    that asks raises a BackboneError if the backbone gives no answer.
    """

    def __init__(
        self,
        backbone: Backbone,
        seed: int = 0,
        temperature: float = 0.7,
        context_tokens: int | None = None,
        longest: int | None = None,
        judge: TextJudge | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self.backbone, self.seed, self.temperature = backbone, seed, temperature
        self.context_tokens = context_tokens or DEFAULT_CONTEXT
        self.longest, self.judge, self.concurrency = longest, judge, concurrency

    def fit_words(self, words: int) -> int:
        """Returns how many of so many words one text can have: those that `max_out_len` and half the context leave room for."""
        room = min(self.longest or self.context_tokens, self.context_tokens // 2)
        return max(20, min(words, int((room - FORM_TOKENS) / TOKENS_A_WORD)))

    async def ask(
        self, form: type[FormModel], prompt: str, tokens: int, *, example: FormModel, system: str = "", finding: str = "",
        sample: int = 0,
    ) -> FormModel:  # fmt: skip
        """Makes one request for a form and returns the reply.

        Args:
            form: The form.
            prompt: What is asked for, without the form.
            tokens: Most tokens of the reply; what a model thinks before comes on top.
            example: A reply of typical length, which a dry run returns.
            system: System message, none if empty.
            finding: What was wrong with the attempt before.
            sample: Number of the draw.

        Raises:
            Rejected: If the reply was truncated or does not have the form.
        """
        generation = Generation(tokens, self.temperature, self.seed, sample, form_of(form), whole=True)
        completion = await self.backbone.complete(build_messages(render_request(form, prompt, finding), system), generation)
        try:
            return read_form(form, completion.text)
        except FormError as error:
            named = {"length": f"it was truncated at {tokens} tokens", "content_filter": "the server's content filter cut it"}
            raise Rejected(named.get(completion.finish, str(error)), read_beginning(form, completion.text)) from None

    async def write(
        self, form: type[FormModel], prompt: str, words: int, *, example: FormModel, system: str = "",
        check: Check[FormModel] | None = None, standard: Standard | None = None,
        show: Callable[[FormModel], str] = lambda value: str(getattr(value, "text", value)),
    ) -> Draft[FormModel]:  # fmt: skip
        """Asks as `ask` does until a text has the form, passes the check and is accepted by the judge; a retry names the fault.

        The reply has `words` words at most, all texts of the form together. `check` returns its faults as phrases, by arithmetic,
        `standard` is what the judge holds it to (None: nothing), and `show` its text for the judge and for reviewers.
        """
        findings: list[str] = []
        rejected: list[str] = []
        readable: FormModel | None = None
        for attempt in range(ATTEMPTS):
            last = findings[-1] if findings else ""
            try:
                value = await self.ask(
                    form, prompt, words_to_tokens(words), example=example, system=system, finding=last, sample=attempt
                )
            except Rejected as error:
                findings.append(str(error))
                readable = error.beginning if isinstance(error.beginning, form) else readable
                continue
            faults: Sequence[str] | None = check(value) if check else []
            if not faults and standard is not None:
                faults = await self.judge_text(show(value), standard)
            if not faults:
                doubts = (NOT_JUDGED,) if faults is None else ()
                return Draft(value, attempt + 1, tuple(findings), tuple(rejected), doubts, value)
            findings.append("; ".join(faults))
            rejected.append(show(value))
            readable = value
        if standard is not None and readable is not None and not await self.can_judge():
            return Draft(readable, ATTEMPTS, tuple(findings), tuple(rejected), (NOT_JUDGED, findings[-1]), readable)
        return Draft(None, ATTEMPTS, tuple(findings), tuple(rejected), last=readable)

    async def judge_text(self, text: str, standard: Standard) -> list[str] | None:
        """Returns what the judge finds wrong with a text, an empty list if nothing is; None if nobody could judge it."""
        return await self.judge.find_faults(text, standard) if self.judge else None

    async def can_judge(self) -> bool:
        """Returns whether there is a judge that passed its known-answer check.

        Without one every text is for a reviewer, also those with faults: the work goes on, and nothing is ready.
        """
        return self.judge is not None and await self.judge.is_admitted()


def find_oversized_paragraph(writer: Writer, passages: Sequence[Paragraph], prompt: str, max_words: int) -> str | None:
    """Returns an error message that names the longest passage if a prompt exceeds the backbone's context, else None."""
    if (needed := _least_tokens(prompt, max_words)) <= writer.context_tokens:
        return None
    longest = max(passages, key=lambda passage: len(passage.text))
    return (
        f"paragraph {longest.id} is too long: with it a prompt takes about {needed} tokens, and the backbone's context has "
        f"{writer.context_tokens}; cut it into several paragraphs in story.jsonl, or name a backbone with a longer context"
    )


def require_room(writer: Writer, prompt: str, words: int, what: str) -> None:
    """Raises a UserError if a prompt with its reply certainly exceeds the backbone's context; `what` names its purpose."""
    if (needed := _least_tokens(prompt, words)) > writer.context_tokens:
        raise UserError(
            f"the backbone's context of {writer.context_tokens} tokens is too small for {what}, which takes about {needed}: "
            "take a model with a longer context"
        )


def _least_tokens(prompt: str, words: int) -> int:
    """Returns a lower bound (four characters a token) of a prompt with its reply: what exceeds it certainly does not fit."""
    return estimate_tokens(prompt) + words_to_tokens(words)


def form_request_tokens(form: type[BaseModel]) -> int:
    """Returns the tokens that the request for a form adds to a prompt."""
    return estimate_tokens(describe_form(form) + template("make_form"))
