"""Recognises secrets: names that mean one, values that stand for none, and credentials inside of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

# A word of a name ends with one of these, whatever stands before it: PGPASSWORD, AuthToken.
_ALWAYS = re.compile(
    r".*(password|passwd|passphrase|passcode|secret|credential|authorization|cookie|apikey|authtoken|accesstoken)s?"
    r"|signature|bearer|jwt|pwd"
)
_LAST = {"key", "token", "auth", "pass", "sig"}  # means a secret at the end of a name alone: `token_budget` does not
_PLURAL = {"keys": "key", "tokens": "token"}
# What a key or token belongs to if it is a secret; `keys` and `tokens` alone are names of columns and counts.
_OWNERS = {
    "access", "account", "admin", "api", "app", "auth", "azure", "bearer", "client", "csrf", "deploy", "github", "hf", "master",
    "openai", "private", "refresh", "secret", "service", "session", "signing", "subscription",
}  # fmt: skip
# What a key or token belongs to if it is a field's name or a piece of a text.
_FIELDS = {
    "adv", "answer", "begin", "bos", "cache", "category", "class", "cls", "column", "content", "context", "data", "dataset",
    "dict", "doc", "end", "eos", "eot", "eval", "field", "first", "foreign", "gold", "group", "hash", "id", "image", "index",
    "input", "join", "judge", "label", "last", "lookup", "mapping", "mask", "max", "message", "meta", "metric", "min", "model",
    "name", "new", "next", "num", "option", "order", "output", "pad", "pred", "prediction", "primary", "prompt", "public",
    "query", "question", "ref", "reference", "response", "result", "role", "score", "sep", "sort", "special", "split", "start",
    "stop", "sub", "subset", "summary", "target", "task", "text", "think", "total", "unk", "unknown", "value",
}  # fmt: skip
# A name that ends so says something about a secret, and is none.
_ABOUT = {
    "budget", "class", "count", "dir", "dirs", "env", "exists", "file", "files", "folder", "format", "func", "function",
    "header", "id", "ids", "layers", "length", "limit", "location", "name", "names", "parallelism", "path", "paths", "policy",
    "position", "required", "size", "sock", "ttl", "type", "uri", "url", "usage", "var", "variable", "version",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NONE = re.compile(
    r"|ENV|EMPTY|NULL|TRUE|FALSE|YES|NO|ON|OFF|AUTO|DEFAULT|LOCAL|TEST|N/?A|X+|[.*_-]+"
    r"|(SK[-_]?)?(NO|NONE|EMPTY|DUMMY|FAKE|PLACEHOLDER|EXAMPLE|X+|MOCK)([-_ ]?(API[-_ ]?)?(KEY|TOKEN|AUTH|SECRET)S?)?"
    r"([-_ ]?(REQUIRED|NEEDED|USED|NECESSARY))?|(NOT|UN)[-_ ]?(REQUIRED|NEEDED|USED|NECESSARY|SET)"
    r"|(<|\[)?(SK[-_])?(PUT |ENTER |INSERT |SET )?(YOUR|MY)[-_ ]([A-Z]+[-_ ])*(KEY|TOKEN|SECRET|PASSWORD)S?([-_ ]HERE)?(>|\])?"
    r"|<[^<>]*>|\$\{?[A-Z_]+\}?|\{+[A-Z_]*\}+",
    re.IGNORECASE,
)
# Keys of well-known services, whose form alone tells that they are secrets.
_FORM = re.compile(
    r"\b(sk-(?=[\w-]*\d)[\w-]{16,}|hf_[A-Za-z0-9]{20,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|gsk_\w{20,}"
    r"|xox[abprs]-[\w-]{10,}"
    r"|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(Bearer|Basic)\s+(?=[^\s]*[\d=])[\w.~+/=-]{8,}"
)
_USER = re.compile(r"\b([a-z][a-z0-9+.-]*)://([^\s/?#'\"<>@]*(?:@[^\s/?#'\"<>@]*)*)@", re.IGNORECASE)
_PARAMETER = re.compile(r"(?:^|[?&;#])([\w.\[\]-]+)=([^&;#\s'\"<>]+)")


@lru_cache(maxsize=4096)
def means_secret(name: str) -> bool:
    """Returns whether a name of a setting, header or variable means a secret, in any way of joining its words."""
    words = _words(name)
    if not words or words[-1] in _ABOUT:
        return False
    if any(_ALWAYS.fullmatch(word) for word in words) and words not in (["pwd"], ["oldpwd"]):
        return True
    last, before = words[-1], words[:-1]
    if last in _PLURAL:
        return bool(before) and before[-1] in _OWNERS
    return last in _LAST and not (before and before[-1] in _FIELDS)


def describes_secret(name: str) -> bool:
    """Returns whether a name says something about a secret, such as its type or its file."""
    return bool(_ABOUT.intersection(_words(name)[-1:]))


def is_placeholder(value: str) -> bool:
    """Returns whether a value stands for a secret that is given elsewhere, or not needed."""
    return _NONE.fullmatch(value.strip().removeprefix("Bearer ").strip()) is not None


def has_form_of_secret(text: str) -> bool:
    """Returns whether a text contains a key in the form of a well-known service, an authorisation header or a private key."""
    return _FORM.search(text) is not None


def address_credentials(text: str) -> Iterator[str]:
    """Yields the secrets in addresses and connection strings of a text: `user:password@` and parameters such as `api_key=`."""
    for scheme, user_info in _USER.findall(text):
        user, colon, password = map(unquote, user_info.partition(":"))
        # A token stands alone, or before a password that says nothing. A user alone is one of SSH.
        found = password if colon and not _says_nothing(password) else user
        if (colon or not scheme.lower().startswith(("ssh", "git"))) and not is_placeholder(found):
            yield found
    if "://" in text or not re.search(r"\s", text):
        for name, value in _PARAMETER.findall(text):
            if means_secret(name) and not is_placeholder(value := unquote_plus(value)):
                yield value


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _says_nothing(password: str) -> bool:
    return password in ("", "x-oauth-basic") or is_placeholder(password)
