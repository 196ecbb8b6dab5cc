"""Review at a scripted terminal with a scripted editor."""

from __future__ import annotations

import io
import sys

import pytest

from human_simulacra.construction.review.terminal_review import Decision, diff_sentences, review_at_terminal

BEFORE = "She was born in Torp. She liked it there."
DRAFT = "She was born in Torp. The bakery smelled of rye. She liked it there."


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch):
    """Reviews the draft with the answers of a person; the code is that of the editor, which changes the text `t`."""

    def decided(*answers: str, editor: str | None = None, notes: tuple[str, ...] = ()) -> Decision:
        code = f"import sys, pathlib; p = pathlib.Path(sys.argv[1]); t = p.read_text(); {editor}"
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        monkeypatch.delenv("EDITOR", raising=False)
        monkeypatch.setenv("VISUAL", f'{sys.executable} -c "{code}"' if editor else "")
        return review_at_terminal(DRAFT, BEFORE, notes=notes)

    return decided


def test_the_difference_shows_what_came_and_what_went_sentence_by_sentence() -> None:
    assert diff_sentences(BEFORE, DRAFT) == ["  She was born in Torp.", "+ The bakery smelled of rye.", "  She liked it there."]
    assert diff_sentences("Old.\n\nSame.", "New.\n\nSame.") == ["- Old.", "+ New.", "  ", "  Same."]
    assert diff_sentences("", "New.") == ["+ New."]


def test_accepting_takes_the_draft(decide, capsys: pytest.CaptureFixture[str]) -> None:
    assert decide("what", "A", notes=("the year 1700 is before her birth",)) == Decision("accept", DRAFT)
    said = capsys.readouterr().out
    assert "+ The bakery smelled of rye.\n" in said and "! the year 1700 is before her birth\n" in said
    assert said.count("[a]ccept, [e]dit, [r]eject, [s]top?") == 2


def test_rejecting_keeps_what_stood_and_gives_the_reason(decide) -> None:
    assert decide("r", "  the bakery came later ") == Decision("reject", BEFORE, "the bakery came later")


@pytest.mark.parametrize("given", [("s",), ("Stop",), ()])
def test_stopping_or_the_end_of_the_input_takes_nothing(decide, given: tuple[str, ...]) -> None:
    assert decide(*given) == Decision("stop", BEFORE)


def test_an_edited_draft_is_shown_again_before_it_is_taken(decide, capsys: pytest.CaptureFixture[str]) -> None:
    edited = decide("e", "a", editor="p.write_text(t.replace('rye', 'oats'))")
    assert edited == Decision("edit", DRAFT.replace("rye", "oats"))
    assert "+ The bakery smelled of oats." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("editor", "said"),
    [(None, "no editor is named: export EDITOR"), ("sys.exit(3)", "failed: export EDITOR"), ("p.write_text(' ')", "is empty")],
)
def test_an_editor_that_fails_or_empties_the_draft_leaves_it(
    decide, editor: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decide("e", "a", editor=editor) == Decision("accept", DRAFT)
    assert said in capsys.readouterr().out
