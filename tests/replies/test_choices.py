"""Which options a reply chooses: the demanded form, what models write in its place, and the symmetry of all letters."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.replies.choices import read_choices

SIX = (
    "a boat in the harbour",
    "the red house",
    "a dog named Rex",
    "selling my farm",
    "my brother's advice",
    "thirty silver coins",
)

# A frame of words around letters, and which of them are chosen ("" for none: a reply in doubt).
FRAMES = {
    "{X}": "X", "{X}.": "X", "({X})": "X", "[{X}]": "X", "**{X}**": "X", "'{X}'": "X", "“{X}”": "X", "{X})": "X", "- {X}": "X",
    "ANSWER: {X}": "X", "Answer: {X}": "X", "answer={X}": "X", "**Answer: {X}**": "X", "Final answer: ({X})": "X",
    "I weighed {Y} for a long time.\nANSWER: {X}": "X", "ANSWER: {X}, {Y}": "XY", "ANSWER: {X} and {Y}": "XY",
    "ANSWER: {X}\n\nIt was not {Y}.": "X", "The last line is\nANSWER: {X}.": "X", "Y was my first thought.\n\n**ANSWER: {X}**": "X",
    '{{"answer": "{X}"}}': "X", '{{"answer": ["{X}", "{Y}"]}}': "XY", '["{X}", "{Y}"]': "XY", '{{"choice": "{X}"}}': "X",
    '{{"{X}": true, "{Y}": false}}': "X", '```json\n{{"answer": "{X}"}}\n```': "X", "$\\boxed{{{X}}}$": "X",
    "\\boxed{{\\text{{{X}}}}}": "X", "<answer>{X}</answer>": "X", "- [x] {X}\n- [ ] {Y}": "X",
    "I'd say {X}": "X", "I'd say {X}.": "X", "I would pick {X}": "X", "My answer is {X}": "X", "My answer's {X}": "X", "It's {X}.": "X",
    "The answer is {X}, since {Y}) is wrong": "X", "The answer is {X}, not {Y}.": "X", "{X}, not {Y}": "X", "not {Y} but {X}": "X",
    "either {X} or {Y}. I pick {Y}": "Y", "It isn't {Y}, it's {X}.": "X", "{Y} is tempting, but the answer is {X}.": "X",
    "Everyone says {Y}, but I say {X}.": "X", "They all said {Y}. I'd go with {X}": "X", "{Y}? No. {Z}? No. {X}, that's it.": "X",
    "Neither {Y} nor {Z}. It was {X}.": "X", "{X}\n{Y} and {Z} do not fit.": "X", "{X} - yes, {Y} - no": "X", "{X}: yes\n{Y}: no": "X",
    "{X}: no\n{Y}: yes": "Y", "{X} it is.": "X", "Only {X}": "X", "{X} only": "X", "Definitely {X}!": "X", "{X}, of course.": "X",
    "{X} and {Y}": "XY", "{X}, {Y} and {Z}": "XYZ", "Both {X} and {Y}": "XY", "{X} as well as {Y}": "XY", "{X}/{Y}": "XY", "{X} + {Y}": "XY",
    "I like {X} and {Y}. I can't stand {Z}.": "XY", "I'd pick {X} and {Y}; {Z} is for my brother.": "XY", "{X} and {Y}, not {Z}": "XY",
    "1. {X}\n2. {Y}": "XY", "Let me see: {X} is true, {Y} isn't, {Z} is true.": "XZ", "{X}. Yes\n{Y}. No\n{Z}. Yes": "XZ",
    "{X} or {Y}": "", "Either {X} or {Y}.": "", "It could be {X}, could be {Y}. I can't decide.": "", "{X}? {Y}?": "",
    "I would choose {X} or perhaps {Y}, and": "", "Is it {X}?": "",
}  # fmt: skip
LETTERS = "ABCDEF"


@pytest.mark.parametrize("frame", FRAMES)
def test_every_letter_is_read_alike_in_every_frame(frame: str) -> None:
    """Under any permutation of the letters the reading permutes with them; A is no exception."""
    for letters in itertools.permutations(LETTERS, 3):
        named = dict(zip("XYZ", letters, strict=True))
        wanted = tuple(sorted(LETTERS.index(named[x]) for x in FRAMES[frame]))
        assert read_choices(frame.format(**named), SIX) == (wanted or None), named


@given(st.permutations(range(6)), st.sampled_from(list(FRAMES)), st.permutations(LETTERS))
def test_the_order_of_the_options_does_not_matter(order: list[int], frame: str, letters: list[str]) -> None:
    reply = frame.format(X=letters[0], Y=letters[1], Z=letters[2])
    assert read_choices(reply, SIX) == read_choices(reply, [SIX[i] for i in order])


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("the red house", (1,)),
        ("The red house, I'd say.", (1,)),
        ("I sold the farm.", (3,)),
        ("Thirty coins of silver", (5,)),
        ("30 silver coins", (5,)),
        ("My brother's advice and the dog, Rex.", (2, 4)),
        ("Not the red house, but the boat in the harbour.", (0,)),
        ("the second one", (1,)),
        ("The second.", (1,)),
        ("The last one.", (5,)),
        ("the first and the last", (0, 5)),
        ("option 2", (1,)),
        ("option two", (1,)),
        ("The first three.", (0, 1, 2)),
        ("All of the above", (0, 1, 2, 3, 4, 5)),
        ("all of them", (0, 1, 2, 3, 4, 5)),
        ("All except C", (0, 1, 3, 4, 5)),
        ("All but C and D.", (0, 1, 4, 5)),
        ("All of them bar the first.", (1, 2, 3, 4, 5)),
        ("A–D", (0, 1, 2, 3)),
        ("ACE", (0, 2, 4)),
        ("a, c, e", (0, 2, 4)),
        ("bd", (1, 3)),
        ("1, 3", (0, 2)),
        ("Ｂ", (1,)),
        ("Answer: （Ｃ）", (2,)),
        ("B. the red house\nC. a dog named Rex", (1, 2)),
        ("ANSWER: B. the red house", (1,)),
        ("C. I did well, with an A in maths.", (2,)),
        ("I, for one, like A and B", (0, 1)),
        ("oh, b of course", (1,)),
        ("A (the one with the boat), D (my farm) and E (what he said).", (0, 3, 4)),
        ("B it was. As for the rest, A is what my sister did and C is the neighbour's.", (1,)),
        ("D, no, wait, B.", (1,)),
        ("*nods slowly* That'd be D, my friend.", (3,)),
    ],
)
def test_places_lists_and_the_readers_own_words_are_read(reply: str, chosen: tuple[int, ...]) -> None:
    assert read_choices(reply, SIX) == chosen


@pytest.mark.parametrize(
    "reply",
    ["", "I do not know.", "A long story", "a bed", "I think so", "Z", "maybe", "none", "None of the above", "As an AI, I have no family.",
     "I'd rather not say.", "B, no, C. I really can't choose.", "Let me think. It might have been the", "I remember A, but then also"],
)  # fmt: skip
def test_a_reply_without_a_choice_or_in_doubt_is_unparseable(reply: str) -> None:
    assert read_choices(reply, SIX) is None


@given(st.sets(st.integers(0, 5), min_size=1), st.sampled_from([", ", " and ", "", "\n", "; ", " & "]))
def test_any_list_of_letters_reads_back(chosen: set[int], joint: str) -> None:
    assert read_choices(joint.join(LETTERS[i] for i in sorted(chosen)), SIX) == tuple(sorted(chosen))


@given(st.text())
def test_every_reply_can_be_read(reply: str) -> None:
    chosen = read_choices(reply, SIX)
    assert chosen is None or (chosen and set(chosen) <= set(range(6)))


PLACES = ["Harrowmere", "Port Esk", "a flat in Little Harrow", "Esk Bridge", "Tolland"]


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("A: Harrowmere; D: Esk Bridge", (0, 3)),
        ("B. Port Esk. E. Tolland.", (1, 4)),
        ("C (a flat in Little Harrow), then Tolland, E.", (2, 4)),
        ("E. Tolland. Also B, Port Esk.", (1, 4)),
        ("From B to D.", (1, 2, 3)),
        ("I first thought A, B and E, but E is unfair. Let me settle on A and B.", (0, 1)),
        ("Answer: B. Wait, I misread the question, so A.", (0,)),
        ("I hold A, B. I strongly disagree with E.", (0, 1)),
        ("Harrowmere - yes\nPort Esk - no\nTolland - yes", (0, 4)),
        ("My sister went to Port Esk. I lived in Tolland.", (4,)),
        ("I wanted to go to Port Esk, but in the end it was Tolland.", (4,)),
        ("It was Harrowmere, and after the war Tolland.", (0, 4)),
    ],
)
def test_letters_with_their_texts_lists_and_what_was_not_meant_are_read(reply: str, chosen: tuple[int, ...]) -> None:
    assert read_choices(reply, PLACES) == chosen


def test_what_fits_two_options_or_speaks_as_an_ai_chooses_none() -> None:
    names = ["Marta Lindqvist", "Marta Lindgren", "Marit Lindqvist", "Maren Lund"]
    assert read_choices("Marta", names) is None
    assert read_choices("Marta Lindgren", names) == (1,)
    assert read_choices("As a language model, I don't vote.", ["the Greens", "the Liberals", "I did not vote"]) is None
    assert read_choices("As an AI I would take B.", ["the Greens", "the Liberals", "I did not vote"]) == (1,)


def test_a_negation_within_the_words_of_an_option_denies_it() -> None:
    opinions = ["The pay was good", "The foreman was a bully", "There was no heating"]
    assert read_choices("The pay was not good, and the foreman was a bully.", opinions) == (1,)
    assert read_choices("There was no heating.", opinions) == (2,)


def test_the_longer_of_two_options_that_a_reply_quotes_takes_their_common_words() -> None:
    assert read_choices("Table tennis - no\nTennis - yes", ["table tennis", "tennis", "skating"]) == (1,)


COLLECTION = ["old maps", "playing chess", "rowing", "baking bread", "folk dancing", "repairing clocks"]


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        # corrections
        ("B... strike that, D.", (3,)),
        ("C and E. Hang on, I misread it: A and F.", (0, 5)),
        ("I'd have said rowing, but make that baking bread.", (3,)),
        # lists of verdicts, also with boxes before texts
        ("A: false; B: true; C: false; D: false; E: true; F: false", (1, 4)),
        ("A = no, B = no, C = yes, D = no, E = no, F = no", (2,)),
        ("[ ] old maps\n[x] playing chess\n[x] rowing\n[ ] baking bread", (1, 2)),
        ("Rowing, yes. Folk dancing, never. Old maps, yes.", (0, 2)),
        # all but
        ("Everything you list apart from the dancing.", (0, 1, 2, 3, 5)),
        ("All of it bar the clocks.", (0, 1, 2, 3, 4)),
        ("Every one of them save for the dancing.", (0, 1, 2, 3, 5)),
        ("Everything on your list except the clocks.", (0, 1, 2, 3, 4)),
        ("Anything but C. B, I'd say.", (1,)),
        # places and words in one list with letters
        ("The first two, and F as well.", (0, 1, 5)),
        ("B, E, and the third one.", (1, 2, 4)),
        ("A and D, plus the clocks.", (0, 3, 5)),
        ("B. The last time I rowed was in May.", (1,)),
        # letters spelt out, and with an article
        ("Cee.", (2,)),
        ("Dee and eff", (3, 5)),
        ("I'd call myself a D.", (3,)),
        ("My answer would be a C.", (2,)),
        ("Not A, not B, not F; the rest yes.", (2, 3, 4)),
        ("I got an A in rowing.", (2,)),
        # two negations make a yes
        ("I can't do without chess, and I would never miss the rowing.", (1, 2)),
        ("Nothing beats baking bread.", (3,)),
        ("Not only rowing but also chess.", (1, 2)),
        ("It can't be anything but E.", (4,)),
        # what is not so, is over, is another's, or comes second to something
        ("If only I could dance! Rowing it is.", (2,)),
        ("If I had an oven I'd bake bread; I row.", (2,)),
        ("I'd rather row than play chess.", (2,)),
        ("I prefer the clocks to the old maps.", (5,)),
        ("I used to row, but these days I bake bread.", (3,)),
        ("My uncle repairs clocks. I bake bread.", (3,)),
        ("My wife is an E. I'm an A.", (0,)),
        ("The old maps are my brother's. I row.", (2,)),
        ("People think chess. It's rowing.", (2,)),
        ("Chess bores me. Rowing doesn't.", (2,)),
        ("You won't see me with a loaf of bread or a chess board. Rowing!", (2,)),
        # parts of a list with words of one option only
        ("The one with the maps and the one with the clocks.", (0, 5)),
        ("Maps, bread.", (0, 3)),
        ("Coins and old maps", None),
        # spelling
        ("reparing cloks", (5,)),
        ("old mpas, rowng", (0, 2)),
        ("I mowed.", None),
        # gestures
        ("*puts the chess board away* I row, my dear.", (2,)),
        ("*old maps* and *rowing*", (0, 2)),
    ],
)  # fmt: skip
def test_scopes_idioms_lists_and_typos_are_read(reply: str, chosen: tuple[int, ...] | None) -> None:
    assert read_choices(reply, COLLECTION) == chosen


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("A small house, rented.", (0,)),
        ("Rented, small.", (0,)),
        ("A house.", None),
        ("It was small. We rented.", (0,)),
        ("A large flat, no garden.", (2,)),
    ],
)
def test_words_of_several_options_name_the_one_that_has_all_of_them(reply: str, chosen: tuple[int, ...] | None) -> None:
    assert (
        read_choices(reply, ["a small rented house", "a large rented house", "a large flat", "a house with a garden"]) == chosen
    )


def test_an_option_of_letters_is_read_as_its_text() -> None:
    assert read_choices("AB", ["A", "B", "AB", "O"]) == (2,)


def test_what_a_relative_did_is_an_answer_where_relatives_are_asked_for() -> None:
    taught = ["my grandmother", "my brother Jan", "a neighbour"]
    assert read_choices("My brother Jan, and a neighbour.", taught) == (1, 2)


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("* B\n* E", (1, 4)),  # two items, not a range
        ("B - E", (1, 2, 3, 4)),
        ("B to D, all three of them.", (1, 2, 3)),
        ("N/A", None),
        ("B. C would be my wife's dream, and D is for the rich.", (1,)),
        ("The first three. D, E and F were never for me.", (0, 1, 2)),
        ("Not A and not C. Only the last one.", (5,)),
        ("All six of them", (0, 1, 2, 3, 4, 5)),
    ],
)
def test_lists_ranges_and_the_rest(reply: str, chosen: tuple[int, ...] | None) -> None:
    assert read_choices(reply, SIX) == chosen


DISHES = ("oysters", "tripe", "liver", "boiled turnips", "none of these")


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("Oysters. There was a night in Brest. Tripe and liver I'll eat any day.", (0,)),
        ("Well, the liver, always, because my mother cooked it. Turnips come second to nothing but hunger.", (2,)),
        ("Tripe and turnips, and I make no apologies.", (1, 3)),
        ("Tripe. And the liver, too.", (1, 2)),
        ("Turnips, though oysters have the fame.", (3,)),
        ("Tripe, when it is cold, and liver in spring. Oysters lie heavy.", (1, 2)),
        ("Is it turnips? Or tripe?", None),
    ],
)
def test_options_that_open_a_reply_without_a_verb_are_its_answer(reply: str, chosen: tuple[int, ...] | None) -> None:
    assert read_choices(reply, DISHES) == chosen
