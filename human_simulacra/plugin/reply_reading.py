"""Has a second reader read the replies of one model and dataset; its calls are cached, so resuming repeats none."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.second_reader import ReadingTask
from human_simulacra.plugin.judge_models import check_judge


def check_reader(reader: Mapping[str, Any] | None, where: str) -> None:
    """Checks the config of a second reader without building the model.

    Args:
        reader: The argument `reader_llm`; None for no reader.
        where: Describes the config's location in the message.

    Raises:
        UserError: If the reader has no abbr or too short a context.
    """
    if reader is None:
        return
    if not reader.get("abbr"):
        raise UserError(f"{where}: reader_llm needs an abbr, its name in tables")
    check_judge(reader, f"{where}, reader '{reader['abbr']}'")


def choose_readings(
    rows: Sequence[Mapping[str, Any]], replies: Sequence[str | None], share: float, seed: int
) -> Iterator[tuple[int, ReadingTask, str]]:
    """Yields the replies that the reader reads, each with its place and its task.

    These are the replies that do not keep the demanded form (of cloze questions: that are more than a candidate), every reply
    with a stance, and a drawn share of the others, so that agreement is known. The draw depends on seed and row alone: it is the
    same for every model. A reply without a word says nothing to read.

    Args:
        rows: The rows.
        replies: The reply to each row; None for a failed row.
        share: Share of the readable replies in the form to read, 0 to 1.
        seed: Seed of the draw.
    """
    for place, (row, reply) in enumerate(zip(rows, replies, strict=True)):
        if reply and any(map(str.isalnum, reply)):
            task = find_experiment(row["experiment"]).reading_task(row, reply)
            drawn = random.Random(f"{seed}:{row['id']}:{row.get('run', 1)}").random() < share
            if task and (task.decides or drawn):
                yield place, task, reply
