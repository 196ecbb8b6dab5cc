"""Checks on the prose of stories: little repetition, and at least the diversity of the paper's release."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from human_simulacra.memory.embedding import CachedEmbedder, Embedder
from human_simulacra.validation.located_rows import CharacterRows, LocatedRow
from human_simulacra.validation.quality_gate import Gate
from human_simulacra.validation.text_statistics import OVERUSED, distinct_2, length_spread, lower_words, ngrams, words

WITHIN, ACROSS = 0.92, 0.90
OVERUSED_PER_WORDS = 2000
# Measured on the paper's release (8 stories) by `python tools/validate_dataset.py DATA --measure`, see docs/dataset-quality.md.
RELEASE_DISTINCT_2, RELEASE_SPREAD = 0.928, 8.26
OPENING_WORDS, OPENING_SHARE = 3, 0.02
EIGHT_GRAMS_PER_10000 = 1.0


def check_near_duplicates(people: Sequence[CharacterRows], embedder: Embedder) -> Gate:
    """Checks that no two paragraphs are near-duplicates: cosine below 0.92 within and 0.90 between stories."""
    rows = [p for person in people for p in person.story]
    owners = np.array([p.row.character for p in rows])
    vectors = CachedEmbedder(embedder).encode([p.row.text for p in rows])
    cosines = np.triu(vectors @ vectors.T, k=1)
    same = owners[:, None] == owners[None, :]
    found = np.argwhere(cosines >= np.where(same, WITHIN, ACROSS))
    highest = [float(cosines[mask].max(initial=0)) for mask in (same, ~same)]
    problems = [rows[i].locate(f"is nearly {rows[j].row.id} (cosine {cosines[i, j]:.2f})") for i, j in found]
    figure = f"highest {highest[0]:.2f} within, {highest[1]:.2f} across"
    return Gate("near-duplicate paragraphs", figure, f"< {WITHIN} and < {ACROSS}", problems)


def check_shared_8grams(people: Sequence[CharacterRows]) -> Gate:
    """Checks that characters share few 8-grams."""
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    total = 0
    for person in people:
        for located in person.story:
            tokens = lower_words(located.row.text)
            total += len(tokens)
            for gram in ngrams(tokens, 8):
                owners[gram].add(person.id)
    shared = [(gram, sorted(who)) for gram, who in owners.items() if len(who) > 1]
    rate = 10_000 * len(shared) / max(total, 1)
    problems = [f"'{' '.join(gram)}' occurs in {', '.join(who)}" for gram, who in shared] if rate > EIGHT_GRAMS_PER_10000 else []
    figure = f"{len(shared)} ({rate:.2f} in 10,000 words)"
    return Gate("8-grams shared by characters", figure, f"<= {EIGHT_GRAMS_PER_10000} in 10,000", problems)


def check_openings(people: Sequence[CharacterRows]) -> Gate:
    """Checks that few paragraphs share their first three words with another one of the same story."""
    problems, repeated, total = [], 0, 0
    for person in people:
        groups = _by_opening(person)
        count = len(person.story) - len(groups)
        repeated, total = repeated + count, total + len(person.story)
        if count > 2 * OPENING_SHARE * len(person.story):
            problems += [group[1].locate(f"begins like {group[0].row.id}") for group in groups if len(group) > 1]
    share = repeated / max(total, 1)
    if share > OPENING_SHARE and not problems:
        problems = [f"{repeated} of {total} paragraphs begin like an earlier one of their story"]
    limits = f"<= {100 * OPENING_SHARE:.0f} %, a story <= {200 * OPENING_SHARE:.0f} %"
    return Gate("repeated openings", f"{100 * share:.1f} %", limits, problems)


def _by_opening(person: CharacterRows) -> list[list[LocatedRow]]:
    """Groups the paragraphs of a story by their first words."""
    groups: dict[tuple[str, ...], list[LocatedRow]] = defaultdict(list)
    for located in person.story:
        groups[tuple(lower_words(located.row.text)[:OPENING_WORDS])].append(located)
    return list(groups.values())


def check_overused_words(people: Sequence[CharacterRows]) -> Gate:
    """Checks that words that language models overuse are below one in two thousand in every story."""
    problems, hits, total = [], 0, 0
    for person in people:
        found = [(p, m[0]) for p in person.story for m in OVERUSED.finditer(p.row.text)]
        size = sum(len(words(p.row.text)) for p in person.story)
        hits, total = hits + len(found), total + size
        if len(found) * OVERUSED_PER_WORDS > size:
            problems += [p.locate(f"'{word}' is a word that models overuse") for p, word in found]
    return Gate("overused words", f"{hits} in {total:,} words", f"below 1 in {OVERUSED_PER_WORDS:,} in every story", problems)


def check_lexical_diversity(people: Sequence[CharacterRows]) -> Gate:
    """Checks that word pairs and sentence lengths vary at least as much as in the paper's release."""
    pairs = {p.id: distinct_2(p.text) for p in people}
    spreads = {p.id: length_spread(row.row.text for row in p.story) for p in people}
    mean_pairs, mean_spread = statistics.mean(pairs.values()), statistics.mean(spreads.values())
    problems = []
    if mean_pairs < RELEASE_DISTINCT_2:
        problems.append(f"distinct-2 is {mean_pairs:.3f}; lowest: {min(pairs, key=lambda i: pairs[i])}")
    if mean_spread < RELEASE_SPREAD:
        problems.append(f"sentence lengths spread by {mean_spread:.1f} words; lowest: {min(spreads, key=lambda i: spreads[i])}")
    figure = f"distinct-2 {mean_pairs:.3f}, sentence length spread {mean_spread:.1f}"
    return Gate("diversity", figure, f">= {RELEASE_DISTINCT_2}, >= {RELEASE_SPREAD} (the paper's release)", problems)


def check_copied_12grams(people: Sequence[CharacterRows], other: Path) -> Gate:
    """Checks that texts share no 12-gram with the texts of another folder, such as the paper's release."""
    theirs: set[tuple[str, ...]] = set()
    files = [p for p in sorted(other.rglob("*")) if p.suffix in (".txt", ".json", ".jsonl")]
    for path in files:
        theirs.update(ngrams(lower_words(path.read_text(encoding="utf-8", errors="replace")), 12))
    rows: list[tuple[LocatedRow, str]] = []
    for person in people:
        rows += [(p, p.row.text) for p in person.story]
        rows += [(m, " ".join((m.row.summary, m.row.content, m.row.thinking, m.row.emotion))) for m in person.memories]
        rows.append((person.profile[0], person.character.biography))
    copied = [located for located, text in rows if theirs.intersection(ngrams(lower_words(text), 12))]
    problems = [located.locate("shares twelve words in a row with the other folder") for located in copied]
    return Gate("12-grams shared with another folder", f"{len(problems)} rows, {len(files)} files compared", "none", problems)


def measure_prose(people: Sequence[CharacterRows]) -> dict[str, float]:
    """Measures the figures behind `RELEASE_DISTINCT_2` and `RELEASE_SPREAD`, as means over the stories."""
    overused, total = sum(len(OVERUSED.findall(p.text)) for p in people), sum(len(words(p.text)) for p in people)
    repeated = [(len(p.story) - len(_by_opening(p))) / len(p.story) for p in people]
    return {
        "distinct_2": statistics.mean(distinct_2(p.text) for p in people),
        "sentence_length_spread": statistics.mean(length_spread(r.row.text for r in p.story) for p in people),
        "overused_per_10000": 10_000 * overused / total,
        "repeated_openings_percent": 100 * statistics.mean(repeated),
    }


PROSE_CHECKS = (check_shared_8grams, check_openings, check_overused_words, check_lexical_diversity)
