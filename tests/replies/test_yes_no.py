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
Yesss, I do
Yeaaah
Y-E-S!
Ye, always
Hell yeah!
Surely.
'Fraid so.
I most certainly would.
How could I deny it?
Why ever would I deny that? No, I mean it: yes.
Why should I say no?
I have never denied that.
'Course I would
Just so.
Not wrong.
You could say that.
I'd go so far as to say yes.
I can't honestly say no.
I'd be a fool to deny it.
Nobody would deny that.
I can't say I don't.
No point denying it.
I won't pretend otherwise.
I wouldn't live any other way.
My sister wouldn't, but I would.
My brother says no, but I say yes.
As a girl, no. These days, yes.
I used not to, but now I do.
No. Hold on, I misread it. Yes, then.
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
Nooo way
Heck no.
Definitely not.
Definitely no.
Indeed not.
N.O.
That ain't me, pal.
Dont think so
I can't honestly say yes.
Why should I say yes?
Of course I don't.
I'm not going to say yes.
I wouldn't dream of saying that.
It's the very opposite of me.
Doesn't describe me.
My vote has to be no.
Up to the war, yes. Since then, no.
How could I say that of myself?
No one would call me that.
Nobody who knows me would say so.
Not a soul would say that of me.
I'd be a liar if I said yes.
I don't think I would.
I doubt I'd say that.
I can hardly claim that.
You'll never hear me say that.
Yes, my neighbours all do, but I don't.
Yes, half the street would say so, but not me.
My father would, yes, but I never have.
At school I was like that, yes. Not any more.
Years ago I'd have said yes, now it's no.
As a boy, yes. These days, no.
My cousin, yes. Me, no.
Yes. Hang on, I misheard. No then.
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
No idea.
No comment from me.
No way to tell.
No bed is too hard for me.
Not for me to say.
Not a night goes by without it.
Never slept better than there.
Never thought about it.
Absolutely hate the heat.
I can answer neither "yes" nor "no".
I won't say no and I won't say yes.
I'd say yes in May and no in June.
Yes if it is hot, no if it is not.
Yes, but no.
As a child, yes.
Yes, when I was young.
My wife would say yes.
They'd all say that's me.
Would I say that?
Is that me?
Some would say yes.
No doubt you'd like that.
I sleep as badly as you say I do, like I do.
That's true of my brother.
Yeah, no, I suppose I do that now and then.
Ya never know.
Ye never know.
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


def test_a_reply_that_repeats_itself_is_read_soon() -> None:
    assert read_yes_no("well, an oak and an ash and " * 400) is None
