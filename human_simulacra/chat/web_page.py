"""The layout of the web page: choice of character, method and time, one or two conversations, the list of them, and the mind."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from human_simulacra.chat import web_html
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.conversation_store import ConversationStore
from human_simulacra.library import Library

SESSION_SECONDS = 6 * 3600
_HERE = Path(__file__).parent
_DOWNLOAD = """files => { for (const [name, text] of files) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "application/jsonl"}));
  link.download = name; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000);
} }"""
_ACTION = "(state, _) => [state, window.hsAction]"


def build_page(
    library: Library,
    settings_by_backbone: Mapping[str, ChatSettings],
    method: str,
    scene: str | None,
    store: ConversationStore,
    visitors: bool = False,
) -> Any:
    """Builds the page as Gradio blocks.

    Args:
        library: The characters to choose from.
        settings_by_backbone: Chat settings by the backbone's name that visitors see.
        method: The initial method.
        scene: The initial scene; None for the coffee shop.
        store: Where conversations are stored.
        visitors: Whether each browser has conversations of its own, as behind a password.

    Returns:
        A `gradio.Blocks`.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from gradio.themes import Base

    from human_simulacra.chat.web_events import ALONE, LONGEST_SENT, PageEvents

    events = PageEvents(library, settings_by_backbone, store, visitors, method, scene)
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
                with gr.Column(elem_id="hs-past"), gr.Accordion("Conversations", open=True):
                    past = gr.HTML(elem_id="hs-conversations")
                with gr.Column(elem_id="hs-who"):
                    who = gr.Radio(cards, value=first, label="Talk to", elem_id="hs-cards")
                    with gr.Accordion("Biography", open=False):
                        life = gr.HTML(web_html.biography(library.character(first)))
                with gr.Column(elem_id="hs-how"):
                    how = gr.Radio(list(METHODS), value=method, label="Method")
                    beside = gr.Radio([ALONE, *METHODS], value=ALONE, label="Compare with")
                    when = gr.Slider(step=1, precision=0, label="Point in time", visible=False, elem_id="hs-when")
                    with gr.Accordion("Backbone and scene", open=False):
                        what = gr.Dropdown(list(settings_by_backbone), value=next(iter(settings_by_backbone)), label="Backbone")
                        where = gr.Textbox(scene or "", label="Scene", placeholder="a coffee shop", lines=2)
                        move = gr.Button("Go there", size="sm")
            with gr.Column(scale=5, min_width=300, elem_id="hs-middle"):
                with gr.Row(elem_id="hs-talk"):
                    left = gr.HTML(elem_id="hs-left")
                    right = gr.HTML(elem_id="hs-right", visible=False)
                notice = gr.HTML(elem_id="hs-notice")
                message = gr.Textbox(
                    label="Message", placeholder="Say something, Enter sends", lines=1, max_lines=6, autofocus=True,
                    elem_id="hs-message",
                )  # fmt: skip
                with gr.Row(elem_id="hs-buttons"):
                    send = gr.Button("Send", variant="primary", min_width=80)
                    stop = gr.Button("Stop", min_width=80, size="lg")
                with gr.Row(elem_id="hs-more"):
                    remember = gr.Button("Remember", size="sm", min_width=60)
                    undo = gr.Button("Undo", size="sm", min_width=60)
                    begin = gr.Button("New conversation", size="sm", min_width=60)
                    export = gr.Button("Export", size="sm", min_width=60)
            with gr.Column(scale=3, min_width=280, elem_id="hs-inside"):
                with gr.Accordion("Mind", open=True, elem_id="hs-mind"):
                    mind = gr.HTML()
                    experiences = gr.HTML()
                life_story = gr.HTML(web_html.story(library, first))
        files = gr.JSON(visible=False)
        action = gr.Textbox(visible=False)
        # The buttons inside the conversations and the list press this one, which nobody sees.
        do = gr.Button("Act", elem_id="hs-do")

        shown = [left, right, mind, experiences, past, notice]
        controls: list[Any] = [who, how, beside, what, where, when]
        everything = [*controls, life, life_story, *shown]
        dependent = [when, life, life_story, *shown]
        quiet: dict[str, Any] = {"api_name": False, "show_progress": "hidden"}
        page.load(events.load, None, [session, *everything], **quiet)
        for control in (who, how, beside, what):
            control.input(events.arrange, [session, *controls], dependent, **quiet)
        when.input(events.arrange, [session, *controls], dependent, trigger_mode="always_last", **quiet)
        move.click(events.arrange, [session, *controls], dependent, **quiet)
        whole = f"(state, text) => [state, text.slice(0, {LONGEST_SENT + 1})]"
        saying = gr.on([send.click, message.submit], events.talk, [session, message], [message, *shown], js=whole, **quiet)
        acting = do.click(events.act, [session, action], [message, *everything], js=_ACTION, **quiet)
        stop.click(events.show, session, shown, cancels=[saying, acting], **quiet)
        remember.click(events.remember, session, shown, api_name=False)
        undo.click(events.undo, session, shown, **quiet)
        begin.click(events.begin, session, shown, cancels=[saying, acting], **quiet)
        export.click(events.export, session, files, **quiet).then(None, files, None, js=_DOWNLOAD)
    page.queue(default_concurrency_limit=16, max_size=64, api_open=False)
    return page
