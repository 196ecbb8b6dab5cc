"""Faults of an item that arithmetic finds: each is named, and an item without any becomes a question with its columns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_simulacra.construction.questions.item_analysis import find_superfluous
from human_simulacra.construction.questions.item_forms import KINDS, Item, Scene, Slot, find_faults, to_question
from human_simulacra.construction.questions.story_items import SceneSampler, plan_slots
from human_simulacra.types import Question
from human_simulacra.validation.question_kinds_checks import UNDERSTANDING
from tests.construction.invented_characters import IDA, paragraph

SCENE = Scene(((paragraph(1), paragraph(2)),), (paragraph(5), paragraph(6)))
TWO = Scene(((paragraph(1), paragraph(2)), (paragraph(9), paragraph(10))), (paragraph(5), paragraph(6)))
SLOT = Slot("single_choice", 0, UNDERSTANDING, 1, False)


def choice(**changed: Any) -> Item:
    """Returns a single choice item on the first scene, with changes; `first` changes the right option, `last` the last one."""
    options = [
        {"text": f"the {thing} of the fair", "why": "so it was", "passages": [3], "right": False}
        for thing in ("ring", "vase", "drum")
    ]
    options.insert(0, {"text": "the lamp of the shop", "why": "it was cheap", "passages": [1], "right": True})
    options[0] |= changed.pop("first", {})
    options[-1] |= changed.pop("last", {})
    return Item.model_validate({"kind": "motive", "question": "Why did you go to Vik?", "options": options} | changed)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, ""),
        ({"question": "Why did you go. Really"}, "the question was not one sentence with one question mark at its end"),
        ({"question": "Why did Ida go to Vik?"}, "the question did not speak to the person as 'you'"),
        ({"question": "Why did you go, by the passages?"}, "the question mentioned the passages"),
        ({"question": "The excerpt of the letter that you read: whose was it?"}, "the question mentioned the passages"),
        ({"question": f"Why did you go {'on and on ' * 20}?"}, "the question was longer than 45 words"),
        ({"kind": "event"}, "its kind 'event' was none of motive, relation, value, reaction, change"),
        ({"options": []}, "there were 0 options, it must be 4"),
        ({"first": {"right": False}}, "0 options were right, it must be 1"),
        ({"last": {"text": "The lamp of the shop."}}, "two options were the same"),
        ({"last": {"text": "a quarrel with your brother about the inheritance"}}, "one option was more than twice as long as another"),
        ({"last": {"text": "..."}}, "an option was not of one to 20 words"),
        ({"last": {"why": ""}}, "an option had no 'why'"),
        ({"last": {"passages": []}}, "a wrong option named no passage of another scene than the answer's"),
        ({"last": {"passages": [7]}}, "it named a passage that is not there (there are 4)"),
        ({"last": {"passages": [1]}}, "a wrong option named no passage of another scene than the answer's"),
        ({"first": {"passages": [4]}}, "the answer did not rest on the scene"),
    ],
)  # fmt: skip
def test_every_fault_of_a_choice_item_is_named(changed: dict[str, Any], fault: str) -> None:
    assert fault in "; ".join(find_faults(choice(**changed), SLOT, SCENE)) and bool(
        find_faults(choice(**changed), SLOT, SCENE)
    ) == bool(fault)


@pytest.mark.parametrize(
    ("answers", "question", "fault"),
    [
        (["Lamp01", "the Lamp01"], "What was it that you bought?", ""),
        (["Zeppelin"], "What was it that you bought?", "the answer 'Zeppelin' does not stand in the passages named"),
        (["Lamp01"], "Was Lamp01 the name of what you bought?", "the question gave the answer away"),
        (["1991", "1992"], "When did you buy it?", "the answers name different numbers"),
        (["a lamp called Lamp01, a boat"], "What was it that you bought?", "an option was not of one to 5 words"),
    ],
)
def test_every_fault_of_a_cloze_item_is_named(answers: list[str], question: str, fault: str) -> None:
    options = [{"text": answer, "why": "", "passages": [1], "right": True} for answer in answers]
    item = Item.model_validate({"kind": "detail", "question": question, "options": options})
    found = find_faults(item, Slot("cloze", 0, KINDS, 1, False), SCENE)
    assert found == ([fault] if fault else [])


def test_an_item_on_two_scenes_must_rest_on_both() -> None:
    assert find_faults(choice(last={"passages": [5]}, first={"passages": [1, 2]}), SLOT, TWO) == [
        "the answer did not rest on both parts of the scene"
    ]
    item = choice(first={"passages": [1, 3]}, last={"passages": [5]})
    assert "both parts" not in "; ".join(find_faults(item, SLOT, TWO))
    assert to_question(item, SLOT, TWO).evidence == (f"{IDA}-s001", f"{IDA}-s009")


def test_wrong_options_become_reasons_with_their_own_paragraphs() -> None:
    question = to_question(choice(), SLOT, SCENE)
    assert question.answer == (0,) and question.evidence == (f"{IDA}-s001",)
    assert [(w.option, w.why, w.evidence) for w in question.why_wrong] == [(n, "so it was", (f"{IDA}-s005",)) for n in (1, 2, 3)]


@pytest.mark.parametrize("count", [1, 4, 6, 10, 24])
def test_the_plan_of_a_type_keeps_the_shares_of_the_dataset(count: int) -> None:
    slots = plan_slots("multiple_choice", count, (3, 1, 5, 2, 4))
    assert sum(slot.kinds == UNDERSTANDING for slot in slots) >= count / 2
    assert sum("detail" in slot.kinds for slot in slots) <= count / 4
    assert sum(slot.two_scenes for slot in slots) >= count / 3
    numbers = [sum(slot.right == right for slot in slots) for right in (1, 2, 3, 4, 5)]
    assert max(numbers) - min(numbers) <= 1


def test_scenes_are_not_drawn_twice_and_the_parts_of_two_lie_apart() -> None:
    story = [paragraph(number) for number in range(1, 25)]
    sampler = SceneSampler(story, "a seed")
    first = sampler.draw(True)
    assert first and first.parts[1][0].index - first.parts[0][-1].index >= 4
    drawn = []
    while scene := sampler.draw(False):
        assert not set(scene.parts[0]) & set(scene.others) and len(scene.others) == 8
        drawn.append(scene.parts)
    assert len(set(drawn)) == len(drawn) == 11
    moments = SceneSampler(story, "a seed", moments=True)
    while scene := moments.draw(False):
        assert scene.parts[0][0].index > 12 and scene.others[-1].index == scene.parts[0][0].index - 1


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_reply_in_the_form_gets_faults_or_becomes_a_question(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["cloze", "single_choice", "multiple_choice", "decisions", "false_premises"]))
    slot, scene = plan_slots(kind, 4, (1, 3))[data.draw(st.integers(0, 3))], data.draw(st.sampled_from([SCENE, TWO]))
    text = st.sampled_from(
        ["Lamp01", "a boat", "a coat", "the vase", "?", "an 1 of 2", "Did you go?", "You go.", "of the passages"]
    ) | st.text(min_size=1)
    option = st.fixed_dictionaries(
        {
            "text": text.filter(str.strip),
            "why": text,
            "passages": st.lists(st.integers(-1, 9), max_size=3),
            "right": st.booleans(),
        }
    )
    item = Item.model_validate({
        "kind": data.draw(st.sampled_from([*slot.kinds, "other"])), "question": data.draw(text.filter(str.strip)),
        "options": data.draw(st.lists(option, max_size=6)),
    })  # fmt: skip
    if not find_faults(item, slot, scene):
        question = to_question(item, slot, scene)  # its own schema refuses a key that does not fit the options
        assert question.evidence and len(question.why_wrong) in (0, len(question.options) - len(question.answer))


def test_two_cloze_questions_on_one_fact_are_not_both_kept() -> None:
    def cloze(number: int, question: str, *answers: str) -> Question:
        return Question(f"q{number}", "ada", "cloze", question, (), answers, ("ada-s01",), "story", False)

    first = cloze(1, "What had she once been?", "a school principal", "principal")
    again = cloze(2, "What job had she once held?", "school principal", "a school principal")
    other = cloze(3, "Where did she sit?", "by the door")
    assert find_superfluous([first, again, other], []) == {"q2": "it asks what another question asks"}
