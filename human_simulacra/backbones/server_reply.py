"""The boundary to servers with OpenAI's chat completions API: whatever a server sends becomes a `ServerReply` or one error."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from human_simulacra.types import Finish

LARGEST_TEXT = 100_000  # characters; what is longer is no answer, and would fill reports
# Names of the ends of an answer in servers that speak the API; any other name is an end by itself.
_FINISH: Mapping[str, Finish] = {
    "length": "length", "max_tokens": "length", "model_length": "length", "max_output_tokens": "length",
    "content_filter": "content_filter", "safety": "content_filter", "refusal": "content_filter", "": "",
}  # fmt: skip
WEB_PAGE = "a web page"  # how `describe_page` begins
_LONGEST_ERROR = 2000  # characters of an error that a reply reports
_HTML = re.compile(r"\s*<(!doctype|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{1,100}?)</title>", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REASONING_PARTS = ("thinking", "reasoning", "reasoning_content", "redacted_thinking")


class InvalidReply(Exception):
    """A reply that has no readable answer; its message says what is wrong with it."""


class ReportedError(InvalidReply):
    """A reply with status 200 that reports an error, or is a page of HTML: the status and the code that it names, if any."""

    def __init__(self, words: str, status: int = 200, code: str = "") -> None:
        super().__init__(words)
        self.status, self.code = status, code


@dataclass(frozen=True)
class ServerReply:
    """What a server sent: the text, the reasoning that it sent apart, how it ended, and its token counts (None if not given)."""

    text: str = ""
    reasoning: str = ""
    finish: Finish = ""
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    calls_tool: bool = False


def clean_text(text: str) -> str:
    """Returns a text that every file and terminal can hold: without lone surrogates and control characters."""
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not text.isascii() else text
    return _CONTROL.sub("", paired)


def _read_text(value: Any) -> str:
    """Returns the text of a value that should be one: a string, a number, or parts with texts. Raises a ValueError."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        raise ValueError("is neither a text nor a list of parts")
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "".join(_read_text(part) for part in value if not _is_reasoning(part))
    if isinstance(value, dict):
        known = [
            value[name] for name in ("text", "content", "refusal", "value") if isinstance(value.get(name), str | list | dict)
        ]
        if known or "type" in value:
            return _read_text(known[0]) if known else ""
    raise ValueError("is neither a text nor a list of parts")


def _is_reasoning(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") in _REASONING_PARTS


def _read_reasoning(value: Any) -> str:
    """Returns reasoning in any shape as a text; its shape is nothing that a row should fail for."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return "".join(map(_read_reasoning, value))
    if isinstance(value, dict):
        return "".join(_read_reasoning(value[name]) for name in ("thinking", "reasoning", "text", "summary") if name in value)
    return ""


def _read_count(value: Any) -> int | None:
    """Returns a token count, or None for what is none."""
    try:
        count = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return int(count) if math.isfinite(count) and 0 <= count < 1e12 else None


def _read_finish(value: Any) -> Finish:
    return _FINISH.get(value.lower(), "stop") if isinstance(value, str) else ""


def _as_object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


_Count = Annotated[int | None, BeforeValidator(_read_count)]
_Text = Annotated[str, BeforeValidator(_read_text)]
_Reasoning = Annotated[str, BeforeValidator(_read_reasoning)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Details(_Lenient):
    cached_tokens: _Count = None
    reasoning_tokens: _Count = None


class _Usage(_Lenient):
    prompt_tokens: _Count = None
    completion_tokens: _Count = None
    prompt_tokens_details: Annotated[_Details, BeforeValidator(_as_object)] = Field(default_factory=_Details)
    completion_tokens_details: Annotated[_Details, BeforeValidator(_as_object)] = Field(default_factory=_Details)


class _Message(_Lenient):
    content: _Text = ""
    refusal: _Text = ""
    reasoning_content: _Reasoning = ""
    reasoning: _Reasoning = ""
    parts: Annotated[list[Any], BeforeValidator(lambda value: value if isinstance(value, list) else [])] = Field(
        default_factory=list, validation_alias="content"
    )
    tool_calls: Any = None


def _as_message(value: Any) -> Any:
    return {"content": value} if isinstance(value, str) else {} if value is None else value


class _Choice(_Lenient):
    message: Annotated[_Message, BeforeValidator(_as_message)] = Field(validation_alias=AliasChoices("message", "delta"))
    finish_reason: Annotated[Finish, BeforeValidator(_read_finish)] = ""


class _Body(_Lenient):
    choices: list[_Choice] = Field(default_factory=list)
    usage: Annotated[_Usage, BeforeValidator(_as_object)] = Field(default_factory=_Usage)


def read_reply(raw: bytes | str, whole: bool = True) -> ServerReply:
    """Reads the body of a reply, or one event of a stream.

    Args:
        raw: The JSON as it was sent.
        whole: Whether it is a whole reply, which must have a choice; an event of a stream may have none.

    Raises:
        InvalidReply: If it is not JSON, has another shape, has no choice, or reports an error.
    """
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    if page := describe_page(text):
        raise ReportedError(page)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidReply(f"it is not JSON ({type(error).__name__})") from None
    if not isinstance(value, dict):
        raise InvalidReply(f"it is a {type(value).__name__}, not an object")
    if (reported := value.get("error")) and not value.get("choices"):
        raise _reported_error(reported)
    try:
        body = _Body.model_validate(value)
    except (ValidationError, RecursionError) as error:
        raise InvalidReply(_describe(error)) from None
    if not body.choices:
        if whole:
            raise InvalidReply("it has no choices")
        return _with_usage(ServerReply(), body.usage)
    choice = body.choices[0]
    message = choice.message
    apart = "".join([message.reasoning_content or message.reasoning, *map(_read_reasoning, filter(_is_reasoning, message.parts))])
    # A model that is held to a form and refuses it says so in `refusal`.
    text, finish = message.content or message.refusal, choice.finish_reason
    if len(text) > LARGEST_TEXT:
        text, finish = text[:LARGEST_TEXT], "length"
    return _with_usage(ServerReply(text, apart[:LARGEST_TEXT], finish, calls_tool=bool(message.tool_calls)), body.usage)


def describe_page(text: str) -> str:
    """Returns in a few words what a page of HTML is; an empty string for another text."""
    if not _HTML.match(text):
        return ""
    title = _TITLE.search(text)
    return f"{WEB_PAGE}, '{' '.join(title[1].split())}'" if title else WEB_PAGE


def _reported_error(reported: Any) -> ReportedError:
    fields = reported if isinstance(reported, dict) else {}
    words, code = clean_text(str(fields.get("message", reported)))[:_LONGEST_ERROR], fields.get("code")
    # Gateways repeat the status of the server behind them.
    status = code if isinstance(code, int) and 400 <= code < 600 else 200
    return ReportedError(words, status, code if isinstance(code, str) else "")


def _with_usage(reply: ServerReply, usage: _Usage) -> ServerReply:
    return ServerReply(
        reply.text, reply.reasoning, reply.finish, usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens,
        usage.completion_tokens, usage.completion_tokens_details.reasoning_tokens, reply.calls_tool,
    )  # fmt: skip


def _describe(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    first = error.errors(include_url=False, include_input=False)[0]
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"its {'.'.join(map(str, first['loc']))}: {said[:1].lower()}{said[1:]}"
