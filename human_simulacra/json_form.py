"""A JSON form: the schema of a pydantic model that a backbone holds its reply to, and the reading of the reply."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from human_simulacra.answer_form import AnswerForm

FormModel = TypeVar("FormModel", bound=BaseModel)
# What OpenAI's strict mode, or a server behind its interface, refuses in a schema; `read_form` still holds a reply to it.
_BOUNDS = ("minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "pattern")
_NEVER = ("title", "default")


_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*(?=\s|$)")


class FormError(Exception):
    """A reply that does not have the form; its text is a phrase that a model or a user understands."""


@dataclass(frozen=True)
class JsonForm:
    """The form of one JSON object; `text` is its JSON schema, so that a call cache knows one form from another."""

    text: str

    def schema(self, bounded: bool = False) -> Mapping[str, Any]:
        """Returns the JSON schema; with `bounded` also how long lists can be, which not every server accepts."""
        return _without(json.loads(self.text), _NEVER if bounded else (*_NEVER, *_BOUNDS))


ReplyForm = AnswerForm | JsonForm


@cache
def form_of(model: type[BaseModel]) -> JsonForm:
    """Returns the form of a pydantic model, with every key required and no others, as OpenAI's strict mode demands."""
    return JsonForm(json.dumps(_strict(model.model_json_schema())))


def describe_form(model: type[BaseModel]) -> str:
    """Returns the schema for a prompt, on one line, for a backbone that no server holds to it."""
    return json.dumps(_without(json.loads(form_of(model).text), _NEVER), ensure_ascii=False)


def read_form(model: type[FormModel], reply: str) -> FormModel:
    """Reads the first JSON object of a reply; text around it, such as a code fence, is ignored.

    Raises:
        FormError: If there is none, it does not end, or it does not have the form.
    """
    start = reply.find("{")
    if start < 0:
        raise FormError("it was not the JSON object that was asked for")
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(reply, start)
    except (ValueError, RecursionError) as error:
        raise FormError(f"its JSON could not be read ({error})") from None
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise FormError(f"its JSON did not have the form asked for: {where}: {first['msg']}") from None


def read_beginning(model: type[FormModel], reply: str) -> FormModel | None:
    """Reads a truncated reply up to its last whole sentence, or word if it has no sentence; None if the form needs more."""
    ends = [match.end() for match in _SENTENCE_END.finditer(reply)]
    start, end = reply.find("{"), ends[-1] if ends else reply.rfind(" ")
    try:
        return model.model_validate(from_json(reply[max(start, 0) : end], allow_partial="trailing-strings"))
    except ValueError:
        return None


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(value) for key, value in schema.items()}
    if strict.get("type") == "object" and "properties" in strict:
        strict.pop("description", None)  # the docstring of the class, which is for programmers
        strict |= {"required": list(strict["properties"]), "additionalProperties": False}
    return strict


def _without(schema: Any, keys: tuple[str, ...]) -> Any:
    """Removes keywords from a schema; what a `properties` object holds are names and no keywords."""
    if isinstance(schema, list):
        return [_without(entry, keys) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without(entry, keys) for name, entry in value.items()}
        if key in ("properties", "$defs")
        else _without(value, keys)
        for key, value in schema.items()
        if key not in keys
    }
