"""The one form of characters that all rules read: marks, LaTeX, and what stays as it is."""

from __future__ import annotations

import pytest

from human_simulacra.replies.choices import read_choices
from human_simulacra.replies.cloze import states_answer
from human_simulacra.replies.plain_text import plain_text
from human_simulacra.replies.yes_no import read_yes_no

PETS = ("a cat", "a dog", "two goats", "a parrot")


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("✅ C", (2,)),
        ("C ✅", (2,)),
        ("A ❌\nB ✔️\nC ❌\nD ❌", (1,)),
        ("☑ A\n☐ B\n☑ C\n☐ D", (0, 2)),
        ("1. a cat ❌\n2. a dog ❌\n3. two goats ✅\n4. a parrot ❌", (2,)),
    ],
)
def test_check_marks_tick_what_stands_behind_them_and_confirm_what_stands_before(reply: str, chosen: tuple[int, ...]) -> None:
    assert read_choices(reply, PETS) == chosen


@pytest.mark.parametrize(("reply", "said"), [("✅", True), ("❌", False), ("Yes ✅", True), ("No ❌", False)])
def test_a_mark_alone_is_yes_or_no(reply: str, said: bool) -> None:
    assert read_yes_no(reply) is said


@pytest.mark.parametrize(("reply", "said"), [("[✓] Yes\n[ ] No", True), ("- [ ] Yes\n- [✔] No", False)])
def test_a_mark_in_a_box_ticks_it(reply: str, said: bool) -> None:
    assert read_yes_no(reply) is said


@pytest.mark.parametrize("reply", [r"\$4{,}250", r"$\boxed{\$4{,}250}$", "$4,250", "４,２５０ dollars"])
def test_an_amount_in_latex_is_the_amount(reply: str) -> None:
    assert states_answer(reply, ["$4,250"])


def test_text_without_marks_keeps_its_words_and_lines() -> None:
    assert plain_text("**One** line\n> and `another`") == "One line\nand another"


@pytest.mark.parametrize("reply", ["~~A~~ C", "~~Answer: B~~\nAnswer: C"])
def test_what_is_struck_out_is_not_said(reply: str) -> None:
    assert read_choices(reply, PETS) == (2,)
