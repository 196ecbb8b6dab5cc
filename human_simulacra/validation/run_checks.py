"""All gates of a data folder in order, and their table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tabulate import tabulate

from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.validation import checksums, completeness_checks, consistency_checks, prose_checks, question_checks
from human_simulacra.validation.located_rows import MOST_PROBLEMS, Gate, read_people


def gates(library: Library, *, full: bool, against: Path | None = None) -> Iterator[Gate]:
    """Yields gate after gate, each as soon as it is checked.

    Args:
        library: The data folder.
        full: Whether it must be as complete and as well written as the dataset package, not only sound.
        against: A folder of other texts, none of whose sentences may be shared.
    """
    people, problems = read_people(library)
    yield Gate("schema", f"{len(people)} of {len(library.ids)} characters readable", "every line of every file", problems)
    for check in consistency_checks.SOUNDNESS:
        yield check(people)
    if full and people:
        yield completeness_checks.counts(people)
        yield completeness_checks.facts(people)
        yield completeness_checks.spread(people)
        yield completeness_checks.shared(library.path)
        yield completeness_checks.traits(people, library.path)
        for check in (
            question_checks.evidence,
            question_checks.two_passages,
            question_checks.positions,
            question_checks.repeated_options,
        ):
            yield check(people)
        yield from question_checks.guessing(people)
        for check in (prose_checks.shared_eight_grams, prose_checks.openings, prose_checks.overused, prose_checks.diversity):
            yield check(people)
        yield prose_checks.near_duplicates(people, SentenceEmbedder())
        yield checksums.checksums(library.path)
    if against is not None and people:
        yield prose_checks.foreign_twelve_grams(people, against)


def table(found: list[Gate]) -> str:
    """Renders gates as a table, followed by the first problems of those that failed."""
    rows = [("ok" if g.passed else "FAIL", g.name, g.figure, g.threshold) for g in found]
    lines = [tabulate(rows, ("", "gate", "figure", "threshold"), disable_numparse=True)]
    for gate in found:
        if not gate.passed:
            lines += ["", f"{gate.name}:", *(f"  {problem}" for problem in gate.problems[:MOST_PROBLEMS])]
            if len(gate.problems) > MOST_PROBLEMS:
                lines.append(f"  ... and {len(gate.problems) - MOST_PROBLEMS} more")
    return "\n".join(lines)
