"""Yes and no in the many words that mean them, and what is neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_simulacra.replies.yes_no import read_yes_no

YES = """
Fits me like a glove.
I am.
I think so.
Can't deny it.
No question about it.
I'd be lying if I said no.
Nothing could be truer.
*nods slowly*
uh-huh
Yes. No exceptions.
Right you are.
Yes
**Yes**
_Yes_
Yeah!
Yep, that's me
Aye.
ANSWER: yes
Answer: Yes.
{"answer": "yes"}
My answer: yes
Well, yes.
Yes, no one does that better.
Yes, I would.
Yes, mostly. Some days I'm too tired.
The answer would be yes, though not always.
I would.
I do, yes
Of course.
Certainly.
Absolutely!
100% yes
Sadly yes, I hear it and say nothing.
That's me.
That's me to a T.
Sounds like me.
I suppose so.
Guilty as charged.
Indeed.
Always.
That fits.
Agreed.
<answer>yes</answer>
\\boxed{yes}
No. Wait, yes.
""".strip().splitlines()

NO = """
Anything but.
When pigs fly.
Yes? Hardly.
I'm tempted to say yes, but the honest answer is no.
I'd be lying if I said yes.
My mother would say yes to that. I say no.
I'd be the last person to say that.
Nuh-uh.
I don't think so.
I know you expect a yes, but it's a no.
no.
Nope
Nah.
no no no
No I don't
No, I never do.
No, I do not say yes to that
My answer is: no
ANSWER: no
{"answer":"no"}
I'd have to say no
I wouldn't.
I would not.
Not really.
Not at all.
Never.
Hardly.
No way.
By no means.
Far from it.
That's a no from me.
I can't say yes to that
I wouldn't say so.
That isn't me.
That doesn't sound like me at all.
Of course not.
On the contrary.
No. I can see why people stay out of it, but I'd try.
""".strip().splitlines()

NEITHER = """
Yes? No? Who can say.
Yes and no.
yes or no
no, yes
Yes, no.
Yes / no
no. Yes!
no, no, yes
The answer is: yes, no
I know yesterday's noses.
There is no doubt about it
Maybe.
It depends.
Half and half.
A bit of both, honestly.
I don't know.
As an AI I do not sleep.
I'm just a language model, so I can't say yes.
Sometimes I do, sometimes I don't.
I can't give you a clear yes or no.
Why do you ask?
In a warm room full of company I usually start to think about
""".strip().splitlines()


@pytest.mark.parametrize("reply", YES)
def test_yes_is_read_in_its_many_words(reply: str) -> None:
    assert read_yes_no(reply) is True


def test_the_demanded_last_line_counts_before_all_that_was_weighed() -> None:
    assert read_yes_no("Do I say yes or no? There is no mirror there, so not really.\n\nANSWER: yes") is True
    assert read_yes_no("It depends, yes and no.\nANSWER: No.") is False


@pytest.mark.parametrize("reply", NO)
def test_no_is_read_in_its_many_words(reply: str) -> None:
    assert read_yes_no(reply) is False


@pytest.mark.parametrize("reply", [*NEITHER, "", "\n"])
def test_what_is_neither_is_not_guessed(reply: str) -> None:
    assert read_yes_no(reply) is None


@given(st.sampled_from(["yes", "no"]), st.sampled_from([str.upper, str.title, str.lower]), st.text("*_\"'.!() \n", max_size=4))
def test_case_and_punctuation_do_not_matter(word: str, case: Callable[[str], str], marks: str) -> None:
    assert read_yes_no(marks + case(word) + marks) is (word == "yes")


@given(st.text("BCEFGHJKLMPQRSVWXZ .,!?\n"))
def test_letters_without_a_word_are_neither(text: str) -> None:
    assert read_yes_no(text) is None
