"""Words for relatives and other people near the speaker, of whom a reply may tell what it does not say of the speaker."""

KIN = (
    r"(?:brother|sister|father|mother|mum|mam|dad|daddy|son|daughter|wife|husband|cousin|uncle|aunt|auntie|nephew|niece|friend|"
    r"neighbour|boss|partner|grand\w+|colleague|mate|boy|girl|twin)"
)
