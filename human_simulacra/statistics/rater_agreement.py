"""Agreement of judges: ICC(2,k), Krippendorff's alpha, Pearson's r.

A coefficient that the data do not define is NaN, never 0 or 1 by convention, and `note` gives the reason.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

# Judge -> item -> rating. Judges may have rated different items.
Ratings = Mapping[str, Mapping[str, float]]

MIN_ITEMS = 3
NAN = float("nan")


@dataclass(frozen=True)
class AgreementCoefficient:
    """A coefficient, at most 1, with its 95 % interval (NaN if there is none) and the number of items and judges."""

    measure: str
    value: float
    low: float
    high: float
    items: int
    judges: int
    note: str = ""


def icc2k(ratings: Ratings) -> AgreementCoefficient:
    """Returns ICC(2,k): two-way random effects, absolute agreement, mean of k judges (Shrout & Fleiss 1979).

    Computed by `pingouin.intraclass_corr` on the items that every judge rated. A judge with fewer than three ratings, or
    fewer than half of the median judge's, is excluded and named in `note` if two others remain, since it would exclude the
    items of all others. NaN for one judge, fewer than three items or equal ratings.
    """
    judges, left_out = _with_enough(ratings)
    items = sorted(set.intersection(*(set(ratings[judge]) for judge in judges))) if judges else []
    note = _too_little(judges, items)
    values = [ratings[judge][item] for judge in judges for item in items]
    if not note and len(set(values)) == 1:
        note = "every rating is the same"
    if note:
        return AgreementCoefficient("ICC(2,k)", NAN, NAN, NAN, len(items), len(judges), "; ".join(filter(None, (note, left_out))))
    import pandas as pd
    import pingouin  # takes seconds to import and is seldom needed

    table = pd.DataFrame(
        [(item, judge, ratings[judge][item]) for judge in judges for item in items], columns=["item", "judge", "rating"]
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # perfect agreement divides by zero before it gives 1
        found = pingouin.intraclass_corr(table, "item", "judge", "rating").set_index("Type").loc["ICC(A,k)"]
    low, high = (float(bound) for bound in found["CI95"])
    return AgreementCoefficient("ICC(2,k)", float(found["ICC"]), low, high, len(items), len(judges), left_out)


def icc2k_by_group(groups: Iterable[Ratings]) -> list[AgreementCoefficient]:
    """Returns ICC(2,k) of each group of items that the same judges rated, with the judges' names in `note`.

    Args:
        groups: Ratings of each group; groups with one judge are skipped.
    """
    found = [(", ".join(ratings), icc2k(ratings)) for ratings in groups if len(ratings) > 1]
    return [replace(icc, note="; ".join(filter(None, (names, icc.note)))) for names, icc in found]


def krippendorff_alpha(ratings: Ratings, level: str = "interval") -> AgreementCoefficient:
    """Returns Krippendorff's alpha (Krippendorff 2011) by `krippendorff.alpha`; ratings may be missing.

    NaN for one judge, if no item has two ratings, or if all ratings are equal.

    Args:
        ratings: Ratings by judge and item.
        level: Level of measurement: `nominal`, `ordinal`, `interval` or `ratio`.
    """
    judges = list(ratings)
    known = sorted({item for judge in judges for item in ratings[judge]})
    items = [item for item in known if sum(item in ratings[judge] for judge in judges) > 1]
    note = "one judge" if len(judges) < 2 else "no item has two ratings" if not items else ""
    if not note and len({ratings[judge][item] for judge in judges for item in items if item in ratings[judge]}) == 1:
        note = "every rating is the same"
    if note:
        return AgreementCoefficient("alpha", NAN, NAN, NAN, len(items), len(judges), note)
    table = [[ratings[judge].get(item, NAN) for item in items] for judge in judges]
    import krippendorff

    value = float(krippendorff.alpha(np.array(table), level_of_measurement=level))  # type: ignore[arg-type]
    return AgreementCoefficient("alpha", value, NAN, NAN, len(items), len(judges))


def pearson_r(human_ratings: Ratings, judge_ratings: Mapping[str, float]) -> AgreementCoefficient:
    """Returns Pearson's r (`scipy.stats.pearsonr`) between the people's mean rating and a model judge's, over shared items.

    NaN for fewer than three items or if either side is constant.
    """
    from scipy.stats import pearsonr

    items = sorted({item for ratings in human_ratings.values() for item in ratings} & set(judge_ratings))
    means = [float(np.mean([ratings[item] for ratings in human_ratings.values() if item in ratings])) for item in items]
    judged = [judge_ratings[item] for item in items]
    note = f"fewer than {MIN_ITEMS} items in common" if len(items) < MIN_ITEMS else ""
    if not note and (len(set(means)) == 1 or len(set(judged)) == 1):
        note = "one side is constant"
    if note:
        return AgreementCoefficient("Pearson", NAN, NAN, NAN, len(items), len(human_ratings) + 1, note)
    found: Any = pearsonr(means, judged)
    bounds = found.confidence_interval() if len(items) > MIN_ITEMS else (NAN, NAN)
    low, high = (float(bound) for bound in bounds)
    return AgreementCoefficient("Pearson", float(found.statistic), low, high, len(items), len(human_ratings) + 1)


def _with_enough(ratings: Ratings) -> tuple[list[str], str]:
    """Returns the judges with enough ratings for ICC, and a remark on those excluded."""
    if not ratings:
        return [], ""
    fewest = max(float(MIN_ITEMS), median(map(len, ratings.values())) / 2)
    enough = [judge for judge in ratings if len(ratings[judge]) >= fewest]
    if len(enough) < 2:
        return list(ratings), ""
    few = [f"{judge} ({len(ratings[judge])} rated)" for judge in ratings if judge not in enough]
    return enough, f"left out: {', '.join(few)}" if few else ""


def _too_little(judges: Sequence[str], items: Sequence[str]) -> str:
    if len(judges) < 2:
        return "one judge"
    return f"fewer than {MIN_ITEMS} items rated by all" if len(items) < MIN_ITEMS else ""
