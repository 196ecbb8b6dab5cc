"""A simulacrum as an OpenCompass model: a method on top of any OpenCompass model config."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from opencompass.models.base_api import BaseAPIModel

from human_simulacra.backbones.base import Backbone, BackboneError
from human_simulacra.errors import UserError
from human_simulacra.event_loops import run_coroutine
from human_simulacra.files import cache_dir as default_cache_dir
from human_simulacra.files import digest
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.messages import warn
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.methods import check_method
from human_simulacra.plugin.llm_config import check_llm, is_local, resolve_answering
from human_simulacra.plugin.shared_backbones import SharedBackbones, current_backbones
from human_simulacra.plugin.stimulus_serialization import decode_stimulus
from human_simulacra.schema import Arguments, AtLeastOne, Config, Count, NotNegative, Text, Whole, Year
from human_simulacra.secret_redaction import redact
from human_simulacra.traces import Reply
from human_simulacra.types import Answering, Stimulus

DEFAULT_ANSWER_TOKENS = 256


class Simulacrum(BaseAPIModel):
    """Answers as the character that each row names, with a method and a backbone.

    Args:
        llm: The backbone: any OpenCompass model config.
        method: `none`, `prompt`, `rag`, `macm` or `shuffled`.
        method_kwargs: The method's parameters; see `human_simulacra.methods`.
        agent_llm: A separate backbone for the memory, thinking and emotion agents; None for `llm`.
        embedder: A sentence-transformers model for retrieval; None for the packaged one.
        temperature: Sampling temperature of every call.
        seed: Seed of sampling and of the assignment of characters in the control `shuffled`.
        sample: Number of a repeated run at a temperature above 0; another number draws other answers.
        concurrency: Maximum number of concurrent calls to `llm`, of all models of a run with this `llm` together; if they give
            different ones, the smallest holds.
        retry: Maximum number of attempts per call; after the last, the row fails.
        cache_dir: Folder of the call cache and of embeddings; None for the user's cache folder.
        data: A data folder; None for the dataset package.
        as_of: The point in time at which every character answers: a year, a month (`'1999-05'`) or the id of a paragraph. It
            knows nothing later. `'today'` gives it the whole life even where a row names a time; None does as each row says.
        answering: How stimuli with options are answered: `generate`; `likelihood`, which chooses the most likely option; or
            `structured`, which holds the answer to a JSON form. None is `likelihood` for the embedded model, which cannot name
            a letter, and `generate` for all others.

    Raises:
        UserError: If the method, one of its parameters, a model config or the data folder is invalid.
    """

    def __init__(
        self,
        llm: Config,
        method: Text = "macm",
        method_kwargs: Arguments | None = None,
        agent_llm: Config | None = None,
        embedder: Text | None = None,
        temperature: NotNegative = 0.0,
        seed: Whole = 0,
        sample: Count = 0,
        concurrency: AtLeastOne = 8,
        retry: AtLeastOne = 5,
        cache_dir: Text | None = None,
        data: Text | None = None,
        answering: Answering | None = None,
        as_of: Text | Year | None = None,
    ) -> None:
        super().__init__(path=str(llm.get("path", method)), retry=retry)
        self.concurrency = concurrency
        self.prices = {"top": llm.get("price"), "agents": (agent_llm or llm).get("price")}
        self._method_name, self._options = method, dict(method_kwargs or {})
        check_method(method, self._options)
        check_llm(llm, "llm")
        self.answering = resolve_answering(llm, answering, "llm")
        library = Library(data)
        if cache_dir is not None and not isinstance(cache_dir, str | Path):
            raise UserError(f"cache_dir is {cache_dir!r}: give the path of a folder, or None for the user's cache folder")
        folder = Path(cache_dir or default_cache_dir())
        shared = current_backbones() or SharedBackbones()
        self.call_cache = shared.call_cache(folder)
        self._max_out_len = llm.get("max_out_len") or DEFAULT_ANSWER_TOKENS

        top = agents = shared.build(llm, concurrency, retry, self.call_cache, folder)
        if agent_llm:
            check_llm(agent_llm, "agent_llm")
            agents = shared.build(agent_llm, concurrency, retry, self.call_cache, folder)
        self.row_slots = shared.row_slots([llm, agent_llm or llm], concurrency)
        # The prompt cache of a model in this process profits from the order of the rows.
        self.keeps_order = is_local(llm) or is_local(agent_llm or llm)
        setting_hash = digest([
            version("human-simulacra"), method, self._options, top.fingerprint, agents.fingerprint,
            embedder, temperature, seed, sample, library.fingerprint, str(as_of or ""),
        ])  # fmt: skip
        self._setting = MethodSettings(
            library,
            top,
            agents,
            SentenceEmbedder(embedder),
            0,
            temperature,
            seed,
            sample,
            self.answering,
            str(as_of or ""),
            setting_hash,
            folder / "texts.sqlite",
        )
        self._methods: dict[int, Method] = {}
        self._identity = digest([setting_hash, self.answering])
        self.has_answered = False  # until then, a model that cannot be used ends the run

    def method(self, max_out_len: int | None = None) -> Method:
        """Returns the method, with answers of up to `max_out_len` tokens; None uses the backbone config's."""
        tokens = max_out_len or self._max_out_len
        if tokens not in self._methods:
            setting = replace(self._setting, max_tokens=tokens)
            self._methods[tokens] = Method(self._method_name, setting, **self._options)
        return self._methods[tokens]

    def rehearsal(self, backbone: Backbone, max_out_len: int | None = None) -> Method:
        """Returns the method with another backbone in place of its own, to see what it would ask; arguments as for `method`."""
        tokens = max_out_len or self._max_out_len
        return Method(
            self._method_name, replace(self._setting, top=backbone, agents=backbone, max_tokens=tokens), **self._options
        )

    def row_key(self, stimulus: Stimulus, max_out_len: int | None) -> str:
        """Returns a hash of everything that can affect a row's answer; a saved row is reused only under the same key."""
        return digest([self._identity, max_out_len or self._max_out_len, asdict(stimulus)])

    async def respond(self, stimulus: Stimulus, max_out_len: int | None = None) -> Reply:
        """Answers one stimulus with its trace; see `Method.respond` for errors."""
        return await self.method(max_out_len).respond(stimulus)

    def generate(self, inputs: list, max_out_len: int = 0, **kwargs: object) -> list[str | None]:
        """Answers encoded stimuli, for OpenCompass's own inferencers; None for a stimulus that got no answer.

        Raises:
            UserError: If a prompt is not an encoded stimulus.
        """
        stimuli = [decode_stimulus(_text(prompt)) for prompt in inputs]

        async def respond(stimulus: Stimulus) -> str | None:
            try:
                return (await self.respond(stimulus, max_out_len)).text
            except BackboneError as error:  # OpenCompass would lose the other answers of its batch
                warn(f"{stimulus.id} has no answer: {redact(error)}")
                return None

        async def respond_to_all() -> list[str | None]:
            return await asyncio.gather(*map(respond, stimuli))

        return run_coroutine(respond_to_all())


def _text(prompt: Any) -> str:
    """Returns the text of a prompt, which is a string or a list of one turn."""
    if isinstance(prompt, str):
        return prompt
    if len(prompt) != 1:
        raise UserError(f"a Simulacrum takes one encoded stimulus per prompt, not {len(prompt)} turns")
    return prompt[0]["prompt"]
