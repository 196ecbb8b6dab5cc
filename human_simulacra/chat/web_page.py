"""The web page: choice of character and method, one or two conversations, and the traces of the last answers."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from human_simulacra.backbones.base import BackboneError
from human_simulacra.chat import transcripts, web_html
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.web_session import WebSession
from human_simulacra.errors import UserError
from human_simulacra.library import Library

MESSAGE_CHARACTERS, SCENE_CHARACTERS = 2800, 400
SESSION_SECONDS = 6 * 3600
ALONE = "nothing"
_HERE = Path(__file__).parent
_DOWNLOAD = """files => { for (const [name, text] of files) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "application/jsonl"}));
  link.download = name; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000);
} }"""


def build_page(library: Library, settings_by_backbone: Mapping[str, ChatSettings], method: str, scene: str | None) -> Any:
    """Builds the page as Gradio blocks.

    Args:
        library: The characters to choose from.
        settings_by_backbone: Chat settings by the backbone's name that visitors see.
        method: The initial method.
        scene: The initial scene; None for the coffee shop.

    Returns:
        A `gradio.Blocks`.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from gradio.themes import Base

    first = library.ids[0]
    cards = [(web_html.card(library.character(i)), i) for i in library.ids]
    theme = Base(
        primary_hue="teal", neutral_hue="stone", radius_size="lg",
        font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"],
    )  # fmt: skip
    head = f"<script>{(_HERE / 'web.js').read_text(encoding='utf-8')}</script>"
    with gr.Blocks(theme, analytics_enabled=False, title="Human simulacra", css_paths=_HERE / "web.css", head=head) as page:
        session = gr.State(None, time_to_live=SESSION_SECONDS)
        gr.HTML("<h1>Human simulacra</h1>", elem_id="hs-title")
        with gr.Row(elem_id="hs-page"):
            with gr.Column(scale=2, min_width=250, elem_id="hs-choice"):
                with gr.Column(elem_id="hs-who"):
                    who = gr.Radio(cards, value=first, label="Talk to", elem_id="hs-cards")
                    with gr.Accordion("Biography", open=False):
                        life = gr.HTML(web_html.biography(library.character(first)))
                with gr.Column(elem_id="hs-how"):
                    how = gr.Radio(list(METHODS), value=method, label="Method")
                    beside = gr.Radio([ALONE, *METHODS], value=ALONE, label="Compare with")
                    with gr.Accordion("Backbone and scene", open=False):
                        what = gr.Dropdown(list(settings_by_backbone), value=next(iter(settings_by_backbone)), label="Backbone")
                        where = gr.Textbox(
                            scene or "", label="Scene", placeholder="a coffee shop", max_length=SCENE_CHARACTERS, lines=2
                        )
                        move = gr.Button("Go there", size="sm")
            with gr.Column(scale=5, min_width=300, elem_id="hs-middle"):
                with gr.Row(elem_id="hs-talk"):
                    left = gr.HTML(elem_id="hs-left")
                    right = gr.HTML(elem_id="hs-right", visible=False)
                message = gr.Textbox(
                    label="Message", placeholder="Say something, Enter sends", max_length=MESSAGE_CHARACTERS, lines=1,
                    max_lines=6, autofocus=True, elem_id="hs-message",
                )  # fmt: skip
                with gr.Row(elem_id="hs-buttons"):
                    send = gr.Button("Send", variant="primary", min_width=80)
                    stop = gr.Button("Stop", min_width=80, size="lg")
                with gr.Row(elem_id="hs-more"):
                    remember = gr.Button("Remember", size="sm", min_width=60)
                    undo = gr.Button("Undo", size="sm", min_width=60)
                    forget = gr.Button("Begin anew", size="sm", min_width=60)
                    export = gr.Button("Export", size="sm", min_width=60)
            with gr.Column(scale=3, min_width=280, elem_id="hs-inside"):
                with gr.Accordion("Mind", open=True, elem_id="hs-mind"):
                    mind = gr.HTML()
                    experiences = gr.HTML()
                life_story = gr.HTML(web_html.story(library, first))
        files = gr.JSON(visible=False)
        shown = [left, right, mind, experiences]

        def show(state: WebSession) -> list[Any]:
            columns, compared = state.columns, len(state.columns) > 1
            second = gr.HTML(web_html.log(columns[1], compared), visible=True) if compared else gr.HTML("", visible=False)
            known = state.experiences.of(columns[0].conversation.character.id)
            return [web_html.log(columns[0], compared), second, web_html.mind(columns), web_html.experiences(known)]

        def arrange(state: WebSession | None, who: str, how: str, beside: str, what: str, where: str) -> list[Any]:
            state = state or WebSession(settings_by_backbone)
            try:
                state.arrange(who, how, None if beside == ALONE else beside, what, where.strip() or None)
            except UserError as error:
                raise gr.Error(str(error), print_exception=False) from None
            return [state, *show(state)]

        def portrait(who: str) -> list[str]:
            character = library.character(who)
            return [web_html.biography(character), web_html.story(library, who)]

        async def talk(state: WebSession, text: str) -> AsyncIterator[list[Any]]:
            try:
                async for _ in state.say(text):
                    yield ["", *show(state)]
            except UserError as error:
                raise gr.Error(str(error), print_exception=False) from None
            yield [text if any(c.error for c in state.columns) else "", *show(state)]

        async def keep(state: WebSession) -> list[Any]:
            try:
                await state.columns[0].conversation.remember()
            except (UserError, BackboneError) as error:
                raise gr.Error(str(error), print_exception=False) from None
            return show(state)

        def take_back(state: WebSession) -> list[Any]:
            if state.columns[0].conversation.undo() is None:
                raise gr.Error("there is no experience to remove: Remember stores one", print_exception=False)
            return show(state)

        def begin(state: WebSession) -> list[Any]:
            for column in state.columns:
                column.conversation.forget()
                column.error = ""
            return show(state)

        def dumped(state: WebSession) -> list[list[str]]:
            made = [column.conversation.transcript() for column in state.columns]
            return [[f"{t.character}-{t.method}-{place}.jsonl", transcripts.dump(t)] for place, t in enumerate(made, 1)]

        setting: list[Any] = [session, who, how, beside, what, where]
        quiet: dict[str, Any] = {"api_name": False, "show_progress": "hidden"}
        page.load(arrange, setting, [session, *shown], **quiet)
        who.change(portrait, who, [life, life_story], **quiet)
        for control in (who, how, beside, what):
            control.change(arrange, setting, [session, *shown], **quiet)
        move.click(arrange, setting, [session, *shown], **quiet)
        saying = gr.on([send.click, message.submit], talk, [session, message], [message, *shown], **quiet)
        stop.click(lambda state: show(state), session, shown, cancels=[saying], **quiet)
        remember.click(keep, session, shown, api_name=False)
        undo.click(take_back, session, shown, **quiet)
        forget.click(begin, session, shown, cancels=[saying], **quiet)
        export.click(dumped, session, files, **quiet).then(None, files, None, js=_DOWNLOAD)
    page.queue(default_concurrency_limit=16, max_size=64, api_open=False)
    return page
