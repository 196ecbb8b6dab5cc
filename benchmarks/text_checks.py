"""How well the checks of written texts tell bad replies from good ones: `python benchmarks/text_checks.py`.

Bad and near-good replies are those of tests/data. Beside them stand texts of the dataset and, where its folder is given with
--release, of the paper's release. What arithmetic finds is computed. What the judge finds is read from the committed verdicts of
a capable language model, which judged in batches, in mixed order (benchmarks/data/judge_verdicts.jsonl). --write-batches FOLDER
writes batches of the texts that have no verdict.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from human_simulacra.construction.importing.release_import import import_release
from human_simulacra.construction.judging import Standard
from human_simulacra.construction.ledger import describe_profile, format_facts, list_statements
from human_simulacra.construction.story.passage_writer import is_first_person
from human_simulacra.construction.text_faults import find_repetition
from human_simulacra.files import digest
from human_simulacra.jsonl_rows import read_jsonl
from human_simulacra.library import Library
from human_simulacra.prompts import render, template

HERE = Path(__file__).resolve().parent
REPLIES = HERE.parent / "tests" / "data"
VERDICTS = HERE / "data" / "judge_verdicts.jsonl"
BIOGRAPHY, STORY = "a biography", "a passage of the story of a life"
MEMORY, ALL_PARTS = "a memory", "a memory in three parts: what happened, what was felt, and what is thought of it"
SAMPLE = {"dataset": 350, "release": 100}


@dataclass(frozen=True)
class Text:
    """One text with what it is held to; `group` is `good`, `dataset`, `release` or the kind of fault."""

    id: str
    group: str
    text: str
    standard: Standard


def read_replies() -> Iterator[Text]:
    """Yields the bad and the near-good replies."""
    kinds = {"biography": BIOGRAPHY, "story": STORY, "memory": MEMORY}
    for name in ("bad_replies", "good_replies"):
        for _, row in read_jsonl(REPLIES / f"{name}.jsonl"):
            person = row["profile"]
            facts = [
                f"{person['name']}, {person['gender']}, was born on {person['date_of_birth']} and is {person['age']} years old "
                f"on {person['reference_date']}.",
                *(f"{key.replace('_', ' ')}: {person[key]}." for key in ("occupation", "education", "family", "long_term_goal")),
                f"hobbies: {', '.join(person['hobbies'])}.",
            ]
            kind = f"{kinds[row['task']]} ({row['asked']})"
            yield Text(row["id"], row["group"], row["reply"], Standard(person["name"], kind, row["person"], format_facts(facts)))


def read_texts(library: Library, group: str) -> list[Text]:
    """Returns paragraphs, biographies and contents of memories of a data folder, a sample that is always the same."""
    found = []
    for cid in library.ids:
        character = library.character(cid)
        story = library.story(cid)
        voice = "first" if is_first_person(" ".join(p.text for p in story)) else "third"
        true = describe_profile(character)
        found += [Text(p.id, group, p.text, Standard(character.name, STORY, voice, true)) for p in story]
        stated = format_facts([character.name, *list_statements(character)])
        voice = "first" if is_first_person(character.biography) else "third"
        found.append(
            Text(f"{cid}-biography", group, character.biography, Standard(character.name, BIOGRAPHY, voice, true, stated))
        )
        for m in library.memories(cid):
            text = f"{m.content}\n\n{m.emotion}\n\n{m.thinking}"
            found.append(Text(m.id, group, text, Standard(character.name, ALL_PARTS, "first", true)))
    return random.Random(group).sample(found, len(found))[: SAMPLE[group]]


def arithmetic_finds(text: Text) -> bool:
    """Returns whether arithmetic rejects a text."""
    return bool([*find_repetition(text.text)])


def write_batches(texts: list[Text], folder: Path, count: int) -> None:
    """Writes the texts in mixed order into `count` files for a judge, the rubric first."""
    folder.mkdir(parents=True, exist_ok=True)
    shuffled = random.Random("batches").sample(texts, len(texts))
    anybody = Standard("the person", "", "third", "")
    rubric = _request(anybody, "")[1].replace("the third person", "the grammatical person that was asked for")
    for number in range(count):
        items = [f"##### item {digest(t.id)[:8]}\n{_request(t.standard, t.text)[0]}" for t in shuffled[number::count]]
        text = "\n\n".join([template("make_judge_system"), rubric, *items])
        (folder / f"batch-{number + 1}.txt").write_text(f"{text}\n", encoding="utf-8")


def _request(standard: Standard, text: str) -> tuple[str, str]:
    """Returns a judge's request without the form: what is asked about, and the rubric."""
    prompt = render(
        "make_judge", name=standard.name, kind=standard.kind, person=f"the {standard.person} person", true=standard.true,
        stated=standard.stated or "nothing in particular", text=text,
    )  # fmt: skip
    question, rubric = prompt.rsplit("Judge it point by point.", 1)
    return question.strip(), f"Judge it point by point.{rubric}"


def main() -> None:
    """Prints the shares of bad texts that are caught and of good ones that are rejected."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--release", type=Path, metavar="DIR", help="an imported release, or the release itself")
    parser.add_argument("--write-batches", type=Path, metavar="FOLDER", help="write batches of texts without a verdict instead")
    parser.add_argument("--batches", type=int, default=6, metavar="N", help="number of batches (default 6)")
    arguments = parser.parse_args()
    texts = [*read_replies(), *read_texts(Library(HERE.parent / "data"), "dataset")]
    if arguments.release is not None:
        texts += read_texts(_imported(arguments.release), "release")
    verdicts = {row["item"]: row["faults"] for _, row in read_jsonl(VERDICTS)}
    if arguments.write_batches is not None:
        write_batches([t for t in texts if digest(t.id)[:8] not in verdicts], arguments.write_batches, arguments.batches)
        return
    print(f"{'group':<14} {'texts':>5} {'arithmetic':>10} {'judge':>6} {'either':>6}")
    for group in dict.fromkeys(text.group for text in texts):
        own = [text for text in texts if text.group == group]
        rule, judge = [arithmetic_finds(t) for t in own], [bool(verdicts[digest(t.id)[:8]]) for t in own]
        either = [a or b for a, b in zip(rule, judge, strict=True)]
        print(f"{group:<14} {len(own):>5} {sum(rule):>10} {sum(judge):>6} {sum(either):>6}")
    bad = [t for t in texts if t.group not in ("good", "dataset", "release")]
    noise = [t for t in bad if t.group != "contradiction"]
    fine = [t for t in texts if t.group in ("good", "dataset", "release")]
    for name, chosen in (("bad replies caught", noise), ("contradictions caught", [t for t in bad if t not in noise]),
                         ("good texts rejected", fine)):  # fmt: skip
        hits = sum(arithmetic_finds(t) or bool(verdicts[digest(t.id)[:8]]) for t in chosen)
        print(f"{name}: {hits} of {len(chosen)} ({100 * hits / len(chosen):.1f} %)")


def _imported(folder: Path) -> Library:
    """Returns the library of an imported release; a release itself is imported beside it first."""
    if (folder / "characters").is_dir():
        return Library(folder)
    import tempfile

    target = Path(tempfile.mkdtemp()) / "release"
    import_release(folder, target)
    return Library(target)


if __name__ == "__main__":
    main()
