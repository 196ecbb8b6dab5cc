"""The kinds of refusals of model servers: how each is recognised, what it means, and what the user can do.

A code that the server sends decides first, then the HTTP status and the words of known servers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from human_simulacra.backbones.server_reply import WEB_PAGE

# An error in a reply with status 200 is mostly one of the server behind a gateway.
RETRYABLE_STATUS = frozenset({200, 408, 409, 425, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True)
class Refusal:
    """A kind of refusal.

    Args:
        cause: What it means: a template of the fields of `ServerPlace.words`, and `said`, status and words of the server.
        mend: What the user can do, a template of the same fields; empty if the cause says all.
        codes: The server's codes that name it, whatever the status.
        statuses: HTTP statuses with which it is of this kind, whatever the words.
        words: A pattern of words that make it of this kind, with one of `word_statuses`.
        word_statuses: See `words`.
        unusable: Whether no call to this model can succeed.
        final: Whether no other form of the request can succeed.
    """

    cause: str
    mend: str
    codes: Sequence[str] = ()
    statuses: Sequence[int] = ()
    words: str = ""
    word_statuses: Sequence[int] = ()
    unusable: bool = False
    final: bool = True

    def fits(self, status: int, said: str) -> bool:
        """Returns whether a status and a server's words are of this kind."""
        worded = status in self.word_statuses and re.search(self.words, said, re.IGNORECASE | re.DOTALL)
        return status in self.statuses or bool(worded)


NO_CREDIT = Refusal(
    "{where} answers no more ({said})",
    "the account has no credit left: add credit, or use another key in {key_name}",
    ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active"),
    (402,),
    r"insufficient[_ ](quota|balance|credit|funds)|billing|exceeded your current quota",
    (400, 403, 429),
    unusable=True,
)
PROXY_LOGIN = Refusal(
    "the proxy before {where} wants a login ({said})",
    "set HTTPS_PROXY to the proxy's address with user and password, or NO_PROXY for a server that needs none",
    statuses=(407,),
    unusable=True,
)
COUNTRY = Refusal(
    "{where} does not serve your country or region ({said})",
    "use a service that does (--base-url)",
    ("unsupported_country_region_territory",),
    unusable=True,
)
PARAMETER = Refusal(
    "{where} refused a parameter of the request ({said})",
    "state what the server does not take in its config, such as capabilities=dict(omit=['seed'])",
    ("unsupported_parameter", "unsupported_value", "unknown_parameter"),
    final=False,
)
FILTERED = Refusal(
    "the content filter of {where} refused the prompt ({said})",
    "use another model or a weaker filter",
    ("content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation", "invalid_prompt", "data_inspection_failed"),
    (),
    r"content management policy|content[_ ]filter|safety system|prompt was flagged",
    (400, 403, 422),
)
ANSWER_LENGTH = Refusal(
    "{model} cannot write an answer as long as it may become ({said})",
    "lower max_out_len (-T llm.max_out_len=256) or reasoning_tokens",
    (),
    (),
    r"supports at most \d+ (completion|output)|maximum value for .{0,3}max_|maximum allowed number of output tokens"
    r"|valid range of max_tokens|max_(completion_)?tokens\W{1,3}must be less than",
    (400, 422),
)
CONTEXT = Refusal(
    "{model} refused a prompt that is too long for its context ({said})",
    "ask for less (k of rag or memory_tokens of macm in method_kwargs, max_out_len, reasoning_tokens; of a judge max_seq_len), "
    "or use a model or server with a longer context (context in the config of a GGUF model)",
    ("context_length_exceeded", "exceed_context_size_error", "string_above_max_length"),
    (413,),
    r"context[ _]*(length|window|size)|maximum (context|prompt|input)|prompt is too long|too many (input )?tokens"
    r"|exceeds? .{0,40}context|(inputs|input token count).{0,60}(must|exceed)"
    r"|(larger|longer) than .{0,20}context|context the overflows",
    range(400, 500),
)
DEPLOYMENT = Refusal(
    "{address} has no deployment '{model}' ({said})",
    "name a deployment of this resource (azure/DEPLOYMENT takes its name, not the model's)",
    ("DeploymentNotFound",),
    unusable=True,
)
MODEL = Refusal(
    "{address} has no model '{model}' ({said})",
    "name a model of this server (openai/NAME, or path in a config)",
    ("model_not_found", "invalid_model", "model_not_available"),
    (),
    r"model\b.{0,120}?\b(not (exist|found|available|supported)|unknown|no such)|(unknown|invalid|no such|not a valid) model"
    r"|does not exist.{0,40}model|pulling it first|does not have access to model",
    (400, 403, 404, 422),
    unusable=True,
)
NO_MODEL_SERVER = Refusal(
    "{address} answered with a web page and not as a model ({said})",
    "set {address_names} to {right_address}, and see whether a proxy or a login page stands before it (HTTPS_PROXY, NO_PROXY)",
    (),
    (),
    f"^{WEB_PAGE}",
    (200, 401, 403),
    unusable=True,
)
KEY = Refusal(
    "{where} refused the key in {key_name} ({said})",
    "{key_mend}",
    ("invalid_api_key", "invalid_authentication"),
    (401,),
    unusable=True,
)
ACCESS = Refusal(
    "{where} refused access ({said})",
    "check that the key in {key_name} may use this model from here",
    statuses=(403,),
    unusable=True,
)
ADDRESS = Refusal(
    "{address} has no chat completions ({said})",
    "set {address_names} to {right_address}",
    (),
    (404, 405),
    "unexpected endpoint",  # of LM Studio
    (200,),
    unusable=True,
    final=False,
)
RATE = Refusal(
    "{where} is asked too often ({said})",
    "lower --concurrency (concurrency in a config), or try again later",
    statuses=(429,),
)
SERVER = Refusal(
    "{where} answered {said}",
    "see the server's log or its status page, and try again later",
    statuses=range(500, 600),
    final=False,
)
OTHER = Refusal("{where} answered {said}", "", final=False)

# The first that fits counts: an earlier kind may have words that a later one would also match.
KINDS = (
    NO_CREDIT, PROXY_LOGIN, COUNTRY, PARAMETER, FILTERED, ANSWER_LENGTH, CONTEXT, DEPLOYMENT, MODEL, NO_MODEL_SERVER, KEY, ACCESS,
    ADDRESS, RATE, SERVER,
)  # fmt: skip


def find_refusal(status: int, codes: Iterable[str], said: str) -> Refusal:
    """Returns the kind of a refusal.

    Args:
        status: The HTTP status.
        codes: The codes that the server sent, such as `invalid_api_key`.
        said: What the server said.
    """
    given = set(codes)
    by_code = (kind for kind in KINDS if given.intersection(kind.codes))
    by_words = (kind for kind in KINDS if kind.fits(status, said))
    return next(by_code, None) or next(by_words, OTHER)
