"""Which replies state an accepted answer: forms of numbers and dates, and mentions that do not state it."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.replies.cloze import states_answer
from human_simulacra.replies.numbers_and_dates import date_spans


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("Maren Oddleif", ["Maren Oddleif"]),
        ("My name is Maren.", ["Maren Oddleif", "Maren"]),
        ("I'm a WOMAN", ["female", "woman"]),
        ("Gender: F", ["female", "woman"]),
        ("She/her", ["female", "woman"]),
        ("I am forty-seven years old", ["47"]),
        ("I am 47 years old, born in 1977", ["47"]),
        ("42yrs", ["42"]),
        ("One evening I read him thirty-one of them", ["thirty-one", "31"]),
        ("Thirty-one of them, in 1998", ["31"]),
        ("It cost twelve kroner", ["12"]),
        ("$3,100", ["3100"]),
        ("$3100.00", ["3,100"]),
        ("thirty-one hundred dollars", ["$3,100"]),
        ("2.3 million euros", ["2,300,000"]),
        ("proposition IX", ["nine", "9"]),
        ("1977-11-08", ["1977-11-08"]),
        ("on 8 November 1977", ["1977-11-08"]),
        ("November 8th, 1977", ["1977-11-08"]),
        ("May 12th, '87", ["1987-05-12"]),
        ("the twelfth of May 1987", ["1987-05-12"]),
        ("08.11.1977", ["1977-11-08"]),
        ("12-05-1987", ["1987-05-12"]),
        ("12/05/1987", ["1987-05-12"]),
        ("I was born 1987-05-12 and married 2010-06-01", ["1987-05-12"]),
        ("the Vågtind", ["Vagtind"]),
        ("It was Aslaug's", ["Aslaug"]),
        ("marine engineers", ["marine engineer"]),
        ("I did not laugh", ["DIDN'T LAUGH"]),
        ("It wasn't Bergen, it was Oslo", ["Oslo"]),
        ("Not in Bergen but in Oslo", ["Oslo"]),
        ("Bergen? No, that was my sister. We lived in Oslo.", ["Oslo"]),
        ("I think it was Oslo.", ["Oslo"]),
        ("Answer: Oslo", ["Oslo"]),
        ("They came to 486, and I'm fond of every one of them.", ["486"]),
    ],
)
def test_stated_answers_match(reply: str, accepted: list[str]) -> None:
    assert states_answer(reply, accepted)


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("female", ["male"]),
        ("Marengo", ["Maren"]),
        ("boatyard", ["boat"]),
        ("I am 147", ["47"]),
        ("46 or 47", ["47"]),
        ("46, 47, 48", ["47"]),
        ("It wasn't Bergen, it was Oslo", ["Bergen"]),
        ("Not Bergen", ["Bergen"]),
        ("Bergen or Oslo", ["Bergen"]),
        ("Either Oslo or Bergen", ["Bergen"]),
        ("Bergen, Oslo, Stavanger, Trondheim", ["Bergen"]),
        ("Anywhere but Bergen", ["Bergen"]),
        ("Bergen? No, Oslo.", ["Bergen"]),
        ("Everyone thinks Bergen, but it was Voss.", ["Bergen"]),
        ("I moved from Bergen to Oslo.", ["Bergen"]),
        ("My daughter is 45", ["45"]),
        ("I'm not a nurse, I'm a bus driver", ["nurse"]),
        ("My brother is the surveyor, people mix us up.", ["surveyor"]),
        ("My sister says it was seven twenties, but it wasn't.", ["seven twenties"]),
        ("I've heard twenty-two and also nineteen; I can't say which.", ["22"]),
        ("I nearly said Bergen. It was Oslo.\n\nAnswer: Oslo", ["Bergen"]),
        ("1977-08-11", ["1977-11-08"]),
        ("1977-11-08 or 1978-11-08", ["1977-11-08"]),
        ("One paper says 1983-02-14 and another says 1983-04-12.", ["1983-02-14"]),
        ("Bernadette's sister Agnes", ["Bernadette"]),
        ("I don't know.", ["Bergen"]),
        ("", ["Maren"]),
    ],
)
def test_other_answers_do_not_match(reply: str, accepted: list[str]) -> None:
    assert not states_answer(reply, accepted)


def test_a_relative_whom_the_question_asks_for_is_nobody_else() -> None:
    assert states_answer("My brother was a tailor.", ["tailor"], "What was your brother's trade?")
    assert not states_answer("My brother was a tailor.", ["tailor"], "What is your trade?")


@given(st.dates(min_value=datetime.date(1900, 1, 1)))
def test_every_date_is_read_in_every_usual_form(day: datetime.date) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "the %d of %B %Y", "%d/%m/%Y", "%m-%d-%Y", "%Y/%m/%d"):
        assert day in date_spans(f"It was {day.strftime(form)}, I think")[0][2]


@given(st.integers(4, 999_999))
def test_a_number_is_the_same_with_and_without_separators(number: int) -> None:
    assert states_answer(f"It was {number:,} of them.", [str(number)])
    assert not states_answer(f"It was {number + 1:,} of them.", [str(number)])


@given(st.text(), st.text())
def test_every_reply_can_be_read(reply: str, accepted: str) -> None:
    assert states_answer(reply, ["Maren", "12", "1977-11-08", accepted]) in (True, False)


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("35 000 kronor", ["35,000 kronor"]), ("35000 kr.", ["35,000 kronor"]), ("3.2 kilograms", ["3.2 kg"]), ("3200 g", ["3,200 grams"]),
        ("about 11 lbs", ["eleven pounds", "11 lb"]), ("3 mi", ["three miles"]), ("forty meters", ["40 metres"]), ("23 yrs", ["23 years"]),
        ("6 hrs", ["six hours"]), ("forty", ["40 metres"]), ("05:30", ["5:30 am"]), ("5:30 a.m.", ["half past five in the morning"]),
        ("At half past five in the morning.", ["5.30 am"]), ("At six in the evening", ["18:00"]), ("oct", ["October"]), ("Paperboy", ["paper boy"]),
        ("It was in Valparaíso, at a bus stop, in the rain.", ["Valparaiso"]), ("Eighty-four fifty, so $84.50 to the cent", ["$84.50"]),
        ("You want to know where? Bergen.", ["Bergen"]), ("Nobody.", ["nobody"]),
    ],
)  # fmt: skip
def test_units_times_and_amounts_in_another_spelling_state_the_answer(reply: str, accepted: list[str]) -> None:
    assert states_answer(reply, accepted)


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("$250", ["£250", "250 pounds"]), ("12,000 yuan", ["12,000 yen"]), ("5:30 pm", ["5:30 am"]), ("3.2 pounds", ["3.2 kg"]),
        ("I wanted to be a paper boy but they wouldn't take me.", ["paper boy"]), ("We used to go to Inari, but it is at Saimaa.", ["Inari"]),
        ("They wanted £250, but I paid £180.", ["£250"]), ("Everyone hoped for letters.", ["letters"]), ("Less than 35,000 kronor.", ["35,000 kronor"]),
        ("Was he a radio operator? I never asked him.", ["radio operator"]), ("Nobody. I taught myself, though Matteo claimed the credit.", ["Matteo"]),
        ("€900 is what my sister got. I got 750.", ["€900"]), ("The others hid in the cellar. I stayed.", ["hid in the cellar"]), ("Berg en", ["Bergen"]),
    ],
)  # fmt: skip
def test_other_units_intentions_and_what_others_did_do_not_state_it(reply: str, accepted: list[str]) -> None:
    assert not states_answer(reply, accepted)


def test_a_negation_that_a_gap_question_has_itself_denies_nothing() -> None:
    question = "My grandmother always said that a guest should never leave ____."
    assert states_answer("My grandmother always said that a guest should never leave hungry.", ["hungry"], question)
    assert not states_answer("A guest should never leave hungry, she said.", ["hungry"], "A host must be ____.")


@pytest.mark.parametrize(
    ("reply", "accepted"),
    [
        ("the second of July, nineteen sixty-six", ["1966-07-02"]), ("2 July, a Saturday. The year was 1966.", ["1966-07-02"]),
        ("02.07.66", ["1966-07-02"]), ("Fourth o' June, nineteen and fifty", ["1950-06-04"]), ("nineteen oh four", ["1904"]),
        ("four fewer than fifty", ["46"]), ("Three dozen and two", ["38"]), ("12 thousand, 3 hundred and 40", ["12,340"]), ("2.5k", ["2,500"]),
        ("an hour and a quarter... no, 75 minutes", ["75 minutes"]), ("one and a half hours", ["90 minutes"]), ("0.4 m", ["40 cm"]),
        ("a fortnight", ["two weeks"]), ("19 euros and 5 cents", ["€19.05"]), ("[ ] dog [x] cat", ["cat"]), ("dog [ ] cat [x]", ["cat"]),
        ("Cook, aboard ships", ["ship's cook"]), ("A cook in the school", ["school cook"]), ("a box of tin", ["tin box"]),
        ("Guard on the night trains", ["guard of night trains"]), ("My grandmother's brass lamp", ["brass lamp"]),
    ],
)  # fmt: skip
def test_dates_sums_measures_and_words_in_another_order_state_the_answer(reply: str, accepted: list[str]) -> None:
    assert states_answer(reply, accepted)


@pytest.mark.parametrize(
    ("reply", "accepted", "question"),
    [
        ("2 July. I left home in 1966.", ["1966-07-02"], "When is your birthday?"),
        ("There was bread for nineteen, but we only fed ten.", ["19"], "How many did you feed?"),
        ("Forty less than the $900 they promised.", ["$900"], "How much did they pay?"),
        ("[x] dog [ ] cat", ["cat"], "Which pet?"),
        ("The register has Ines, but the clerk was drunk.", ["Ines"], "What is your name?"),
        ("Folks say it was a spade. It wasn't.", ["spade"], "What did you dig with?"),
        ("My cousin trained in Malmö; I went to Lund.", ["Malmö"], "Where did you train?"),
        ("A farm south of Lund", ["Lund"], "Where did you grow up?"),
        ("Maybe a spade, maybe a hoe.", ["spade"], "What did you use?"),
        ("A clerk; I was a cook once.", ["cook"], "What is your trade?"),
        ("chocolate milk", ["milk chocolate"], "What did you want?"),
    ],
)  # fmt: skip
def test_what_others_hold_or_do_does_not_state_the_answer(reply: str, accepted: list[str], question: str) -> None:
    assert not states_answer(reply, accepted, question)


@pytest.mark.parametrize(
    ("reply", "accepted", "question"),
    [
        ("I came in 1961 and married in 1970.", ["1970"], "In what year did you marry?"),
        ("Ines dug it. It was Rosa who wept.", ["Ines"], "Who dug the grave?"),
        ("My cousin and I both trained in Malmö; I was the younger.", ["Malmö"], "Where did you train?"),
        ("My mother sang in Malmö; I trained there too.", ["Malmö"], "Where did you train?"),
        ("A cold day. I dug it with a spade.", ["spade"], "What did you use?"),
        ("My sister's name is Rosa and mine is Ines.", ["Ines"], "What is your name?"),
        ("They say I am slow, but I'm a cook.", ["cook"], "What is your trade?"),
    ],
)
def test_other_events_beside_the_answer_take_nothing_from_it(reply: str, accepted: list[str], question: str) -> None:
    assert states_answer(reply, accepted, question)


@pytest.mark.parametrize(
    ("reply", "accepted", "question"),
    [
        ("In May 2019 the ledgers went to Ines Alm, who hated paper.", ["Ines Alm"], "Who got that job?"),
        ("When the house was sold I got $900, after the debts.", ["$900"], "What figure stood on the note?"),
        (
            "I finished with six classes, the sixth being my last.",
            ["the sixth class", "the sixth"],
            "How far did you go at school?",
        ),
        ("The dam broke on 2 July 1966, and five people slept here.", ["2 July 1966"], "When did he first cook for you?"),
    ],
)
def test_an_answer_within_a_sentence_that_tells_more_is_stated(reply: str, accepted: list[str], question: str) -> None:
    assert states_answer(reply, accepted, question)
