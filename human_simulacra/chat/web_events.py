"""What the web page does when it is opened and when a visitor acts, apart from how it looks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from html import escape
from typing import Any, NoReturn

import gradio as gr

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat import transcripts, web_html
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation_store import ConversationStore
from human_simulacra.chat.experiences import Experiences, own_experiences
from human_simulacra.chat.time_choice import choosable_years, describe_time, year_of
from human_simulacra.chat.web_session import WebSession
from human_simulacra.chat.web_visitor import owner_of
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.prompts import template

ALONE = "nothing"
LONGEST_SENT = 20_000  # characters of a message that the page sends; the guard refuses a larger request without a reason
GONE = UserError("the page was idle for too long or the program was restarted: reload the page; stored conversations are listed")
Shown = list[Any]


class PageEvents:
    """The page's events. Each returns the values of the components that it changes.

    Args:
        library: The characters.
        settings_by_backbone: Chat settings by the backbone's name that visitors see.
        store: Where conversations are stored.
        visitors: Whether each browser has conversations of its own; if not, all are those of the user of this machine.
        method: The initial method.
        scene: The initial scene; None for the coffee shop.
    """

    def __init__(
        self, library: Library, settings_by_backbone: Mapping[str, ChatSettings], store: ConversationStore, visitors: bool,
        method: str, scene: str | None,
    ) -> None:  # fmt: skip
        self._library, self._settings, self._store, self._visitors = library, settings_by_backbone, store, visitors
        self._method, self._scene = method, scene

    def load(self, request: gr.Request) -> list[Any]:
        """Opens the page with the conversations that its address names, or with a new one."""
        owner = owner_of(request.cookies) if self._visitors else ""
        nobody = self._visitors and not owner  # a browser without cookies is not known again
        state = WebSession(
            self._settings, ConversationStore(None) if nobody else self._store, owner,
            Experiences() if nobody else own_experiences(owner),
        )  # fmt: skip
        state.arrange(self._library.ids[0], self._method, None, next(iter(self._settings)), self._scene)
        if named := request.query_params.get("conversation"):
            try:
                state.open(named.split(","))
            except UserError as error:
                gr.Warning(escape(str(error)))
        return [state, *self._controls(state), *self.show(state)]

    def arrange(
        self, state: WebSession | None, who: str, how: str, beside: str, what: str, where: str, when: float | None
    ) -> list[Any]:
        """Sets what the controls say, and returns the year, the biography and the life story beside what is shown.

        The other controls stay as they are: the visitor may have gone on changing them.
        """
        state = _alive(state)
        try:
            same = state.talks[0].character.id == who
            year = int(when) if when and same else None
            state.arrange(who, how, None if beside == ALONE else beside, what, where.strip() or None, year)
        except UserError as error:
            _refuse(error)
        slider, *life = self._controls(state)[-3:]
        if same:  # it may still be moving
            slider = gr.Slider(label=self._time(state))
        return [slider, *life, *self.show(state)]

    async def talk(self, state: WebSession | None, text: str) -> AsyncIterator[list[Any]]:
        """Says a message, or an edited one in a branch."""
        state = _alive(state)
        after = state.editing - 1 if state.editing else None
        try:
            if len(text) > LONGEST_SENT:
                raise UserError(f"the message has more than {LONGEST_SENT:,} characters, about 2,800 fit: send it in parts")
            box: Any = ""  # emptied once: the visitor may be typing the next message
            async for _ in state.say(text, after):
                yield [box, *self._show_live(state)]
                box = gr.skip()
        except UserError as error:
            _refuse(error)
        yield [text if any(c.error for c in state.columns) else gr.skip(), *self.show(state)]

    async def act(self, state: WebSession | None, action: str) -> AsyncIterator[list[Any]]:
        """Does what a button in a conversation or in the list says: an action's name, a colon and its argument."""
        state = _alive(state)
        name, _, rest = action.partition(":")
        keep = [gr.skip()] * 8  # the controls, the biography and the life story
        try:
            if name in ("again", "try"):
                number = int(rest) if name == "again" else 0
                said = state.talks[0].turns[number - 1].message if number else rest
                async for _ in state.say(said, number - 1 if number else None):
                    yield [gr.skip(), *keep, *self._show_live(state)]
            elif name == "edit":
                state.editing = int(rest)
                yield [state.talks[0].turns[state.editing - 1].message, *keep, *self.show(state)]
                return
            elif name == "cancel":
                state.editing = 0
                yield ["", *keep, *self.show(state)]
                return
            elif name == "branch":
                state.branch(int(rest))
            elif name == "open":
                state.open([rest])
                yield ["", *self._controls(state), *self.show(state)]
                return
            elif name == "rename":
                identity, _, title = rest.partition(":")
                state.store.rename(state.owner, identity, title)
            elif name == "delete":
                state.delete(rest)
        except UserError as error:
            _refuse(error)
        yield [gr.skip(), *keep, *self.show(state)]

    async def remember(self, state: WebSession | None) -> Shown:
        """Stores the conversation as an experience."""
        state = _alive(state)
        try:
            await state.talks[0].remember()
        except (UserError, BackboneError) as error:
            _refuse(error)
        return self.show(state)

    def undo(self, state: WebSession | None) -> Shown:
        """Removes the newest experience."""
        state = _alive(state)
        if state.talks[0].undo() is None:
            _refuse(UserError("there is no experience to remove: Remember stores one"))
        return self.show(state)

    def begin(self, state: WebSession | None) -> Shown:
        """Starts a new conversation."""
        state = _alive(state)
        state.begin()
        return self.show(state)

    def export(self, state: WebSession | None) -> list[list[str]]:
        """Returns name and content of a transcript of each conversation."""
        made = [talk.transcript() for talk in _alive(state).talks]
        return [[f"{t.character}-{t.method}-{place}.jsonl", transcripts.dump(t)] for place, t in enumerate(made, 1)]

    def show(self, state: WebSession | None) -> Shown:
        """Returns the conversations, the mind, the experiences, the list, and what is being edited."""
        state = _alive(state)
        talk = state.talks[0]
        listed = state.store.list(state.owner, talk.character.id)
        shown = [talk.record.id for talk in state.talks if talk.record]
        return [
            *self._show_live(state)[:3],
            web_html.experiences(state.experiences.of(talk.experience_key)),
            web_html.conversations(listed, shown, state.store.problem),
            web_html.editing(state.editing),
        ]

    def _show_live(self, state: WebSession) -> Shown:
        columns, compared = state.columns, len(state.columns) > 1
        second = gr.HTML(web_html.log(columns[1], compared), visible=True) if compared else gr.HTML("", visible=False)
        return [web_html.log(columns[0], compared), second, web_html.mind(columns), gr.skip(), gr.skip(), gr.skip()]

    def _controls(self, state: WebSession) -> list[Any]:
        """Returns character, method, second method, backbone, scene, year, biography and life story."""
        talk, library = state.talks[0], self._library
        who, as_of = talk.character.id, talk.as_of
        scene = "" if talk.scene == " ".join(template("chat_scene").split()) else talk.scene
        if years := choosable_years(library, who):
            when = gr.Slider(years[0], years[-1], year_of(library, who, as_of), label=self._time(state), visible=True)
        else:
            when = gr.Slider(visible=False)
        beside = state.talks[1].method if len(state.talks) > 1 else ALONE
        return [
            who, talk.method, beside, talk.settings.backbone_name, scene, when,
            web_html.biography(talk.character), web_html.story(talk.library, who),
        ]  # fmt: skip

    def _time(self, state: WebSession) -> str:
        talk = state.talks[0]
        return f"Point in time: {describe_time(self._library, talk.character.id, talk.as_of)}"


def _alive(state: WebSession | None) -> WebSession:
    if state is None or not state.columns:
        _refuse(GONE)
    return state


def _refuse(error: Exception) -> NoReturn:
    raise gr.Error(escape(str(error), quote=False), print_exception=False) from None
