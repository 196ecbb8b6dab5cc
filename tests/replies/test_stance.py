"""Who makes an answer up, guesses, denies or refuses: replies as people and models word them."""

from __future__ import annotations

import pytest

from human_simulacra.replies.stance import read_stance

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
How could I not know it? It was the third of May.
I don't know why you'd ask me, it was a Skoda.
You never asked before! It was Helsinki.
I haven't forgotten: platform nine.
You'll laugh, but it was a goat.
I never saw him again. He went to Canada.
I can't tell you how happy I was, she said yes.
He had no idea, he thought it was a joke.
I never wanted to leave, but my father got a post in Graz.
It was hard to say goodbye, she cried.
We ate in silence, nobody said a word.
They never found the ring, but the watch turned up in the garden.
The cat didn't like him, so we gave it away.
He told us not to worry and went out.
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
Don't know exactly. Around forty, I'd say.
It escapes me. Could it have been Marta?
If memory serves, it was a Tuesday.
Lena... or Lina. It was so long ago.
He didn't tell me, but I suspect it was about the money.
Not entirely sure, but a fiddle?
Rex. I don't know.
It was the Grand Hotel, but I'm not certain.
No idea. Let me guess... a cow?
If I'm not mistaken, it was a Renault.
I always assumed it was Carl, though nobody told me.
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
You have me confused with somebody. I never lived in Lyon.
I don't know who told you that, but I was never in prison.
There must be some misunderstanding, I have no daughter.
Strange question, because the house was never sold.
I never visited Bergen, so I can't say what it is like.
Who says I resigned? I was let go.
Second husband? I've only been married once.
What wedding? I'm a bachelor.
It was the other way round: she left me.
Sorry, but that's not right: he didn't die in the war.
That trip was cancelled because of the strike.
*frowns* Nope, we never had a cat.
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
