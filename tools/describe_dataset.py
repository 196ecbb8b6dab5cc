"""Derives what describes the dataset from the dataset itself: `python tools/describe_dataset.py [DATA] [--write | --check]`.

The card `DATA/README.md` is written by hand: its front matter names files and types, its tables say what a column means.
From card and files follow the figures between the marks in the card, `croissant.json` and the picture in the documentation.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml

from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.library import Library, read_jsonl
from human_simulacra.types import QUESTION_TYPES, Character
from human_simulacra.validation.text import words

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- figures: begin (tools/describe_dataset.py --write rewrites what stands between the marks) -->\n"
END = "<!-- figures: end -->"
PROSE = ("biography", "text", "summary", "content", "thinking", "emotion", "question", "options", "stimulus", "value", "why")
LICENCES = {"cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/"}
CROISSANT_TYPES = {"string": "sc:Text", "int64": "sc:Integer", "bool": "sc:Boolean", "date32": "sc:Date"}
PLAIN_TERMS = """citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset
jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform"""
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"}, **{term: f"cr:{term}" for term in PLAIN_TERMS.split()},
}  # fmt: skip


@dataclass(frozen=True)
class Config:
    """One configuration of the card: its files and its features, as the front matter has them, and the columns' meanings."""

    name: str
    glob: str
    features: list[dict[str, Any]]
    meanings: dict[str, str]


@dataclass(frozen=True)
class Card:
    """The card's text, title, first paragraph, licence, citation and configurations."""

    text: str
    title: str
    description: str
    licence: str
    citation: str
    configs: list[Config]


def read_card(path: Path) -> Card:
    """Reads a dataset card.

    Raises:
        UserError: If it is missing, lacks a part, or its tables and its features name different columns.
    """
    if not path.is_file():
        raise UserError(f"{path} is missing: the dataset card is written by hand, restore it")
    text = path.read_text(encoding="utf-8")
    parts = re.match(r"---\n(.*?)\n---\n\n# ([^\n]+)\n\n([^\n]+)\n(.*?)```bibtex\n(.*?)```", text, re.DOTALL)
    if not parts or text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UserError(f"{path}: front matter, title, first paragraph, both marks of the figures and a citation are needed")
    front = yaml.safe_load(parts[1])
    if front.get("license") not in LICENCES:
        raise UserError(f"{path}: licence '{front.get('license')}' has no address, add it to LICENCES in {Path(__file__).name}")
    features = {info["config_name"]: info["features"] for info in front["dataset_info"]}
    meanings: dict[str, dict[str, str]] = {}
    for heading, body in re.findall(r"^### (`[^\n]*)\n(.*?)(?=^##)", text, re.DOTALL | re.MULTILINE):
        rows = dict(re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+) \|$", body, re.MULTILINE))
        meanings.update({name: rows for name in re.findall(r"`(\w+)`", heading)})
    configs = []
    for entry in front["configs"]:
        name = entry["config_name"]
        columns = {name for name, _ in _columns(features.get(name, []))}
        differing = sorted(columns ^ set(meanings.get(name, {})))
        if differing:
            raise UserError(f"{path}: column '{differing[0]}' of '{name}' must stand in the features and in the table")
        configs.append(Config(name, entry["data_files"][0]["path"], features[name], meanings[name]))
    return Card(text, parts[2], parts[3], LICENCES[front["license"]], parts[5].strip(), configs)


def _columns(features: list[dict[str, Any]], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for feature in features:
        yield prefix + feature["name"], feature
        yield from _columns(feature.get("list", []), f"{prefix}{feature['name']}.")


def figures(library: Library, card: Card) -> str:
    """Returns the tables of figures in Markdown: a row a configuration, then a row a person."""
    lines = ["| Configuration | Files | Rows | Words |", "| --- | ---: | ---: | ---: |"]
    for config in card.configs:
        files = sorted(library.path.glob(config.glob))
        rows = [row for file in files for _, row in read_jsonl(file)]
        count = sum(len(words(text)) for row in rows for name in PROSE for text in _texts(row.get(name)))
        lines.append(f"| `{config.name}` | {len(files)} | {len(rows):,} | {count:,} |")
    heads = ["Person", "Age", "Occupation", "Biography, words", "Story, words", "Chapters", "Paragraphs", "Memories",
             "Cloze", "Single choice", "Multiple choice", "Unanswerable"]  # fmt: skip
    lines += ["", f"| {' | '.join(heads)} |", "| --- | ---: | --- |" + " ---: |" * 9]
    for person in people(library):
        c, story = person.character, library.story(person.character.id)
        cells = [c.name, c.age, c.occupation, len(words(c.biography)), f"{person.words:,}",
                 len({p.chapter_index for p in story}), len(story), len(library.memories(c.id)), *person.questions]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [text for text in value or [] if isinstance(text, str)]


@dataclass(frozen=True)
class Person:
    """A character with the words of the story and the numbers of cloze, single, multiple and unanswerable questions."""

    character: Character
    words: int
    questions: tuple[int, ...]


def people(library: Library) -> list[Person]:
    """Returns everybody in a data folder, the youngest first."""
    found = []
    for who in library.ids:
        counts = [len(library.questions(who, kind)) for kind in QUESTION_TYPES]
        counts.append(sum(1 for _ in read_jsonl(library.path / "characters" / who / "unanswerable.jsonl")))
        total = sum(len(words(p.text)) for p in library.story(who))
        found.append(Person(library.character(who), total, tuple(counts)))
    return sorted(found, key=lambda p: (p.character.age, p.character.name))


def croissant(card: Card) -> str:
    """Returns the Croissant 1.0 description of every configuration, as JSON-LD."""
    field = dict(re.findall(r"(\w+) = \{+(.*?)\}+,?$", card.citation, re.MULTILINE))
    if missing := {"author", "version", "year"} - set(field):
        raise UserError(f"the card's first citation has no {min(missing)}: add it")
    author = field["author"].replace("\\", "")
    return json.dumps({
        "@context": CONTEXT, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "human_simulacra", "alternateName": card.title, "description": card.description, "license": card.licence,
        "version": field["version"], "datePublished": field["year"], "inLanguage": "en", "citeAs": card.citation,
        "creator": {"@type": "sc:Organization", "name": author},
        "distribution": [
            {"@type": "cr:FileSet", "@id": f"{c.name}-files", "name": f"{c.name}-files",
             "encodingFormat": "application/jsonlines", "includes": c.glob} for c in card.configs
        ],
        "recordSet": [
            {"@type": "cr:RecordSet", "@id": c.name, "name": c.name,
             "field": [_field(c, feature, feature["name"]) for feature in c.features]} for c in card.configs
        ],
    }, indent=2, ensure_ascii=False) + "\n"  # fmt: skip


def _field(config: Config, feature: dict[str, Any], path: str) -> dict[str, Any]:
    column, _, inner = path.partition(".")
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{config.name}/{path.replace('.', '/')}", "name": path.split(".")[-1]}
    field["description"] = config.meanings[path]
    if "list" in feature:
        field |= {"repeated": True, "subField": [_field(config, f, f"{path}.{f['name']}") for f in feature["list"]]}
        return field
    field["dataType"] = CROISSANT_TYPES[feature.get("dtype") or feature["sequence"]]
    if "sequence" in feature:
        field["repeated"] = True
    field["source"] = {"fileSet": {"@id": f"{config.name}-files"}, "extract": {"column": column}}
    if inner:
        field["source"]["transform"] = {"jsonPath": inner}
    return field


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


def picture(rows: list[Person]) -> str:
    """Returns an SVG of the people in rows: age, first two functions, words of story and questions; for light and dark."""
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


def _row(person: Person, top: int, longest: int, most: int) -> Iterator[str]:
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


def main() -> int:
    """Prints the figures, writes what follows from the dataset, or checks it; returns 1 if something is out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=ROOT / "data", help="the data folder; this checkout's if not given")
    parser.add_argument("--picture", type=Path, help="the picture's file; docs/dataset.svg beside the data folder if not given")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="renew the card's figures, croissant.json and the picture")
    action.add_argument("--check", action="store_true", help="only tell whether they are up to date")
    arguments = parser.parse_args()
    try:
        library = Library(arguments.data)
        card = read_card(library.path / "README.md")
        table = figures(library, card)
        before, after = card.text.split(BEGIN)[0], card.text.split(END)[1]
        wanted = {
            library.path / "README.md": f"{before}{BEGIN}\n{table}\n{END}{after}",
            library.path / "croissant.json": croissant(card),
            arguments.picture or library.path.resolve().parent / "docs" / "dataset.svg": picture(people(library)),
        }
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if arguments.write:
        for path in stale:
            write_atomically(path, wanted[path])
            print(f"{path} written")
    elif arguments.check:
        for path in stale:
            print(f"{path} is not up to date: run python tools/describe_dataset.py --write", file=sys.stderr)
        return 1 if stale else 0
    else:
        print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
