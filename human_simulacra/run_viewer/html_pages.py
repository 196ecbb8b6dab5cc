"""Renders the pages of the viewer: the list of runs, the comparison of two, and why a page cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from math import ceil
from typing import Any
from urllib.parse import urlencode

from human_simulacra.run_viewer.answer_pairs import KINDS, count_kinds, methods_of
from human_simulacra.run_viewer.comparison import (
    FILTERS,
    answer_link,
    compare_runs,
    filter_pairs,
    filter_values,
    name_models,
    report_path,
    show_pair,
)
from human_simulacra.run_viewer.run_catalog import RunCatalog
from human_simulacra.web_pages.page_templates import open_templates

RUNS_SHOWN, ANSWERS_SHOWN, FOUND_SHOWN = 50, 20, 3
Render = Callable[[str], str]


def list_page(catalog: RunCatalog, query: Mapping[str, str]) -> Render:
    """Returns the page that lists the runs that contain every word of the search, newest first.

    Args:
        catalog: The runs.
        query: `q`, the search; `answers`, whether to search questions and replies too; `page`, from 1.
    """
    words = query.get("q", "").lower().split()
    every = catalog.cards()
    found = []
    for card in every:
        named = all(word in card.terms for word in words)
        answers = list(islice(catalog.find_answers(card, words), FOUND_SHOWN + 1)) if words and query.get("answers") else []
        if named or answers:
            found.append((card, [(answer_link(card.name, row), row, outcome) for row, outcome in answers]))
    comparable = [card.name for card, _ in found if card.is_comparable]
    values = {
        "root": catalog.root, "given": {"q": "", "answers": "", **query}, "total": len(every), "found": len(found),
        "most": FOUND_SHOWN,
        "preselected": tuple(reversed(comparable[:2])) if len(comparable) > 1 else ("", ""), "report_path": report_path,
        **_paged(found, query, RUNS_SHOWN, "/"),
    }  # fmt: skip
    return _page("list.html", values)


def comparison_page(catalog: RunCatalog, query: Mapping[str, str]) -> Render:
    """Returns the page that compares the runs `a` and `b`.

    Args:
        catalog: The runs.
        query: `a` and `b`, names of runs; `pair0`, `pair1`, ..., the model of B for each model of A; the filters `kind`,
            `experiment`, `character`, `models` and `q`; and `page`, from 1.

    Raises:
        UserError: If a run is missing or cannot be read.
    """
    names = query.get("a", ""), query.get("b", "")
    cards = [catalog.card(name) for name in names]
    own = methods_of(catalog.load(names[0]))
    chosen = {model: query[f"pair{place}"] for place, model in enumerate(own) if f"pair{place}" in query}
    comparison = compare_runs(catalog, names, chosen)
    without_kind = filter_pairs(comparison.pairs, {**query, "kind": ""})
    found = filter_pairs(comparison.pairs, query)
    kept = {key: value for key, value in query.items() if key in ("a", "b") or key.startswith("pair")}
    paged = _paged(found, query, ANSWERS_SHOWN, "/compare")
    values = {
        "given": {**dict.fromkeys((*FILTERS, "q"), ""), **query}, "cards": cards,
        "comparison": comparison, "kinds": KINDS, "counts": count_kinds(without_kind),
        "counterparts": dict(comparison.models), "filters": filter_values(comparison.pairs), "found": len(found),
        "total": len(comparison.pairs), "name_models": name_models, "report_path": report_path,
        "kept": kept, "cleared": _address("/compare", kept),
        "kind_address": lambda kind: _address("/compare", {**kept, "kind": kind}),
        "same_names": all(first == second for first, second in comparison.models),
        **paged, "shown": [show_pair(pair, comparison.runs) for pair in paged["shown"]],
    }  # fmt: skip
    return _page("compare.html", values)


def message_page(title: str, message: str) -> Render:
    """Returns a page that says why something cannot be shown, with a link to the list."""
    return _page("message.html", {"title": title, "message": message})


def _paged(found: list[Any], query: Mapping[str, str], size: int, path: str) -> dict[str, Any]:
    """Returns `shown`, the entries of the wanted page, with `page`, `pages`, and `page_address`, which links to another."""
    pages = max(ceil(len(found) / size), 1)
    given = query.get("page", "")
    page = min(max(int(given), 1), pages) if given.isascii() and given.isdigit() and len(given) < 10 else 1
    rest = {key: value for key, value in query.items() if key != "page"}
    return {
        "shown": found[(page - 1) * size : page * size], "page": page, "pages": pages,
        "page_address": lambda number: _address(path, {**rest, "page": str(number)}),
    }  # fmt: skip


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _page(template: str, values: Mapping[str, Any]) -> Render:
    return lambda nonce: open_templates("human_simulacra.run_viewer").get_template(template).render(values, nonce=nonce)
