"""Review at a scripted terminal with a scripted editor."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from human_simulacra.construction.terminal_review import diff_sentences, edit_in_editor, review_at_terminal
from human_simulacra.errors import UserError

BEFORE = "She was born in Torp. She liked it there."
DRAFT = "She was born in Torp. The bakery smelled of rye. She liked it there."


def answers(*given: str) -> Callable[[str], str]:
    queue = list(given)

    def ask(question: str) -> str:
        if not queue:
            raise EOFError
        return queue.pop(0)

    return ask


def test_the_difference_shows_what_came_and_what_went_sentence_by_sentence() -> None:
    assert diff_sentences(BEFORE, DRAFT) == ["  She was born in Torp.", "+ The bakery smelled of rye.", "  She liked it there."]
    assert diff_sentences("Old.\n\nSame.", "New.\n\nSame.") == ["- Old.", "+ New.", " ", "  Same."]


def test_accepting_takes_the_draft() -> None:
    seen: list[str] = []
    decision = review_at_terminal(
        DRAFT, BEFORE, notes=["the year 1700 is before her birth"], ask=answers("what", "A"), out=seen.append
    )
    assert (decision.kind, decision.text) == ("accept", DRAFT)
    assert "+ The bakery smelled of rye." in seen and "! the year 1700 is before her birth" in seen
    assert "please answer a, e, r or s" in seen


def test_rejecting_keeps_what_stood_and_gives_the_reason() -> None:
    decision = review_at_terminal(DRAFT, BEFORE, ask=answers("r", "  the bakery came later "), out=lambda line: None)
    assert (decision.kind, decision.text, decision.reason) == ("reject", BEFORE, "the bakery came later")


@pytest.mark.parametrize("given", [("s",), ()])
def test_stopping_or_the_end_of_the_input_takes_nothing(given: tuple[str, ...]) -> None:
    decision = review_at_terminal(DRAFT, BEFORE, ask=answers(*given), out=lambda line: None)
    assert (decision.kind, decision.text) == ("stop", BEFORE)


def test_an_edited_draft_is_shown_again_before_it_is_taken() -> None:
    seen: list[str] = []
    decision = review_at_terminal(
        DRAFT, BEFORE, ask=answers("e", "a"), out=seen.append, editor=lambda t: t.replace("rye", "wheat") + "\n"
    )
    assert (decision.kind, decision.text) == ("edit", DRAFT.replace("rye", "wheat"))
    assert "+ The bakery smelled of wheat." in seen


def test_an_editor_that_fails_or_empties_the_draft_leaves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    assert review_at_terminal(DRAFT, BEFORE, ask=answers("e", "a"), out=seen.append).kind == "accept"
    assert any("export EDITOR" in line for line in seen)
    assert review_at_terminal(DRAFT, BEFORE, ask=answers("e", "a"), out=seen.append, editor=lambda text: " \n").text == DRAFT


def test_the_users_own_editor_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys, pathlib; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace('rye', 'oats'))"
    monkeypatch.setenv("VISUAL", f'{sys.executable} -c "{code}"')
    assert edit_in_editor(DRAFT) == DRAFT.replace("rye", "oats")
    monkeypatch.setenv("VISUAL", f'{sys.executable} -c "raise SystemExit(3)"')
    with pytest.raises(UserError, match="failed"):
        edit_in_editor(DRAFT)
