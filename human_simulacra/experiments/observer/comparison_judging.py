"""The third part of the observer report: judges who know the life rank the answers of all models to one situation, blind."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.experiments.observer.comparison_records import COMPARISON
from human_simulacra.experiments.observer.judge_panel import JudgePanel
from human_simulacra.experiments.observer.judge_prompts import comparison_messages, comparison_room
from human_simulacra.files import digest
from human_simulacra.judge_models.judge_calls import Entry, Judge, gather_entries

ORDERS = 2  # each comparison is asked in an order and in its reverse, so that a preference for a position cancels


@dataclass(frozen=True)
class ComparedAnswers:
    """The answers that several models gave to one situation of one character: its row, the situation, replies by model."""

    row: str
    character: str
    situation: str
    replies: Mapping[str, str]


def count_comparisons(panel: JudgePanel, compared: Sequence[ComparedAnswers]) -> int:
    """Returns the number of judgements of these comparisons."""
    return ORDERS * len(panel.judges) * len(compared)


async def judge_comparisons(panel: JudgePanel, compared: Sequence[ComparedAnswers]) -> list[Entry]:
    """Asks every judge for every comparison in two orders.

    The prompts depend on the answers, the judge and the seed, and not on the model that is being evaluated. So every model's
    evaluation asks the same, the call cache answers all but the first, and the rows of every compared model hold the judgement:
    the figures of a run need no particular model's results. `shared` names the call, so that a run counts it once. If a model
    is added, or an answer changes, the prompt is another one and is asked anew.

    Args:
        panel: The judges, none of which is a compared model if there is another; what they read; and the calls.
        compared: The comparisons.

    Returns:
        Entries of the kind `comparison` with `models`, in the order of the letters, and `reversed`.
    """
    return await gather_entries([_compare(panel, one, judge) for one in compared for judge in panel.judges])


async def _compare(panel: JudgePanel, compared: ComparedAnswers, judge: Judge) -> list[Entry]:
    models = sorted(compared.replies)
    random.Random(f"{panel.settings.seed}:{judge.name}:{compared.row}").shuffle(models)
    name = panel.library.character(compared.character).name
    life = panel.reading(judge.context, compared.character, comparison_room(judge.context, len(models)))
    entries = []
    for turned in (False, True):
        shown = models[::-1] if turned else models
        replies = [compared.replies[model] for model in shown]
        messages = comparison_messages(name, life.text, compared.situation, replies, judge.context)
        shared = digest([judge.name, [message.content for message in messages]])[:16]
        more = {"models": shown, "reversed": turned, "shared": shared, "reads": life.kind}
        tokens = 32 + 16 * len(models)  # a letter takes two or three tokens in each of four lines
        entries.append((compared.row, await panel.calls.ask(judge, COMPARISON, messages, tokens, **more)))
    return entries
