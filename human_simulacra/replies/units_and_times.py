"""Units, currencies, months and times of day in their many spellings, each brought to one form."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SPELLINGS: Mapping[str, str] = {
    "mile": "mi mile miles", "kilometre": "km kms kilometre kilometres kilometer kilometers", "foot": "ft foot feet",
    "metre": "m metre metres meter meters", "centimetre": "cm cms centimetre centimetres centimeter centimeters",
    "millimetre": "mm millimetre millimetres millimeter millimeters", "inch": "inch inches", "yard": "yd yds yard yards",
    "kilogram": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes", "gram": "g gr gram grams gramme grammes",
    "weight pound": "lb lbs", "ounce": "oz ounce ounces", "litre": "l litre litres liter liters",
    "tonne": "t tonne tonnes ton tons",
    "year": "yr yrs year years", "hour": "h hr hrs hour hours", "minute": "min mins minute minutes", "month": "month months",
    "second": "s sec secs second seconds", "week": "wk wks week weeks", "day": "day days", "fortnight": "fortnight fortnights",
    "krona": "kr krona kronor",
}  # fmt: skip
UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
# How many of a smaller unit a unit is: by these, amounts in different units can be compared.
_PARTS: Mapping[str, tuple[str, float]] = {
    "kilometre": ("metre", 1000), "centimetre": ("metre", 0.01), "millimetre": ("metre", 0.001), "tonne": ("gram", 1_000_000),
    "kilogram": ("gram", 1000), "hour": ("minute", 60), "second": ("minute", 1 / 60), "year": ("month", 12), "week": ("day", 7),
    "fortnight": ("day", 14), "foot": ("inch", 12), "yard": ("inch", 36), "weight pound": ("ounce", 16),
}  # fmt: skip
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_MEASURE = re.compile(
    rf"\b(?:(\d+(?:\.\d+)?)\s?|(half an?|an?|one|two|three) )(?:whole |full |long )?({_UNIT})\b( and a half)?", re.IGNORECASE
)
_WORD_VALUES = {"half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july", "aug": "august",
    "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip
_CURRENCIES = {
    "pound": r"£|pounds?\b|quid\b|gbp\b", "dollar": r"\$|dollars?\b|bucks?\b|usd\b", "euro": r"€|euros?\b|eur\b",
    "yen": r"¥|yen\b",
    "krona": r"kr\b|kron(?:a|or|er?)\b", "franc": r"francs?\b|chf\b", "mark": r"(?:deutsch)?marks?\b", "rupee": r"₹|rupees?\b",
    "lira": r"₺|liras?\b", "peso": r"pesos?\b", "yuan": r"yuan\b|rmb\b", "rouble": r"₽|rou?bles?\b", "cedi": r"cedis?\b",
    "naira": r"₦|naira\b", "shilling": r"shillings?\b", "crown": r"crowns?\b", "zloty": r"z[lł]oty\b", "real": r"re(?:al|ais)\b",
}  # fmt: skip
_TIME = re.compile(r"(?<![\d.:])(\d{1,2})(?:[:.](\d{2}))?\s*(?:([ap])\.?\s?m\b\.?|(o'clock)|hrs\b)?(?![\d:])", re.IGNORECASE)
_SAID_TIME = re.compile(r"\b(half past|half|quarter past|quarter to|(\d{1,2}) (?:minutes )?(past|to)) (\d{1,2})\b", re.IGNORECASE)
_MORNING = re.compile(r"^\W*(?:o'clock )?(?:in the |this )?morning\b", re.IGNORECASE)
_LATER = re.compile(r"^\W*(?:o'clock )?(?:in the |at |this )?(?:afternoon|evening|night)\b", re.IGNORECASE)
_HALF_DAY = 720  # minutes


def currency_near(text: str, start: int, end: int) -> str | None:
    """Returns the currency whose sign or name stands at a number in a text, or None."""
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()
    for name, spelling in _CURRENCIES.items():
        if re.fullmatch(spelling, before) or re.match(spelling, after, re.IGNORECASE):
            return name
    return None


def currencies_in(text: str) -> set[str]:
    """Returns the currencies that a text names."""
    return {name for name, spelling in _CURRENCIES.items() if re.search(rf"(?<![^\W\d_])(?:{spelling})", text, re.IGNORECASE)}


def measures(text: str) -> list[tuple[int, int, str, float]]:
    """Returns (start, end, unit, amount) of the measures in a text whose numbers are digits, in one unit of each kind.

    `3.2 kg` is 3200 grams, `0.31 m` what `31 cm` is, `an hour and a half` and `1 hour 30 minutes` are 90 minutes.
    """
    found: list[tuple[int, int, str, float]] = []
    for match in _MEASURE.finditer(text):
        number = float(match[1]) if match[1] else _WORD_VALUES[match[2].lower()]
        unit, factor = _PARTS.get(name := UNITS[match[3].lower()], (name, 1))
        amount = (number + bool(match[4]) / 2) * factor
        if found and found[-1][2] == unit and re.fullmatch(r",? (?:and )?", text[found[-1][1] : match.start()]):
            found[-1] = (found[-1][0], match.end(), unit, found[-1][3] + amount)
        else:
            found.append((match.start(), match.end(), unit, amount))
    return [(start, end, unit, round(amount, 6)) for start, end, unit, amount in found]


def times_of_day(text: str, bare: bool = True) -> list[tuple[int, int, frozenset[int]]]:
    """Returns (start, end, readings) of the times of day in a text whose numbers are digits; a reading is minutes from midnight.

    `5:30` has two readings, `5:30 a.m.`, `17:30` and `half past 5 in the morning` one.

    Args:
        text: The text.
        bare: Whether hours and minutes without a colon or a word beside them (`5.30`) count as well.
    """
    found = []
    for match in _SAID_TIME.finditer(text):
        hour = int(match[4])
        minutes = {"half past": 30, "half": 30, "quarter past": 15, "quarter to": -15}.get(match[1].lower())
        if minutes is None:
            minutes = int(match[2]) * (1 if match[3].lower() == "past" else -1)
        found.append((match.start(), match.end(), _readings(hour * 60 + minutes, None, text[match.end() :])))
    for match in _TIME.finditer(text):
        hour, minutes, half, after = int(match[1]), int(match[2] or 0), match[3], text[match.end() :]
        written = half or match[4] or (match[2] and (bare or ":" in match[0]))
        told = written or _MORNING.match(after) or _LATER.match(after)
        if told and hour < 25 and minutes < 60 and not any(a <= match.start() < b for a, b, _ in found):
            early = "a" if len(match[1]) == 2 and match[1][0] == "0" else half  # 05:30 is no afternoon
            found.append((match.start(), match.end(), _readings(hour * 60 + minutes, early, after)))
    return sorted(found, key=lambda one: one[:2])


def _readings(minutes: int, half: str | None, after: str) -> frozenset[int]:
    if minutes >= _HALF_DAY + 60:
        return frozenset({minutes % (2 * _HALF_DAY)})
    early, late = minutes % _HALF_DAY, minutes % _HALF_DAY + _HALF_DAY
    if (half or "").lower() == "a" or _MORNING.match(after):
        return frozenset({early})
    if (half or "").lower() == "p" or _LATER.match(after):
        return frozenset({late})
    return frozenset({early, late})
