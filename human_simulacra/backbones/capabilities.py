"""What a server can take: which parameters and roles a request may have. A config says it, or the first calls find it out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from human_simulacra.backbones.server_errors import ServerError
from human_simulacra.backbones.server_refusals import ADDRESS
from human_simulacra.files import cache_dir, digest, write_atomically
from human_simulacra.schema import Text
from human_simulacra.types import Message

TOKEN_KEYS = ("max_tokens", "max_completion_tokens")
OPTIONAL = ("temperature", "seed", "response_format", "stream_options")
_SYSTEM_ROLE = re.compile(
    r"system (role|message|prompt|instruction)|role.{0,30}system|system.{0,30}not (supported|allowed)|roles? must alternate"
)


@dataclass(frozen=True)
class Capabilities:
    """What a server can take.

    Args:
        system_role: Whether messages may have the role system; otherwise its text begins the first user message.
        tokens_key: The name of the parameter that bounds an answer.
        omit: Parameters that are not sent.
        streaming: Whether the server can send an answer piece by piece.
        reasons: Whether the model thinks before it answers.
        v1: Whether `/v1` is added to the given address, or removed from it.
    """

    system_role: bool = True
    tokens_key: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    omit: Sequence[Text] = ()
    streaming: bool = True
    reasons: bool = False
    v1: Literal["as given", "added", "removed"] = "as given"

    def messages(self, messages: Sequence[Message]) -> list[dict[str, str]]:
        """Returns a conversation with the roles that the server takes, in which neighbours have different roles."""
        result: list[dict[str, str]] = []
        for message in messages:
            role = message.role if self.system_role or message.role != "system" else "user"
            if result and result[-1]["role"] == role:
                result[-1] = {"role": role, "content": f"{result[-1]['content']}\n\n{message.content}"}
            else:
                result.append({"role": role, "content": message.content})
        return result

    def address(self, given: str) -> str:
        """Returns the server's address."""
        bare = given.rstrip("/")
        if self.v1 == "added":
            return f"{bare}/v1"
        return bare.removesuffix("/v1") if self.v1 == "removed" else given

    def describe(self) -> str:
        """Returns in words what differs from a server that takes everything; empty if nothing does."""
        found = []
        if not self.system_role:
            found.append("has no system role")
        if self.tokens_key != "max_tokens":
            found.append(f"takes {self.tokens_key}")
        if self.omit:
            found.append(f"takes no {', no '.join(self.omit)}")
        if not self.streaming:
            found.append("does not stream")
        if self.v1 != "as given":
            found.append(f"answers with /v1 {self.v1}")
        if self.reasons:
            found.append("reasons before it answers")
        return ", ".join(found)

    def alternatives(self, error: ServerError, blind: bool) -> list[Capabilities]:
        """Returns what else the server may take, after it refused a request; the likeliest first.

        Args:
            error: The refusal.
            blind: Whether to go beyond what the server named; only for a request that is known to be harmless.
        """
        status = error.status
        if error.kind.final:
            return []
        if error.kind is ADDRESS:
            return [replace(self, v1="added"), replace(self, v1="removed")]
        # An error of the server may pass by itself, and a lucky second try would teach what is not so.
        if status not in (400, 415, 422) and not (blind and status in (500, 501)):
            return []
        words = error.said.lower()
        named = [key for key in OPTIONAL if key in words and key not in self.omit]
        other = next(key for key in TOKEN_KEYS if key != self.tokens_key)
        tokens = any(key in words for key in TOKEN_KEYS) and self.tokens_key not in self.omit
        found = [replace(self, tokens_key=other)] if tokens else []
        found += [self.without(*named)] if named else []
        if self.system_role and _SYSTEM_ROLE.search(words):
            found.append(replace(self, system_role=False))
        if self.streaming and re.search(r"\bstream(ing|ed)?\b", words):
            found.append(replace(self, streaming=False))
        found += [self.without(self.tokens_key)] if tokens else []
        if blind and status < 500:
            bare = self.without("seed", "temperature")
            found += [self.without("seed"), bare, replace(self, tokens_key=other), replace(bare, tokens_key=other)]
            found += [replace(self, system_role=False), replace(bare, system_role=False)]
        return found

    def without(self, *names: str) -> Capabilities:
        """Returns the capabilities of a server that does not take these parameters either."""
        return replace(self, omit=tuple(dict.fromkeys([*self.omit, *names])))


_SAVED = TypeAdapter(Capabilities)


@dataclass
class KnownCapabilities:
    """The capabilities of one server: those of the config, else those that earlier calls found out, kept on disk.

    Args:
        fingerprint: Identifies the server and the model.
        given: The fields that the config states; they are never changed.
        folder: Where findings are kept; None for the user's cache folder.
    """

    fingerprint: str
    given: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.given = {name: tuple(value) if isinstance(value, list) else value for name, value in self.given.items()}
        self._path = (self.folder or cache_dir()) / "capabilities" / f"{digest([self.fingerprint, dict(self.given)])[:24]}.json"
        self.found = self._read()
        self.current = replace(self.found or Capabilities(), **self.given)

    def _read(self) -> Capabilities | None:
        try:
            found = _SAVED.validate_json(self._path.read_bytes())
            return replace(found, omit=tuple(found.omit))
        except (OSError, ValidationError):  # nothing is known yet, or not readably: it is found out again
            return None

    def learn(self, found: Capabilities) -> None:
        """Keeps what a successful call has shown."""
        found = replace(found, **self.given)
        if found == self.found:
            return
        self.found = self.current = found
        try:
            write_atomically(self._path, json.dumps(asdict(found)))
        except OSError:  # it is found out again by the next process
            return
