"""Tables and notes on judges that must answer questions with a known answer, as experiments with judges share them."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.judge_models.admission import ADMISSION_RULE, Admission, not_admitted_note
from human_simulacra.results.summary import Caution, Table
from human_simulacra.results.tables import format_p


def judge_table(title: str, checks: str, admissions: Sequence[Admission]) -> Table:
    """Returns the table of judges with their checks.

    Args:
        title: The table's title.
        checks: What the checks count, the head of their column.
        admissions: The judges.
    """
    rows = tuple(
        (a.judge, f"{a.right} of {a.trials}", a.characters, "" if a.p is None else format_p(a.p), "yes" if a.admitted else "no")
        for a in admissions
    )
    return Table(title, ("judge", checks, "characters", "p", "admitted"), rows)


def judge_notes(rule: str, admissions: Sequence[Admission]) -> list[str]:
    """Returns which judges count and why; nothing without judges.

    Args:
        rule: What an admitted judge does more often than chance, in words.
        admissions: The judges.
    """
    whole_rule = f"tells {rule}, {ADMISSION_RULE}"
    if admitted := [a.judge for a in admissions if a.admitted]:
        counted = f"Counted are the verdicts of {', '.join(admitted)}; a judge is admitted if it {whole_rule}."
        return [counted, *map(Caution, not_admitted_note(admissions))]
    if admissions:
        return [Caution(f"No judge was admitted, so these figures are not reliable. A judge is admitted if it {whole_rule}.")]
    return []
