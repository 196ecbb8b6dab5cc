"""One conversation with one character: what the terminal, the web page and the library all talk through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

from human_simulacra.agents.model_calls import ModelCaller
from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.streaming import OnText
from human_simulacra.chat.chat_settings import ChatSettings, check_character_and_method
from human_simulacra.chat.conversation_to_memory import make_experience
from human_simulacra.chat.conversation_types import Experience, Transcript, Turn
from human_simulacra.chat.experiences import Experiences, LibraryWithExperiences
from human_simulacra.chat.prompt_budget import PromptPlan, plan_prompt
from human_simulacra.chat.short_term_memory import ShortTermMemory
from human_simulacra.chat.token_estimator import TokenEstimator
from human_simulacra.errors import UserError
from human_simulacra.method_interface import MethodSettings
from human_simulacra.methods import Method, check_method
from human_simulacra.persona import no_persona, persona
from human_simulacra.prompts import render, template
from human_simulacra.traces import Call, Reply, Trace
from human_simulacra.types import Stimulus

MESSAGE_TOKENS, SCENE_TOKENS = 800, 120
BARE_QUERY_WORDS = 5  # a shorter message ("and then?") says too little to search memory with


class Conversation:
    """A conversation; not for two messages at a time.

    Args:
        world: Library, backbone and limits.
        character: Id or name.
        method: One of `METHODS`.
        options: The method's own parameters. The Memory agent's default here is the hybrid index: the paper's, which
            reads the whole index of summaries, would take half the budget at each turn.
        scene: Where it takes place; None for the coffee shop.
        experiences: What the character lived through in earlier conversations; None for nothing, kept nowhere.

    Raises:
        UserError: If character or method is unknown, the scene too long, or the budget too small for this character.
    """

    def __init__(
        self,
        settings: ChatSettings,
        character: str,
        method: str = "macm",
        options: Mapping[str, Any] | None = None,
        scene: str | None = None,
        experiences: Experiences | None = None,
    ) -> None:
        self.settings = settings
        self.experiences = experiences if experiences is not None else Experiences()
        self.character = check_character_and_method(settings.library, character, method)
        self.estimator = TokenEstimator()
        self.memory = ShortTermMemory(self.estimator)
        self.kept = 0
        self._busy = False
        self.set_scene(scene)
        self.set_method(method, options)

    def set_scene(self, scene: str | None) -> None:
        """Changes where the conversation takes place; None for the coffee shop."""
        text = " ".join((scene or template("chat_scene")).split())
        if self.estimator.count(text) > SCENE_TOKENS:
            raise UserError(f"the scene has about {self.estimator.count(text)} tokens: describe it in at most {SCENE_TOKENS}")
        self.scene = text

    def set_method(self, method: str, options: Mapping[str, Any] | None = None) -> None:
        """Changes the method; the conversation goes on."""
        check_character_and_method(self.settings.library, self.character.id, method)
        chosen = ({"retriever": "hybrid"} if method == "macm" else {}) | dict(options or {})
        check_method(method, chosen)
        self.method, self._options = method, chosen
        self._settle()

    def _settle(self) -> None:
        """Builds the method over what the character knows now."""
        settings = self.settings
        library = LibraryWithExperiences(settings.library, self.experiences)
        self.system = no_persona() if self.method == "none" else persona(self.character)
        who = self.character.id
        self._plan: PromptPlan = plan_prompt(
            self.estimator, library, who, self.system, self.method, self._options, settings.budget
        )
        backbone = settings.backbone
        setting = MethodSettings(
            library, backbone, backbone, settings.embedder, settings.max_tokens, settings.temperature, settings.seed
        )
        self._method = Method(self.method, setting, **self._plan.options)

    @property
    def turns(self) -> list[Turn]:
        """All turns so far, oldest first."""
        return self.memory.turns

    async def say(self, message: str, on_text: OnText | None = None) -> Reply:
        """Says something to the character and returns the answer with its trace.

        A turn that fails or is cancelled leaves no trace in the conversation: it can be said again.

        Args:
            message: What the friend says.
            hear: Gets the pieces of the answer as they come.

        Raises:
            UserError: If the message is empty or too long, or an earlier one is still being answered.
            BackboneError: If the backbone gives no usable answer.
        """
        text = self.checked(message)
        stated = render("chat_turn", message=text)
        with self._alone():
            asker = self._asker()
            room = self._plan.room - self.estimator.count(stated)
            await self.memory.make_room(asker, room)
            query = self._query(text)
            history = self.memory.history(self.scene, query, room)
            stimulus = Stimulus(f"turn-{len(self.turns) + 1}", self.character.id, stated, query, history)
            reply = await self._method.respond(stimulus, on_text)
            if not reply.text.strip():
                raise BackboneError(f"{self.settings.backbone_name} answered nothing: say it again or in other words")
            self._learn(reply.trace.calls)
            reply.trace.calls[:0] = asker.trace.calls
            reply.trace.problems[:0] = asker.trace.problems
            self.turns.append(Turn(text, reply.text, reply.trace, _now()))
        return reply

    async def remember(self) -> Experience:
        """Keeps what was said since the last time as a new experience, a long-term memory from now on.

        Raises:
            UserError: If nothing was said since.
            BackboneError: If the backbone writes no memory.
        """
        new = self.turns[self.kept :]
        if not new:
            raise UserError("nothing was said since the last /remember: talk first")
        with self._alone():
            known = self.experiences.of(self.character.id)
            talk = self.estimator.clip(
                "\n".join(f"Friend: {t.message}\n{self.character.name}: {t.answer}" for t in new), self._plan.room
            )
            experience = await make_experience(
                self._asker(persona(self.character)), self.character, self.scene, talk, len(known) + 1, _now()
            )
            self.experiences.keep(self.character.id, experience)
            self.kept = len(self.turns)
            self._settle()
        return experience

    def undo(self) -> Experience | None:
        """Takes the newest experience back and returns it; None where there is none."""
        gone = self.experiences.undo(self.character.id)
        if gone:
            self.kept = 0
            self._settle()
        return gone

    def forget(self) -> None:
        """Begins anew: nothing that was said is known any more; experiences stay."""
        self.memory = ShortTermMemory(self.estimator)
        self.kept = 0

    def transcript(self) -> Transcript:
        """Returns the conversation as it is saved."""
        return Transcript(
            self.character.id, self.method, self.scene, self.settings.backbone_name, self.kept,
            tuple(self.turns), tuple(self.memory.notes),
        )  # fmt: skip

    def restore(self, transcript: Transcript, scene: str | None = None) -> None:
        """Goes on with a saved conversation of the same character, in its scene or another."""
        self.memory = ShortTermMemory(self.estimator, transcript.turns, transcript.notes)
        self.kept = transcript.kept
        self.set_scene(scene or transcript.scene)

    def checked(self, message: str) -> str:
        """Returns a message without outer blanks; raises a UserError where it is empty or too long."""
        text = message.strip()
        if not text:
            raise UserError("the message is empty: write something")
        if (size := self.estimator.count(text)) > MESSAGE_TOKENS:
            raise UserError(f"the message has about {size} tokens, {MESSAGE_TOKENS} fit: say it in parts")
        return text

    def _query(self, text: str) -> str:
        return f"{self.turns[-1].message} {text}" if self.turns and len(text.split()) < BARE_QUERY_WORDS else text

    def _asker(self, system: str | None = None) -> ModelCaller:
        settings = self.settings
        return ModelCaller(
            settings.backbone, settings.backbone, system or self.system, settings.temperature, settings.seed, trace=Trace()
        )

    def _learn(self, calls: list[Call]) -> None:
        for call in calls:
            if call.agent == "top" and not call.completion.estimated:
                self.estimator.learn(self.estimator.count(self.system + call.prompt), call.completion.prompt_tokens)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Lets one message at a time in."""
        if self._busy:
            raise UserError("the last message is still being answered: wait for it, or open another conversation")
        self._busy = True
        try:
            yield
        finally:
            self._busy = False


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
