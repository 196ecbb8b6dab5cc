"""What a second reader is asked, how its answer is parsed, and how its agreement with the rules is computed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.backbones.base import most_tokens
from human_simulacra.experiments.cloze_candidates import draw_candidates
from human_simulacra.experiments.registry import EXPERIMENTS, summarise_run
from human_simulacra.experiments.second_reader import REPLY_TOKENS, ReadingTask
from human_simulacra.judge_models.reading_material import MIN_CONTEXT
from human_simulacra.replies.cloze import states_answer

OPTIONS = ["a violin", "a leg", "a cup", "a promise"]
TASKS = {
    "single_choice": ReadingTask("single_choice", "What broke?", tuple(OPTIONS)),
    "multiple_choice": ReadingTask("multiple_choice", "What broke?", tuple(OPTIONS)),
    "cloze": ReadingTask("cloze", "What was your boat called?", ("Alk; the Alk", "rowing", "1980")),
    "yes_no": ReadingTask("yes_no", "I keep letters."),
    "stance": ReadingTask("stance", "What was your dog's name?"),
}
ROWS: dict[str, dict[str, Any]] = {
    "self_report": {"type": "single_choice", "question": "What broke?", "options": OPTIONS, "answer": [0]},
    "conformity": {"type": "pressure", "question": "Which is as long?", "options": OPTIONS, "answer": [0], "majority_answer": 2},
    "personality": {"type": "statement", "statement": "I keep letters.", "function": "Si", "rank": 1, "answer": "1"},
    "unanswerable": {"type": "false_premise", "question": "What was your dog's name?", "why": "There was none.", "answer": ""},
}
# What the reader wrote of a reply that the rules cannot read (of a stance: that they read as `states`), and the score.
UNREAD, SCORES = "It was so, and then again.", {
    "self_report": ("ANSWER: A", "correct", True), "conformity": ("ANSWER: C", "conformed", True),
    "personality": ("ANSWER: NO", "said", "no"), "unanswerable": ("ANSWER: abstains", "false_memory", False),
}  # fmt: skip


def entry(text: str | None, kind: str = "single_choice", own: bool = False) -> dict[str, Any]:
    return {"kind": kind, "judge": "careful", "own": own, "text": text, "error": None if text else "down", "took": None}


@pytest.mark.parametrize(
    ("kind", "text", "label"),
    [
        ("single_choice", "ANSWER: B", "B"), ("single_choice", "The leg it is.\n\n**ANSWER: B**", "B"),
        ("single_choice", "B", "B"), ("single_choice", "answer: (b).", "B"), ("single_choice", "ANSWER: NONE", "none"),
        ("single_choice", "ANSWER: A, B", None), ("single_choice", "ANSWER: E", None), ("single_choice", "ANSWER: A or B", None),
        ("single_choice", "ANSWER: A\nNo.\nANSWER: B", None), ("single_choice", "ANSWER: A\nBut it may be the leg.", None),
        ("single_choice", "It is B", None), ("single_choice", "", None),
        ("multiple_choice", "ANSWER: C, A", "A, C"), ("multiple_choice", "ANSWER: A, B, and D", "A, B, D"),
        ("multiple_choice", "ANSWER: A and C", "A, C"), ("multiple_choice", "ANSWER: none", "none"),
        ("multiple_choice", "ANSWER: all", None),
        ("cloze", "ANSWER: A", "A"), ("cloze", "ANSWER: NONE", "none"), ("cloze", "ANSWER: A, B", None),
        ("cloze", "ANSWER: D", None), ("cloze", "ANSWER: Alk", None),
        ("yes_no", "ANSWER: YES", "yes"), ("yes_no", "ANSWER: no.", "no"), ("yes_no", "ANSWER: UNCLEAR", "none"),
        ("yes_no", "ANSWER: mostly yes", None), ("yes_no", "ANSWER: none", None),
        ("stance", "ANSWER: corrects", "corrects"), ("stance", "Hedges", "hedges"), ("stance", "ANSWER: empty", None),
        ("stance", "ANSWER: hedges or states", None), ("stance", "ANSWER: unclear", None),
    ],
)  # fmt: skip
def test_an_answer_in_the_demanded_form_is_parsed_and_nothing_else(kind: str, text: str, label: str | None) -> None:
    assert TASKS[kind].parse(text) == label


@given(st.sampled_from(sorted(TASKS)), st.text())
def test_a_quoted_reply_stays_one_line_between_delimiters(kind: str, reply: str) -> None:
    _, plain = TASKS[kind].messages("word")
    _, asked = TASKS[kind].messages(reply)
    assert len(asked.content.splitlines()) == len(plain.content.splitlines())
    assert asked.content.count("<<") == plain.content.count("<<")


def test_of_a_long_reply_the_end_is_kept_and_the_prompt_fits_the_shortest_context() -> None:
    task = ReadingTask("multiple_choice", "Why? " * 1000, ("word " * 500,) * 8)
    messages = task.messages("First. " + "So it went on. " * 5000 + "So I take the leg.")
    text = "".join(message.content for message in messages)
    assert "First." in text and "So I take the leg.>>" in text
    assert most_tokens(text) + REPLY_TOKENS < MIN_CONTEXT


@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_task_does_not_depend_on_the_key(name: str) -> None:
    experiment, row = EXPERIMENTS[name], ROWS[name]
    other = {**row, "answer": [3], "majority_answer": 1, "rank": 8, "why": "Another reason.", "function": "Te"}
    asked = [experiment.reading_task(one, UNREAD) for one in (row, other)]
    assert asked[0] is not None and asked[0] == asked[1]


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_stored_reading_decides_the_score_of_what_the_rules_cannot_read(name: str) -> None:
    text, score, value = SCORES[name]
    row = {**ROWS[name], "reading": entry(text)}
    assert EXPERIMENTS[name].score(row, UNREAD)[score] == value
    without = EXPERIMENTS[name].score(ROWS[name], UNREAD)
    assert without[score] != value and "second_reading" not in without
    for unusable in ("ANSWER: perhaps", None):
        found = EXPERIMENTS[name].score({**row, "reading": entry(unusable)}, UNREAD)
        assert {key: found[key] for key in without} == without
    assert EXPERIMENTS[name].score(row, None)[score] == EXPERIMENTS[name].score(ROWS[name], None)[score]


@pytest.mark.parametrize(
    "reply",
    ["ANSWER: A", "Not B, I think.\nAnswer: A", "A", "(a).", '{"answer": "A"}', "- [x] A\n- [ ] B\n- [ ] C\n- [ ] D"],
)
def test_a_reading_of_what_keeps_the_form_is_only_compared(reply: str) -> None:
    row = {**ROWS["self_report"], "reading": entry("ANSWER: B")}
    scored = EXPERIMENTS["self_report"].score(row, reply)
    assert scored["correct"] and scored["second_reading"] == {"rules": "A", "reader": "B", "decides": False}


@pytest.mark.parametrize("reply", ["I would say A, all in all.", "ANSWER: A is tempting.\nI shall have to sleep on A."])
def test_of_free_words_the_readers_reading_counts_even_where_the_rules_read_something(reply: str) -> None:
    def score(text: str | None) -> dict[str, Any]:
        return EXPERIMENTS["self_report"].score({**ROWS["self_report"], "reading": entry(text)}, reply)

    rules = EXPERIMENTS["self_report"].score(ROWS["self_report"], reply)
    assert rules["chosen"] == [0]
    assert score("ANSWER: B")["chosen"] == [1]
    assert (score("ANSWER: NONE")["chosen"], score("ANSWER: NONE")["parsed"]) == ([], False)
    for unusable in ("ANSWER: perhaps", None):
        assert score(unusable)["chosen"] == [0]


CLOZE = {"type": "cloze", "question": "What was your boat called?", "options": [], "answer": ["Alk", "the Alk"],
         "candidates": [["rowing"], ["1980"], ["Alk", "the Alk"], ["Bergen"]], "abstention": False}  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "text", "correct", "rules", "decides"),
    [
        ("After the bird that cannot fly far, A-L-K.", "ANSWER: C", True, "none", True),
        ("Not as you think, an Alk it was never.", "ANSWER: NONE", False, "C", True),
        ("We said Bergen.", "ANSWER: D", False, "D", True),
        ("The Alk.", "ANSWER: D", True, "C", False),  # an accepted form alone: the rules read it
        ("Answer: 1980", "ANSWER: C", False, "B", False),
        ("She was the Alk.", "ANSWER: perhaps", True, "C", True),  # an unusable reading: the rules' stands
        ("She was the Alk.", None, True, "C", True),
    ],
)  # fmt: skip
def test_of_a_cloze_reply_the_reader_says_which_candidate_it_states(
    reply: str, text: str | None, correct: bool, rules: str, decides: bool
) -> None:
    found = EXPERIMENTS["self_report"].score({**CLOZE, "reading": entry(text, "cloze")}, reply)
    assert found["correct"] is correct
    assert (found["second_reading"]["rules"], found["second_reading"]["decides"]) == (rules, decides)


@pytest.mark.parametrize("candidates", [{}, {"candidates": []}])
def test_a_cloze_row_without_candidates_is_read_by_the_rules_alone(candidates: dict[str, Any]) -> None:
    old = {key: value for key, value in CLOZE.items() if key != "candidates"} | candidates
    found = EXPERIMENTS["self_report"].score({**old, "reading": entry("ANSWER: A")}, "The Alk.")
    assert found["correct"] and "second_reading" not in found


def test_a_reader_that_finds_no_answer_leaves_not_knowing_to_the_rules() -> None:
    found = EXPERIMENTS["self_report"].score(
        {**CLOZE, "abstention": True, "reading": entry("ANSWER: NONE")}, "I do not remember that."
    )
    assert (found["correct"], found["abstained"], found["parsed"]) == (False, True, True)


ANSWERS = st.lists(st.text("abcdeÅé 019-", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=3)


@given(st.lists(ANSWERS, min_size=1, max_size=12), st.text(max_size=8))
def test_candidates_hold_the_answer_once_and_no_other_that_would_be_right(answers: list[list[str]], item: str) -> None:
    found = draw_candidates(item, answers[0], answers)
    assert found == draw_candidates(item, answers[0], answers) and len(found) in (0, 2, 3, 4)
    assert found.count(answers[0]) == bool(found)
    assert all(forms in answers for forms in found)
    for forms in found:
        assert forms == answers[0] or not any(states_answer(form, answers[0]) for form in forms)


def test_candidates_are_of_one_shape_where_they_can_and_the_right_one_stands_anywhere() -> None:
    dates, names = [["1987-05-12"], ["3 May 1990", "1990-05-03"], ["1 June 2001"], ["1999-12-31"]], [["Bergen"], ["Alk"], ["Rex"]]
    others = [*dates, *names, ["31", "thirty-one"], ["a red scarf"], ["twelve grams"]]
    drawn = [draw_candidates(f"q{number}", dates[0], others) for number in range(40)]
    assert all(sorted(found) == sorted(dates) for found in drawn)
    assert {found.index(dates[0]) for found in drawn} == {0, 1, 2, 3}
    assert draw_candidates("q", ["Bergen"], [["Bergen"], ["Bergen, Norway", "Bergen"]]) == []


def test_agreement_on_cloze_replies_is_on_whether_they_are_right() -> None:
    def row(number: int, reply: str, text: str) -> dict[str, Any]:
        base = {**CLOZE, "experiment": "self_report", "model": "m", "id": f"q{number}", "character": f"c{number}", "prediction": reply,
                "missing": False, "trace": None, "evidence": [], "reading": entry(text, "cloze")}  # fmt: skip
        return {**base, **EXPERIMENTS["self_report"].score(base, reply)}

    rows = [
        row(1, "She was the Alk, and I took up rowing in 1980.", "ANSWER: C"),  # by the rules, three candidates
        row(2, "I say Bergen.", "ANSWER: B"),  # both wrong, in two ways
        row(3, "I do not know.", "ANSWER: NONE"),
        row(4, "That was the Alk.", "ANSWER: NONE"),
    ]
    (found,) = summarise_run(rows)[1].data["second_reader"]
    assert (found["compared"], found["percent"], found["read"], found["still_unread"]) == (4, 75.0, 4, 0)


def test_of_a_statement_yes_and_no_alone_keep_the_form() -> None:
    row = {**ROWS["personality"], "reading": entry("ANSWER: NO")}
    said = {reply: EXPERIMENTS["personality"].score(row, reply)["said"] for reply in ("Yes.", "ANSWER: yes", "Yes, that is me.")}
    assert said == {"Yes.": "yes", "ANSWER: yes": "yes", "Yes, that is me.": "no"}


def test_agreement_is_computed_over_replies_that_both_read() -> None:
    def row(number: int, kind: str, reply: str, text: str | None) -> dict[str, Any]:
        base = {"experiment": "self_report", "model": "m", "id": f"q{number}", "character": f"c{number % 2}", "type": kind,
                "question": "What broke?", "options": OPTIONS, "answer": [0], "prediction": reply, "missing": False, "trace": None,
                "evidence": [], "reading": entry(text, kind, own=True)}  # fmt: skip
        return {**base, **EXPERIMENTS["self_report"].score(base, reply)}

    # Of twelve single choices: eight of nine agree, one reader's form is wrong, one call failed, one only the reader could read.
    single = [
        row(i, "single_choice", "ANSWER: A" if i < 5 else "ANSWER: B", f"ANSWER: {'A' if i < 4 else 'B'}") for i in range(9)
    ]
    single += [row(9, "single_choice", "ANSWER: A", "The cup?"), row(10, "single_choice", "ANSWER: A", None)]
    single.append(row(11, "single_choice", UNREAD, "ANSWER: D"))
    several = [row(20 + i, "multiple_choice", "ANSWER: A, B", "ANSWER: A") for i in range(2)]
    _, summary = summarise_run([*single, *several])
    found = {one["type"]: one for one in summary.data["second_reader"]}
    assert (found["single_choice"]["compared"], found["single_choice"]["percent"]) == (9, pytest.approx(800 / 9))
    # Marginals 5 : 4 and 4 : 5, so the agreement by chance is 40 / 81.
    assert found["single_choice"]["kappa"] == pytest.approx((8 / 9 - 40 / 81) / (1 - 40 / 81))
    counts = {key: found["single_choice"][key] for key in ("replies", "read", "still_unread", "unusable", "failed")}
    assert counts == {"replies": 12, "read": 1, "still_unread": 0, "unusable": 1, "failed": 1}
    # Of eight decisions on single options, six agree: the rules choose half of them, the reader a quarter.
    assert (found["multiple_choice"]["percent"], found["multiple_choice"]["kappa"]) == (0, pytest.approx(0.5))
    assert any("careful is also the model that answered as m" in note for note in summary.notes)
