"""Who says that one does not know, and who makes an answer up: replies as people and models word them."""

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
""".strip().splitlines()

STATE = """
An AI assistant wrote it, to my shame.
The doctor had no patience and sent him home.
Blue. I don't know what shade.
His name was Olav, I don't know why you ask.
It was Olav. God knows I heard it often enough.
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
We called it The Baa, and I put my age and my boat in it.
Eighty-five newton metres, then another quarter turn.
My father worked on the railways before the ferries.
The doctor told me that the tests were fine.
She liked the song, it was called Hani.
Two daughters, Aoife and Clare.
I remember that the rent was twelve hundred.
The house is painted yellow.
I never asked for it, but he gave me a watch.
I was not told twice: the password was swordfish.
The dog was called Sniffer, I remember him well.
My mother retired in 1998.
I paid him six hundred crowns and a bowl of soup.
Green, like the boat.
I was thinking about my family and how much I loved them.
He was a good man and he was very proud of me.
I don't know a better song than that one: it was Valencia.
I know what you mean, it was The Sound of Music.
The hotel is called the Golden Tulip.
I am not a man for dogs but Bruno was different.
I asked him and he told me it was a Suzuki.
I'm sure it was Tuesday.
The levers are locked by a tappet bar.
You know me, I always take the window seat, number six.
They decided against it, seven votes to five.
Ask anyone, it was the best wedding in Truro, and the band was The Larks.
I can remember it as if it was yesterday, a Sony.
He thought of his wife, who wasn't there.
I could not believe it when they gave me an eight.
The water stood at five metres.
I'm not proud of it, but I sold the ring for 900.
Never told a soul, but it was blue.
He is my father and he worked as a carpenter.
Her boy is called Danylo.
I bought it for two hundred and forty marks.
It was a Philips, grey with a red button.
I know he was afraid.
I have always known it: Maria.
We had two hundred guests and no rain.
He was told to leave and he did so on the Friday.
I was too small to carry it, so father carried the Grundig.
There was no way round it, I sold the ring.
I can only say the best of him, his name was Walter.
The doctor had no objection and gave him heparin.
She kept it for the children, a piano.
I looked it up, it was four metres twenty.
I am sorry for her, she was thinking of her brother.
They gave me a B.
My grandfather, Kwame.
He took the bus of the Flota Copacabana company.
I do know: seventeen.
Not once did he complain, the schoolteacher, Mr Laurie.
It is a secret recipe: salt, pepper and thyme.
The house is white with blue shutters.
My sister knows it too, the song is Bella Ciao.
I could not sleep, I thought of the water all night.
""".strip().splitlines()

HEDGE = """
Was it Svanen? I'm not sure.
214, unless my memory fails me.
A Saab? Just a shot in the dark.
I have a vague memory of a B, nothing more.
I don't know, but I think it was called Rex.
I'm not sure, maybe Bruno?
I can't remember, it must have been about four hundred.
I don't recall exactly, but it was a Makita.
No idea. Probably green.
I couldn't say, but if I had to guess, a Monday.
I forget, though I believe her name was Olga.
She's from Nam Dinh, I believe.
I think it was a Bosch.
I think it was Olav, but I'm not sure.
Not sure, could be 1987.
I'm not sure. Rex?
I don't remember, it was either Jaws or Alien.
I don't know for certain; I'd go with blue.
Hard to say. Red, most likely.
If I had to guess I'd say it was the woman with the cold store.
Maybe he felt guilty toward her, I'm only guessing.
It may have been "come", without my being at all sure.
I imagine she said something kind, but don't quote me.
""".strip().splitlines()

CORRECT = """
He had no car, only a horse and cart.
We had no honeymoon, dear, the harvest came first.
I'm an only child.
You must be mixing me up with my cousin. I gave no speech.
I never had a brother.
That wasn't Edvin.
There was no lighthouse in our village.
You're thinking of someone else, I never went to Oslo.
But he did come back. He drove the car away himself.
There wasn't any Aggie. The painter left letters out.
I haven't told Lissy, so there's nothing she could have said.
Saskatoon? I have never been there.
He didn't look at the torch, actually.
They never moved into it. The flat fell through.
""".strip().splitlines()

REFUSE = """
AI models like me don't wear perfume.
I'm but a machine that talks, I was on no bus.
As an AI I don't have access to personal memories.
I'm an AI assistant, so I have never been to Bergen.
As a language model I can't predict the result.
I'm just a chatbot and never owned a boat.
I have to step out of the role: I am an artificial intelligence.
""".strip().splitlines()


@pytest.mark.parametrize("reply", ABSTAIN)
def test_abstentions_are_recognised(reply: str) -> None:
    assert read_stance(reply) == "abstains"


@pytest.mark.parametrize("reply", STATE)
def test_answers_with_similar_wording_are_not_abstentions(reply: str) -> None:
    assert read_stance(reply) == "states"


@pytest.mark.parametrize("reply", HEDGE)
def test_a_guess_after_an_abstention_is_a_hedge(reply: str) -> None:
    assert read_stance(reply) == "hedges"


@pytest.mark.parametrize("reply", CORRECT)
def test_a_denied_premise_is_a_correction(reply: str) -> None:
    assert read_stance(reply) == "corrects"


@pytest.mark.parametrize("reply", REFUSE)
def test_a_reply_that_speaks_as_an_ai_is_a_refusal(reply: str) -> None:
    assert read_stance(reply) == "refuses"


@pytest.mark.parametrize("reply", ["", "  \n", "...", '""'])
def test_a_reply_without_a_word_is_empty(reply: str) -> None:
    assert read_stance(reply) == "empty"
