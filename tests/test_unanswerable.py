"""Questions that nobody in the story could answer: who says so, and who makes an answer up."""

from __future__ import annotations

import pytest

from human_simulacra.evaluation.abstention import stance

ABSTAIN = """
I don't know.
I do not know what she was called, to be honest.
I really don’t remember the name of the spaniel.
I can't remember now.
I couldn't tell you.
I couldn't rightly say.
I can't say for sure.
No idea.
I have no idea what it cost.
I haven't the faintest idea.
I haven't a clue, friend.
Not a clue.
I'm not sure.
I'm afraid I don't recall his surname.
Hm. Don't know. He never said.
She never told me.
He never mentioned her name to me.
Nobody ever told me that.
I never asked.
I never knew his name.
I never found out what they decided.
I was never told.
I wasn't there, so I couldn't say.
I wouldn't know, I'm a cook and not a signalman.
How should I know?
Who knows what goes on in another man's head?
God knows.
Only she knows what was going through her mind.
You'd have to ask Jochen about that.
That's beyond me.
The name escapes me.
It has slipped my mind.
I've forgotten what it was called.
That hasn't happened yet.
It's only June, that is still to come.
I wish I knew.
I don't have that information.
As an AI I don't have access to personal memories.
I know nothing about anaesthetics.
I'm not the one to ask about locomotives.
It is not my trade, the levers were Jochen's.
Your guess is as good as mine.
I dunno
I cannot speak for what he thought.
I don't think I ever knew.
I don't know his name, but he was always kind to me.
I'm unable to say.
I am no doctor.
If I ever knew it, it's gone.
That's not something I know.
I'd need to ask my sister, I was too small.
I have no way of knowing that.
""".strip().splitlines()

STATE = """
His name was Bruno.
The spaniel was called Bobík.
Rex.
It cost four hundred euros.
She was thinking of her children.
I remember it well, the waltz was the Blue Danube.
I know exactly: it was a Makita.
I'll never forget it, the dog was called Luna.
I didn't know it then, but her name was Rosa.
I don't know about you, but I called him Rex.
I can't say I liked the colour, it was a washed-out green.
I never learned to swim, but the boat was called Alk.
I have never known such a winter, the river stood at eight metres.
I couldn't forget the name: Hotel Bellevue.
The parrot was named Coco and he knew six words.
They decided in the autumn to close the office.
Nobody in the village liked it, but the van was blue.
He didn't know that I saw him. He thought about his mother.
The hotel was the Grand, everybody knows it.
I told you already, it was 1994.
He did not say a word and gave me the grey recorder, a Philips.
We called it The Baa, and I put my age and my boat in it.
Eighty-five newton metres, then another quarter turn.
My father worked on the railways before the ferries.
The doctor told me that the tests were fine.
She liked the song, it was called Hani.
Two daughters, Aoife and Clare.
There were no other bands, only Los Kjarkas and Savia Andina.
I remember that the rent was twelve hundred.
The house is painted yellow.
I never asked for it, but he gave me a watch.
I was not told twice: the password was swordfish.
""".strip().splitlines()

HEDGE = """
I don't know, but I think it was called Rex.
I'm not sure, maybe Bruno?
I can't remember, it must have been about four hundred.
I don't recall exactly, but it was a Makita.
No idea. Probably green.
I couldn't say, but if I had to guess, a Monday.
I forget, though I believe her name was Olga.
""".strip().splitlines()


@pytest.mark.parametrize("reply", ABSTAIN)
def test_saying_that_one_does_not_know_is_recognised(reply: str) -> None:
    assert stance(reply) == "abstains"


@pytest.mark.parametrize("reply", STATE)
def test_an_answer_is_no_abstention_whatever_words_it_shares_with_one(reply: str) -> None:
    assert stance(reply) == "states"


@pytest.mark.parametrize("reply", HEDGE)
def test_a_guess_after_not_knowing_is_an_answer_in_disguise(reply: str) -> None:
    assert stance(reply) == "hedges"


@pytest.mark.parametrize("reply", ["", "  \n", "...", '""'])
def test_a_reply_without_a_word_is_empty(reply: str) -> None:
    assert stance(reply) == "empty"
