"""An SVG chart of a data folder's characters."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from human_simulacra.describing.dataset_card import CharacterCounts

STYLE = """
text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2328 }
.ground { fill: #ffffff } .title { font-size: 17px; font-weight: 600 } .name { font-size: 13px; font-weight: 600 }
.soft { fill: #59636e } .rule { stroke: #d8dee4 } .grid { stroke: #e8ecf0 } .dot, .bar { fill: #0b6e99 }
.first { fill: #0b6e99 } .second { fill: none; stroke: #0b6e99 } .on { fill: #ffffff; font-weight: 600 }
.q0 { fill: #7a5ea8 } .q1 { fill: #d58936 } .q2 { fill: #2a9d8f } .q3 { fill: #a3abb4 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .ground { fill: #0d1117 } .soft { fill: #9198a1 } .rule { stroke: #30363d } .grid { stroke: #21262d }
.dot, .bar, .first { fill: #4fb3d9 } .second { stroke: #4fb3d9 } .on { fill: #0d1117 } .q0 { fill: #a98bd9 }
.q1 { fill: #e5a255 } .q2 { fill: #45b8a9 } .q3 { fill: #6e7681 } }
"""
WIDTH, HEAD, ROW, AGES = 960, 120, 44, (20, 55)
NAME, AGE, AGE_WIDTH, FUNCTIONS, STORY, STORY_WIDTH, ASKED, ASKED_WIDTH = 28, 244, 172, 470, 572, 122, 764, 140
KINDS = ("cloze", "single choice", "multiple choice", "unanswerable")


def draw_characters(rows: list[CharacterCounts]) -> str:
    """Draws one row per character: age, first two functions, words of story, questions. It follows light and dark themes."""
    bottom = HEAD + ROW * len(rows)
    longest, most = max(p.words for p in rows), max(sum(p.questions) for p in rows)
    story, asked = sum(p.words for p in rows), sum(sum(p.questions) for p in rows)
    told = f"{len(rows)} people, {story:,} words of life story, {asked:,} questions"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 52}" role="img" aria-labelledby="t d">',
        f'<title id="t">The people of the dataset</title><desc id="d">{told}.</desc><style>{STYLE}</style>',
        f'<rect class="ground" width="{WIDTH}" height="{bottom + 52}" rx="8"/>',
        _text(NAME, 36, "The people of the dataset", "title"), _text(NAME, 57, told, "soft"),
        _text(NAME, 88, "Name and occupation", "soft"), _text(AGE, 88, "Age", "soft"),
        _text(FUNCTIONS, 88, "First functions", "soft"), _text(STORY, 88, "Words of story", "soft"),
        _text(ASKED, 88, "Questions", "soft"),
    ]  # fmt: skip
    for age in range(AGES[0], AGES[1], 10):
        x = _age(age)
        out.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{HEAD}" y2="{bottom}"/>')
        out.append(_text(x, HEAD - 9, str(age), "soft", "middle"))
    for number, person in enumerate(rows):
        out += _row(person, HEAD + ROW * number, longest, most)
    out.append(f'<line class="rule" x1="{NAME}" x2="{WIDTH - NAME}" y1="{bottom}" y2="{bottom}"/>')
    x = float(FUNCTIONS)
    for index, kind in enumerate(KINDS):
        out.append(f'<rect class="q{index}" x="{x}" y="{bottom + 22}" width="10" height="10" rx="2"/>')
        out.append(_text(x + 15, bottom + 31, kind, "soft"))
        x = round(x + 37 + 5.7 * len(kind), 1)
    return "\n".join([*out, "</svg>"]) + "\n"


def _row(person: CharacterCounts, top: int, longest: int, most: int) -> Iterator[str]:
    c, middle = person.character, top + ROW / 2
    yield f'<line class="rule" x1="{NAME}" x2="{WIDTH - NAME}" y1="{top}" y2="{top}"/>'
    yield _text(NAME, middle - 3, c.name, "name") + _text(NAME, middle + 13, c.occupation, "soft")
    yield f'<circle class="dot" cx="{_age(c.age)}" cy="{middle}" r="5"/>' + _text(_age(c.age) + 10, middle + 4, str(c.age))
    for place, (kind, ink) in enumerate((("first", "on"), ("second", ""))):
        x = FUNCTIONS + 36 * place
        yield f'<rect class="{kind}" x="{x + 0.5}" y="{middle - 10.5}" width="30" height="21" rx="4"/>'
        yield _text(x + 15.5, middle + 4, c.functions[place], ink, "middle")
    width = round(STORY_WIDTH * person.words / longest, 1)
    yield f'<rect class="bar" x="{STORY}" y="{middle - 5}" width="{width}" height="10" rx="2"/>'
    yield _text(STORY + width + 7, middle + 4, f"{person.words:,}")
    x = float(ASKED)
    for index, count in enumerate(person.questions):
        width = ASKED_WIDTH * count / most
        yield f'<rect class="q{index}" x="{x:.1f}" y="{middle - 5}" width="{max(width - 1, 0):.1f}" height="10"/>'
        x += width
    yield _text(round(x + 6, 1), middle + 4, str(sum(person.questions)))


def _age(age: int) -> float:
    return round(AGE + AGE_WIDTH * (age - AGES[0]) / (AGES[1] - AGES[0]), 1)


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}"{named}{placed}>{escape(text)}</text>'
