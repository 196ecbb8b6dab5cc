"""Runs all quality checks of a data folder, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.validation import (
    checksums,
    completeness_checks,
    consistency_checks,
    date_checks,
    decision_checks,
    growth_checks,
    guessing_checks,
    interrogation_checks,
    item_reading_checks,
    near_statements,
    point_in_time_checks,
    prose_checks,
    question_checks,
    question_kinds_checks,
    reader_checks,
    statement_checks,
)
from human_simulacra.validation.located_rows import read_characters
from human_simulacra.validation.quality_gate import Gate


def run_checks(library: Library, *, full: bool, against: Path | None = None) -> Iterator[Gate]:
    """Runs the checks and yields each gate as soon as it is known.

    Args:
        library: The data folder.
        full: Whether to require the completeness and prose quality of the dataset package, not only consistency.
        against: A folder of other texts, which must share no 12-gram with this one.
    """
    people, problems = read_characters(library)
    yield Gate("schema", f"{len(people)} of {len(library.ids)} characters readable", "every line of every file", problems)
    for check in consistency_checks.CONSISTENCY_CHECKS:
        yield check(people)
    yield date_checks.check_dates(people)
    if full and people:
        yield completeness_checks.check_counts(people)
        yield completeness_checks.check_profile_facts(people)
        yield completeness_checks.check_diversity(people)
        yield completeness_checks.check_shared_items(library.path)
        yield from statement_checks.check_statements(people, library.path)
        yield near_statements.check_near(library.path, SentenceEmbedder())
        yield from item_reading_checks.check_item_readings(people, library.path)
        yield completeness_checks.check_scenes(people)
        yield date_checks.check_all_dated(people)
        yield point_in_time_checks.check_profiles_at(people)
        yield point_in_time_checks.check_memory_hindsight(people)
        yield from decision_checks.check_decisions(people, library.path)
        yield growth_checks.check_growth(people)
        yield growth_checks.check_growth_readers(people, library.path)
        yield interrogation_checks.check_interrogation(people)
        yield interrogation_checks.check_contradiction_pairs(library)
        for check in (
            *question_checks.QUESTION_CHECKS, *question_kinds_checks.QUESTION_KINDS_CHECKS, *guessing_checks.GUESSING_CHECKS
        ):  # fmt: skip
            yield check(people)
        yield from guessing_checks.check_guessers(people)
        yield from reader_checks.check_readers(people, library.path)
        for check in prose_checks.PROSE_CHECKS:
            yield check(people)
        yield prose_checks.check_near_duplicates(people, SentenceEmbedder())
        yield checksums.check_checksums(library.path)
    if against is not None and people:
        yield prose_checks.check_copied_12grams(people, against)
