"""Who says that one does not know: replies as people and models word it."""

from __future__ import annotations

import pytest

from human_simulacra.replies.stance import read_stance

ABSTAIN = """
Unknown.
Who can tell?
That is impossible to know.
There is not enough information in the question.
It's on the tip of my tongue, but it won't come.
I remember the village, but not the street.
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
Honestly, I couldn't give you a name.
I never did learn what the dog was called.
That I can't tell you.
My memory isn't what it was, I've no recollection of it.
I'm sorry, I do not have any information about that.
He kept that to himself.
I don't believe she ever said.
Ask me another.
I can't see the future.
The title's gone; I only remember the rain.
I'd only be making it up.
That detail is lost to me.
It's gone clean out of my head.
I wouldn't have a notion.
Not that I know of.
I'd be lying if I told you I knew.
I have never been told the price.
You're asking the wrong woman.
What went on in his head is anyone's guess.
I don't have the answer to that one.
She took that with her to the grave.
There's no way I could know that.
I can only imagine.
It's June now; September hasn't come yet.
We don't know yet.
I can’t recall the name right now.
Ah, the name won't come to me.
I simply do not know how that works.
I did hear it once but I've forgotten.
I am not certain of the exact amount.
I haven't heard.
I couldn't tell one anaesthetic from another.
That was before my time, I don't know.
I was too young to remember.
Nobody told me and I didn't ask.
I don't know the name of the parrot.
I'm afraid I can't answer that question.
I have no details on that.
I don't have a clear memory of the song.
I lost track of him after that, no idea where he went.
How would I know what she thought?
It wasn't mentioned.
I do not know what you are talking about.
That's something only my father could tell you.
I can't really say what he was thinking.
I haven't any idea, sorry.
I don't think anybody told us the price.
Sorry, I can't help you there.
I'm no good with engines, I couldn't tell you the torque.
No, that I don't remember.
It's a blank, I'm afraid.
I'd have to look it up.
You would have to ask Marnie.
I have honestly no memory of that night.
I don't have any knowledge about the future.
Nobody knows that but him.
I wasn't in the room.
I can't see into my father's head.
That's a question for a surgeon.
I don't recall ever hearing it.
I'm not aware of the name of the hotel.
I have not been told the result yet.
The vote is still to come.
I didn't catch the name.
I couldn't say what it cost, to be honest.
I never thought to ask.
That I never knew.
I do not remember the colour, only the smell.
I'm not sure what he was thinking.
I cannot recall.
I haven't a notion how it works.
I don't really know much about that.
I don't know, and I won't make something up.
Sorry, no clue.
I am sorry, but I do not know the answer.
I couldn't possibly know that.
It's been so long that I no longer remember.
He didn't say, and I didn't ask.
How am I to know what goes through a horse's head?
I have no record of it.
I don't know exactly how much it was.
I've never known her husband's name.
I can't say that I remember.
Who's to say? All who saw it are dead.
You've stumped me.
Not the remotest.
I was three, what do you expect me to remember?
Nobody in the house ever spoke about it.
We'll have to wait and see.
It went clean out of my mind.
That's over my head, sorry.
The day itself I remember, the speech I don't.
The accountant might know; I don't.
If he had a reason, he kept it to himself.
The letter was burned before I could read it.
It's too early to say.
My knowledge of chemistry doesn't stretch that far.
Was there a title? I've no idea.
I must have been asleep for that part.
Which song? Forgotten.
It never crossed my mind to ask.
Whether she was angry, I can't judge.
*shrugs* Pass.
She died before she could tell us.
There's a gap in my memory there.
It's not clear to me how he got the money.
""".strip().splitlines()


@pytest.mark.parametrize("reply", ABSTAIN)
def test_abstentions_are_recognised(reply: str) -> None:
    assert read_stance(reply) == "abstains"
